"""The clock folds the tallies, and each night counts them anew."""

import pytest
from django.db import connection

from cases.tallies import CASES
from config.celery import app
from kit.tallies import declared, differences
from operations import clock
from tests.cases.factories import CaseFactory

pytestmark = pytest.mark.django_db


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_what_was_noted_is_folded():
    CaseFactory()

    clock.fold_tallies()

    assert [rows_in(tally.deltas) for tally in declared()] == [0, 0]
    assert [rows_in(rollup.table) for tally in declared() for rollup in tally.rollups] == [1] * 7
    assert {"operations.fold_tallies", "operations.check_tallies"} <= set(app.conf.beat_schedule)


def test_at_night_what_somebody_wrote_past_the_triggers_is_mended_and_said():
    CaseFactory()
    clock.check_tallies()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {CASES.deltas}")

    with pytest.raises(clock.TalliesDiffered, match="3"):
        clock.check_tallies()

    assert differences(declared()) == []
