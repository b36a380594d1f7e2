"""Bulk equals engine: the same rows, whichever way a case was opened."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from viewflow.workflow.models import Process, Task

from cases import services
from cases.models import Case, WorkItem
from cases.services import Chapter, Opening
from tests.cases.factories import NOON, CaseFactory
from tests.workers.factories import FlagFactory, WorkerFactory
from workers import journal
from workers.invariants import violations

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
# the engine stamps its own rows by the wall clock
OWN_TIME = {"created", "started", "finished"}


def rows_of(case):
    """Everything that opening wrote, without keys and the engine's own stamps."""
    process = Process.objects.get(artifact_object_id=case.pk)
    tasks = list(Task.objects.filter(process=process).order_by("pk"))
    places = {task.pk: number for number, task in enumerate(tasks)}
    return {
        "case": plain(case, "id", "worker", "opened_by_flag"),
        "process": plain(process, "id", "artifact_object_id", *OWN_TIME) | stamps(process),
        "tasks": [plain(task, "id", "process", *OWN_TIME) | stamps(task) for task in tasks],
        "links": [[places[before.pk] for before in task.previous.all()] for task in tasks],
        "item": plain(WorkItem.objects.get(case=case), "id", "case", "task"),
        "item's task": places[WorkItem.objects.get(case=case).task_id],
        "moves": [plain(move, "id", "case", "line") for move in case.moves.all()],
        "lines of the moves": [move.line.what for move in case.moves.all()],
        "journal": [(line.what, line.data | {"case": 0}) for line in case.worker.journal_lines.in_order()],
    }


def plain(row, *without):
    row = type(row).objects.get(pk=row.pk)
    return {f.name: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in without}


def stamps(row):
    return {name: getattr(row, name, None) is not None for name in OWN_TIME}


def flagged_worker(**kwargs):
    worker = WorkerFactory(unemployed=True, **kwargs)
    return worker, FlagFactory(worker=worker)


@pytest.mark.parametrize("tags", [[], ["relocated"], ["monitored_sudden"]])
def test_case_opened_in_bulk_is_the_one_the_engine_opens(cadre, tags):
    (one, one_flag), (other, other_flag) = flagged_worker(tags=tags), flagged_worker(tags=tags)

    engine = services.open_case(worker=one, flag=one_flag, by=None, at=NOON)
    (bulk,) = services.open_cases_in_bulk([Opening(worker=other, flag=other_flag, owner=cadre, at=NOON)], by=None)

    assert rows_of(bulk) == rows_of(engine)


def test_case_opened_in_bulk_walks_on_through_the_engine(cadre):
    worker, flag = flagged_worker()
    (case,) = services.open_cases_in_bulk([Opening(worker=worker, flag=flag, owner=cadre, at=NOON)], by=None)

    services.record_contact(case=case, channel="call", outcome="spoke_to_worker", happened_at=LATER, by=cadre, at=LATER)
    services.mark_referred(case=case, by=cadre, at=LATER)

    assert [item.state for item in case.work_items.order_by("pk")] == ["done", "done", "open"]
    assert journal.verify(worker) == []


def test_many_are_opened_in_chunks():
    people = [flagged_worker() for _ in range(7)]

    cases = services.open_cases_in_bulk([Opening(worker=w, flag=f, at=NOON) for w, f in people], by=None, chunk=3)

    assert [case.worker for case in cases] == [worker for worker, _ in people]
    assert WorkItem.objects.open().count() == 7


def test_worker_with_an_open_case_is_refused_by_the_database():
    case = CaseFactory()

    with pytest.raises(IntegrityError, match="one_open_case_per_worker"):
        services.open_cases_in_bulk([Opening(worker=case.worker, at=NOON)], by=None)


MIDDLE = {"first_contacted_at": NOON}
WORK = MIDDLE | {"placed_on": LATER.date(), "follow_up_round": 1}
STORIES = {
    "contacted": MIDDLE,
    "referred": MIDDLE,
    "placed": WORK | {"needs_transport": True},
    "transported": WORK | {"needs_transport": True},
    "settled": WORK | {"needs_transport": False, "settled_at": LATER},
    "closed": {"closed_at": LATER, "closed_because": "moved"},
}
TALK = Chapter("case_contacted", NOON, "contacted", "talk")


