"""Statements put together once answer what the query sets they stand for answer."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import django
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from cases.choices import Channel, Outcome
from cases.models import Case, ContactAttempt, WorkItem
from kit import sql
from kit.sql import Compiled
from notifications.models import Message
from tests.cases.factories import NOON, CaseFactory
from tests.kit.sources import lines_with
from tests.notifications.factories import MessageFactory
from tests.staff.factories import UserFactory
from tests.workers.factories import HouseholdFactory, WorkerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def test_somebody_looks_through_it_when_django_is_another_one():
    assert django.VERSION[:2] == sql.CHECKED_WITH


def test_nobody_else_leans_on_the_insides_of_django():
    """`_state` says whether a row is a new one; the handbook tells of it, and of lookups of one's own."""
    inside = (
        r"get_compiler|def as_sql|get_related_populators|klass_info|get_db_converters|get_db_prep_save|\.query\.\w+\("
    )

    assert lines_with(inside, but=["kit/sql.py", "kit/lookups.py"]) == []


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


def test_an_inserted_row_keeps_the_key_it_was_given():
    like = MessageFactory()
    row = Message(**fields_of(like) | {"id": like.pk + 1000, "dedupe_key": "another"})

    assert sql.insert(row) is True

    assert Message.objects.get(dedupe_key="another").pk == like.pk + 1000


def test_a_row_that_any_unique_column_knows_is_not_inserted_twice():
    like = MessageFactory()
    row = Message(**fields_of(like) | {"id": like.pk, "dedupe_key": "another"})

    assert sql.insert(row, unless=sql.ANY_COLUMN) is False

    assert list(Message.objects.all()) == [like]


def test_every_kind_of_value_is_written_as_save_writes_it():
    case = CaseFactory()
    entered = {
        "channel": "visit",
        "outcome": Outcome.VISITED_MET,
        "note": "电话 13912345678",
        "before": {"on": TODAY, "way": Channel.VISIT, "\\": None},
        "phone_before": b"\\x00'\x00\xff",
        "lon": Decimal("105.12345"),
        "lat": Decimal("26.5"),
    }
    more = {"case": case, "worker": case.worker, "happened_at": NOON, "entered_at": NOON, "by": UserFactory()}
    ours = ContactAttempt(**entered, **more, state_before="flagged", state_after="contacted", once=uuid4())
    theirs = ContactAttempt(**entered, **more, state_before="flagged", state_after="contacted", once=uuid4())

    sql.insert(ours)
    theirs.save()

    assert stored(ours) == stored(theirs)


def stored(row) -> dict:
    fields = fields_of(type(row).objects.get(pk=row.pk))
    return {name: value for name, value in fields.items() if name not in ("id", "once")}


def test_an_update_writes_the_fields_it_names_and_no_other():
    case = CaseFactory()
    case.close_note, case.reask_on = "later", TODAY

    sql.update(case, "reask_on")

    read = Case.objects.get(pk=case.pk)
    assert (read.close_note, read.reask_on) == ("", TODAY)


def test_an_update_without_names_leaves_what_the_database_keeps():
    case = CaseFactory(referred=True)
    stale = Case.objects.get(pk=case.pk)
    stale.has_been_referred, stale.close_note = False, "later"

    sql.update(stale)

    read = Case.objects.get(pk=case.pk)
    assert (read.has_been_referred, read.close_note) == (True, "later")


def test_a_row_read_anew_is_as_it_stands_and_forgets_what_hung_on_it():
    worker, other = WorkerFactory(household=HouseholdFactory()), HouseholdFactory()
    assert worker.household != other
    Worker.objects.filter(pk=worker.pk).update(household=other, name="李芳")
    workers = Compiled(lambda worker_id: Worker.objects.filter(pk=worker_id))

    workers.read_anew(worker, worker.pk)

    assert (worker.name, worker.household) == ("李芳", other)
    with pytest.raises(Worker.DoesNotExist):
        workers.read_anew(worker, -7)


def test_a_compiled_query_takes_several_keys_and_finds_all_rows():
    one, two, three = (MessageFactory(template=name) for name in ("a", "a", "b"))
    same = Compiled(lambda pk, name: Message.objects.filter(pk__gte=pk, template=name).order_by("pk"), -1, "none")

    assert same.all(one.pk, "a") == [one, two]
    assert (same.all(two.pk, "a"), same.all(one.pk, "b"), same.all(0, "c")) == ([two], [three], [])


def test_what_is_no_key_stands_in_the_statement_for_a_partial_index_to_be_found_by():
    items = Compiled(
        lambda pk: WorkItem.objects.open().filter(case_id=pk, reason__contains="100%", priority__in=[0, 2])
    )
    case = CaseFactory()
    WorkItem.objects.filter(case=case).update(reason="100% '' \\\\ so", priority=2)

    with CaptureQueriesContext(connection) as queries:
        assert items.first(case.pk) == case.work_items.get()

    asked = queries[0]["sql"]
    assert (asked.count("$1"), asked.count("$2"), "\"state\" = 'open'" in asked) == (1, 0, True)


def test_a_statement_is_planned_once_whatever_is_null_or_small_in_it():
    plans = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"
    asked = "SELECT code FROM areas_area WHERE code = %s OR name = %s OR valid_from = %s LIMIT 1 -- planned once"

    found = [sql.ask(asked, params) for params in [(1, None, None), (520524000000, "", None), (2**40, None, TODAY)]]

    assert found == [None, (520524000000,), None]
    assert sql.ask(plans, ["SELECT code FROM areas%planned once"]) == (1,)


def test_a_statement_is_asked_again_after_all_was_taken_back():
    for _ in range(2):
        with transaction.atomic():
            assert sql.ask("SELECT count(*) > 0 FROM areas_area") == (True,)
            transaction.set_rollback(True)


def test_a_statement_stands_in_the_log_of_queries():
    with CaptureQueriesContext(connection) as queries:
        sql.ask("SELECT count(*) FROM areas_area WHERE code = %s", [7])

    assert [query["sql"] for query in queries] == ["SELECT count(*) FROM areas_area WHERE code = $1"]


def test_what_the_database_refuses_is_said_in_djangos_words():
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.ask("UPDATE cases_case SET state = %s WHERE id = %s", ["nowhere", CaseFactory().pk])
