from datetime import timedelta

import pytest

from cases import services
from cases.choices import Escalation
from cases.models import ClockRule, WorkItem
from cases.queue.items import clocks_on
from kit.days import end_of_day
from tests.cases.factories import NOON, CaseFactory, miss
from tests.workers.factories import FlagFactory
from workers import journal
from workers.choices import Rule

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
SECOND = timedelta(seconds=1)


def item_of(case):
    return case.work_items.open().get()


def test_way_up_is_known_beforehand():
    item = item_of(CaseFactory())

    assert item.escalates_at == item.due_at + timedelta(days=3)


def test_item_goes_up_at_its_time_and_not_before():
    case = CaseFactory()
    due_at = item_of(case).due_at
    moments = [due_at + timedelta(days=3) - SECOND, due_at + timedelta(days=3), due_at + timedelta(days=10)]

    went_up = [services.escalate_due(at=at) for at in moments]

    item = item_of(case)
    assert went_up == [0, 1, 1]
    assert (item.escalation_level, item.escalated_at, item.escalates_at) == (Escalation.COUNTY, moments[-1], None)


def test_same_sweep_again_changes_nothing():
    case = CaseFactory()
    at = item_of(case).due_at + timedelta(days=3)

    assert [services.escalate_due(at=at) for _ in range(2)] == [1, 0]
    assert item_of(case).escalation_level == Escalation.TOWNSHIP


def test_after_a_long_silence_one_sweep_goes_up_one_level_at_a_time():
    case = CaseFactory()
    at = item_of(case).due_at + timedelta(days=40)

    assert services.escalate_due(at=at) == 2

    lines = case.worker.journal_lines.in_order().filter(what="case_escalated")
    assert [line.data["level"] for line in lines] == [Escalation.TOWNSHIP, Escalation.COUNTY]
    assert item_of(case).escalation_level == Escalation.COUNTY


def test_each_step_and_group_goes_on_by_its_own_clock():
    """As the rules say one by one, for every item there is a rule for."""
    cases = [CaseFactory(), CaseFactory(contacted=True), CaseFactory(placed=True)]
    rule = ClockRule.objects.get(clock="first_contact", service_group=cases[0].service_group, valid_to=None)
    at = item_of(cases[0]).escalates_at

    services.escalate_due(at=at)

    clocks = clocks_on(at)
    for case in cases:
        item = item_of(case)
        assert item.escalates_at == clocks.escalates_at(
            item.step, case.service_group, item.due_at, item.escalation_level
        )
    assert item_of(cases[0]).escalates_at == item_of(cases[0]).due_at + timedelta(days=rule.escalate_county_days)


def test_going_up_is_on_record():
    case = CaseFactory()

    services.escalate_due(at=item_of(case).due_at + timedelta(days=3))

    line = case.worker.journal_lines.newest_first().first()
    assert (line.what, line.by, line.data["level"]) == ("case_escalated", None, 1)
    assert journal.verify(case.worker) == []


def test_done_work_does_not_go_up():
    case = CaseFactory(contacted=True)
    done = case.work_items.order_by("pk").first()

    services.escalate_due(at=done.due_at + timedelta(days=4))

    done.refresh_from_db()
    assert (done.state, done.escalation_level) == ("done", Escalation.VILLAGE)


def test_attempts_do_not_stop_the_way_up(cadre):
    case = CaseFactory()
    due_at = item_of(case).due_at
    miss(case, at=due_at - timedelta(hours=1), by=cadre)

    services.escalate_due(at=due_at + timedelta(days=3))

    assert item_of(case).escalation_level == Escalation.TOWNSHIP


def test_booked_seat_starts_the_way_up_anew():
    case = CaseFactory(placed=True)
    services.escalate_due(at=item_of(case).due_at + timedelta(days=3))
    until = NOON + timedelta(days=9)

    services.snooze(case=case, until=until, reason="seat_booked", by=None, at=NOON + timedelta(days=5))

    item = item_of(case)
    assert (item.escalation_level, item.escalated_at, item.escalates_at) == (
        Escalation.VILLAGE,
        None,
        item.due_at + timedelta(days=3),
    )


@pytest.mark.parametrize("asks", ["words", "two people", "flagged again"])
def test_who_is_late_stays_late_and_on_the_way_up_when_they_are_asked_back(asks):
    case = CaseFactory(nearby=True)
    late = item_of(case).due_at + timedelta(days=5)
    services.escalate_due(at=late)
    before = item_of(case)

    ask_back(case, asks, at=late)

    item = item_of(case)
    ways = [(i.due_at, i.escalation_level, i.escalated_at, i.escalates_at) for i in (before, item)]
    assert (ways[0] == ways[1], item.reason != before.reason, item.escalation_level) == (True, True, 1)


def test_an_unclear_text_shows_somebody_today_and_leaves_the_time_limit_alone():
    case = CaseFactory(at=NOON - timedelta(days=1))
    due_at = item_of(case).due_at

    ask_back(case, "words", at=NOON)

    assert (item_of(case).due_at, due_at > end_of_day(NOON.date())) == (due_at, True)
    assert WorkItem.objects.in_group("today", NOON.date()).get().reason == "answered_otherwise"


def ask_back(case, asks, at):
    if asks == "words":
        services.ask_what_was_meant(worker=case.worker, digit="", at=at)
    elif asks == "two people":
        services.ask_whose_answer(worker=case.worker, others=[], digit="1", at=at)
    else:
        flag = FlagFactory(worker=case.worker, rule=Rule.LAID_OFF, raised_at=at)
        services.open_case(worker=case.worker, flag=flag, by=None, at=at)


def test_group_without_a_way_up_stays():
    ClockRule.objects.filter(service_group="general").update(escalate_township_days=None, escalate_county_days=None)

    assert item_of(CaseFactory()).escalates_at is None


def test_more_items_than_a_chunk_all_go_up(monkeypatch):
    monkeypatch.setattr("cases.services.escalating.CHUNK", 2)
    cases = [CaseFactory() for _ in range(5)]

    assert services.escalate_due(at=item_of(cases[0]).due_at + timedelta(days=3)) == 5
    assert WorkItem.objects.filter(escalation_level=1).count() == 5


def test_one_round_says_how_far_it_got(caplog):
    caplog.set_level("INFO", "cases.services.escalating")
    case = CaseFactory()

    services.escalate_due(at=item_of(case).due_at + timedelta(days=3))

    assert [record.message for record in caplog.records] == ["Items that went up: 1 so far"]
