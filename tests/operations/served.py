"""A system as `manage.py serve` runs it: web, two workers, clock, and who watches over them."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from kombu import Connection

from config import databases
from config.celery import app, broker_options
from tests.running_system import RunningSystem

PATIENCE = 240
"""Seconds: a process that died often is started after a pause, and on a busy machine a start takes ten of them."""
LEASE = 2  # seconds


class ServedSystem(RunningSystem):
    """`send(...)` hands a task to the broker, `pid_of("worker-1")` finds a process by what it was started as."""

    def environment(self):
        return super().environment() | {
            "WAYFARE_VAR": str(self.folder / "var"),
            "WAYFARE_LEASE_SECONDS": str(LEASE),
            "WAYFARE_LOG": "json",
            "WEB_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def __init__(self, *, folder: Path):
        (folder / "var").mkdir()
        super().__init__(folder=folder)
        self.database += "_served"
        self.parameters = {**self.parameters, "dbname": self.database}
        self.env = {**os.environ, **self.environment()}

    def _start(self) -> None:
        self._spawn("serve", "-m", "tests.operations.serve", "--port", str(self.port))
        until(lambda: "is at http" in self.log("serve") or self.processes[0].poll() is not None)
        assert self.processes[0].poll() is None, self.log("serve")

    @property
    def supervisor(self) -> int:
        return self.processes[0].pid

    def pids(self) -> dict[str, int]:
        """What the supervisor runs now, by name."""
        return {name_of(pid): pid for pid in children_of(self.supervisor) if name_of(pid)}

    def pid_of(self, name: str) -> int:
        until(lambda: name in self.pids())
        return self.pids()[name]

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

    def send(self, *calls: tuple[str, dict], queue: str = "interactive") -> None:
        options = broker_options(databases.conninfo(self.parameters))
        with Connection("pgmq://", transport="config.carrier:Transport", transport_options=options) as broker:
            for task, said in calls:
                app.send_task(task, kwargs=said, queue=queue, connection=broker)

    def count(self, query: str, *values) -> int:
        return self.ask(query, *values)[0][0]


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def name_of(pid: int) -> str:
    """Empty for what is still on its way to becoming one of them."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""
    if "leash.py" in command:
        return ""
    if found := re.search(r"--hostname=([\w-]+)@", command):
        return found[1]
    return "web-1" if "config.web" in command else "clock" if " beat " in command else ""


def until(question: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
