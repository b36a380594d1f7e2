"""The embedded PostgreSQL: first in starts it, last out stops it, whoever dies in between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.xdist_group("embedded")  # they share one folder of a server
ROOT = Path(__file__).resolve().parent.parent.parent
USE_IT = """
import sys
from pathlib import Path
from config import embedded
import psycopg
with psycopg.connect(**embedded.connection(var=Path(sys.argv[1]), database="house")) as link:
    print(link.execute("SHOW max_connections").fetchone()[0], flush=True)
if len(sys.argv) > 2:
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    return tmp_path_factory.mktemp("embedded")


def use(var: Path, *, stay: bool = False) -> subprocess.Popen:
    command = [sys.executable, "-c", USE_IT, str(var), *(["stay"] if stay else [])]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def is_up(var: Path) -> bool:
    return (var / "postgres" / "postmaster.pid").exists()


def test_several_that_start_at_once_share_one_server_and_the_last_stops_it(var):
    users = [use(var) for _ in range(4)]

    answers = [user.communicate()[0].strip() for user in users]

    assert answers == ["200"] * 4
    assert not is_up(var)


def test_a_command_leaves_a_running_server_alone(var):
    resident = use(var, stay=True)
    resident.stdout.readline()

    assert use(var).communicate()[0].strip() == "200"
    assert is_up(var)

    resident.communicate()
    assert not is_up(var)


def test_the_next_user_takes_over_from_a_killed_one(var):
    killed = use(var, stay=True)
    killed.stdout.readline()
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert is_up(var)

    assert use(var).communicate()[0].strip() == "200"

    assert not is_up(var)


def test_who_enters_while_the_server_is_just_ending_waits_and_starts_it_again(var):
    """It ends as soon as its last client has gone; until then it takes nobody."""
    resident = use(var, stay=True)
    resident.stdout.readline()
    server, _, _, _, socket_dir, *_ = (var / "postgres" / "postmaster.pid").read_text().splitlines()
    with psycopg.connect(host=socket_dir, user="postgres", dbname="postgres"):
        os.kill(int(server), signal.SIGTERM)
        while "stopping" not in (var / "postgres" / "postmaster.pid").read_text():
            time.sleep(0.05)
        entering = use(var)
        with pytest.raises(subprocess.TimeoutExpired):
            entering.wait(timeout=3)

    assert entering.communicate()[0].strip() == "200"
    resident.communicate()
    assert not is_up(var)


def test_a_stale_pid_file_after_a_crash_does_not_mislead(var):
    resident = use(var, stay=True)
    resident.stdout.readline()
    server = int((var / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    time.sleep(0.5)
    resident.communicate()

    assert use(var).communicate()[0].strip() == "200"

    assert not is_up(var)


LIVE_THROUGH_IT = """
import sys, time
import django
django.setup()
from config import embedded, environment
from django.db import connection
def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'well'")
        print(cursor.fetchone()[0], flush=True)
    connection.close()  # back to the pool
ask()
sys.stdin.readline()
while not embedded.keep_up(environment.VAR):
    time.sleep(0.1)
ask()
"""


def test_a_killed_server_is_started_again_and_nobody_gets_a_connection_that_died_with_it(tmp_path):
    env = {**os.environ, "WAYFARE_VAR": str(tmp_path), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", LIVE_THROUGH_IT]
    user = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdout.readline() == "well\n"
    os.kill(int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    answer, _ = user.communicate("killed\n")

    assert (answer, user.returncode) == ("well\n", 0)


REFUSE_A_ROW = """
import sys
from contextlib import suppress
from pathlib import Path
from config import embedded
import psycopg
with psycopg.connect(**embedded.connection(var=Path(sys.argv[1]), database="house"), autocommit=True) as link:
    link.execute("CREATE TEMP TABLE people (name text, age int, CHECK (age > 0))")
    with suppress(psycopg.errors.CheckViolation):
        link.execute("INSERT INTO people VALUES ('Somebody Named', -1)")
"""


def test_a_refused_row_leaves_nobodys_name_in_the_log(var):
    subprocess.run([sys.executable, "-c", REFUSE_A_ROW, str(var)], cwd=ROOT, check=True)

    log = (var / "postgres" / "log").read_text()
    assert "violates check constraint" in log
    assert "Somebody Named" not in log


LIVE_AND_LOSE = """
import sys, time
from pathlib import Path
from subprocess import run
from config import embedded
from operations.backups.postgres import folder_of_programs, major_of
import psycopg
var, base = map(Path, sys.argv[1:])
there = embedded.connection(var=var, database="house")
with psycopg.connect(**there, autocommit=True) as link:
    link.execute("CREATE TABLE people (name text)")
    link.execute("INSERT INTO people VALUES ('before')")
    programs = folder_of_programs(major_of(link))
    run([programs / "pg_basebackup", "-h", there["host"], "-U", "postgres", "-c", "fast", "-D", base], check=True)
    link.execute("INSERT INTO people VALUES ('after')")
    print(link.execute("SELECT clock_timestamp()").fetchone()[0], flush=True)
    link.execute("DELETE FROM people")
    full = link.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    for _ in range(600):
        if link.execute("SELECT last_archived_wal >= %s FROM pg_stat_archiver", [full]).fetchone()[0]:
            break
        time.sleep(0.1)
    else:
        raise SystemExit("nothing was put away")
"""
WHO_IS_THERE = """
import sys
from pathlib import Path
from config import embedded
import psycopg
with psycopg.connect(**embedded.connection(var=Path(sys.argv[1]), database="house")) as link:
    print(*(name for (name,) in link.execute("SELECT name FROM people")))
"""


def test_the_moment_before_a_deletion_is_gone_back_to(var, tmp_path):
    base, archive = tmp_path / "base", tmp_path / "what is put away"
    env = {**os.environ, "WAYFARE_WAL_ARCHIVE": str(archive), "DJANGO_SETTINGS_MODULE": "config.settings"}
    moment = run_here(LIVE_AND_LOSE, var, base, env=env)

    recover = ROOT / "deploy" / "postgresql" / "recover"
    subprocess.run([recover, var / "postgres", base, archive, moment], check=True, stdout=subprocess.DEVNULL)

    assert run_here(WHO_IS_THERE, var, env=env) == "before after"


def run_here(code: str, *arguments: Path, env: dict) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout.strip()
