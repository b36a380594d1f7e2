"""Taken back by processes that are killed, or twice at once, a roster leaves what was there before it."""

import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from benchmarks.bench_judging import as_csv, row_of
from config import databases
from tests import template_database
from tests.template_database import ROOT
from tests.workers.test_import_killed import VILLAGES, begun, check, database, ended
from tests.workers.test_taking_back import BESIDE, TABLES

pytestmark = pytest.mark.longest

KNOWN, ROWS, KILLS = 300, 900, 6
SEALED = "workers_worker"
UNDONE = "SELECT count(*) FROM workers_rosterchunk WHERE undone_at IS NOT NULL"
NEWEST = "SELECT max(id) FROM workers_rosterupload"


@pytest.fixture
def rosters(tmp_path):
    """One of people, and one of a month later with other phones, wages and groups of theirs and with newcomers."""
    chance = random.Random(11)
    first = [row_of(n, chance, VILLAGES) for n in range(1, KNOWN)]
    rows = [row_of(n, chance, VILLAGES) for n in range(1, ROWS)]
    for old, new in zip(first, rows, strict=False):
        new[0], new[3], new[-1] = old[0], f"{old[3][:-2]}9组", "2026-10-31"  # who moves house stays as they are
    paths = tmp_path / "九月.csv", tmp_path / "十月.csv"
    for path, told in zip(paths, (first, rows), strict=True):
        path.write_bytes(as_csv(told, "gb18030"))
    return paths


def standing(where: dict) -> dict[str, list]:
    """Every table but those of rosters and of the journal. Phones are compared by their blind index."""
    with psycopg.connect(databases.conninfo(where)) as link:
        names = [name for (name,) in link.execute(TABLES).fetchall() if not name.startswith(BESIDE)]
        rows = {}
        for name in names:
            told = f"to_jsonb(t) - '{'phone_cipher' if name == SEALED else ''}'"
            rows[name] = link.execute(f'SELECT md5(({told})::text) FROM "{name}" t ORDER BY 1').fetchall()
        return rows


def taking_back(where: dict, *options: str) -> subprocess.Popen:
    newest = str(asked(where, NEWEST))
    command = [sys.executable, "manage.py", "take_back_roster", newest, "--yes", *options]
    env = {**os.environ, "DATABASE_URL": template_database.as_url(where), "CELERY_BROKER_URL": ""}
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stderr=subprocess.PIPE)


def asked(where: dict, query: str) -> object:
    with psycopg.connect(databases.conninfo(where)) as link:
        return link.execute(query).fetchone()[0]


def kill_when_some_is_done(process: subprocess.Popen, where: dict, chance: random.Random) -> None:
    before = asked(where, UNDONE)
    while process.poll() is None and asked(where, UNDONE) == before:
        time.sleep(0.01)
    time.sleep(chance.random() * 0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def test_killed_or_done_twice_at_once_it_leaves_what_was_there_before(rosters):
    chance, (first, later) = random.Random(), rosters
    with database("before") as before:
        ended(begun(before, first, "--jobs", "1"))
        expected = standing(before)
        ended(begun(before, later, "--jobs", "2"))
        assert standing(before) != expected
        assert asked(before, "SELECT count(*) FROM workers_rostertrace WHERE first > 1") > KNOWN * 0.9
        for _kill in range(KILLS):
            kill_when_some_is_done(taking_back(before, "--jobs", "1"), before, chance)
        for process in [taking_back(before, "--jobs", "1") for _each in range(2)]:
            ended(process)

        assert not asked(before, "SELECT count(*) FROM workers_rostertrace WHERE upload_id = 2")
        assert standing(before) == expected
        check(before)
        env = {"DATABASE_URL": template_database.as_url(before), "CELERY_BROKER_URL": ""}
        template_database.manage("verify_journal", env=env)
