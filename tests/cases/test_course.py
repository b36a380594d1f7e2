"""The short ways through viewflow write what its own activations write."""

from datetime import timedelta

import pytest
from viewflow.workflow import nodes
from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes.start import StartHandleActivation

from cases import services
from cases.models import CaseProcess
from cases.queue.flow import HumanStepActivation, PlacementFlow
from tests.cases.factories import NOON, CaseFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)
NO_TWO_ARE_ALIKE = {"id", "process", "created", "started", "finished", "artifact_object_id"}


MOVES = {
    "contacted": lambda case, by: services.mark_referred(case=case, by=by, at=LATER),
    "referred": lambda case, by: services.close_case(case=case, reason="moved", by=by, at=LATER),
}


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


@pytest.mark.parametrize(("trait", "ends"), [("contacted", False), ("referred", True)])
def test_a_step_writes_what_viewflow_writes(cadre, monkeypatch, trait, ends):
    short, long = CaseFactory(**{trait: True}), CaseFactory(**{trait: True})
    MOVES[trait](short, cadre)

    monkeypatch.setattr(HumanStepActivation, "execute", vars(nodes.ViewActivation)["execute"])
    MOVES[trait](long, cadre)

    assert rows_of(short) == rows_of(long)
    process, *tasks = rows_of(short)
    assert (process["status"], tasks[-1]["status"]) == (("DONE", "DONE") if ends else ("NEW", "NEW"))


def test_a_new_course_is_the_one_that_viewflow_begins(monkeypatch):
    short = CaseFactory()
    monkeypatch.setattr(PlacementFlow.start, "activation_class", StartHandleActivation)

    long = CaseFactory()

    assert rows_of(short) == rows_of(long)
    assert [row["status"] for row in rows_of(short)] == ["NEW", "DONE", "DONE", "NEW"]
    assert CaseProcess.objects.filter(artifact_object_id=short.pk).get().artifact == short
