"""What viewflow writes of one course, each time in one statement: the first step, one that leads to another, the last.

The rows are those of viewflow's own activations, which take six to twelve; a test compares them.
"""

from datetime import datetime
from functools import cache

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.models import Case, CaseProcess, WorkItem
from kit import sql

FIRST_TOKEN = str(Task._meta.get_field("token").get_default())
ITEM_FIELDS = sql.written_fields(WorkItem, but=["task"])

DONE = """
before AS (
    UPDATE viewflow_task SET status = %s, owner_id = %s, started = %s, finished = %s WHERE id = %s
    RETURNING id, process_id, token
)"""
# the hub after a task that is done (`before`)
HUB = """
hub AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, finished, token, data, process_id)
    SELECT %s, %s, %s, %s, %s, token, '{}', process_id FROM before RETURNING id, process_id, token
)"""
LINKS = """
linked AS (
    INSERT INTO viewflow_task_previous (from_task_id, to_task_id)
    SELECT hub.id, before.id FROM hub, before UNION ALL SELECT following.id, hub.id FROM following, hub
)"""
# the next step and the work item beside it
NEXT = f"""
following AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, token, data, process_id)
    SELECT %s, %s, %s, %s, token, '{{}}', process_id FROM hub RETURNING id
), {LINKS}
INSERT INTO cases_workitem (task_id, {sql.columns(ITEM_FIELDS)}) SELECT id, {sql.places(ITEM_FIELDS)} FROM following
"""
GO_ON = f"WITH {DONE}, {HUB}, {NEXT}"
END = f"""
WITH {DONE}, {HUB}, following AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, started, finished, token, data, process_id)
    SELECT %s, %s, %s, %s, %s, %s, token, '{{}}', process_id FROM hub RETURNING id
), {LINKS}
UPDATE viewflow_process SET status = %s, finished = %s WHERE id = (SELECT process_id FROM before)
"""
BEGIN = f"""
WITH process AS (
    INSERT INTO viewflow_process (flow_class, status, created, data, artifact_content_type_id, artifact_object_id)
    VALUES (%s, %s, %s, '{{}}', %s, %s) RETURNING id
), before AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, started, finished, token, data, process_id)
    SELECT %s, %s, %s, %s, %s, %s, %s, '{{}}', id FROM process RETURNING id, process_id, token
), {HUB}, {NEXT}"""


def begin(case: Case, *, start: Node, hub: Node, following: Node, item: WorkItem, at: datetime) -> None:
    """A new course of a case and its first step; `item` is the unsaved one of that step."""
    process = [_name_of_flow(start), PROCESS.NEW, at, _content_type(), case.pk]
    first = [*_name_and_type(start), STATUS.DONE, at, at, at, FIRST_TOKEN]
    sql.ask(BEGIN, [*process, *first, *_passed(hub, at), *_new(following, at, item)])


def go_on(done: Task, *, hub: Node, following: Node, item: WorkItem) -> None:
    """A task is done, and what follows from it; `item` is the unsaved one of the step that follows."""
    at = done.finished
    sql.ask(GO_ON, [*_done(done), *_passed(hub, at), *_new(following, at, item)])


def end(done: Task, *, hub: Node, end: Node) -> None:
    """A task is done, and with it the course."""
    at = done.finished
    last = [*_name_and_type(end), STATUS.DONE, at, at, at]
    sql.ask(END, [*_done(done), *_passed(hub, at), *last, PROCESS.DONE, at])


def _done(task: Task) -> list:
    return [STATUS.DONE, task.owner_id, task.started, task.finished, task.pk]


def _passed(hub: Node, at: datetime) -> list:
    return [*_name_and_type(hub), STATUS.DONE, at, at]


def _new(step: Node, at: datetime, item: WorkItem) -> list:
    return [*_name_and_type(step), STATUS.NEW, at, *sql.values(item, ITEM_FIELDS)]


@cache
def _name_and_type(node: Node) -> tuple[str, str]:
    return Task._meta.get_field("flow_task").get_prep_value(node), node.task_type


@cache
def _name_of_flow(node: Node) -> str:
    return CaseProcess._meta.get_field("flow_class").get_prep_value(node.flow_class)


def _content_type() -> int:
    return ContentType.objects.get_for_model(Case).pk
