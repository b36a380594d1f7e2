"""Starts such a process and believes nothing of it: only so many lines of JSON, in so much time, are read."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore, Event, Timer

from django.utils.translation import gettext_lazy as _

from kit.apart.inside import LONGEST_LINE, OUT_OF_MEMORY
from kit.refusals import Refusal

LAST_WORDS = 64 * 1024
HOUSE = Path(__file__).resolve().parents[2]
AT_ONCE = BoundedSemaphore(2)
"""Of each of our processes: each file may take a gigabyte, and there are more threads than gigabytes."""
PLACES = BoundedSemaphore(4)
"""Of those that are opened and those that wait: each holds a thread of the web, and half of these stay for pages."""
TURN = 20
"""Seconds that a file waits for its turn."""


class ManyAtOnce(Refusal):
    message = _("Many files are being opened right now.")
    way_out = _("Wait a minute and try again.")


class Ended(Exception):
    """The process did not say all it had to."""


class OutOfTime(Ended):
    pass


class OutOfMemory(Ended):
    pass


class Broken(Ended):
    """It ended in a way nobody foresaw, or said what it never says."""


def heard(module: str, content: bytes, limits: tuple, *, wait: int, told: int) -> Iterator:
    """What the process says about the content, up to its last word. Raises a kind of Ended, or ManyAtOnce.

    `limits` are handed on to it. Whatever it does, little more than `told` bytes are read, and for `wait` seconds.
    """
    told += LAST_WORDS
    with _turn(), _started(module, content, limits) as process, _watched(process, wait) as has_rung:
        while (line := process.stdout.readline(LONGEST_LINE + 1)).endswith(b"\n"):
            thing = _understood(line)
            if thing == {"end": True}:
                return
            told -= len(line)
            if told < 0:
                raise Broken("said too much")
            yield thing
            if isinstance(thing, dict) and "refused" in thing:
                return
        if len(line) > LONGEST_LINE:
            raise Broken(f"said {len(line)} bytes at once")
        raise _why_it_stopped(process, has_rung)


@contextmanager
def _turn() -> Iterator[None]:
    if not PLACES.acquire(blocking=False):
        raise ManyAtOnce
    try:
        if not AT_ONCE.acquire(timeout=TURN):
            raise ManyAtOnce
        try:
            yield
        finally:
            AT_ONCE.release()
    finally:
        PLACES.release()


@contextmanager
def _started(module: str, content: bytes, limits: tuple) -> Iterator[subprocess.Popen]:
    """It gets the content from memory and no key or password of ours from the environment. When it goes, so does
    whatever it started."""
    command = [sys.executable, "-m", module, json.dumps(limits)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with _in_memory(content) as file:
        process = subprocess.Popen(command, cwd=HOUSE, env={}, stdin=file, start_new_session=True, **pipes)
    with process:
        try:
            yield process
        finally:
            _end(process)


@contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """A file that lies on no disk. Unlike a pipe it makes nobody wait for a process that does not read."""
    file = os.memfd_create("sent")
    try:
        with open(file, "wb", closefd=False) as whole:
            whole.write(content)
        os.lseek(file, 0, os.SEEK_SET)
        yield file
    finally:
        os.close(file)


@contextmanager
def _watched(process: subprocess.Popen, wait: int) -> Iterator[Event]:
    """The event is set when the time was over, and the process ended for it."""
    rung = Event()

    def ring():
        rung.set()
        _end(process)

    watch = Timer(wait, ring)
    watch.daemon = True
    watch.start()
    try:
        yield rung
    finally:
        watch.cancel()


def _end(process: subprocess.Popen) -> None:
    """With all of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _understood(line: bytes):
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise Broken("said what is no JSON") from None


def _why_it_stopped(process: subprocess.Popen, has_rung: Event) -> Ended:
    """Whoever is silent and lives on is ended by the watch. It stays a zombie, and keeps its number, until `_end`."""
    how = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    was_killed = how.si_code != os.CLD_EXITED
    if has_rung.is_set() or (was_killed and how.si_status in (signal.SIGALRM, signal.SIGXCPU)):
        return OutOfTime()
    if was_killed or how.si_status == OUT_OF_MEMORY:
        return OutOfMemory()
    return Broken(f"ended with {how.si_status}")
