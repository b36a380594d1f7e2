"""What `/metrics` tells a Prometheus: ages and counts of the background work, read when it asks; of people, nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from notifications.models import Message
from operations import readiness, selectors, watching
from operations.backups import keeping
from operations.models import ClockRun, Failure
from operations.sealing import last_seal
from workers.journal.places import states


def text(*, at: datetime) -> bytes:
    """In Prometheus' own format. Ages are seconds; what has never happened is left out."""
    registry = CollectorRegistry()
    registry.register(_Machine(at))
    return generate_latest(registry)


class _Machine(Collector):
    def __init__(self, at: datetime):
        self.at = at

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        wrong = readiness.what_is_wrong(at=self.at)
        names = ["database", *readiness.CHECKS]
        yield _gauge("wrong", "1 for each part that /readyz calls wrong.", "part", {n: n in wrong for n in names})
        if "database" not in wrong:
            yield from self._of_the_database()
        yield from self._of_the_last_backup()

    def _of_the_database(self) -> Iterator[Metric]:
        at = self.at
        late = readiness.what_to_look_after(at=at)
        words = "1 for each part that somebody has to look after."
        yield _gauge("warning", words, "part", {name: name in late for name in readiness.WARNINGS})
        yield _gauge("queue_tasks", "Tasks that wait.", "queue", selectors.waiting_tasks())
        yield _gauge("queue_worked_on_seconds", "Since a task was last done.", "queue", _seconds(watching.pulses()))
        seen = {sign.name.partition("@")[0]: sign.seen for sign in watching.signs()}
        yield _gauge("process_seen_seconds", "Since the last sign of life.", "process", _seconds(seen))
        runs = list(ClockRun.objects.all())
        began = {run.task: at - run.started_at for run in runs}
        yield _gauge("clock_run_seconds", "Since the clock last began this.", "task", _seconds(began))
        failed = {run.task: bool(run.error) for run in runs}
        yield _gauge("clock_run_failed", "1 when the last run ended with an error.", "task", failed)
        yield _one(
            "failed_tasks",
            "Tasks laid aside that nobody has tried again.",
            Failure.objects.filter(again_at=None).count(),
        )
        oldest = Message.objects.due(at).order_by("not_before").values_list("not_before", flat=True).first()
        yield _one("oldest_text_seconds", "Since the oldest text that is due fell due.", _age(at, oldest))
        yield _attempts()
        if seal := last_seal():
            yield _one("seal_seconds", "Since the journal was last sealed.", _age(at, seal.sealed_at))
        behind = {place.place: place.is_behind for place in states()}
        yield _gauge("seal_place_behind", "1 for each place that has not got the last seal.", "place", behind)

    def _of_the_last_backup(self) -> Iterator[Metric]:
        if last := keeping.last():
            made_at, size = last
            yield _one("backup_seconds", "Since the last backup began.", _age(self.at, made_at))
            yield _one("backup_bytes", "Size of the last backup.", size)


def _attempts() -> Metric:
    words = "The last attempts to send, 500 of all networks, by how they ended."
    family = GaugeMetricFamily("wayfare_gateway_attempts", words, labels=["gateway", "outcome"])
    for line in selectors.gateway_lines():
        for outcome in ("accepted", "refused", "unknown"):
            family.add_metric([line.name, outcome], getattr(line, outcome))
    return family


def _gauge(name: str, words: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"wayfare_{name}", words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wayfare_{name}", words, value=float(value))


def _seconds(ages: dict[str, timedelta | None]) -> dict[str, float]:
    return {name: ago.total_seconds() for name, ago in ages.items() if ago is not None}


def _age(at: datetime, moment: datetime | None) -> float:
    return (at - moment).total_seconds() if moment else 0.0
