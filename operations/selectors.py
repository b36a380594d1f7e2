"""What the page of administrators shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from areas.selectors import CalendarEnd, calendar_end
from kit.days import local_day
from kit.pages import cut
from notifications.models import DeliveryAttempt
from operations import readiness, watching, words
from operations.backups import keeping
from operations.models import ClockRun, Failure
from operations.queues import QUEUES
from operations.sealing import is_late, last_seal
from workers.journal.places import State, states
from workers.models import JournalSeal

ATTEMPTS_LOOKED_AT = 500
FAILURES_SHOWN = 50


@dataclass(frozen=True)
class QueueLine:
    """`waiting` is None where the broker is not our database, and nobody counts."""

    label: str
    waiting: int | None
    worked_on: str
    is_late: bool


@dataclass(frozen=True)
class ProcessLine:
    name: str
    seen: str
    doing: str
    since: str
    is_well: bool


@dataclass(frozen=True)
class RunLine:
    label: str
    run: ClockRun


@dataclass(frozen=True)
class FailureLine:
    label: str
    failure: Failure


@dataclass(frozen=True)
class GatewayLine:
    """Of the last attempts; `last_at` is when the network last took one."""

    name: str
    attempts: int
    accepted: int
    refused: int
    unknown: int
    last_at: datetime | None


@dataclass(frozen=True)
class BackupLine:
    """Of the last one; `made_at` is None when there is none."""

    made_at: datetime | None
    megabytes: int
    is_late: bool


@dataclass(frozen=True)
class SealLine:
    """Of the journal's last one, and what of it each place outside has; `seal` is None when there is none."""

    seal: JournalSeal | None
    places: list[State]
    is_late: bool

    @property
    def is_well(self) -> bool:
        return not self.is_late and not any(place.is_behind for place in self.places)


@dataclass(frozen=True)
class Overview:
    backup: BackupLine
    seal: SealLine
    calendar: CalendarEnd
    wrong: list[str]
    queues: list[QueueLine]
    processes: list[ProcessLine]
    runs: list[RunLine]
    gateways: list[GatewayLine]
    failures: list[FailureLine]
    has_more_failures: bool


def overview(*, at: datetime) -> Overview:
    failures, has_more = cut(Failure.objects.filter(again_at=None).order_by("-happened_at"), FAILURES_SHOWN)
    return Overview(
        backup=backup_line(at=at),
        seal=SealLine(last_seal(), states(), is_late=is_late(at=at)),
        calendar=calendar_end(local_day(at)),
        wrong=[str(words.WRONG[name]) for name in readiness.what_is_wrong(at=at)],
        queues=queue_lines(),
        processes=[_process_line(sign) for sign in watching.signs()],
        runs=[RunLine(words.task(run.task), run) for run in ClockRun.objects.order_by("-started_at")],
        gateways=gateway_lines(),
        failures=[FailureLine(words.task(failure.task), failure) for failure in failures],
        has_more_failures=has_more,
    )


def queue_lines() -> list[QueueLine]:
    late, waiting = watching.late_queues(), waiting_tasks()
    return [
        QueueLine(str(words.QUEUES[name]), waiting.get(name), words.ago(ago), name in late)
        for name, ago in watching.pulses().items()
    ]


def _process_line(sign: watching.Sign) -> ProcessLine:
    return ProcessLine(
        name=sign.name.partition("@")[0],
        seen=words.ago(sign.seen),
        doing=words.task(sign.busy_with) if sign.busy_with else "",
        since=words.ago(sign.busy) if sign.busy else "",
        is_well=not sign.why_deaf,
    )


def backup_line(*, at: datetime) -> BackupLine:
    made_at, size = keeping.last() or (None, 0)
    return BackupLine(made_at, megabytes=-(-size // 1_000_000), is_late=keeping.is_late(at=at))


def gateway_lines() -> list[GatewayLine]:
    """By the primary key, which is the order of time: no count over all attempts of all years."""
    last = DeliveryAttempt.objects.order_by("-pk").values_list("gateway", "outcome", "started_at")[:ATTEMPTS_LOOKED_AT]
    by_gateway: dict[str, list[tuple[str, datetime]]] = {}
    for gateway, outcome, started_at in last:
        by_gateway.setdefault(gateway, []).append((outcome, started_at))
    return [_gateway_line(name, found) for name, found in sorted(by_gateway.items())]


def _gateway_line(name: str, found: list[tuple[str, datetime]]) -> GatewayLine:
    Delivery = DeliveryAttempt.Delivery
    counts = Counter(outcome for outcome, _ in found)
    return GatewayLine(
        name=name,
        attempts=len(found),
        accepted=counts[Delivery.ACCEPTED],
        refused=counts[Delivery.REFUSED_FOR_NOW] + counts[Delivery.REFUSED_FOR_GOOD],
        unknown=counts[Delivery.UNKNOWN],
        last_at=next((at for outcome, at in found if outcome == Delivery.ACCEPTED), None),
    )


def waiting_tasks() -> dict[str, int]:
    """By queue; empty where the broker is not our database."""
    if not settings.BROKER_IS_POSTGRES:
        return {}
    counted = " UNION ALL ".join(f"SELECT '{queue}', count(*) FROM pgmq.q_{queue}" for queue in QUEUES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(counted)
        return dict(cursor.fetchall())
