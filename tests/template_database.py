"""A database as `migrate` leaves it, made once a test run. A copy of it is much quicker than the migrations."""

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from psycopg import sql

from config import broker, databases, environment, rights

ROOT = Path(__file__).resolve().parent.parent
# All processes of one run have the same name for it; WAYFARE_TEST_RUN makes one run of several calls of pytest.
RUN = os.environ.get("WAYFARE_TEST_RUN") or os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())

QUICK = "-c synchronous_commit=off"
"""For connections of tests: they don't wait for the disk. Only a crash of the server could lose what they committed."""


def name() -> str:
    """Of the template, which whoever asks first makes; the others wait for it."""
    template = f"test_template_{os.environ.get('WAYFARE_TEST_DB', 'wayfare')}"
    with _one_at_a_time(template):
        if _made_by(template) != RUN:
            _make(template)
    return template


def copy(database: str) -> None:
    _sql("CREATE DATABASE {} TEMPLATE {}", database, name())


def create(database: str) -> None:
    """With nothing in it at all."""
    _sql("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", database)


def drop(database: str) -> None:
    _sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def as_url(parameters: dict[str, str]) -> str:
    """DATABASE_URL for parameters that may hold a socket directory, which a URL carries as a query."""
    named = dict(parameters)
    return f"postgres:///{quote(named.pop('dbname'))}?{urlencode(named)}"


def manage(*arguments: str, env: dict[str, str]) -> str:
    """Run a management command; answers what it printed, raises AssertionError with what went wrong."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def _make(template: str) -> None:
    drop(template)
    _sql("CREATE DATABASE {} ENCODING 'UTF8'", template)
    there = {**settings.DATABASE, "dbname": template}
    manage("migrate", "--verbosity=0", "--skip-checks", env={"DATABASE_URL": as_url(there), "CELERY_BROKER_URL": ""})
    broker.install(databases.conninfo(there))
    with psycopg.connect(databases.conninfo(there)) as link:
        rights.make_application_role(link)
        rights.grant(link, rights.APPLICATION)
    _sql("COMMENT ON DATABASE {} IS {}", template, sql.Literal(RUN))


def _made_by(template: str) -> str | None:
    with _link() as link:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        return (link.execute(query, [template]).fetchone() or [None])[0]


def _sql(statement: str, *names) -> None:
    parts = [name if isinstance(name, sql.Literal) else sql.Identifier(name) for name in names]
    with _link() as link:
        link.execute(sql.SQL(statement).format(*parts))


def _link():
    return psycopg.connect(databases.conninfo({**settings.DATABASE, "dbname": "postgres"}), autocommit=True)


@contextmanager
def _one_at_a_time(template: str):
    environment.VAR.mkdir(parents=True, exist_ok=True)
    with open(environment.VAR / f"{template}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":  # `make template`: ready before the first test asks
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from tests import environment as _  # noqa: F401  what pytest loads first

    name()
