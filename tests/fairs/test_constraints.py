"""What the database itself refuses, whatever the code forgets."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fairs import services
from fairs.models import Fair, FairReferral, Wish
from jobs.services import close_vacancy
from tests.fairs.factories import (
    NOON,
    TOMORROW,
    FairFactory,
    ReferralFactory,
    add_post,
    contacted_case,
    interview,
    offers_of,
)
from tests.jobs.factories import VacancyFactory, placed_case

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
        ("large_fair_invites_once_the_police_were_asked", {"state": "open", "expected": 1000}),
        (
            "large_fair_invites_once_the_police_were_asked",
            {"state": "open", "expected": 1000, "licence_applied_on": TOMORROW - timedelta(days=19)},
        ),
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


def wanted_of(fair):
    return offers_of(fair)[-1].wanted


def settle():
    """What waits for the end of the transaction happens now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_posts_promised_are_never_above_those_open():
    offer, post = offers_of(FairFactory(open=True))[0], VacancyFactory(headcount=3)
    booth = offer.booth.fair.booths.create(number=9, employer=post.employer)

    assert refused("offer_is_of_open_posts", lambda: type(offer).objects.filter(pk=offer.pk).update(wanted=31))
    assert refused("offer_is_of_open_posts", lambda: booth.offers.create(vacancy=post, wanted=4))
    assert booth.offers.create(vacancy=post, wanted=3).wanted == 3


def test_posts_filled_elsewhere_are_promised_at_no_fair_to_come():
    post = VacancyFactory(headcount=5)
    over, coming = FairFactory(finished=True), FairFactory()
    for fair in (over, coming):
        fair.booths.create(number=9, employer=post.employer).offers.create(vacancy=post, wanted=5)

    placed_case(vacancy=post)
    settle()

    assert (wanted_of(over), wanted_of(coming)) == (5, 4)


def test_who_was_hired_at_the_fair_does_not_lower_what_it_wants():
    fair = FairFactory(running=True, posts=1)
    add_post(fair, number=2, wanted=2, vacancy=VacancyFactory(headcount=2))

    person = ReferralFactory(fair=fair, came=True)
    hired = interview("hired", fair, vacancy=offers_of(fair)[-1].vacancy)
    services.record_result(referral=person, interview=hired, by=fair.organiser, at=NOON)
    settle()

    assert wanted_of(fair) == 2


def test_a_closed_post_is_promised_at_no_fair_to_come():
    fair = FairFactory(open=True)

    close_vacancy(vacancy=offers_of(fair)[0].vacancy, by=None, at=NOON)
    settle()

    assert wanted_of(fair) == 0
