"""A database to measure in, under a name that no test uses, dropped afterwards: every step really commits."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection

from config import databases, environment

NAME = "test_bench"


@contextmanager
def empty_database() -> Iterator[None]:
    """As `migrate` leaves it."""
    with _database(template=None):
        yield


@contextmanager
def copy_of_the_demo() -> Iterator[None]:
    """This installation's rows, or, where `make seed` never ran, a demo county made for the occasion.

    PostgreSQL copies no busy database: nobody may be using it meanwhile.
    """
    has_one = _has_a_demo()
    with _database(template=connection.settings_dict["NAME"] if has_one else None):
        if not has_one:
            print("No demo county yet: making one in the scratch database.", file=sys.stderr)
            call_command("seed_demo", stdout=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield


def _has_a_demo() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('cases_case') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cases_case)")
        return cursor.fetchone()[0]


def environment_of_it() -> dict[str, str]:
    """For a process of its own that works in the database that this one works in."""
    url, name = urlsplit(environment.text("DATABASE_URL")), connection.settings_dict["NAME"]
    where = {"WAYFARE_DB_NAME": name} if databases.is_embedded() else {"DATABASE_URL": url._replace(path=name).geturl()}
    return {**os.environ, **where, "CELERY_BROKER_URL": "memory://"}


@contextmanager
def _database(*, template: str | None) -> Iterator[None]:
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    before = {key: test.get(key) for key in ("NAME", "TEMPLATE")}
    test.update(NAME=NAME, TEMPLATE=template)
    connection.close()
    connection.close_pool()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    _keep_tasks_here()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)
        test.update(before)


def _keep_tasks_here() -> None:
    """The texts of this database are nobody's: no worker of this machine shall look for them."""
    from config.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})
