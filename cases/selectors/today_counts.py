"""How many people stand in each group of Today, step by step."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Min

from areas.ranges import Range
from cases.models import WorkItem
from cases.querysets import GROUPS, WorkItemQuerySet, is_resting
from cases.selectors.counts import Wanted, is_wide, outermost, rollup_of, rows_of, sql_day
from cases.tallies import OPEN_ITEMS
from kit.days import end_of_week, last_moment, local_day, start_of_day
from staff.models import User
from staff.querysets import ranges_of
from staff.roles import CASEWORKERS

# groups in which those who were tried already stand behind the others
SINKING = ("late", "today")
TODAY = """
SELECT step,
    coalesce(sum(n) FILTER (WHERE is_late), 0)::bigint AS late,
    coalesce(sum(n) FILTER (WHERE NOT is_late AND comes_on <= {today}), 0)::bigint AS today,
    coalesce(sum(n) FILTER (WHERE NOT is_late AND comes_on > {today} AND comes_on <= {sunday}), 0)::bigint AS week,
    coalesce(sum(n) FILTER (WHERE NOT is_late AND comes_on > {sunday}), 0)::bigint AS later,
    min(comes_on) FILTER (WHERE NOT is_late AND comes_on > {sunday}) AS next_on
FROM (
    SELECT step, due_on < {today} AS is_late, comes_on, sum(n) AS n
    FROM (
        SELECT step, due_on, comes_on, n FROM ({rows}) AS waiting
        UNION ALL
        SELECT step, due_on, CASE WHEN sign > 0 THEN {today} ELSE due_on END, sign * n
        FROM ({new}) AS flagged_today CROSS JOIN (VALUES (1), (-1)) AS signs (sign)
    ) AS moved
    GROUP BY 1, 2, 3 HAVING sum(n) > 0
) AS told
GROUP BY step
"""
NEW = """
SELECT step, {due_on} AS due_on, count(*) AS n FROM cases_workitem
WHERE state = 'open' AND step = 'contact' AND not_before IS NULL AND opened_at >= %s AND due_at > %s AND ({inside})
GROUP BY 1, 2
"""
"""Shown today, whenever they are due: no tally knows when an item was opened."""


def list_of(user: User, everybody: bool) -> WorkItemQuerySet:
    if everybody:
        return WorkItem.objects.open().held_by(user, CASEWORKERS)
    return WorkItem.objects.on_list_of(user)


def resting(group: str) -> str:
    return f"{group}_resting"


def tallies_of(user: User, now: datetime, everybody: bool) -> list[dict]:
    """For each step the people of every group, and when the next of the later ones comes.

    Of a whole county the tally knows it, to the day, and not who of them was tried already.
    """
    ranges = ranges_of(user, CASEWORKERS)
    if not everybody or not is_wide(ranges):
        return _counted(list_of(user, everybody), now)
    tallies = _told(ranges, local_day(now))
    return [
        {
            **tally,
            "next_at": tally["next_on"] and start_of_day(tally["next_on"]),
            **dict.fromkeys(map(resting, SINKING)),
        }
        for tally in tallies
    ]


def sums_of(tallies: list[dict]) -> dict[str, int | None]:
    """Of every group; None where nobody knows."""
    columns = {name: [tally[name] for tally in tallies] for name in (*GROUPS, *map(resting, SINKING))}
    return {name: None if None in found else sum(found) for name, found in columns.items()}


def _counted(items: WorkItemQuerySet, now: datetime) -> list[dict]:
    """In one scan."""
    groups = {name: condition(local_day(now)) for name, condition in GROUPS.items()}
    groups |= {resting(name): groups[name] & is_resting(now) for name in SINKING}
    # by a column that is never empty and stands in the index, so that the table need not be looked at
    tallies = {name: Count("due_at", filter=condition) for name, condition in groups.items()}
    next_at = Min("comes_at", filter=groups["later"])
    return list(items.with_comes_at().order_by().values("step").annotate(**tallies, next_at=next_at))


def _told(ranges: Iterable[Range], today: date) -> list[dict]:
    """For each step the people of every group of Today, and the day on which the next of the later ones comes."""
    ranges = outermost(ranges)
    waiting = Wanted(OPEN_ITEMS, [(name, "true") for name in ("step", "due_on", "comes_on")])
    inside = " OR ".join(f"area_code >= {low} AND area_code < {high}" for low, high in ranges)
    _type, due_on = OPEN_ITEMS.dimensions["due_on"]
    statement = TODAY.format(
        today=sql_day(today),
        sunday=sql_day(end_of_week(today)),
        rows=rows_of(OPEN_ITEMS, rollup_of(waiting, ranges), ranges),
        new=NEW.format(due_on=due_on, inside=inside),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [start_of_day(today), last_moment(today)])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
