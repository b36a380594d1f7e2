"""Two people at once. Each test first shows the race with the guard off, then its absence with the guard on."""

import re
import threading
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import locking, services
from cases.models import Case, ContactAttempt, WorkItem
from cases.refusals import CaseBusy, CaseMovedOn
from cases.services import escalating
from kit.sql import Compiled
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.impatience import impatient
from tests.workers.factories import WorkerFactory
from workers import journal
from workers.choices import Status
from workers.invariants import violations
from workers.models import JournalLine
from workers.services import flag_worker, report_status

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(hours=6)


def at_once(*deeds):
    """Run each deed in a thread of its own, all starting together; what each answered or raised, in order."""
    barrier, outcomes = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number, deed):
        try:
            barrier.wait(timeout=10)
            outcomes[number] = deed()
        except Exception as raised:  # the test looks at it
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def refuse_to_lock(monkeypatch, wait):
    """The guard off: rows are read without locks, and both threads have read before either goes on."""

    def unlocked(case_id):
        return WorkItem.objects.filter(case_id=case_id).open().select_related("task__process", "case__worker")

    real = locking._lock_item

    def read_together(items, key):
        item = real(items, key)
        wait()
        return item

    monkeypatch.setattr(locking, "OF_CASE", Compiled(unlocked))
    monkeypatch.setattr(locking, "_lock_item", read_together)


def once_each(barrier):
    """A wait that a thread passes only the first time."""
    passed = threading.local()

    def wait():
        if not getattr(passed, "before", False):
            passed.before = True
            barrier.wait(timeout=10)

    return wait


def refer(case):
    return lambda: services.mark_referred(case=case, by=None, at=LATER)


def referrals(case):
    return case.worker.journal_lines.filter(what="case_referred").count()


def test_without_locks_both_believe_they_referred_the_case(monkeypatch):
    case = CaseFactory(contacted=True)
    refuse_to_lock(monkeypatch, once_each(threading.Barrier(2)))

    outcomes = at_once(refer(case), refer(case))

    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(outcome) for outcome in refused] == [IntegrityError]
    assert 'a move from "contacted" after one to "referred"' in str(refused[0])
    assert WorkItem.objects.open().filter(case=case).count() == 1


def test_with_locks_exactly_one_wins_and_the_other_is_told():
    case = CaseFactory(contacted=True)

    outcomes = at_once(refer(case), refer(case))

    winners = [outcome for outcome in outcomes if isinstance(outcome, Case)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, CaseMovedOn)]
    assert (len(winners), len(losers), referrals(case)) == (1, 1, 1)
    assert [item.step for item in WorkItem.objects.open().filter(case=case)] == ["result"]


def test_the_case_is_locked_first():
    """It stays when its item is over: whoever waits for it holds nothing else yet."""
    case = CaseFactory()

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        locking.lock_case(case.pk)
        locking.lock_open_case_of(case.worker_id)
        locking.lock_open_items([case.pk])

    orders = [re.findall(r'"(\w+)"', query["sql"].partition(" FOR UPDATE OF ")[2]) for query in queries]
    assert orders == [["cases_case", "viewflow_process", "viewflow_task", "cases_workitem"]] * 3


def test_constraint_holds_one_open_item_even_without_any_lock():
    case = CaseFactory()
    item = case.work_items.get()
    task = item.task
    task.pk = None
    task.save()
    item.pk, item.task = None, task

    with pytest.raises(IntegrityError, match="one_open_item_per_case"), transaction.atomic():
        item.save()


def test_two_different_steps_at_once_leave_one_truth():
    case = CaseFactory(contacted=True)

    outcomes = at_once(
        refer(case),
        lambda: services.close_case(case=case, reason="moved", by=None, at=LATER),
        lambda: services.mark_placed(case=case, start_on=NOON.date(), needs_transport=True, by=None, at=LATER),
    )

    assert [outcome for outcome in outcomes if not isinstance(outcome, Case | CaseMovedOn)] == []
    assert {name: count for name, count in violations() if count} == {}
    assert journal.verify(case.worker) == []


def test_double_press_with_one_key_is_one_entry():
    case, once = CaseFactory(), uuid4()

    def press():
        return reach(case, at=LATER, status=Status.UNEMPLOYED_WILLING, once=once)

    first, second = at_once(press, press)

    assert first == second
    assert ContactAttempt.objects.count() == 1


def test_two_cadres_calling_at_once_are_both_kept():
    case = CaseFactory()

    def call():
        return miss(case, at=LATER)

    outcomes = at_once(call, call)

    assert [type(outcome) for outcome in outcomes] == [ContactAttempt, ContactAttempt]
    assert case.attempts.count() == 2
    assert journal.verify(case.worker) == []


def test_two_flags_at_once_open_one_case():
    worker = WorkerFactory(unemployed=True)

    def says(status):
        own = type(worker).objects.get(pk=worker.pk)
        return report_status(worker=own, status=status, happened_at=LATER, by=None, at=LATER, source="self")

    outcomes = at_once(lambda: says(Status.UNEMPLOYED_WILLING), lambda: says(Status.RETURNED_STAYING))

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Case.objects.filter(worker=worker).count() == 1


