"""A connection that gives up a lock soon, and goes back to its pool as patient as it came."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def impatient(milliseconds: int = 100):
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {milliseconds:d}")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
