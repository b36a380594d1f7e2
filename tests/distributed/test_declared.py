"""Rows by county: what the tables would have to give up for it, and that nobody sees more or less then."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from config.settings import BASE_DIR
from tests.distributed import county
from tests.distributed.statements import Heard
from tests.one_of_everything import NAMES, make_one_of_everything
from tests.staff.factories import DAFANG_VILLAGE, ZHIJIN
from tests.test_every_url import (
    answers,
    from_another_county,
    in_every_role,
    leaks_to,
    names_in,
    pages_about,
    pages_in,
)
from tests.workers.factories import NOON, FlagFactory, WorkerFactory
from workers.models import Worker

PAGE = BASE_DIR / "docs" / "scale.md"


@pytest.fixture
def declared(db, monkeypatch):
    """In the transaction of the test, so the database is afterwards what it was."""
    monkeypatch.setattr(connection.features, county.GROUPING, county.is_grouped_by_its_key)
    with connection.execute_wrapper(Heard()):
        yield county.declare()


@pytest.fixture
def everything(declared, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield make_one_of_everything()


def test_every_unique_rule_of_a_distributed_table_begins_with_the_county(declared):
    assert list(county.without_county()) == []


def test_the_page_about_scale_tells_which_rules_would_have_to_move(declared):
    assert county.as_markdown(declared) in PAGE.read_text()


def test_a_row_is_in_the_county_of_whom_it_is_about_and_in_no_other(declared):
    worker = WorkerFactory(unemployed=True)
    FlagFactory(worker=worker)
    tables = ("workers_worker", "workers_journalhead", "workers_flag")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT county FROM {table}" for table in tables))
        assert cursor.fetchall() == [(worker.area_id // county.COUNTY,)] * len(tables)
        connection.check_constraints()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            cursor.execute("UPDATE workers_flag SET county = 1")


def test_who_moves_to_another_county_cannot_take_what_hangs_on_them(declared):
    """It would have to be written anew over there, with the chain: no engine changes the key it distributes by."""
    worker = FlagFactory().worker
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        Worker.objects.filter(pk=worker.pk).update(area_id=DAFANG_VILLAGE)


def test_where_rows_are_by_county_nobody_of_another_is_told_of_them_and_who_serves_there_is(everything):
    told = leaks_to(from_another_county(), pages_about("worker_id", "case_id", "fair_id", "trip_id"), everything)
    own = answers(in_every_role(ZHIJIN), pages_in({"cases:list"}), everything)

    assert (told, names_in(own["get cases:list"])) == ([], sorted(NAMES))