def story_to(state):
    """A talk, and what led from it to the state."""
    last = Chapter(f"case_{state}", LATER, state, "follow_up")
    return (TALK,) if state == "contacted" else (TALK, last)


@pytest.mark.parametrize("state", STORIES)
def test_seed_may_begin_in_the_middle_of_the_story(state):
    worker = WorkerFactory()
    opening = Opening(worker=worker, at=NOON, columns=STORIES[state], story=story_to(state))

    (case,) = services.open_cases_in_bulk([opening], by=None)

    assert Case.objects.get(pk=case.pk).state == state
    assert [move.to_state for move in case.moves.order_by("pk")] == list(dict.fromkeys(["flagged", "contacted", state]))
    assert [item.step for item in case.work_items.open()] == [step for step in [case.step] if step]
    assert Process.objects.get(artifact_object_id=case.pk).status == ("NEW" if case.step else "DONE")
    assert {name: n for name, n in violations() if n and name.startswith("cases")} == {}
    told = [chapter.what for chapter in story_to(state)]
    assert [line.what for line in worker.journal_lines.in_order()][-len(told) - 1 :] == ["case_opened", *told]


def test_seeded_placement_is_followed_up_to_the_day_said():
    worker = WorkerFactory()
    opening = Opening(
        worker=worker,
        at=NOON,
        columns={**WORK, "needs_transport": False},
        story=story_to("placed"),
        followed_up_until=LATER.date() + timedelta(days=31),
    )

    (case,) = services.open_cases_in_bulk([opening], by=None)

    assert [(row.day_no, row.result) for row in case.follow_ups.in_order()] == [
        (7, "still_working"),
        (30, "still_working"),
        (90, None),
    ]
    assert case.work_items.get().reason_data["day_no"] == 90


def contacted(cadre):
    case = CaseFactory(contacted=True, owner=cadre)
    return Case.objects.get(pk=case.pk)


def course_of(case):
    """Everything that the step wrote, besides what opening wrote."""
    process = Process.objects.get(artifact_object_id=case.pk)
    tasks = list(Task.objects.filter(process=process).order_by("pk"))
    places = {task.pk: number for number, task in enumerate(tasks)}
    items = list(WorkItem.objects.filter(case=case).order_by("pk"))
    return {
        "case": plain(case, "id", "worker", "opened_by_flag"),
        "tasks": [plain(task, "id", "process", *OWN_TIME) | stamps(task) for task in tasks],
        "links": [[places[before.pk] for before in task.previous.all()] for task in tasks],
        "items": [plain(item, "id", "case", "task") | {"task": places[item.task_id]} for item in items],
        "moves": [plain(move, "id", "case", "line", "work_item") for move in case.moves.order_by("pk")],
        "items of the moves": [move.work_item and items.index(move.work_item) for move in case.moves.order_by("pk")],
        "journal": [(line.what, line.data | {"case": 0}) for line in case.worker.journal_lines.in_order()],
    }


def test_cases_referred_in_bulk_are_those_the_engine_refers(cadre):
    one, other, until = contacted(cadre), contacted(cadre), LATER + timedelta(days=1)
    said = {"reason": "fair", "data": {"fair": "春风行动"}}

    services.mark_referred(case=one, by=cadre, at=LATER, until=until, about=one, **said)
    (item,) = services.lock_open_items([other.pk])
    services.mark_referred_in_bulk([services.Referred(item, other)], until=until, by=cadre, at=LATER, **said)

    assert course_of(other) == course_of(one)
    assert (journal.verify(other.worker), [name for name, broken in violations() if broken]) == ([], [])


def test_a_case_referred_in_bulk_walks_on_through_the_engine(cadre):
    case = contacted(cadre)
    items = services.lock_open_items([case.pk])
    referred = [services.Referred(item, case) for item in items]
    services.mark_referred_in_bulk(referred, until=LATER, reason="fair", data={}, by=cadre, at=LATER)

    services.mark_not_matched(case=case, by=cadre, at=LATER)

    assert [item.state for item in case.work_items.order_by("pk")] == ["done", "done", "done", "open"]
