"""What the database itself refuses, whatever the code forgets."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fairs.models import Fair, FairReferral, Wish
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, offers_of
from tests.jobs.factories import VacancyFactory

pytestmark = pytest.mark.django_db


def refused(name, deed):
    """Did the constraint of this name refuse it?"""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        deed()
    return refusal.value.__cause__.diag.constraint_name == name


def row(fair, **changes):
    """An unsaved referral that nothing would refuse, but for the changes."""
    case = changes.pop("case", None) or contacted_case()
    fields = {"fair": fair, "case": case, "worker": case.worker, "code": "000001", "referred_at": NOON} | changes
    return FairReferral(**fields)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("fair_state_is_known", {"state": "burnt_down"}),
        ("fair_ends_after_it_starts", {"ends_at": NOON - timedelta(days=9)}),
        ("fair_cancelled_by_someone_for_a_reason", {"state": "cancelled"}),
        ("fair_cancelled_by_someone_for_a_reason", {"cancelled_because": "大雪"}),
        ("fair_cancelled_by_someone_for_a_reason", {"cancelled_at": NOON}),
        ("fair_finished_says_when", {"state": "finished"}),
        ("fair_finished_says_when", {"finished_at": NOON}),
        ("large_fair_runs_only_with_a_licence", {"state": "running", "expected": 1000}),
    ],
)
def test_a_fair_is_never(name, changes):
    fair = FairFactory()

    assert refused(name, lambda: Fair.objects.filter(pk=fair.pk).update(**changes))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("a_code_has_six_digits", {"code": "12345"}),
        ("a_code_has_six_digits", {"code": "12345x"}),
        ("checked_in_by_someone", {"checked_in_at": NOON}),
        ("a_result_is_known", {"result": "perhaps", "result_at": NOON}),
        ("a_result_has_its_moment", {"result": "no_show"}),
        ("a_result_has_its_moment", {"result_at": NOON}),
        ("a_result_needs_a_meeting", {"result": "no_match", "reason": "wage", "result_at": NOON}),
        ("withdrawn_for_a_reason", {"withdrawn_at": NOON}),
        ("withdrawn_for_a_reason", {"withdrawn_because": "cannot_come"}),
    ],
)
def test_a_referral_is_never(name, changes):
    guest = ReferralFactory()

    assert refused(name, lambda: FairReferral.objects.filter(pk=guest.pk).update(**changes))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("who_checked_in_did_come", {"result": "no_show", "result_at": NOON}),
        ("a_promise_names_its_post", {"result": "hired", "result_at": NOON}),
        ("a_promise_names_its_post", {"result": "intent", "result_at": NOON}),
        ("no_match_says_why", {"result": "no_match", "result_at": NOON}),
    ],
)
def test_somebody_who_came_is_never(name, changes):
    here = ReferralFactory(came=True)

    assert refused(name, lambda: FairReferral.objects.filter(pk=here.pk).update(**changes))


def test_nobody_is_on_one_list_twice():
    guest = ReferralFactory()

    assert refused("once_a_fair", lambda: row(guest.fair, case=guest.case, code="999999").save())


def test_nobody_waits_for_two_fairs():
    guest = ReferralFactory()

    assert refused("one_open_fair_referral_a_case", lambda: row(FairFactory(open=True), case=guest.case).save())


def test_a_code_opens_one_door():
    guest = ReferralFactory()

    assert refused("a_code_opens_one_door", lambda: row(guest.fair, code=guest.code).save())


def test_a_referral_is_for_the_worker_of_its_case():
    fair, somebody_else = FairFactory(open=True), contacted_case().worker

    assert refused("referral_is_for_the_worker_of_its_case", lambda: row(fair, worker=somebody_else).save())


def test_a_wish_is_for_a_post_at_the_same_fair():
    guest, elsewhere = ReferralFactory(wishes=[]), offers_of(FairFactory(open=True))[0]

    assert refused("wish_is_for_the_same_fair", lambda: Wish.objects.create(referral=guest, offer=elsewhere, rank=1))


@pytest.mark.parametrize(
    ("name", "rank"), [("at_most_three_wishes", 4), ("at_most_three_wishes", 0), ("one_wish_a_rank", 1)]
)
def test_a_wish_is_never(name, rank):
    guest = ReferralFactory(fair=FairFactory(open=True, posts=2))
    other = offers_of(guest.fair)[1]

    assert refused(name, lambda: guest.wishes.create(offer=other, rank=rank))


def test_a_post_is_wished_for_once():
    guest = ReferralFactory()

    assert refused("a_wish_once", lambda: guest.wishes.create(offer=offers_of(guest.fair)[0], rank=2))


def test_a_booth_offers_posts_of_its_own_employer():
    booth = FairFactory().booths.get()

    assert refused("booth_offers_its_own_posts", lambda: booth.offers.create(vacancy=VacancyFactory(), wanted=1))


def test_an_offer_wants_someone():
    offer = offers_of(FairFactory())[0]

    assert refused("an_offer_wants_someone", lambda: type(offer).objects.filter(pk=offer.pk).update(wanted=0))
