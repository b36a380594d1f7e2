"""What is done to a running system, by a seed, and how long each process takes until it works again."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import psycopg

from config import databases
from notifications.gateways.twilio import SECONDS_TO_ANSWER
from tests.chaos import cluster
from tests.chaos.served import NOON, WORKERS, ServedSystem, name_of, until
from tests.running_system import ROOT, free_port

LATEST = timedelta(hours=2)  # after noon
BEHAVIOURS = ["take"] * 10 + ["drop", "reset", "garbage", "broken", "away", "busy", "lie", "landline", "slow"]


@dataclass
class Kill:
    """One process that was killed. `kind` is worker-1, web, clock, supervisor or database; `back` in seconds."""

    kind: str
    name: str
    pid: int
    at: float = field(default_factory=time.monotonic)
    back: float | None = None


class Recoveries:
    """A context. Looks every 50 ms whether somebody new does the work of each process that was killed."""

    def __init__(self, system: ServedSystem):
        self.system = system
        self.kills: list[Kill] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    @property
    def missing(self) -> list[Kill]:
        return [kill for kill in self.kills if kill.back is None]

    def all_are_back(self) -> bool:
        return not self.missing

    def _look(self) -> None:
        while not self.over.wait(0.05):
            for kill in self.missing:
                with suppress(OSError, psycopg.Error, LookupError, ValueError):  # what we look at may be going
                    if self.is_back(kill):
                        kill.back = time.monotonic() - kill.at

    def is_back(self, kill: Kill) -> bool:
        """Killed again before it was back, it is back when whoever comes after is."""
        if kill.kind == "database":
            return self._database_answers(kill)
        if kill.kind == "supervisor":
            return self.system.supervisor != kill.pid and self.system.answers()
        pid = self.system.pids().get(kill.name, kill.pid)
        if pid == kill.pid:
            return False
        return web_answers(pid) if kill.kind == "web" else self._writes(kill.kind, pid)

    def _database_answers(self, kill: Kill) -> bool:
        return cluster.postmaster(self.system.var) != kill.pid and self.system.ask("SELECT 1") == [(1,)]

    def _writes(self, name: str, pid: int) -> bool:
        """A worker once it listens at its queues, the clock when the broker has taken what it sent."""
        return (pid,) in self.system.ask("SELECT pid FROM operations_process WHERE name LIKE %s", f"{name}%")


def web_answers(pid: int) -> bool:
    """At the port that is this process's own."""
    number = name_of(pid).rpartition("-")[2]
    socket = os.readlink(f"/proc/{pid}/fd/{number}").partition("[")[2].rstrip("]")
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()]
    [port] = [int(line[1].partition(":")[2], 16) for line in lines if line[9] == socket]
    return urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).status == 200


class Monkey:
    """`strike(name)` does one thing of `DEEDS`, `strikes()` is what a seed makes of them."""

    def __init__(self, system: ServedSystem, recoveries: Recoveries, chance: random.Random):
        self.system, self.recoveries, self.chance = system, recoveries, chance
        self.struck: list[str] = []

    def strike(self, deed: str) -> None:
        self.struck.append(deed)
        DEEDS[deed](self)

    def kill(self, *names: str) -> None:
        """All that are there, at once."""
        there = {name: pid for name, pid in self.system.pids().items() if name in names}
        self._kill([Kill("web" if name.startswith("web") else name, name, pid) for name, pid in there.items()])

    def kill_children(self) -> None:
        self.kill(*self.system.pids())

    def kill_database(self) -> None:
        with suppress(FileNotFoundError, IndexError):
            self._kill([Kill("database", "database", cluster.postmaster(self.system.var))])

    def kill_all(self, *, database: bool = False) -> None:
        """What looks after the others too; returns when it is there again, started as by systemd."""
        with suppress(ProcessLookupError):
            os.kill(self.system.supervisor, signal.SIGSTOP)  # or it would start again what dies before it
        self.kill_children()
        if database:
            self.kill_database()
        self._kill([Kill("supervisor", "supervisor", self.system.supervisor)])
        until(lambda: self.system.pids())

    def _kill(self, kills: list[Kill]) -> None:
        for kill in kills:
            with suppress(ProcessLookupError):
                os.kill(kill.pid, signal.SIGKILL)
                self.recoveries.kills.append(kill)

    def take_database_away(self, seconds: float) -> None:
        self.kill_database()
        with self.system.without_database():
            time.sleep(seconds)
        for kill in self.recoveries.missing:
            kill.at = time.monotonic()  # it could not come back before

    def take_broker_away(self, seconds: float) -> None:
        with self._link() as link:
            link.execute("ALTER SCHEMA pgmq RENAME TO away")
        time.sleep(seconds)

        def is_back() -> bool:
            with suppress(psycopg.Error), self._link() as link:
                link.execute("ALTER SCHEMA away RENAME TO pgmq")
            return bool(self.system.asked("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'"))

        until(is_back)

    def fill_disk(self, seconds: float) -> None:
        """Everything this house writes to, its database included."""
        filler = self.system.var / "filler"
        with suppress(OSError), filler.open("wb") as file:
            while file.write(bytes(1 << 20)):
                pass
        time.sleep(seconds)
        filler.unlink()

    def jump(self) -> None:
        """To any moment of two hours, forth or back."""
        self.system.be_at(NOON + self.chance.random() * LATEST)

    def misbehave(self) -> None:
        """What the network does with the texts to come; "slow" is at times later than a worker waits for."""
        self.system.network.slow_for = self.chance.choice([3, SECONDS_TO_ANSWER + 2])
        self.system.network.next(*self.chance.choices(BEHAVIOURS, k=12))

    def double_everything(self, seconds: float) -> None:
        """Another supervisor with web, workers and clock, on the same database and files, killed with all it has."""
        command = [sys.executable, "manage.py", "serve", "--port", str(free_port())]
        with open(self.system.folder / "second.log", "a") as log:
            second = subprocess.Popen(command, cwd=ROOT, env=self.system.env, stdout=log, stderr=log)
        time.sleep(seconds)
        second.kill()
        second.wait()

    def _link(self) -> psycopg.Connection:
        return psycopg.connect(databases.conninfo(self.system.parameters), autocommit=True)


def a_web(monkey: Monkey) -> str:
    return monkey.chance.choice(monkey.system.webs())


DEEDS: dict[str, Callable[[Monkey], None]] = {
    "a worker": lambda monkey: monkey.kill(monkey.chance.choice(WORKERS)),
    "a web process": lambda monkey: monkey.kill(a_web(monkey)),
    "the clock": lambda monkey: monkey.kill("clock"),
    "all workers": lambda monkey: monkey.kill(*WORKERS),
    "a worker and a web process": lambda monkey: monkey.kill(monkey.chance.choice(WORKERS), a_web(monkey)),
    "the database": lambda monkey: monkey.kill_database(),
    "all but the supervisor": lambda monkey: monkey.kill_children(),
    "everything but the database": lambda monkey: monkey.kill_all(),
    "everything": lambda monkey: monkey.kill_all(database=True),
    "clock jumps": lambda monkey: monkey.jump(),
    "database away, briefly": lambda monkey: monkey.take_database_away(3),
    "database away": lambda monkey: monkey.take_database_away(60),
    "broker away": lambda monkey: monkey.take_broker_away(5),
    "disk full": lambda monkey: monkey.fill_disk(5),
    "two of everything": lambda monkey: monkey.double_everything(30),
}
