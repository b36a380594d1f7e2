"""What fell due and was not done goes up: village, township, county, each by its clock."""

import logging
from datetime import datetime

from django.db import connection, transaction

from cases.choices import Escalation, ServiceGroup, Step
from cases.models import Case
from cases.queue import items
from cases.queue.deadlines import Clocks
from workers import journal

CHUNK = 2000  # items a transaction
HEAD = 4  # columns of the end of a chain
log = logging.getLogger(__name__)

# Left to the next sweep: an item that somebody is saving, and one of a worker whose journal somebody holds, as a roster
# does for minutes. When an item goes on from its new level stands in `later`.
GO_UP = """
WITH later AS (
    SELECT * FROM unnest(%(steps)s::text[], %(groups)s::text[], %(levels)s::int[], %(after)s::interval[])
        AS later (step, service_group, level, after)
), due AS (
    SELECT item.id, told.id AS case_id, told.service_group, head.*
    FROM cases_workitem item JOIN cases_case told ON told.id = item.case_id
    JOIN workers_journalhead head ON head.worker_id = told.worker_id
    WHERE item.state = 'open' AND item.escalates_at <= %(at)s
    ORDER BY item.escalates_at, item.id LIMIT %(chunk)s
    FOR NO KEY UPDATE OF item SKIP LOCKED FOR UPDATE OF head SKIP LOCKED
)
UPDATE cases_workitem item SET escalation_level = least(item.escalation_level + 1, %(county)s), escalated_at = %(at)s,
    escalates_at = item.due_at + (SELECT later.after FROM later WHERE later.step = item.step
        AND later.service_group = due.service_group AND later.level = item.escalation_level + 1)
FROM due WHERE item.id = due.id
RETURNING due.worker_id, due.seq, due.hash, due.mac, due.case_id, item.step, item.due_at, item.escalation_level
"""


def escalate_due(*, at: datetime) -> int:
    """Everything whose time has come, in small transactions; says how many went up. Safe to run twice."""
    later = _later(items.clocks_on(at))
    total = 0
    while count := _escalate_some(at, later):
        total += count
        log.info("Items that went up: %s so far", total)
    return total


@transaction.atomic
def _escalate_some(at: datetime, later: dict[str, list]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(GO_UP, {**later, "at": at, "chunk": CHUNK, "county": Escalation.COUNTY.value})
        gone_up = cursor.fetchall()
    entries = [_entry(worker_id, *told, at) for worker_id, _seq, _hash, _mac, *told in gone_up]
    journal.record_all(entries, held=[row[:HEAD] for row in gone_up])
    return len(gone_up)


def _later(clocks: Clocks) -> dict[str, list]:
    """How long after the due moment each step of each group goes on from each level, as columns."""
    start = datetime(2000, 1, 1)
    rows = [
        (step.value, group.value, level.value, goes_on - start)
        for step in Step for group in ServiceGroup for level in Escalation
        if (goes_on := clocks.escalates_at(step, group, start, level)) is not None
    ]  # fmt: skip
    return dict(zip(("steps", "groups", "levels", "after"), map(list, zip(*rows, strict=True)), strict=True))


def _entry(worker_id: int, case_id: int, step: str, due_at: datetime, level: int, at: datetime) -> journal.Entry:
    data = {"case": case_id, "level": level, "step": step, "due_at": due_at}
    return journal.Entry(worker_id, "case_escalated", None, at, about=journal.About(Case, case_id), data=data)
