"""Process and tasks in bulk, as viewflow would write them: the first ones of many new cases, and the next ones."""

import json
from datetime import datetime
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.choices import ItemState, Step
from cases.models import Case, CaseProcess, WorkItem
from cases.queue import items
from cases.queue.flow import PlacementFlow
from cases.queue.plan import Plan
from kit.copying import Pattern, copy_in, keys_of
from staff.models import User

Planned = tuple[Case, Plan]


def write_courses(planned: list[Planned]) -> None:
    """For an ended case the course runs from the start through the hub to its end."""
    processes = copy_in(_process(case, plan) for case, plan in planned)
    pairs = list(zip(processes, planned, strict=True))
    starts = _tasks(_done(PlacementFlow.start, process, plan) for process, (_case, plan) in pairs)
    hubs = _tasks(_done(PlacementFlow.route, process, plan) for process, (_case, plan) in pairs)
    lasts = _tasks(_last(process, case, plan) for process, (case, plan) in pairs)
    _link(starts, hubs)
    _link(hubs, lasts)
    copy_in(
        items.build(case=case, step=case.step, plan=plan, task_id=task.pk)
        for (case, plan), task in zip(planned, lasts, strict=True)
        if case.step
    )


class FirstCourses:
    """Process, tasks and open item of many cases flagged at one moment, as text for COPY: what `write_courses` writes
    for each of them. Cases of one service group and one reason differ in keys alone."""

    def __init__(self, count: int, at: datetime):
        self._at, self._clocks = at, items.clocks_on(at)
        self._process_keys, self._task_keys = keys_of(CaseProcess, count), keys_of(Task, 3 * count)
        link, item = Task.previous.through, WorkItem
        self._link_keys, self._item_keys = keys_of(link, 2 * count), keys_of(item, count)
        case, plan = Case(id=0), Plan(at, "flag")
        process = _process(case, plan)
        self._processes = Pattern(process, "id", "artifact_object_id")
        nodes = PlacementFlow.start, PlacementFlow.route
        tasks = [*(_done(node, process, plan) for node in nodes), _last(process, case, plan)]
        self._tasks = [Pattern(task, "id", "process_id") for task in tasks]
        self._links = Pattern(link(), "id", "from_task_id", "to_task_id")
        self._items: dict[tuple, Pattern] = {}

    def add(self, case_id: int, area_id: int, group: str, owner_id: int | str, reason: dict) -> None:
        """`owner_id` may be NULL; `reason` is what the list says of why."""
        process, tasks = next(self._process_keys), [next(self._task_keys) for _task in self._tasks]
        self._processes.add(process, case_id)
        for rows, task in zip(self._tasks, tasks, strict=True):
            rows.add(task, process)
        for before, after in pairwise(tasks):
            self._links.add(next(self._link_keys), after, before)
        self._items_of(group, reason).add(next(self._item_keys), tasks[-1], case_id, area_id, owner_id)

    def write(self) -> None:
        for rows in (self._processes, *self._tasks, self._links, *self._items.values()):
            rows.write()

    def _items_of(self, group: str, reason: dict) -> Pattern:
        kind = group, json.dumps(reason)
        if kind not in self._items:
            plan = Plan(self._at, "flag", reason, clocks=self._clocks)
            item = items.build(case=Case(service_group=group), step=Step.CONTACT, plan=plan)
            self._items[kind] = Pattern(item, "id", "task_id", "case_id", "area_id", "owner_id")
        return self._items[kind]


def advance(steps: list[tuple[WorkItem, Plan]], *, by: User | None, at: datetime) -> None:
    """Finish the open items of cases that have moved, and open the next, as the hub would. The caller holds them."""
    Task.objects.filter(pk__in=[item.task_id for item, _plan in steps]).update(
        status=STATUS.DONE, owner=by, started=at, finished=at
    )
    before = [item.task for item, _plan in steps]
    hubs = _tasks(_passed(item.task.process, at) for item, _plan in steps)
    nexts = _tasks(_last(item.task.process, item.case, plan) for item, plan in steps)
    _link(before, hubs)
    _link(hubs, nexts)
    WorkItem.objects.filter(pk__in=[item.pk for item, _plan in steps]).update(
        state=ItemState.DONE, finished_by=by, finished_at=at, escalates_at=None
    )
    copy_in(
        items.build(case=item.case, step=item.case.step, plan=plan, task_id=task.pk)
        for (item, plan), task in zip(steps, nexts, strict=True)
    )


def _passed(process: CaseProcess, at: datetime) -> Task:
    """The hub between two human tasks."""
    node = PlacementFlow.route
    return Task(
        process=process, flow_task=node, flow_task_type=node.task_type, status=STATUS.DONE, created=at, finished=at
    )


def _process(case: Case, plan: Plan) -> CaseProcess:
    return CaseProcess(
        flow_class=PlacementFlow,
        status=PROCESS.NEW if case.step else PROCESS.DONE,
        created=plan.at,
        finished=None if case.step else plan.at,
        artifact_content_type=ContentType.objects.get_for_model(Case),
        artifact_object_id=case.pk,
    )


def _done(node: Node, process: CaseProcess, plan: Plan) -> Task:
    return Task(
        process=process,
        flow_task=node,
        flow_task_type=node.task_type,
        status=STATUS.DONE,
        created=plan.at,
        started=plan.at if node is not PlacementFlow.route else None,
        finished=plan.at,
    )


def _last(process: CaseProcess, case: Case, plan: Plan) -> Task:
    if not case.step:
        return _done(PlacementFlow.end, process, plan)
    node = PlacementFlow.instance.node(case.step)
    return Task(process=process, flow_task=node, flow_task_type=node.task_type, status=STATUS.NEW, created=plan.at)


def _tasks(tasks) -> list[Task]:
    return copy_in(tasks)


def _link(earlier: list[Task], later: list[Task]) -> None:
    through = Task.previous.through
    copy_in(through(from_task_id=after.pk, to_task_id=before.pk) for before, after in zip(earlier, later, strict=True))
