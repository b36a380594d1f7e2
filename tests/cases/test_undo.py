from datetime import timedelta

import pytest

from cases import services
from cases.events import case_moved
from cases.models import Case
from cases.refusals import NotYourEntry, UndoImpossible, UndoOvertaken, UndoTooLate
from kit.days import end_of_day
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.listening import heard
from tests.workers.factories import WorkerFactory
from workers import journal
from workers.choices import Status
from workers.services import report_status, update_worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
HOUR = NOON + timedelta(hours=1)
LATER = NOON + timedelta(hours=2)
MIDNIGHT = NOON + timedelta(hours=12)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def undo(attempt, by, at=LATER):
    return services.undo_contact(attempt=attempt, by=by, at=at)


def test_undone_contact_puts_everything_back(cadre):
    case = CaseFactory(owner=cadre)
    due_at = case.work_items.get().due_at
    before = case.worker.status
    attempt = reach(case, at=HOUR, by=cadre, status=Status.RETURNED_GOING_BACK)

    attempt = undo(attempt, cadre)

    case = fresh(case)
    item = case.work_items.open().get()
    assert (case.state, case.first_contacted_at, case.worker.status) == ("flagged", None, before)
    assert (item.step, item.due_at, item.reason, item.owner) == ("contact", due_at, "flag", cadre)
    assert (attempt.undone_at, attempt.undone_by) == (LATER, cadre)
    assert [i.state for i in case.work_items.order_by("pk")] == ["undone", "superseded", "open"]


def test_only_an_undo_is_announced_with_what_it_undoes(cadre):
    case = CaseFactory()

    with heard(case_moved) as announced:
        attempt = reach(case, at=HOUR, by=cadre)
        undo(attempt, cadre)

    assert [(told["to_state"], told["undoes"]) for _, told in announced] == [("contacted", None), ("flagged", attempt)]


def test_undo_is_on_record(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)

    undo(attempt, cadre)

    line = case.worker.journal_lines.newest_first().first()
    assert (line.what, line.about_id, line.by, journal.verify(case.worker)) == ("contact_undone", attempt.pk, cadre, [])


def test_undone_attempt_takes_its_plan_back(cadre):
    case = CaseFactory()
    before = case.work_items.get()
    attempt = miss(case, at=HOUR, by=cadre)

    undo(attempt, cadre)

    item = case.work_items.get()
    assert (item.not_before, item.reason, item.due_at) == (None, before.reason, before.due_at)


def test_undone_end_opens_the_case_where_it_stood(cadre):
    case = CaseFactory(contacted=True)
    first = case.first_contacted_at
    attempt = reach(case, at=LATER, by=cadre, status=Status.EMPLOYED_IN_CITY)

    undo(attempt, cadre, at=LATER + timedelta(hours=1))

    case = fresh(case)
    assert (case.state, case.closed_because, case.first_contacted_at, case.reopened_count) == (
        "contacted",
        "",
        first,
        0,
    )
    assert case.work_items.open().get().step == "refer"


def test_undone_end_of_a_case_never_contacted_forgets_the_contact(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre, status=Status.STUDENT)

    undo(attempt, cadre)

    assert (fresh(case).state, fresh(case).first_contacted_at) == ("flagged", None)


def test_undone_twice_is_undone_once(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)

    first = undo(attempt, cadre)
    again = undo(attempt, cadre, at=LATER + timedelta(minutes=1))

    assert again.undone_at == first.undone_at
    assert case.worker.journal_lines.filter(what="contact_undone").count() == 1


def test_last_minute_of_the_day_is_early_enough(cadre):
    attempt = reach(CaseFactory(), at=HOUR, by=cadre)

    assert undo(attempt, cadre, at=MIDNIGHT - timedelta(seconds=1)).undone_at


def test_midnight_is_too_late(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)

    with pytest.raises(UndoTooLate):
        undo(attempt, cadre, at=MIDNIGHT)

    assert fresh(case).state == "contacted"


