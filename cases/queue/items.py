"""How a work item is made and changed. Used by the flow, by bulk opening and by the services; saves nothing itself
but what its name says."""

import json
from datetime import date, datetime
from functools import cache, lru_cache
from types import MappingProxyType

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from areas.models import Holiday
from cases.choices import Escalation, ItemState
from cases.models import Case, WorkItem
from cases.queue.deadlines import Clocks, Rule, Rules
from cases.queue.plan import Plan
from kit import sql
from kit.days import local_day

# Every step asks this: putting it together takes Django longer than PostgreSQL to answer it.
RULES_OF_A_DAY = """
SELECT clock, service_group, amount, unit, escalate_township_days, escalate_county_days FROM cases_clockrule
WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
ORDER BY clock, service_group, amount
"""


def clocks_on(at: datetime) -> Clocks:
    """The rules in force on that day: read anew each time, sorted out once."""
    day = local_day(at)
    return Clocks(_sorted_out(tuple(sql.ask_all(RULES_OF_A_DAY, [day, day]))), cache(Holiday.objects.as_calendar))


@lru_cache(maxsize=16)
def _sorted_out(rows: tuple[tuple, ...]) -> Rules:
    rules: dict[tuple[str, str], tuple[Rule, ...]] = {}
    for clock, group, *rule in rows:
        rules[clock, group] = (*rules.get((clock, group), ()), Rule(*rule))
    return MappingProxyType(rules)


class Almanac:
    """The clocks of many days, each read once: for bulk work that spans months."""

    def __init__(self):
        self._clocks: dict[date, Clocks] = {}

    def on(self, at: datetime) -> Clocks:
        day = local_day(at)
        if day not in self._clocks:
            self._clocks[day] = clocks_on(at)
        return self._clocks[day]


def build(*, case: Case, step: str, plan: Plan, task_id: int | None = None) -> WorkItem:
    """The unsaved item of a case for a step; where, who and how urgent come from the case."""
    clocks = plan.clocks or clocks_on(plan.at)
    due_at = plan.due_at or clocks.due_at(step, case.service_group, plan.at)
    return WorkItem(
        task_id=task_id,
        case=case,
        area_id=case.area_id,
        step=step,
        owner_id=case.owner_id,
        due_at=due_at,
        not_before=plan.not_before,
        priority=case.priority,
        reason=plan.reason,
        reason_data=plan.data,
        opened_at=plan.opened_at or plan.at,
        escalation_level=plan.escalation_level,
        escalated_at=plan.escalated_at,
        escalates_at=clocks.escalates_at(step, case.service_group, due_at, plan.escalation_level),
    )


def set_due(item: WorkItem, due_at: datetime, clocks: Clocks, group: str) -> None:
    """A new due moment starts the way up anew."""
    item.due_at = due_at
    item.escalation_level, item.escalated_at = Escalation.VILLAGE, None
    item.escalates_at = clocks.escalates_at(item.step, group, due_at, Escalation.VILLAGE)


# written out, because every seat and every referral puts an item off
PUT_OFF = """
UPDATE cases_workitem
SET due_at = %s, escalation_level = %s, escalated_at = %s, escalates_at = %s, not_before = %s, reason = %s,
    reason_data = %s
WHERE id = %s
"""


def save_put_off(item: WorkItem) -> None:
    """When it comes back, why, and when it goes up."""
    when = [item.due_at, item.escalation_level, item.escalated_at, item.escalates_at, item.not_before]
    sql.ask(PUT_OFF, [*when, item.reason, json.dumps(item.reason_data, cls=DjangoJSONEncoder), item.pk])


PUT_OFF_MANY = """
UPDATE cases_workitem item
SET due_at = put.due_at, escalation_level = put.level, escalated_at = put.escalated_at, escalates_at = put.escalates_at,
    not_before = put.not_before, reason = put.reason, reason_data = put.data::jsonb
FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::text[], %s::text[])
    AS put (id, due_at, level, escalated_at, escalates_at, not_before, reason, data)
WHERE item.id = put.id
"""


def save_put_off_many(put: list[WorkItem]) -> None:
    """The same of many items, in one statement."""
    rows = [
        [
            *(item.pk, item.due_at, item.escalation_level, item.escalated_at, item.escalates_at, item.not_before),
            *(item.reason, json.dumps(item.reason_data, cls=DjangoJSONEncoder)),
        ]
        for item in put
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(PUT_OFF_MANY, [list(column) for column in zip(*rows, strict=True)])


def finish(item: WorkItem, *, state: str, by, at: datetime) -> None:
    set_finished(item, state=state, by=by, at=at)
    item.save(update_fields=["state", "finished_by", "finished_at", "escalates_at"])


def set_finished(item: WorkItem, *, state: str, by, at: datetime) -> None:
    item.state, item.finished_by, item.finished_at = state, by, at
    item.escalates_at = None


def mark_undone(item: WorkItem) -> None:
    """A finished item whose finishing was taken back."""
    item.state = ItemState.UNDONE
    item.save(update_fields=["state"])
