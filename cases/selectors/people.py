"""Groups a worker is in, for rows of a list: one query for a whole page."""

from collections.abc import Iterable

from workers.choices import Tag
from workers.models import Worker, WorkerTag


def tags_of(workers: Iterable[Worker]) -> dict[int, tuple[str, ...]]:
    """Labels by worker. The workers come with their household: zero employment is a fact of that."""
    workers = list(workers)
    found: dict[int, list[str]] = {worker.pk: _of_household(worker) for worker in workers}
    current = WorkerTag.objects.current().filter(worker_id__in=list(found)).order_by("pk")
    for worker_id, tag in current.values_list("worker_id", "tag"):
        found[worker_id].append(str(Tag(tag).label))
    return {worker_id: tuple(dict.fromkeys(labels)) for worker_id, labels in found.items()}


def _of_household(worker: Worker) -> list[str]:
    home = worker.household
    return [str(Tag.ZERO_EMPLOYMENT.label)] if home and home.zero_employment else []
