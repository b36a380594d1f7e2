"""Statements put together once answer what the query sets they stand for answer."""

from datetime import timedelta

import django
import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from cases.models import Case, WorkItem
from kit import sql
from kit.sql import Compiled
from notifications.models import Message
from tests.cases.factories import NOON, CaseFactory
from tests.kit.sources import lines_with
from tests.notifications.factories import MessageFactory

pytestmark = pytest.mark.django_db


def test_somebody_looks_through_it_when_django_is_another_one():
    assert django.VERSION[:2] == sql.CHECKED_WITH


def test_nobody_else_leans_on_the_insides_of_django():
    """`_state` says whether a row is a new one, and is told of in Django's handbook."""
    inside = (
        r"get_compiler|def as_sql|get_related_populators|klass_info|get_db_converters|get_db_prep_save|\.query\.\w+\("
    )

    assert lines_with(inside, but=["kit/sql.py"]) == []


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def with_case(case_id):
    return WorkItem.objects.open().filter(case_id=case_id).select_related("task__process", "case__worker", "owner")


def test_a_compiled_query_reads_what_the_query_set_reads(django_assert_num_queries):
    one, two = CaseFactory(contacted=True), CaseFactory()
    compiled_items = Compiled(with_case)

    for case in (one, two):
        ours, theirs = compiled_items.first(case.pk), with_case(case.pk).get()
        with django_assert_num_queries(0):
            rows = [(item, item.task, item.task.process, item.case, item.case.worker) for item in (ours, theirs)]
            assert ours.owner == theirs.owner
        assert [fields_of(row) for row in rows[0]] == [fields_of(row) for row in rows[1]]


def test_a_compiled_query_that_finds_nothing_says_so():
    assert Compiled(with_case).first(7) is None


@pytest.mark.django_db(transaction=True)
def test_a_compiled_lock_is_refused_outside_a_transaction():
    case = CaseFactory()
    cases = Compiled(lambda case_id: Case.objects.filter(pk=case_id).select_for_update())

    with pytest.raises(TransactionManagementError):
        cases.first(case.pk)

    with transaction.atomic():
        assert cases.first(case.pk) == case


def test_rows_of_a_written_statement_are_the_rows_of_the_model():
    item = CaseFactory().work_items.get()
    backwards = ", ".join(field.column for field in reversed(WorkItem._meta.concrete_fields))
    statement = f"SELECT {backwards} FROM cases_workitem WHERE id = %s"

    (read,) = sql.fetch(WorkItem, statement, [item.pk])

    assert fields_of(read) == fields_of(WorkItem.objects.get(pk=item.pk))
    assert sql.fetch(WorkItem, statement, [0]) == []


def test_an_inserted_row_is_the_row_as_it_stands_in_the_database():
    like = MessageFactory(not_after=NOON + timedelta(days=1))
    values = {name: value for name, value in fields_of(like).items() if name not in ("id", "dedupe_key")}
    row = Message(**values, dedupe_key="another")

    assert sql.insert(row) is True

    assert not row._state.adding
    assert fields_of(row) == fields_of(Message.objects.get(dedupe_key="another"))


def test_a_row_that_stands_there_already_is_not_inserted_twice():
    like = MessageFactory()
    row = Message(**{name: value for name, value in fields_of(like).items() if name != "id"})

    assert sql.insert(row, unless="dedupe_key") is False

    assert list(Message.objects.all()) == [like]
    assert connection.in_atomic_block
