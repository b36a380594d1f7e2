"""Process and tasks in bulk, as viewflow would write them: the first ones of many new cases, and the next ones."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.choices import ItemState
from cases.models import Case, CaseProcess, WorkItem
from cases.queue import items
from cases.queue.flow import PlacementFlow
from cases.queue.plan import Plan
from kit.copying import copy_in
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
