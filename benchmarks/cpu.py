"""Processor time, which other work on the machine changes far less than it changes the clock: of this process, and of
the server's process that serves it."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.db import connection


class Cpu(NamedTuple):
    """In seconds. The server's part is 0 where the server is on another machine."""

    ours: float
    server: float

    @property
    def both(self) -> float:
        return self.ours + self.server


def spent(deed: Callable[[], object]) -> Cpu:
    process = _process_of_server()
    ours, server = time.process_time(), _seconds(process)
    deed()
    return Cpu(time.process_time() - ours, _seconds(process) - server)


def _process_of_server() -> Path:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def _seconds(process: Path) -> float:
    """Its first number: nanoseconds on a processor."""
    with suppress(OSError):
        return int(process.read_text().split()[0]) / 1e9
    return 0
