"""What fell due and was not done goes up: village, township, county, each by its clock."""

from datetime import datetime

from django.db import transaction

from cases import events
from cases.choices import Escalation
from cases.models import Case, WorkItem
from cases.queue import items
from cases.queue.deadlines import Clocks
from workers import journal

CHUNK = 500


def escalate_due(*, at: datetime) -> int:
    """Everything whose time has come, in small transactions; says how many went up. Safe to run twice."""
    clocks = items.clocks_on(at)
    total = 0
    while count := _escalate_some(at, clocks):
        total += count
    return total


@transaction.atomic
def _escalate_some(at: datetime, clocks: Clocks) -> int:
    """An item that somebody is saving is left to the next sweep."""
    due = WorkItem.objects.open().filter(escalates_at__lte=at).order_by("case__worker_id")
    locked = due.select_related("case").select_for_update(of=("self",), skip_locked=True)
    items = list(locked[:CHUNK])
    for item in items:
        _go_up(item, clocks, at)
    WorkItem.objects.bulk_update(items, ["escalation_level", "escalated_at", "escalates_at"])
    journal.record_many(_entry(item, at) for item in items)
    for item in items:
        events.case_escalated.send(Case, case=item.case, item=item, level=item.escalation_level, at=at)
    return len(items)


def _go_up(item: WorkItem, clocks: Clocks, at: datetime) -> None:
    item.escalation_level, item.escalated_at = min(item.escalation_level + 1, Escalation.COUNTY), at
    item.escalates_at = clocks.escalates_at(item.step, item.case.service_group, item.due_at, item.escalation_level)


def _entry(item: WorkItem, at: datetime) -> journal.Entry:
    data = {"case": item.case_id, "level": item.escalation_level, "step": item.step, "due_at": item.due_at}
    return journal.Entry(item.case.worker_id, "case_escalated", None, at, about=item.case, data=data)
