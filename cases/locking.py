"""The locks of a step, always taken in this order: case, process, task, work item.

The case comes first because it stays: who waits for a work item that is over keeps the locks of its first look, and
would wait in a circle with whoever began at the item after it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cases.models import Case, WorkItem
from cases.querysets import WorkItemQuerySet
from cases.refusals import CaseBusy
from kit import locks
from kit.sql import Compiled, any_of

WAITING = ("NEW", "ASSIGNED")
LOCKED = ("case", "task__process", "task", "self")


@dataclass
class LockedCase:
    """A locked case with its open item; `item` is None when the case has ended."""

    case: Case
    item: WorkItem | None


@contextmanager
def locked(case: Case) -> Iterator[LockedCase]:
    """The case as it is now, read under the locks. Waits its turn; gives up after the database's `lock_timeout`.

    Only valid inside the caller's transaction, which keeps the locks to its end.
    """
    with locks.busy(CaseBusy):
        yield lock_case(case.pk)


def lock_case(case_id: int) -> LockedCase:
    item = _lock_item(OF_CASE, case_id)
    if item is not None:
        return LockedCase(item.case, item)
    return LockedCase(lockable_cases().get(pk=case_id), None)


def lock_open_case_of(worker_id: int) -> None:
    """For changes that start at the worker: the case comes before the worker in the order of locks."""
    if _lock_item(OF_WORKER, worker_id) is None:
        lockable_cases().filter(worker_id=worker_id).order_by("-opened_at", "-pk").first()


def lock_cases_of(worker_ids: Collection[int]) -> None:
    """The same for many: every step of a case waits for its row, open or ended."""
    cases = Case.objects.select_for_update().filter(any_of("worker_id", worker_ids))
    list(cases.order_by("worker_id", "pk").values_list("pk", flat=True))


def lockable_items(items: WorkItemQuerySet, *, skip_locked: bool = False) -> WorkItemQuerySet:
    """One statement locks all four rows, in the order of `LOCKED`."""
    related = items.open().filter(task__status__in=WAITING).select_related("task__process", "case__worker")
    return related.select_for_update(of=LOCKED, skip_locked=skip_locked)


def lock_open_items(case_ids: list[int], *, skip_locked: bool = True) -> list[WorkItem]:
    """Of many cases, those nobody is saving, or all; in the order of workers as every bulk writer of the journal."""
    items = WorkItem.objects.filter(case_id__in=case_ids).order_by("case__worker_id")
    return list(lockable_items(items, skip_locked=skip_locked))


def lock_cases_nobody_holds(case_ids: list[int]) -> list[int]:
    """Of many, in key order, the rows of cases alone: enough to keep everybody from changing what hangs on them."""
    free = Case.objects.select_for_update(skip_locked=True).filter(pk__in=case_ids).order_by("pk")
    return list(free.values_list("pk", flat=True))


def lockable_cases():
    return Case.objects.select_for_update(of=("self",)).select_related("worker")


def _of_case(case_id: int) -> WorkItemQuerySet:
    """With where the journal ends: nearly every step writes a line."""
    items = lockable_items(WorkItem.objects.filter(case_id=case_id))
    return items.select_related("task__process", "case__worker__journal_head")


# one open item a case and one open case a worker, says the database: no order and no limit is needed
OF_CASE = Compiled(_of_case)
OF_WORKER = Compiled(lambda worker_id: lockable_items(WorkItem.objects.filter(case__worker_id=worker_id)))


def _lock_item(items: Compiled, key: int) -> WorkItem | None:
    """Whoever waited for somebody's step finds no open item at first, then the new one."""
    for _look in range(2):
        item = items.first(key)
        if item is not None:
            return item
    return None
