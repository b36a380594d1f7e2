"""The short ways through viewflow write what its own activations write."""

from datetime import timedelta

import pytest
from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes.start import StartHandleActivation

from cases import services
from cases.models import CaseProcess
from cases.queue import flow
from cases.queue.flow import PlacementFlow
from tests.cases.factories import NOON, CaseFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)
NO_TWO_ARE_ALIKE = {"id", "process", "created", "started", "finished", "artifact_object_id"}


class NoStep:
    """What no step of the flow is, so each takes the long way."""


def rows_of(case) -> list[dict]:
    """The process and its tasks in their order, each with the place of the one before it."""
    process = Process.objects.get(artifact_object_id=case.pk)
    tasks = list(Task.objects.filter(process=process).order_by("pk"))
    places = {task.pk: place for place, task in enumerate(tasks)}
    before = [{"before": [places[one.pk] for one in task.previous.all()]} for task in tasks]
    return [said_by(process), *(said_by(task) | earlier for task, earlier in zip(tasks, before, strict=True))]


def said_by(row) -> dict:
    """Of moments only whether there is one."""
    moments = {name: getattr(row, name) is None for name in ("created", "started", "finished") if hasattr(row, name)}
    fields = (field for field in row._meta.concrete_fields if field.name not in NO_TWO_ARE_ALIKE)
    return moments | {field.name: field.get_prep_value(getattr(row, field.attname)) for field in fields}


def test_a_step_writes_the_tasks_that_viewflow_writes(cadre, monkeypatch):
    short, long = CaseFactory(contacted=True), CaseFactory(contacted=True)
    services.mark_referred(case=short, by=cadre, at=LATER)

    monkeypatch.setattr(flow, "HumanStep", NoStep)
    services.mark_referred(case=long, by=cadre, at=LATER)

    assert rows_of(short) == rows_of(long)
    assert [row["status"] for row in rows_of(short)[-3:]] == ["DONE", "DONE", "NEW"]


def test_a_new_course_is_the_one_that_viewflow_begins(monkeypatch):
    short = CaseFactory()
    monkeypatch.setattr(PlacementFlow.start, "activation_class", StartHandleActivation)

    long = CaseFactory()

    assert rows_of(short) == rows_of(long)
    assert [row["status"] for row in rows_of(short)] == ["NEW", "DONE", "DONE", "NEW"]
    assert CaseProcess.objects.filter(artifact_object_id=short.pk).get().artifact == short
