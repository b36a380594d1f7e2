"""What rows of a list say of people; the groups of a whole page in one query."""

from collections.abc import Iterable

from django.utils.translation import pgettext

from workers.choices import Sex, Tag
from workers.models import Worker, WorkerTag


def short_sex(worker: Worker) -> str:
    """One letter, or one character, for a row."""
    return pgettext("sex in a row", "F") if worker.sex == Sex.FEMALE else pgettext("sex in a row", "M")


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
