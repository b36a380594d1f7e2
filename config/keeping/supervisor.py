"""Web, workers and clock as processes that start together, end together, and are started anew when one dies.

Why not one of the known supervisors: see docs/adr/0003-supervisor.md.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.keeping import systemd
from config.keeping.asked import Asked

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_END = 25  # the web gives open requests 10 s; a letter being rendered takes less
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30
SETTLED_AFTER = 60  # seconds of life after which a death is a first one again


@dataclass
class Program:
    """What is run after `python`, the numbers of open files that are handed over to it under the same numbers, and the
    name under which it writes its signs of life; empty for who writes none."""

    arguments: list[str]
    files: tuple[int, ...] = ()
    sign: str = ""


class Child:
    """One named command: runs, or waits for its next start."""

    def __init__(self, name: str, command: Program):
        self.name = name
        self.command = command
        self.process: subprocess.Popen | None = None
        self.starts = 0
        self.began = 0.0
        self.next_start = 0.0
        self.pause = FIRST_PAUSE

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches only us."""
        leash = [sys.executable, "-S", "-E", str(Path(__file__).with_name("leash.py")), str(os.getpid())]
        self.process = subprocess.Popen(
            [*leash, *self.command.arguments], cwd=ROOT, start_new_session=True, pass_fds=self.command.files
        )
        self.began = time.monotonic()
        self.starts += 1

    def bury(self) -> None:
        """What it started goes with it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.age > SETTLED_AFTER:
            self.pause = FIRST_PAUSE
        print(f"{self.name} ended ({self.process.returncode}); again in {self.pause:g} s.", flush=True)
        self.process = None
        self.next_start = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def kill(self, why: str) -> None:
        print(f"{self.name} is ended: {why}", flush=True)
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)


class Supervisor:
    """A context that runs the commands. `watches` are asked again and again beside it, each with its seconds between.

    Only the parents are asked to end, and a worker finishes what it is doing.
    """

    def __init__(self, commands: dict[str, Program], watches: tuple[tuple[float, Callable], ...] = ()):
        self.children = [Child(name, command) for name, command in commands.items()]
        self.watches = watches
        self.asked_to_end = Asked()

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.asked_to_end.set())
        for seconds, watch in self.watches:
            threading.Thread(target=self._repeat, args=[seconds, watch], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.asked_to_end.set()
        self._end_all()

    def run(self, *, until: Callable[[], bool] = lambda: False, seconds: float = float("inf")) -> bool:
        """Keeps everything running until a signal, or until `until` says so or the time is over; whether it did."""
        deadline = time.monotonic() + seconds
        while not self.asked_to_end.is_set() and time.monotonic() < deadline:
            for child in self.children:
                self._look_after(child)
            systemd.tell(systemd.ALIVE)
            if until():
                return True
            self.asked_to_end.wait(0.2)
        return False

    def running(self) -> Iterator[Child]:
        return (child for child in self.children if child.process and child.process.poll() is None)

    def _look_after(self, child: Child) -> None:
        """From the main thread alone: the kernel ends a child on a leash when the thread that started it is over."""
        if child.process is not None and child.process.poll() is not None:
            child.bury()
        if child.process is None and time.monotonic() >= child.next_start:
            child.start()

    def _repeat(self, seconds: float, watch: Callable) -> None:
        while not self.asked_to_end.wait(seconds):
            with _told():
                watch(self)

    def _end_all(self) -> None:
        for child in self.running():
            child.process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for child in self.running():
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"{child.name} did not end in {SECONDS_TO_END} s; killed.", flush=True)
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


@contextmanager
def _told():
    """A watch that fails is told, and asked again: the one who watches must not be the first to fall."""
    try:
        yield
    except Exception as error:
        print(f"A watch failed: {type(error).__name__}", flush=True)
