"""A PostgreSQL server of a test's own, with the tables as `migrate` leaves them: one that may be killed."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from django.conf import settings

from config import databases
from operations.backups.postgres import folder_of_programs, major_of
from tests import template_database
from tests.template_database import ROOT

USE = "import sys; from pathlib import Path; from config import embedded;"
ENTER = USE + "print(embedded.connection(var=Path(sys.argv[1]), database='wayfare')['host'])"
_held = {}


def make(var: Path, *, env: dict[str, str]) -> str:
    """Start it, fill it; returns its socket directory. Held by us, so that it stays when nobody else uses it."""
    _held[var] = users = open(var / "postgres.users", "w")  # noqa: SIM115  held until `end`
    fcntl.flock(users, fcntl.LOCK_SH)
    host = _enter(var)
    _fill(host, env)
    return host


def end(var: Path) -> None:
    """Who enters and leaves last stops it."""
    _held.pop(var).close()
    _enter(var)


def postmaster(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().split()[0])


def kill(var: Path) -> None:
    """It and all it has started are gone when this returns."""
    with suppress(FileNotFoundError, ProcessLookupError):
        pid = postmaster(var)
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
            time.sleep(0.02)


def _enter(var: Path) -> str:
    command = [sys.executable, "-c", ENTER, str(var)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _fill(host: str, env: dict[str, str]) -> None:
    """From the template that all tests copy: a dump of it is much quicker than the migrations."""
    source = databases.conninfo({**settings.DATABASE, "dbname": template_database.name()})
    with psycopg.connect(source) as link:
        programs = folder_of_programs(major_of(link))
    target = databases.conninfo({"host": host, "user": "postgres", "dbname": "wayfare"})
    dump = subprocess.Popen([programs / "pg_dump", "-Fc", "-Z0", source], stdout=subprocess.PIPE)
    load = [programs / "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--dbname", target]
    subprocess.run(load, stdin=dump.stdout, check=True)
    dump.stdout.close()
    assert dump.wait() == 0


def _state(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"
