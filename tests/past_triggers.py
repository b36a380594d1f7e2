"""Rows as no service leaves them, written as somebody with the keys of the database might."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def past_triggers():
    """No trigger and no foreign key looks; what was written before has been looked at."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin")