def test_nobody_undoes_the_entry_of_another(cadre, colleague, township):
    attempt = reach(CaseFactory(), at=HOUR, by=cadre)

    for other in (colleague, township):
        with pytest.raises(NotYourEntry):
            undo(attempt, other)


def test_entry_followed_by_another_cannot_be_undone(cadre):
    case = CaseFactory()
    attempt = miss(case, at=HOUR, by=cadre)
    miss(case, at=HOUR + timedelta(minutes=5), by=cadre, outcome="switched_off")

    with pytest.raises(UndoOvertaken):
        undo(attempt, cadre)


def test_after_the_later_entry_is_undone_the_earlier_can_be_too(cadre):
    case = CaseFactory()
    first = miss(case, at=HOUR, by=cadre)
    second = miss(case, at=HOUR + timedelta(minutes=5), by=cadre, outcome="switched_off")

    undo(second, cadre)
    undo(first, cadre)

    assert (case.attempts.standing().count(), case.work_items.get().not_before) == (0, None)


def test_case_that_has_moved_on_cannot_be_moved_back(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)
    services.mark_referred(case=case, by=cadre, at=HOUR + timedelta(minutes=5))

    with pytest.raises(UndoOvertaken):
        undo(attempt, cadre)


def test_case_that_went_round_cannot_be_moved_back(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)
    services.mark_referred(case=case, by=cadre, at=HOUR + timedelta(minutes=5))
    services.mark_not_matched(case=case, by=cadre, at=HOUR + timedelta(minutes=6))

    with pytest.raises(UndoOvertaken):
        undo(attempt, cadre)


def test_end_of_a_placement_cannot_be_undone(cadre):
    case = CaseFactory(nearby=True)
    attempt = reach(case, at=NOON + timedelta(hours=5), by=cadre, status=Status.UNEMPLOYED_WILLING)

    with pytest.raises(UndoImpossible):
        undo(attempt, cadre, at=NOON + timedelta(hours=6))


def test_undo_does_not_stop_the_first_clock(cadre):
    case = CaseFactory()
    attempt = reach(case, at=HOUR, by=cadre)

    undo(attempt, cadre)

    assert case.work_items.open().get().due_at == end_of_day((NOON + timedelta(days=7)).date())


def talk(case, by, wishes, **entered):
    told = {"channel": "call", "outcome": "spoke_to_worker", "happened_at": HOUR}
    return services.record_talk(case=case, by=by, at=HOUR, wishes=wishes, **told, **entered)


def test_undo_leaves_what_others_have_written_since(cadre, township):
    case = CaseFactory(owner=cadre)
    attempt = talk(case, cadre, {"wish_wage": 5000, "wish_place": "浙江"}, status=Status.UNEMPLOYED_WILLING)
    update_worker(worker=fresh(case).worker, changes={"wish_wage": 6000}, by=township, at=HOUR + timedelta(minutes=9))
    told = {"status": Status.UNABLE, "happened_at": HOUR + timedelta(minutes=10)}
    report_status(worker=case.worker, by=township, at=told["happened_at"], source="call", **told)

    undo(attempt, cadre)

    worker = fresh(case).worker
    assert (worker.status, worker.wish_wage, worker.wish_place) == (Status.UNABLE, 6000, "")


def test_undo_of_a_call_in_vain_leaves_the_plan_that_somebody_else_made_since(cadre):
    case = CaseFactory(owner=cadre)
    services.snooze(case=case, until=NOON + timedelta(days=5), reason="seat_booked", by=None, at=NOON)
    attempt = miss(case, at=HOUR, by=cadre)
    services.wake(case=case, reason="cannot_travel", by=None, at=HOUR + timedelta(minutes=20))

    with pytest.raises(UndoOvertaken):
        undo(attempt, cadre)

    item = case.work_items.open().get()
    assert (item.reason, item.not_before) == ("cannot_travel", None)


