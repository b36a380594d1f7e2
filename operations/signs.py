"""Signs of life. Each worker, and the clock, writes one row of itself every few seconds, from a thread of its own."""

import logging
import os
import threading
import time
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from operations.models import Process, Pulse

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 5
CLOCK = "clock"
FORGOTTEN_AFTER = timedelta(days=1)


class Signs:
    """What this process knows of itself, by a clock that nobody turns back."""

    def __init__(self):
        self.turned: float | None = None
        self.busy: tuple[str, float] | None = None
        self.is_clock = False

    def turn(self) -> None:
        self.turned = time.monotonic()

    def begin(self, task: str) -> None:
        self.busy = (task, time.monotonic())

    def end(self) -> None:
        self.busy = None
        self.turn()


own = Signs()


def write(name: str) -> None:
    busy_with, busy_since = own.busy or ("", None)
    row = Process(
        name=name, pid=os.getpid(), seen_at=Now(), turned_at=_ago(own.turned), busy_with=busy_with,
        busy_since=_ago(busy_since),
    )  # fmt: skip
    columns = ["pid", "seen_at", "turned_at", "busy_with", "busy_since"]
    Process.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=columns)


def keep_writing(name: str) -> None:
    """Until the process ends."""
    threading.Thread(target=_write_for_ever, args=[name], name="signs of life", daemon=True).start()


def write_anyhow(name: str) -> None:
    """A database that is away is no reason to stop."""
    try:
        write(name)
    except Exception as error:
        log.warning("%s could not write a sign of life: %s", name, type(error).__name__)
    finally:
        connection.close()


def note_pulse(*, queue: str, process: str) -> None:
    row = Pulse(queue=queue, process=process, pid=os.getpid(), at=Now())
    unique = ["queue", "process"]
    Pulse.objects.bulk_create([row], update_conflicts=True, unique_fields=unique, update_fields=["pid", "at"])


def forget_old() -> None:
    """Rows of processes and machines that are gone."""
    Process.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    Pulse.objects.filter(at__lt=Now() - FORGOTTEN_AFTER).delete()


def age(moment: str):
    """How long ago by the database's clock, for `annotate`."""
    return Now() - F(moment)


def _write_for_ever(name: str) -> None:
    while True:
        write_anyhow(name)
        time.sleep(SECONDS_BETWEEN)


def _ago(moment: float | None):
    return None if moment is None else Now() - timedelta(seconds=time.monotonic() - moment)
