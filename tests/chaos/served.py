"""A system as `make run` runs it: supervisor, web processes, workers, clock, and a PostgreSQL of its own."""

import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from kombu import Connection

from config import databases
from config.celery import app, broker_options
from tests import template_database
from tests.chaos import cluster
from tests.notifications.fake_twilio import ACCOUNT, FROM, TOKEN, FakeTwilio
from tests.running_system import ROOT, RunningSystem

PATIENCE = 240
"""Seconds: a process that died often is started after a pause, and on a busy machine a start takes ten of them."""
LEASE = 2  # seconds
WEBS, WORKERS = 3, [f"worker-{number}" for number in range(1, 5)]
NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
"""When it is there, whatever day it is here: by night a text would rightly wait for the morning."""


class ServedSystem(RunningSystem):
    """`send(...)` hands a task to the broker, `pid_of("worker-1")` finds a process by what it was started as.

    The web processes are called after the file of their own port, e.g. "web-6". Texts go to `network`.
    """

    def __init__(self, *, folder: Path, network: FakeTwilio):
        self.var, self.network = folder / "var", network
        self.var.mkdir(exist_ok=True)
        super().__init__(folder=folder)
        self.database = "wayfare"
        self.parameters = {"host": "", "user": "postgres", "dbname": self.database}
        self.over = threading.Event()
        self.keeper = threading.Thread(target=self._keep_supervised, daemon=True)
        self.be_at(NOON)

    def environment(self):
        return super().environment() | {
            "DATABASE_URL": "",
            "DATABASE_OWNER_URL": "",
            "WAYFARE_VAR": str(self.var),
            "WAYFARE_SEALS": str(self.var / "seals"),
            "WAYFARE_LEASE_SECONDS": str(LEASE),
            "WAYFARE_LOG": "json",
            "WEB_WORKERS": str(WEBS),
            "TASK_WORKERS": str(len(WORKERS)),
            "PYTHONUNBUFFERED": "1",
            "WAYFARE_SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": FROM,
            "TWILIO_BASE_URL": self.network.url,
        }

    def __enter__(self):
        self.parameters["host"] = cluster.make(self.var, env=self.env)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def be_at(self, moment: datetime) -> None:
        """It is that time there from now on."""
        ahead = float(os.environ.get("WAYFARE_CLOCK_AHEAD") or 0)
        self.move_clock(seconds=moment.timestamp() - time.time() - ahead)

    def _start(self) -> None:
        self._start_supervisor()
        self.keeper.start()
        until(self.answers)

    def _keep_supervised(self) -> None:
        """As systemd does with a unit that has ended, whoever ended it: without a database it gives up by itself."""
        while not self.over.wait(0.5):
            if self.processes[0].poll() is not None:
                self._start_supervisor()

    def _start_supervisor(self) -> None:
        with open(self.folder / "serve.log", "a") as log:
            command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
            self.processes[:] = [subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)]

    def _stop(self) -> None:
        self.over.set()
        if self.keeper.is_alive():
            self.keeper.join()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(40)
            process.kill()
            process.wait()
        cluster.end(self.var)

    def answers(self) -> bool:
        try:
            return urlopen(f"{self.url}/healthz", timeout=5).status == 200
        except (URLError, OSError):
            return False

    @property
    def supervisor(self) -> int:
        return self.processes[0].pid

    def pids(self) -> dict[str, int]:
        """What the supervisor runs now, by name."""
        return {name: pid for pid in children_of(self.supervisor) if (name := name_of(pid))}

    def pid_of(self, name: str) -> int:
        until(lambda: name in self.pids())
        return self.pids()[name]

    def webs(self) -> list[str]:
        until(lambda: len([name for name in self.pids() if name.startswith("web")]) == WEBS)
        return sorted(name for name in self.pids() if name.startswith("web"))

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        pid = self.pid_of(name)
        os.kill(pid, number)
        return pid

    @contextmanager
    def asleep(self, *names: str):
        """What is sent meanwhile, these processes find all at once."""
        pids = [self.kill(name, signal.SIGSTOP) for name in names]
        yield
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    @contextmanager
    def without_database(self):
        """Its server is killed, and nobody can start it."""
        with open(self.var / "postgres.entry.lock", "w") as entry:
            fcntl.flock(entry, fcntl.LOCK_EX)
            cluster.kill(self.var)
            yield

    def send(self, *calls: tuple[str, dict], queue: str = "interactive") -> None:
        options = broker_options(databases.conninfo(self.parameters))
        with Connection("pgmq://", transport="config.carrier:Transport", transport_options=options) as broker:
            for task, said in calls:
                app.send_task(task, kwargs=said, queue=queue, connection=broker)

    def count(self, query: str, *values) -> int:
        return self.ask(query, *values)[0][0]

    def asked(self, query: str, *values) -> list[tuple]:
        """The same while the database may be away: then nothing."""
        with suppress(psycopg.OperationalError, psycopg.InterfaceError):
            return self.ask(query, *values)
        return []

    def database_log(self) -> str:
        return (self.var / "postgres" / "log").read_text(errors="replace")

    def run_inside(self, module: str, function: str, *said: str) -> str:
        """A function of a module of ours, in a process of this system; answers what it printed."""
        code = f"import sys; from {module} import {function} as do; do(*{list(said)!r})"
        return template_database.manage("shell", "--no-imports", "-c", code, env=self.env)


def children_of(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def name_of(pid: int) -> str:
    """Empty for what is still on its way to becoming one of them."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    if "leash.py" in command:
        return ""
    if found := re.search(r"--hostname=([\w-]+)@", command):
        return found[1]
    if found := re.search(r"config\.web .*--fd=(\d+) *$", command):
        return f"web-{found[1]}"
    return "clock" if " beat " in command else ""


def until(question: Callable[[], object], *, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
