"""What viewflow writes of one course, each time in one statement: a step that leads to another, and the first one.

The rows are those of viewflow's own activations, which take six statements and twelve; a test compares them.
"""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.models import Case, CaseProcess, WorkItem
from kit import sql

ITEM_FIELDS = sql.written_fields(WorkItem, but=["task"])

# from a task that is done (`before`) through the hub to the next one, and the work item beside that
ON_THROUGH_THE_HUB = f"""
hub AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, finished, token, data, process_id)
    SELECT %s, %s, %s, %s, %s, token, '{{}}', process_id FROM before RETURNING id, process_id, token
), following AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, token, data, process_id)
    SELECT %s, %s, %s, %s, token, '{{}}', process_id FROM hub RETURNING id
), linked AS (
    INSERT INTO viewflow_task_previous (from_task_id, to_task_id)
    SELECT hub.id, before.id FROM hub, before UNION ALL SELECT following.id, hub.id FROM following, hub
)
INSERT INTO cases_workitem (task_id, {sql.columns(ITEM_FIELDS)}) SELECT id, {sql.places(ITEM_FIELDS)} FROM following
"""
GO_ON = f"""
WITH before AS (
    UPDATE viewflow_task SET status = %s, owner_id = %s, started = %s, finished = %s WHERE id = %s
    RETURNING id, process_id, token
), {ON_THROUGH_THE_HUB}"""
BEGIN = f"""
WITH process AS (
    INSERT INTO viewflow_process (flow_class, status, created, data, artifact_content_type_id, artifact_object_id)
    VALUES (%s, %s, %s, '{{}}', %s, %s) RETURNING id
), before AS (
    INSERT INTO viewflow_task (flow_task, flow_task_type, status, created, started, finished, token, data, process_id)
    SELECT %s, %s, %s, %s, %s, %s, %s, '{{}}', id FROM process RETURNING id, process_id, token
), {ON_THROUGH_THE_HUB}"""


def go_on(done: Task, *, hub: Node, following: Node, item: WorkItem) -> None:
    """Write a task as done, and what follows from it. `item` is the unsaved one of the step that follows."""
    written = [STATUS.DONE, done.owner_id, done.started, done.finished, done.pk]
    sql.ask(GO_ON, [*written, *_onward(hub, following, done.finished, item)])


def begin(case: Case, *, start: Node, hub: Node, following: Node, item: WorkItem, at) -> None:
    """A new course of a case and its first step."""
    process = [_name_of_flow(start), PROCESS.NEW, at, _content_type(), case.pk]
    first = [*_name_and_type(start), STATUS.DONE, at, at, at, _FIRST_TOKEN]
    sql.ask(BEGIN, [*process, *first, *_onward(hub, following, at, item)])


def _onward(hub: Node, following: Node, at, item: WorkItem) -> list:
    passed = [*_name_and_type(hub), STATUS.DONE, at, at]
    return [*passed, *_name_and_type(following), STATUS.NEW, at, *sql.values(item, ITEM_FIELDS)]


@cache
def _name_and_type(node: Node) -> tuple[str, str]:
    return Task._meta.get_field("flow_task").get_prep_value(node), node.task_type


@cache
def _name_of_flow(node: Node) -> str:
    return CaseProcess._meta.get_field("flow_class").get_prep_value(node.flow_class)


def _content_type() -> int:
    return ContentType.objects.get_for_model(Case).pk


_FIRST_TOKEN = str(Task._meta.get_field("token").get_default())
