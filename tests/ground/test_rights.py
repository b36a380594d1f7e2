"""Web, workers and clock connect as a role that owns nothing: it works, and it rewrites no history."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from config import databases, rights
from kit.tallies import declared

HISTORY = {
    "cases_casemove",
    "notifications_inboundmessage",
    "notifications_replystep",
    "notifications_wording",
    "staff_accesslog",
    "staff_staffchange",
    "workers_journalline",
    "workers_journalseal",
    "workers_sealedhead",
    "workers_statusreport",
}
KEPT = {
    "cases_case",
    "cases_workitem",
    "jobs_letter",
    "notifications_message",
    "staff_user",
    "workers_journalhead",
    "workers_lastsealedhead",
    "workers_worker",
}
MAY = "SELECT has_table_privilege(%s, %s, %s)"


@pytest.fixture
def application(db):
    """A connection as web and workers have it, to the tests' database."""
    there = {**settings.DATABASE, "dbname": connection.settings_dict["NAME"], "user": rights.APPLICATION}
    with psycopg.connect(databases.conninfo(there), autocommit=True) as link:
        yield link


def may(table: str, verb: str) -> bool:
    with connection.cursor() as cursor:
        return cursor.execute(MAY, [rights.APPLICATION, table, verb]).fetchone()[0]


def test_it_adds_to_history_and_changes_nothing_of_it(application):
    for table in HISTORY:
        assert [verb for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE") if may(table, verb)] == [
            "SELECT",
            "INSERT",
        ], table
    for table in KEPT:
        assert may(table, "UPDATE"), table
        assert not may(table, "DELETE"), table


def test_every_table_that_the_database_keeps_whole_is_kept_whole_by_its_rights_too(db):
    """Whoever adds a table that only grows gets its rights with it."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_is_append_only'
        """)
        growing = {table for (table,) in cursor.fetchall()}

    assert growing >= HISTORY
    assert [table for table in growing if may(table, "UPDATE") or may(table, "DELETE")] == []


def test_it_keeps_the_tallies(db):
    """Their triggers write under its own rights, and a worker folds."""
    tables = [name for tally in declared() for name in (tally.deltas, *(rollup.table for rollup in tally.rollups))]
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

    allowed = {table: [verb for verb in verbs if may(table, verb)] for table in tables}

    assert (allowed, len(tables) > 5) == ({table: list(verbs[:4]) for table in tables}, True)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE workers_journalline SET hash = ''",
        "DELETE FROM workers_journalline",
        "DELETE FROM workers_worker",
        "DELETE FROM cases_case",
        "TRUNCATE workers_journalline",
        "ALTER TABLE workers_journalline DISABLE TRIGGER ALL",
        "DROP TABLE staff_accesslog",
        "CREATE TABLE public.mine ()",
        "CREATE OR REPLACE FUNCTION wayfare_refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
        "DROP TABLE pgmq.q_interactive",
        "SET ROLE postgres",
    ],
)
def test_it_is_refused(application, attempt):
    with pytest.raises(InsufficientPrivilege):
        application.execute(attempt)


def test_rights_granted_again_are_the_same_and_one_given_by_hand_is_taken_back(application, db):
    owner = connection.connection
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON workers_journalline TO {rights.APPLICATION}")

    rights.grant(owner, rights.APPLICATION)
    rights.grant(owner, rights.APPLICATION)

    assert not may("workers_journalline", "UPDATE")
    assert may("workers_worker", "UPDATE")