def test_two_reopenings_at_once_are_one():
    case = CaseFactory(closed=True)

    def reopen():
        return services.reopen_case(case=case, by=None, at=LATER)

    outcomes = at_once(reopen, reopen)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", "CaseMovedOn"]
    assert Case.objects.get(pk=case.pk).reopened_count == 1


def test_news_and_a_call_at_once_do_not_wait_for_each_other_for_ever():
    """The worker reports a job while the cadre writes a call down: one comes from the worker, one from the case."""
    for _ in range(5):
        case = CaseFactory(contacted=True)
        outcomes = at_once(
            lambda case=case: report_status(
                worker=type(case.worker).objects.get(pk=case.worker_id),
                status=Status.EMPLOYED_IN_CITY,
                happened_at=LATER,
                by=None,
                at=LATER,
                source="self",
            ),
            lambda case=case: reach(case, at=LATER, status=Status.UNEMPLOYED_WILLING),
        )
        unexpected = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, CaseMovedOn)]
        assert unexpected == []
    assert {name: count for name, count in violations() if count} == {}


def test_undo_and_next_step_at_once_leave_one_truth(cadre):
    case = CaseFactory(owner=cadre)
    attempt = reach(case, at=LATER, by=cadre)

    outcomes = at_once(
        lambda: services.undo_contact(attempt=attempt, by=cadre, at=LATER + timedelta(minutes=1)),
        lambda: services.mark_referred(case=case, by=None, at=LATER + timedelta(minutes=1)),
    )

    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert {name: count for name, count in violations() if count} == {}


@contextmanager
def somebody_saving(case):
    """Another connection holds the case's locks until the block ends."""
    locked, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic(), locking.locked(case):
                locked.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(timeout=10)
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=10)


def test_who_waits_too_long_is_told_to_press_again():
    case = CaseFactory(contacted=True)

    with somebody_saving(case), impatient(), pytest.raises(CaseBusy):
        services.mark_referred(case=case, by=None, at=LATER)

    assert Case.objects.get(pk=case.pk).state == "contacted"


def test_case_that_somebody_is_saving_is_skipped_by_bulk_work(township, colleague):
    busy, free = CaseFactory(), CaseFactory()

    with somebody_saving(busy):
        results = services.reassign_many(case_ids=[busy.pk, free.pk], owner=colleague, by=township, at=LATER)

    assert [row.verdict for row in results] == ["busy", "assigned"]


def test_open_case_of_a_flag_raised_while_it_is_being_closed_is_never_lost():
    case = CaseFactory(contacted=True)
    worker = type(case.worker).objects.get(pk=case.worker_id)

    at_once(
        lambda: services.close_case(case=case, reason="moved", by=None, at=LATER),
        lambda: flag_worker(worker=worker, rule="relapsed", by=None, at=LATER),
    )

    assert {name: count for name, count in violations() if count} == {}


# ---- the way up ------------------------------------------------------------------------------------------------------


@contextmanager
def journal_held(worker):
    """As a roster does: it keeps the heads of journals until it is through."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            journal.record(worker=worker, what="worker_registered", by=None, at=NOON)
            held.set()
            let_go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        let_go.set()
        holder.join()


def goes_up_at(*cases):
    return max(case.work_items.open().get().escalates_at for case in cases)


@pytest.mark.parametrize("guarded", [False, True])
def test_a_worker_whom_a_roster_holds_keeps_back_nobody_elses_way_up(monkeypatch, guarded):
    """With the guard off the sweep waits for the journal of one, and is broken off for all."""
    case, other = CaseFactory(), CaseFactory()
    at = goes_up_at(case, other)
    if not guarded:
        waits = escalating.GO_UP.replace("FOR UPDATE OF head SKIP LOCKED", "FOR UPDATE OF head")
        monkeypatch.setattr(escalating, "GO_UP", waits)

    with journal_held(case.worker), impatient(), nullcontext() if guarded else pytest.raises(OperationalError):
        services.escalate_due(at=at)

    levels = {item.case: item.escalation_level for item in WorkItem.objects.select_related("case")}
    assert levels == {case: 0, other: 1 if guarded else 0}
    assert services.escalate_due(at=at) == (1 if guarded else 2)


def test_two_sweeps_at_once_take_each_item_up_once(monkeypatch):
    monkeypatch.setattr(escalating, "CHUNK", 2)
    cases = [CaseFactory() for _ in range(9)]
    at = goes_up_at(*cases)

    went_up = at_once(*[lambda: services.escalate_due(at=at)] * 3)

    assert sum(went_up) == 9
    assert WorkItem.objects.filter(escalation_level=1).count() == 9
    assert [line.data["level"] for line in JournalLine.objects.filter(what="case_escalated")] == [1] * 9
    assert list(journal.verify_all()) == []
