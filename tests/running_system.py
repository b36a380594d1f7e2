"""The system as it really runs: a web server and a Celery worker in processes of their own, on their own database."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import psycopg
from django.conf import settings
from psycopg import sql

from config import databases

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60


class RunningSystem:
    """A context: fresh database, migrations, broker, web and worker; stops what it started and drops the database.

    `url` is where the browser goes. `manage(...)` runs a command in the same system, `ask(...)` reads its database,
    `tick(...)` does one piece of the clock's work, `move_clock(days=90)` takes web and worker into the future.
    """

    def __init__(self, *, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"test_journeys_{os.environ.get('WAYFARE_TEST_DB', 'wayfare')}_{os.getpid()}"
        self.clock_file = folder / "clock"
        self.parameters = {**settings.DATABASE, "dbname": self.database}
        self.env = {**os.environ, **self.environment()}
        self.processes: list[subprocess.Popen] = []

    def environment(self) -> dict[str, str]:
        return {
            "WAYFARE_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": as_url(self.parameters),
            "CELERY_BROKER_URL": "",
            "WAYFARE_CLOCK_FILE": str(self.clock_file),
            "WAYFARE_SMS_GATEWAY": "sandbox",
            "PORT": str(self.port),
            "PUBLIC_BASE_URL": self.url,
        }

    def __enter__(self):
        self._sql("CREATE DATABASE {} ENCODING 'UTF8'")
        try:
            self.manage("migrate", "--verbosity=0")
            self.manage("install_broker")
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def manage(self, *arguments: str) -> str:
        """Run a management command in this system; answers what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise AssertionError(f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def python(self, code: str) -> str:
        """Run a few lines of Python inside this system, models at hand; answers what they printed."""
        return self.manage("shell", "--no-imports", "-c", code)

    def tick(self, task: str) -> str:
        """Do one piece of the clock's work now, e.g. `notifications.clock.sweep`."""
        return self.manage("tick", task)

    def ask(self, query: str, *values) -> list[tuple]:
        with psycopg.connect(databases.conninfo(self.parameters)) as link:
            return link.execute(query, values).fetchall()

    def move_clock(self, **timedelta_arguments) -> None:
        """Live this far ahead of the real clock from now on (days=, hours=, ...); not added to an earlier move."""
        self.clock_file.write_text(str(timedelta(**timedelta_arguments).total_seconds()))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def _start(self) -> None:
        self._spawn("web", "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi")
        self._spawn("worker", "-m", "celery", "-A", "config", "worker", "--concurrency=1", "--loglevel=info")
        self._await_web()

    def _spawn(self, name: str, *arguments: str) -> None:
        log = open(self.folder / f"{name}.log", "w")  # noqa: SIM115  the process keeps it
        command = [sys.executable, *arguments]
        self.processes.append(subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log))
        log.close()

    def _await_web(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except (URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"The system did not start.\n{self.log('web')}\n{self.log('worker')}")

    def _stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._sql("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        parameters = {**settings.DATABASE, "dbname": "postgres"}
        with psycopg.connect(databases.conninfo(parameters), autocommit=True) as link:
            link.execute(sql.SQL(statement).format(sql.Identifier(self.database)))


def as_url(parameters: dict[str, str]) -> str:
    """DATABASE_URL for parameters that may hold a socket directory, which a URL carries as a query."""
    named = dict(parameters)
    return f"postgres:///{quote(named.pop('dbname'))}?{urlencode(named)}"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