def test_undo_of_a_talk_that_planned_nothing_leaves_the_plan_alone(cadre):
    case = CaseFactory(contacted=True, owner=cadre)
    attempt = reach(case, at=LATER, by=cadre)
    services.wake(case=case, reason="answered_otherwise", by=None, at=LATER + timedelta(minutes=20))

    undo(attempt, cadre, at=LATER + timedelta(hours=1))

    assert case.work_items.open().get().reason == "answered_otherwise"


def test_undo_of_a_talk_brings_back_the_plan_of_the_calls_in_vain_before_it(cadre):
    case = CaseFactory(contacted=True, owner=cadre)
    willing = case.work_items.open().get()
    for minutes in (1, 2):
        miss(case, at=HOUR + timedelta(minutes=minutes), by=cadre)
    planned = case.work_items.open().get()
    attempt = reach(case, at=HOUR + timedelta(minutes=3), by=cadre)
    talked = case.work_items.open().get()

    undo(attempt, cadre)

    undone = case.work_items.open().get()
    assert plan_of(talked) == plan_of(willing) == ("willing", {}, None)
    assert plan_of(undone) == plan_of(planned) == ("call_again", planned.reason_data, planned.not_before)
    assert planned.not_before


def test_a_talk_between_two_days_of_waiting_for_a_result_can_be_taken_back(cadre):
    """It ended the wait for the next call and left the one for the result."""
    case = CaseFactory(referred=True, owner=cadre)
    miss(case, at=HOUR + timedelta(hours=3), by=cadre)
    planned = plan_of(case.work_items.open().get())
    attempt = reach(case, at=HOUR + timedelta(hours=3, minutes=1), by=cadre)
    rests_until = case.work_items.open().get().not_before

    undo(attempt, cadre, at=HOUR + timedelta(hours=3, minutes=2))

    assert (rests_until is None, plan_of(case.work_items.open().get())) == (False, planned)


def test_undo_leaves_with_the_township_what_had_gone_up_to_it(cadre):
    case = CaseFactory(owner=cadre)
    late = case.work_items.get().due_at + timedelta(days=3, hours=9)
    services.escalate_due(at=late)
    before = case.work_items.get()
    attempt = reach(case, at=late, by=cadre)

    undo(attempt, cadre, at=late + timedelta(minutes=1))

    item = case.work_items.open().get()
    ways = [(i.due_at, i.escalation_level, i.escalated_at, i.escalates_at) for i in (before, item)]
    assert (item.escalation_level, ways[0] == ways[1]) == (1, True)


def test_undo_of_a_talk_leaves_the_plan_that_somebody_made_since(cadre):
    case = CaseFactory(contacted=True, owner=cadre)
    miss(case, at=HOUR, by=cadre)
    attempt = reach(case, at=HOUR + timedelta(minutes=3), by=cadre)
    services.wake(case=case, reason="answered_otherwise", by=None, at=HOUR + timedelta(minutes=20))

    with pytest.raises(UndoOvertaken):
        undo(attempt, cadre)


def plan_of(item):
    return item.reason, item.reason_data, item.not_before


def test_undo_finds_no_number_right_that_this_call_did_not_call_wrong(cadre):
    case = CaseFactory(worker=WorkerFactory(unemployed=True, phoneless=True), owner=cadre)
    attempt = miss(case, at=HOUR, by=cadre, outcome="wrong_number")

    undo(attempt, cadre)

    assert not case.worker.journal_lines.filter(what="phone_right_after_all").exists()


def test_undo_finds_the_number_right_that_this_call_called_wrong(cadre):
    case = CaseFactory(owner=cadre)
    attempt = miss(case, at=HOUR, by=cadre, outcome="wrong_number")
    assert fresh(case).worker.has_wrong_phone

    undo(attempt, cadre)

    assert not fresh(case).worker.has_wrong_phone
    assert case.worker.journal_lines.filter(what="phone_right_after_all").count() == 1
