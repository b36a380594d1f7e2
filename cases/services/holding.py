"""The locks of a step, always taken in this order: work item and task, process, case."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError
from viewflow.workflow.exceptions import FlowLockFailed

from cases.flows import PlacementFlow
from cases.models import Case, WorkItem
from cases.refusals import CaseBusy

WAITING = ("NEW", "ASSIGNED")
LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


@dataclass
class Held:
    """A locked case with its open item; `item` is None when the case has ended."""

    case: Case
    item: WorkItem | None


@contextmanager
def held(case: Case) -> Iterator[Held]:
    """The case as it is now, read under the locks. Waits its turn; gives up after `lock_timeout`.

    Only valid inside the caller's transaction, which keeps the locks to its end.
    """
    try:
        item = _lock_item(case.pk)
        if item is None:
            yield Held(_lock_case(case.pk), None)
            return
        with PlacementFlow.lock(item.task.process_id):
            yield Held(_lock_case(case.pk), item)
    except FlowLockFailed as failure:
        raise CaseBusy from failure
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
            raise CaseBusy from failure
        raise


def _lock_item(case_id: int) -> WorkItem | None:
    """The open item and its task. Whoever waited for somebody's step sees nothing at first, then the new item."""
    for _look in range(2):
        item = _open_item(case_id).first()
        if item is not None:
            return item
    return None


def _open_item(case_id: int):
    items = WorkItem.objects.open().filter(case_id=case_id, task__status__in=WAITING)
    return items.select_related("task__process").select_for_update(of=("self", "task"))


def _lock_case(case_id: int) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("worker").get(pk=case_id)
