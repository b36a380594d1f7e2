"""Rows by COPY are the rows that `bulk_create` writes."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from viewflow.workflow.models import Task

from cases.models import CaseProcess, ContactAttempt, WorkItem
from kit.copying import copy_in
from tests.cases.factories import CaseFactory, miss
from tests.staff.factories import FENGPING
from tests.workers.factories import NOON, FlagFactory, WorkerFactory
from workers.models import Flag, StatusReport, Worker
from workers.services import report_status

pytestmark = pytest.mark.django_db
ODD = "a\tb\nc\\d\r'\"\x0b 说\\N"


def person(key: int | None, name: str = "张伟", **columns) -> Worker:
    born = date(1990, 5, 17)
    return Worker(pk=key, name=name, sex="M", birth_date=born, area_id=FENGPING, created_at=NOON, **columns)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"employer_name": ODD, "wish_willing": True, "wish_with_spouse": True, "wage": 5000, "sms_allowed": False},
        {"phone_cipher": b"\\\x00\xff", "phone_blind": b"\x5c" * 32, "phone_tail": "0019", "other_readings": ""},
        {"once": UUID(int=7), "status_since": date(2026, 1, 2), "last_verified_at": NOON, "last_verified_how": "call"},
        {"contact_hours": "打 13912345678 找他"},  # masked, whatever the door
    ],
)
def test_values_of_every_kind_come_back_as_from_an_insert(columns):
    copied, once = person(None, **columns), columns.pop("once", None)
    inserted = person(None, **columns)
    Worker.objects.bulk_create([inserted])

    assert copy_in([copied]) == [copied]

    assert not copied._state.adding
    assert stored(copied) == stored(inserted) | ({"once": once} if once else {})


def stored(row) -> dict:
    values = type(row).objects.filter(pk=row.pk).values().get()
    del values["id"]
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in values.items()}


@pytest.mark.parametrize("model", [Flag, StatusReport, CaseProcess, Task, WorkItem, ContactAttempt])
def test_rows_of_a_case_are_copied_as_they_stand(model, cadre):
    """All but what may stand once: the key, and what else is unique."""
    case = CaseFactory()
    FlagFactory(worker=case.worker, cleared_at=NOON)
    report_status(worker=case.worker, status="farming", happened_at=NOON, by=cadre, at=NOON, source="visit")
    miss(case, at=NOON + timedelta(hours=1), by=cadre)
    row = model._base_manager.order_by("-pk").first()
    if model is WorkItem:
        row.task_id, row.state, row.finished_at = Task.objects.order_by("pk").first().pk, "done", NOON
    before, row.pk = {name: getattr(row, name) for name in columns_of(model)}, None

    copy_in([row])

    assert {name: getattr(model._base_manager.get(pk=row.pk), name) for name in columns_of(model)} == before


def columns_of(model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key and field.attname != "once"]


def test_keys_are_given_in_order_and_kept_where_they_are():
    rows = copy_in([person(None, "王芳"), person(10**9), person(None, "李丽")])

    assert rows[1].pk == 10**9
    assert rows[0].pk < rows[2].pk < 10**9
    assert Worker.objects.get(pk=rows[2].pk).name == "李丽"


def test_nothing_at_all_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert copy_in([]) == []


def test_what_the_database_refuses_is_an_integrity_error():
    WorkerFactory(once=UUID(int=8))

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in([person(None), person(None, once=UUID(int=8))])

    assert not Worker.objects.filter(birth_date=date(1990, 5, 17), created_at=NOON, name="张伟", once=None).exists()


def test_an_expression_is_refused():
    with pytest.raises(TypeError):
        copy_in([person(None, employer_name=F("name"))])
