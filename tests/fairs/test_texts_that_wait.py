"""A text that still waits is not sent once it has no use, and who was never told is not asked why they stayed away."""

from datetime import timedelta

import pytest

from cases.models import WorkItem
from fairs import services
from fairs.services import crowds
from notifications.models import Message
from notifications.sending.delivery import deliver
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, fresh, local
from tests.notifications.factories import all_sent
from tests.staff.factories import UserFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

SOON, LATER = NOON + timedelta(minutes=3), NOON + timedelta(minutes=20)


@pytest.fixture
def fair():
    return FairFactory(running=True)


@pytest.fixture
def invited(fair):
    """Referred with others by one press a moment ago: the text waits ten minutes."""
    return referred_with_others(fair)


def referred_with_others(fair, **fields):
    case = contacted_case(at=NOON - timedelta(days=1), **fields)
    chief = UserFactory(supervisor=True)
    services.refer_many(fair=fair, case_ids=[case.pk], by=chief, at=NOON)
    services.catch_up(fair_id=fair.pk, at=NOON)
    return case.fair_referrals.get()


def finish(fair, at=SOON):
    services.finish_fair(fair=fair, by=fair.organiser, at=at, knows_early=True)


def waiting(referral) -> list[str]:
    return list(Message.objects.queued().filter(worker=referral.worker_id).values_list("template", flat=True))


def reason_of(referral) -> str:
    return WorkItem.objects.open().get(case=referral.case_id).reason


def test_closing_the_doors_takes_back_what_waits_and_asks_nobody_who_was_never_told(fair, invited):
    before = waiting(invited)

    finish(fair)

    found = fresh(invited)
    assert (before, waiting(invited)) == (["fair_invited_late"], [])
    assert (found.result, found.withdrawn_because, reason_of(invited)) == ("", "not_told", "fair_not_told")


def test_nobody_is_asked_whose_text_was_not_even_written(fair):
    case = contacted_case(at=NOON - timedelta(days=1))
    services.refer_many(fair=fair, case_ids=[case.pk], by=UserFactory(supervisor=True), at=NOON)

    finish(fair)

    assert fresh(case.fair_referrals.get()).withdrawn_because == "not_told"


def test_who_was_told_and_stayed_away_is_asked_why(fair, invited):
    all_sent()

    finish(fair, at=LATER)

    assert (fresh(invited).result, reason_of(invited)) == ("no_show", "fair_no_show")


def test_whom_no_text_can_reach_was_told_by_the_cadre(fair):
    invited = referred_with_others(fair, phone="")

    finish(fair, at=LATER)

    assert fresh(invited).result == "no_show"


def test_a_reminder_that_waits_is_taken_back_when_the_doors_close():
    guest = ReferralFactory(fair=FairFactory(running=True))
    all_sent()
    services.call_the_missing(fair=guest.fair, seen=None, by=guest.fair.organiser, at=SOON)

    finish(guest.fair)

    assert (fresh(guest).result, waiting(guest)) == ("no_show", [])


def test_who_is_in_is_not_asked_to_come(fair, invited):
    services.check_in(fair=fair, digits=invited.code, by=fair.organiser, at=SOON)

    assert waiting(invited) == []


def test_who_was_let_in_by_mistake_is_invited_again(fair, invited):
    services.check_in(fair=fair, digits=invited.code, by=fair.organiser, at=SOON)

    services.undo_check_in(referral=invited, by=fair.organiser, at=SOON + timedelta(minutes=1))

    assert waiting(invited) == ["fair_invited_late"]


@pytest.mark.parametrize("closed", [True, False])
def test_nothing_leaves_for_a_fair_that_is_closed_though_its_people_are_not_through(fair, invited, closed, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 0)
    if closed:
        finish(fair)
    text = Message.objects.queued().get(worker=invited.worker_id)

    deliver(message_id=text.pk, now=lambda: LATER)

    text.refresh_from_db()
    assert (text.state == "suppressed", text.failed_reason) == (closed, "withdrawn" if closed else "")


def test_an_invitation_speaks_of_the_hour_only_until_that_hour():
    fair = FairFactory(open=True)
    invited = referred_with_others(fair)

    text = Message.objects.get(worker=invited.worker_id)

    assert (text.template, text.not_after) == ("fair_invited", fair.starts_at)


def test_who_is_referred_while_the_fair_is_under_way_is_told_until_when():
    guest = ReferralFactory(fair=FairFactory(running=True), at=local(NOON.date(), 11))

    text = Message.objects.get(worker=guest.worker_id)

    assert (text.template, text.not_after) == ("fair_invited_late", guest.fair.ends_at)


def test_who_never_heard_of_a_cancelled_fair_is_told_nothing(invited):
    services.cancel_fair(fair=invited.fair, why="大雪", by=invited.fair.organiser, at=SOON)

    assert (fresh(invited).withdrawn_because, waiting(invited)) == ("fair_cancelled", [])


def test_who_stands_in_the_hall_of_a_cancelled_fair_is_not_told_to_stay_away(fair):
    here = ReferralFactory(fair=fair, came=True)
    all_sent()

    services.cancel_fair(fair=fair, why="停电", by=fair.organiser, at=SOON, knows_of_inside=True)

    assert (fresh(here).withdrawn_because, waiting(here)) == ("fair_cancelled", [])
