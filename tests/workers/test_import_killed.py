"""An import that is killed, or done twice at once, leaves what an undisturbed one leaves: with processes and kills."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings

from benchmarks.bench_judging import HEADINGS, as_csv, row_of
from config import databases
from tests import template_database
from tests.template_database import ROOT

pytestmark = pytest.mark.longest

ROWS, CHUNK, KILLS = 900, 60, 10
VILLAGES = ["织金县猫场镇凤坪村", "织金县化起镇红光社区", "织金县猫场镇岩脚村"]
SAID_BY_KEY = {
    "workers": "SELECT area_code, status, service_group, phone_tail, wish_willing, created_at IS NULL FROM worker",
    "tags": "SELECT tag, valid_from FROM workers_workertag t JOIN worker ON worker.id = t.worker_id",
    "reports": "SELECT t.status, t.happened_at, t.wage, t.note FROM workers_statusreport t JOIN worker "
    "ON worker.id = t.worker_id",
    "flags": "SELECT rule, data::text, cleared_at FROM workers_flag t JOIN worker ON worker.id = t.worker_id",
    "homes": "SELECT household_role, zero_employment, h.area_code, (SELECT string_agg(m.name || m.household_role, ',' "
    "ORDER BY m.name, m.birth_date, m.household_role) FROM workers_worker m WHERE m.household_id = h.id) FROM worker "
    "JOIN workers_household h ON h.id = worker.household_id",
    "lines": "SELECT seq, what, (data - 'case')::text FROM workers_journalline t JOIN worker "
    "ON worker.id = t.worker_id",
    "heads": "SELECT seq FROM workers_journalhead t JOIN worker ON worker.id = t.worker_id",
    "cases": "SELECT state, t.service_group, owner_id FROM cases_case t JOIN worker ON worker.id = t.worker_id",
    "items": "SELECT step, reason, i.state, due_at::date FROM cases_workitem i JOIN cases_case t ON t.id = i.case_id "
    "JOIN worker ON worker.id = t.worker_id",
    "moves": "SELECT from_state, to_state, cause FROM cases_casemove m JOIN cases_case t ON t.id = m.case_id "
    "JOIN worker ON worker.id = t.worker_id",
}
WHO = "WITH worker AS (SELECT * FROM workers_worker) SELECT worker.name, worker.birth_date, worker.id_tail, "
ENGINE = "SELECT flow_task, t.status, count(*) FROM viewflow_task t GROUP BY 1, 2 ORDER BY 1, 2"
STATES = "SELECT coalesce(string_agg(state, ',' ORDER BY no), '') FROM workers_rosterchunk"


@pytest.fixture
def roster(tmp_path):
    """People of three villages; some stand in it twice, some have no number."""
    chance = random.Random(7)
    rows = [row_of(n, chance, VILLAGES) for n in range(ROWS)]
    for n, row in enumerate(rows):
        row[3] = rows[n // 3 * 3][3]
        row += in_its_household(n)
    rows[700:710] = rows[100:110]
    path = tmp_path / "名册.csv"
    path.write_bytes(as_csv(rows, "gb18030", [*HEADINGS, "户编号", "与户主关系"]))
    return path


def in_its_household(n: int) -> list[str]:
    """Three one below the other; of every ninth household the last stands far from the others. Some have two heads."""
    home = (n - 450 if n >= 450 and n % 27 == 2 else n) // 3
    return [str(home), ("户主", "户主" if home % 7 == 0 else "配偶", "子")[n % 3]]


@contextmanager
def database(name: str):
    """Of its own, as migrations leave it."""
    database = f"test_import_{os.environ.get('WAYFARE_TEST_DB', 'wayfare')}_{name}_{os.getpid()}"
    template_database.copy(database)
    try:
        yield {**settings.DATABASE, "dbname": database}
    finally:
        template_database.drop(database)


def begun(where: dict, roster, *options: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "import_workers", str(roster), "--chunk", str(CHUNK), *options]
    env = {**os.environ, "DATABASE_URL": template_database.as_url(where), "CELERY_BROKER_URL": ""}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **quiet)


def ended(process: subprocess.Popen) -> None:
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()


def kill_when_something_moved(process: subprocess.Popen, where: dict, chance: random.Random) -> None:
    """At a moment that nobody chose, in the midst of it."""
    with psycopg.connect(databases.conninfo(where), autocommit=True) as link:
        before = link.execute(STATES).fetchone()
        while process.poll() is None and link.execute(STATES).fetchone() == before:
            time.sleep(0.01)
    time.sleep(chance.random() * 0.15)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def written(where: dict) -> dict:
    """Everything but keys, hashes and the moments it was entered."""
    with psycopg.connect(databases.conninfo(where)) as link:
        rows = {
            name: sorted(link.execute(query.replace("SELECT ", WHO, 1)).fetchall(), key=str)
            for name, query in SAID_BY_KEY.items()
        }
        return rows | {"engine": link.execute(ENGINE).fetchall()}


def verdicts(where: dict) -> list:
    with psycopg.connect(databases.conninfo(where)) as link:
        return link.execute(
            "SELECT no, label, verdict, issues, is_saved, is_new FROM workers_rosterverdict v "
            "WHERE upload_id = (SELECT min(upload_id) FROM workers_rosterverdict) ORDER BY no"
        ).fetchall()


def check(where: dict) -> None:
    env = {"DATABASE_URL": template_database.as_url(where), "CELERY_BROKER_URL": ""}
    template_database.manage("check_invariants", env=env)
    template_database.manage("check_tallies", env=env)


def test_killed_at_ten_moments_or_done_twice_at_once_it_leaves_what_an_undisturbed_import_leaves(roster):
    chance = random.Random()
    with database("whole") as whole, database("killed") as killed, database("twice") as twice:
        ended(begun(whole, roster, "--jobs", "1"))
        for _kill in range(KILLS):
            kill_when_something_moved(begun(killed, roster, "--jobs", "2"), killed, chance)
        ended(begun(killed, roster, "--jobs", "2"))
        for process in [begun(twice, roster, "--jobs", "1") for _each in range(2)]:
            ended(process)

        expected = written(whole)
        assert len(expected["workers"]) > ROWS * 0.9
        assert len(expected["cases"]) > ROWS * 0.1
        assert len(expected["homes"]) == len(expected["workers"])
        for where in (killed, twice):
            assert written(where) == expected
            assert verdicts(where) == verdicts(whole)
            check(where)
