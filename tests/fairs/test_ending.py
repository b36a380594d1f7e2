from datetime import timedelta

import pytest

from cases.choices import State
from cases.models import Case
from fairs import services
from fairs.refusals import FairMovedOn, NotBegun
from kit.refusals import ReasonMissing
from notifications.models import Message
from tests.fairs.factories import NOON, TODAY, FairFactory, ReferralFactory, fresh, local
from workers.models import JournalLine

pytestmark = [pytest.mark.clock, pytest.mark.django_db]


def finish(fair, at=None):
    return services.finish_fair(fair=fair, by=fair.organiser, at=at or fair.ends_at)


def cancel(fair, why="大雪封路", at=NOON):
    return services.cancel_fair(fair=fair, why=why, by=fair.organiser, at=at, knows_of_inside=True)


def state_of(referral):
    return Case.objects.get(pk=referral.case_id).state


def test_who_did_not_come_is_a_no_show_and_back_with_the_cadre():
    missing = ReferralFactory(fair=FairFactory(running=True))

    finish(missing.fair)

    item = missing.case.work_items.open().get()
    assert (fresh(missing).result, state_of(missing)) == ("no_show", State.CONTACTED)
    assert (item.step, item.reason, item.not_before) == ("refer", "fair_no_show", None)


def test_doors_that_never_opened_are_not_closed_before_the_day():
    invited = ReferralFactory(fair=FairFactory(open=True))

    with pytest.raises(NotBegun):
        finish(invited.fair, at=invited.fair.starts_at - timedelta(days=1))

    assert (fresh(invited).result, state_of(invited)) == ("", State.REFERRED)


@pytest.mark.parametrize("answer", [{"came": True}, {"intent": True}])
def test_who_came_keeps_waiting_for_an_answer(answer):
    here = ReferralFactory(fair=FairFactory(running=True), **answer)

    finish(here.fair)

    assert (fresh(here).is_waiting, state_of(here)) == (True, State.REFERRED)


def test_who_left_with_a_result_is_left_alone():
    fair = FairFactory(running=True)
    hired, gone = ReferralFactory(fair=fair, hired=True), ReferralFactory(fair=fair, no_match=True)

    finish(fair)

    assert (fresh(hired).result, state_of(hired)) == ("hired", State.PLACED)
    assert (fresh(gone).result, state_of(gone)) == ("no_match", State.CONTACTED)


def test_finishing_twice_is_finishing_once():
    missing = ReferralFactory(fair=FairFactory(running=True))

    finish(missing.fair)
    finish(missing.fair, at=missing.fair.ends_at + timedelta(hours=1))

    assert JournalLine.objects.filter(what="fair_result_no_show").count() == 1
    assert fresh(missing).result_at == missing.fair.ends_at


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_what_never_opened_is_not_finished(state):
    fair = FairFactory(**({state: True} if state == "cancelled" else {}))

    with pytest.raises(FairMovedOn):
        finish(fair)


def test_a_cancelled_fair_sends_everyone_back_to_what_was_to_be_done_before():
    fair = FairFactory(open=True)
    guests = [ReferralFactory(fair=fair) for _ in range(3)]

    cancel(fair)

    for guest in guests:
        item = guest.case.work_items.open().get()
        assert (fresh(guest).withdrawn_because, state_of(guest)) == ("fair_cancelled", State.CONTACTED)
        assert (item.step, item.reason, item.not_before) == ("refer", "willing", None)


def test_everyone_is_told_once_that_it_is_cancelled():
    fair = FairFactory(open=True)
    guests = {ReferralFactory(fair=fair).worker for _ in range(2)}

    cancel(fair)
    cancel(fair)

    told = Message.objects.filter(template__startswith="fair_cancelled")
    assert sorted(text.worker_id for text in told) == sorted(worker.pk for worker in guests)


def test_a_fair_of_next_week_is_not_cancelled_on_the_phone_at_night():
    night = local(TODAY, 22)
    near, far = (ReferralFactory(fair=FairFactory(open=True, day=TODAY + timedelta(days=n))) for n in (1, 8))

    for guest in (near, far):
        cancel(guest.fair, at=night)

    leaves_at = {text.worker: text.not_before for text in Message.objects.filter(template__startswith="fair_cancelled")}
    assert leaves_at == {near.worker: night, far.worker: local(TODAY + timedelta(days=1), 8)}


def test_cancelled_half_way_a_promise_stands():
    fair = FairFactory(running=True)
    promised, here = ReferralFactory(fair=fair, intent=True), ReferralFactory(fair=fair, came=True)

    cancel(fair)

    assert (fresh(promised).is_waiting, state_of(promised)) == (True, State.REFERRED)
    assert (fresh(here).withdrawn_because, state_of(here)) == ("fair_cancelled", State.CONTACTED)


def test_a_cancelled_fair_says_why_who_and_when():
    fair = cancel(FairFactory(), why=" 场地检修 ")

    assert (fair.cancelled_because, fair.cancelled_by, fair.cancelled_at) == ("场地检修", fair.organiser, NOON)


def test_a_fair_is_not_cancelled_without_a_reason():
    with pytest.raises(ReasonMissing):
        cancel(FairFactory(open=True), why="  ")


def test_a_finished_fair_is_not_cancelled():
    with pytest.raises(FairMovedOn):
        cancel(FairFactory(finished=True))


def test_who_is_sent_home_can_be_sent_to_another_fair():
    guest = ReferralFactory()
    cancel(guest.fair)

    again = services.refer_to_fair(
        fair=FairFactory(open=True), case=guest.case, wishes=[], by=None, at=NOON + timedelta(hours=1)
    )

    assert (again.worker, again.is_waiting) == (guest.worker, True)
