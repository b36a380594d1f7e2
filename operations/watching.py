"""Which process is deaf, and which queue nobody works on: read from the signs of life, by the database's own clock."""

from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db.models import Min

from operations.models import Process, Pulse
from operations.queues import QUEUES, SECONDS_BETWEEN_PULSES
from operations.signs import CLOCK, age

PULSE_IS_LATE_AFTER = timedelta(seconds=4 * SECONDS_BETWEEN_PULSES)
DEAF_AFTER = timedelta(seconds=settings.WAYFARE_DEAF_AFTER)


@dataclass(frozen=True)
class Sign:
    """One process as it last wrote of itself. Without `turned` it does not say when its main loop last turned."""

    name: str
    pid: int
    seen: timedelta
    turned: timedelta | None
    busy_with: str
    busy: timedelta | None

    @property
    def is_seen(self) -> bool:
        return self.seen <= DEAF_AFTER

    @property
    def is_well_busy(self) -> bool:
        return self.is_seen and self.busy is not None and self.busy <= time_limit_of(self.busy_with)

    @property
    def why_deaf(self) -> str:
        """Empty for who is well."""
        if not self.is_seen:
            return f"not heard of for {self.seen.seconds} s"
        if self.busy is not None:
            return "" if self.is_well_busy else f"busy with {self.busy_with} for {self.busy.seconds} s"
        if self.turned is not None and self.turned > DEAF_AFTER:
            return f"has not asked for work for {self.turned.seconds} s"
        return ""


def signs() -> list[Sign]:
    ages = {"seen": age("seen_at"), "turned": age("turned_at"), "busy": age("busy_since")}
    names = ["name", "pid", "busy_with", *ages]
    return [Sign(**row) for row in Process.objects.annotate(**ages).order_by("name").values(*names)]


def time_limit_of(task: str) -> timedelta:
    known = current_app.tasks.get(task)
    return timedelta(seconds=getattr(known, "time_limit", None) or current_app.conf.task_time_limit)


def pulses() -> dict[str, timedelta | None]:
    """How long ago each queue was last worked on; None for never."""
    found = dict(Pulse.objects.annotate(ago=age("at")).values_list("queue").annotate(Min("ago")))
    return {queue: found.get(queue) for queue in QUEUES}


def late_queues() -> dict[str, timedelta | None]:
    """Those that nobody works on. Nobody is to blame while everyone who works on it is at a long task."""
    well_busy = {sign.name for sign in signs() if sign.is_well_busy}
    late = {queue: ago for queue, ago in pulses().items() if ago is None or ago > PULSE_IS_LATE_AFTER}
    return {queue: ago for queue, ago in late.items() if not who_works_on(queue) or who_works_on(queue) - well_busy}


def idle_on_late_queues() -> set[str]:
    """Names of processes that have nothing to do and leave a queue undone, although the clock has asked."""
    tick = last_tick()
    if tick is None or tick > DEAF_AFTER:
        return set()
    blamed = {process for queue in late_queues() for process in who_works_on(queue)}
    return {sign.name for sign in signs() if sign.name in blamed and sign.busy is None}


def who_works_on(queue: str) -> set[str]:
    """Whoever has lately done so, and still gives signs of life."""
    alive = Process.objects.annotate(seen=age("seen_at")).filter(seen__lte=DEAF_AFTER)
    return set(Pulse.objects.filter(queue=queue, process__in=alive.values("name")).values_list("process", flat=True))


def last_tick() -> timedelta | None:
    return Process.objects.filter(name=CLOCK).annotate(ago=age("seen_at")).values_list("ago", flat=True).first()
