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
from urllib.request import urlopen

import psycopg
from django.conf import settings

from config import databases, rights
from config.celery import QUEUES
from config.management.commands.serve import worker
from tests import template_database
from tests.resident import Resident
from tests.template_database import ROOT

SECONDS_TO_START = 180


class RunningSystem:
    """A context: fresh database, broker, web and worker; stops what it started and drops the database.

    `url` is where the browser goes. `manage(...)` runs a command in the same system, `ask(...)` reads its database,
    `tick(...)` does one piece of the clock's work, `move_clock(days=90)` takes all its processes into the future.
    """

    def __init__(self, *, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"test_journeys_{os.environ.get('WAYFARE_TEST_DB', 'wayfare')}_{self.port}"
        self.clock_file = folder / "clock"
        self.parameters = {**settings.DATABASE, "dbname": self.database}
        self.env = {**os.environ, **self.environment()}
        self.processes: list[subprocess.Popen] = []
        self.resident: Resident | None = None

    def environment(self) -> dict[str, str]:
        return {
            "WAYFARE_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self._url(rights.APPLICATION),
            "DATABASE_OWNER_URL": self._url(self.parameters["user"]),
            "CELERY_BROKER_URL": "",
            "WAYFARE_CLOCK_FILE": str(self.clock_file),
            "WAYFARE_SMS_GATEWAY": "sandbox",
            "PORT": str(self.port),
            "PUBLIC_BASE_URL": self.url,
        }

    def _url(self, user: str) -> str:
        return template_database.as_url({**self.parameters, "user": user, "options": template_database.QUICK})

    def __enter__(self):
        template_database.copy(self.database)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def manage(self, *arguments: str) -> str:
        """Run a management command in this system; answers what it printed."""
        return template_database.manage(*arguments, env=self.env)

    def python(self, code: str) -> str:
        """Run a few lines of Python inside this system, models at hand; answers what they printed."""
        if self.resident is None:
            self.resident = Resident(env=self.env, log=self.folder / "resident.log")
        return self.resident.do(code)

    def tick(self, task: str) -> str:
        """Do one piece of the clock's work now, with the rights of the clock, e.g. `notifications.clock.sweep`."""
        env = dict(self.env)
        databases.own_nothing(env)
        return template_database.manage("tick", task, env=env)

    def ask(self, query: str, *values) -> list[tuple]:
        with psycopg.connect(databases.conninfo(self.parameters)) as link:
            return link.execute(query, values).fetchall()

    def move_clock(self, **timedelta_arguments) -> None:
        """Live this far ahead of the tests' clock from now on (days=, hours=, ...); not added to an earlier move."""
        self.clock_file.write_text(str(timedelta(**timedelta_arguments).total_seconds()))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def _start(self) -> None:
        self._spawn("web", "-m", "config.web")
        self._spawn("worker", *worker("worker", QUEUES).arguments)
        self._await_web()

    def _spawn(self, name: str, *arguments: str) -> None:
        """What serves owns nothing, as in production; commands are the owner's."""
        log = open(self.folder / f"{name}.log", "w")  # noqa: SIM115  the process keeps it
        command, env = [sys.executable, *arguments], dict(self.env)
        if name != "serve":  # that one does it itself
            databases.own_nothing(env)
        self.processes.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log))
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
        if self.resident:
            self.resident.leave()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        template_database.drop(self.database)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
