"""The population that figures are measured on, made once and kept: `make population N=6000000`.

It is a database of its own beside the installation's. Until it is whole it has another name, so that one broken off is
never measured. Who writes to it takes back what it wrote, or works in a copy.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit

import django
import psycopg
from django.db import connection

from benchmarks import Figure
from config import databases, environment

NAME, UNDER_WAY, COPY = "wayfare_population", "wayfare_population_under_way", "wayfare_population_copy"
ENOUGH = 200_000
"""People, where nobody has made a larger one."""

SEED = Figure(
    name="seed",
    measure=dict,
    runs=1,
    what="A population from nothing: the register, its cases and all that hangs on them.",
)
COUNTS = """
SELECT (SELECT count(*) FROM workers_worker), (SELECT count(*) FROM cases_case),
    (SELECT count(*) FROM workers_journalline), (SELECT count(*) FROM workers_statusreport),
    (SELECT count(*) FROM viewflow_task), (SELECT count(*) FROM notifications_message),
    pg_database_size(current_database()) >> 20
"""
LARGEST = """
SELECT relname, reltuples::bigint, pg_table_size(oid) >> 20, pg_indexes_size(oid) >> 20 FROM pg_class
WHERE relkind = 'r' ORDER BY pg_total_relation_size(oid) DESC LIMIT 10
"""


@contextmanager
def population() -> Iterator[int]:
    """Django works in it; how many people it has. Without one, a small one is made first."""
    if not _exists(NAME):
        print(
            f"No population yet: making one of {ENOUGH:,} people (make population N=6000000 for a whole city).",
            file=sys.stderr,
        )
        list(make(ENOUGH))
    _manage(NAME, "migrate", "-v", "0")  # it may be older than the code
    own = connection.settings_dict["NAME"]
    _use(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'workers_worker'")
            yield cursor.fetchone()[0]
    finally:
        _use(own)


@contextmanager
def copy() -> Iterator[int]:
    """Of the population, to be written to and dropped; how many people it has."""
    with population() as people:
        pass
    _drop(COPY)
    with _server() as link:
        link.execute(f"CREATE DATABASE {COPY} TEMPLATE {NAME} STRATEGY file_copy")
    own = connection.settings_dict["NAME"]
    _use(COPY)
    try:
        yield people
    finally:
        _use(own)
        _drop(COPY)


def make(people: int) -> Iterator[dict]:
    """Anew, whatever is there; a row of what it cost and holds, and one for each of its largest tables."""
    _drop(UNDER_WAY)
    _create(UNDER_WAY)
    begin = time.monotonic()
    _manage(UNDER_WAY, "migrate", "-v", "0")
    _manage(UNDER_WAY, "seed", "--workers", str(people))
    minutes = round((time.monotonic() - begin) / 60, 1)
    _drop(NAME)
    with _server() as link:
        link.execute(f"ALTER DATABASE {UNDER_WAY} RENAME TO {NAME}")
    names = ("people", "cases", "journal_lines", "reports", "tasks", "messages", "MB")
    with psycopg.connect(databases.conninfo(databases.libpq_parameters() | {"dbname": NAME})) as link:
        counts = dict(zip(names, link.execute(COUNTS).fetchone(), strict=True))
        yield {"name": SEED.name, "row": "all of it", "min": minutes, **counts}
        for table, rows, size, indexes in link.execute(LARGEST):
            yield {"name": SEED.name, "row": table, "rows": rows, "table_MB": size, "indexes_MB": indexes}


def _use(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _manage(name: str, *command: str) -> None:
    url = urlsplit(environment.text("DATABASE_URL"))
    where = {"WAYFARE_DB_NAME": name} if databases.is_embedded() else {"DATABASE_URL": url._replace(path=name).geturl()}
    subprocess.run(
        [sys.executable, "manage.py", *command], env={**os.environ, **where}, cwd=environment.ROOT, check=True
    )


def _create(name: str) -> None:
    with _server() as link:
        link.execute(f"CREATE DATABASE {name} ENCODING 'UTF8'")


def _exists(name: str) -> bool:
    with _server() as link:
        return link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(name: str) -> None:
    with _server() as link:
        link.execute(f"DROP DATABASE IF EXISTS {name}")


def _server() -> psycopg.Connection:
    return psycopg.connect(databases.conninfo(databases.libpq_parameters() | {"dbname": "postgres"}), autocommit=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks.report import write_report

    made = [{"runs": 1, **row} for row in make(int(sys.argv[1] if sys.argv[1:] else 6_000_000))]
    for row in made:
        print(json.dumps(row, ensure_ascii=False))
    write_report(SEED, made, on=date.today())
