"""How many cases a list has, read from the tallies where its filters allow it.

The same statement reads a tally or, for a township and below, the rows themselves: a village has some hundred.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from areas.gazetteer import places
from areas.ranges import WIDTHS, Level, Range, range_of
from cases.choices import (
    ANY,
    AT_WORK,
    DUE_TODAY,
    ENDED,
    ENDED_STATES,
    ESCALATED,
    LATE,
    NOBODY,
    OPEN_STATES,
    Escalation,
    Priority,
    ServiceGroup,
    State,
    Step,
)
from cases.querysets import CaseQuerySet
from cases.tallies import CASES, OPEN_ITEMS, ROLLED_UP
from kit.tallies import Tally
from staff.models import User
from staff.querysets import ranges_of
from staff.roles import RECORD_READERS

if TYPE_CHECKING:
    from cases.selectors.many_cases import CaseFilters  # which counts its pages here

STATES = {ANY: None, ENDED: ENDED_STATES, AT_WORK: (State.PLACED, State.TRANSPORTED)}
STEPS = {
    "": None,
    ANY: None,
    State.FLAGGED: (Step.CONTACT,),
    State.CONTACTED: (Step.REFER,),
    State.REFERRED: (Step.RESULT,),
    AT_WORK: (Step.TRAVEL, Step.FOLLOW_UP),
}
"""Which steps an open case of this state may wait for; of other states it cannot be told from the step."""
STAGES = {
    State.CONTACTED: "was_contacted",
    State.REFERRED: "was_referred",
    State.PLACED: "was_placed",
    State.TRANSPORTED: "has_travelled",
    State.SETTLED: "state = 'settled'",
}
DUE = {
    LATE: "due_on < {today}",
    DUE_TODAY: "due_on >= {today} AND comes_on <= {today}",
    ESCALATED: f"escalation_level > {Escalation.VILLAGE.value}",
}
COUNTED = 10_000
"""Of a list that no tally knows; whoever reads "more than 10,000" narrows it first."""


class Head(NamedTuple):
    """How many; `is_more` when nobody counted on."""

    n: int
    is_more: bool = False


class Wanted(NamedTuple):
    """One sum: of which tally, and of which of its rows."""

    tally: Tally
    condition: str


def heads_of(filters: "CaseFilters", cases: CaseQuerySet, *, user: User, today: date) -> tuple["Head", "Head"]:
    """How many a list has, and how many of them are late. `cases` are those of the list."""
    late = replace(filters, due=LATE) if filters.due in ("", LATE) else None
    known = counts_of([filters, *([late] if late else [])], user=user, today=today)
    return (
        Head(known[filters]) if filters in known else _counted(cases),
        Head(known[late]) if late in known else _counted(cases.overdue(today)),
    )


def counts_of(lists: Iterable["CaseFilters"], *, user: User, today: date) -> dict["CaseFilters", int]:
    """Of lists of one area, in 2 queries at most. Without those that no tally knows."""
    wanted = {filters: found for filters in lists if (found := _wanted(filters, today))}
    if not wanted:
        return {}
    ranges = _ranges(next(iter(wanted)), user)
    counts = {}
    for tally in (CASES, OPEN_ITEMS):
        mine = {filters: one for filters, one in wanted.items() if one.tally is tally}
        counts |= zip(mine, _sums(tally, list(mine.values()), ranges), strict=True)
    return counts


def counts_by_place(here: "CaseFilters", width: int, *, user: User, today: date) -> dict[int, dict[str, int]]:
    """{code of the place: {"open", "late", "uncontacted"}} for places of that width with an open case; 2 queries."""
    ranges = _ranges(here, user)
    waiting = [_one_of("state", OPEN_STATES), _one_of("state", [State.FLAGGED])]
    late = dict(_sums_by_place(OPEN_ITEMS, [DUE[LATE].format(today=_day(today))], ranges, width))
    return {
        place: {"open": n, "late": late.get(place, 0), "uncontacted": uncontacted}
        for place, n, uncontacted in _sums_by_place(CASES, waiting, ranges, width)
    }


def _counted(cases: CaseQuerySet) -> Head:
    n = cases[: COUNTED + 1].count()
    return Head(min(n, COUNTED), n > COUNTED)


def _wanted(filters: "CaseFilters", today: date) -> Wanted | None:
    """None when the tallies lack what the list is narrowed by."""
    if filters.owner not in ("", NOBODY) or filters.flag or filters.words:
        return None
    is_of_items = filters.due in DUE
    conditions = _of_items(filters, today) if is_of_items else _of_cases(filters)
    if conditions is None:
        return None
    if filters.owner == NOBODY:
        conditions.append("NOT is_owned")
    return Wanted(OPEN_ITEMS if is_of_items else CASES, " AND ".join(conditions) or "true")


def _of_cases(filters: "CaseFilters") -> list[str]:
    states = (filters.state,) if filters.state in State.values else STATES.get(filters.state, OPEN_STATES)
    conditions = [_one_of("state", states)] if states else []
    if filters.group in ServiceGroup.values:
        conditions.append(_one_of("service_group", [filters.group]))
    if filters.reached in STAGES:
        conditions.append(f"({STAGES[filters.reached]})")
    if filters.missed in STAGES:
        conditions.append(f"NOT ({STAGES[filters.missed]})")
    if filters.opened_from:
        conditions.append(f"opened_on >= {_day(filters.opened_from)}")
    if filters.opened_to:
        conditions.append(f"opened_on <= {_day(filters.opened_to)}")
    return conditions


def _of_items(filters: "CaseFilters", today: date) -> list[str] | None:
    is_of_the_case_alone = filters.reached or filters.missed or filters.opened_from or filters.opened_to
    if is_of_the_case_alone or filters.state not in STEPS:
        return None
    steps = STEPS[filters.state]
    conditions = [DUE[filters.due].format(today=_day(today)), *([_one_of("step", steps)] if steps else [])]
    if filters.group in ServiceGroup.values:
        conditions.append(f"priority = {Priority[ServiceGroup(filters.group).name].value}")
    return conditions


def _one_of(column: str, values: Iterable[str]) -> str:
    """Of words of `cases.choices`, never of what somebody typed."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _ranges(filters: "CaseFilters", user: User) -> list[Range]:
    """Where the list is, within what its reader sees."""
    seen = ranges_of(user, RECORD_READERS)
    if filters.area_code is None:
        return list(seen)
    place = places().get(filters.area_code)
    if place is None:
        return []
    low, high = range_of(place.code, Level.VILLAGE if filters.only_here else place.level)
    shared = [(max(low, first), min(high, end)) for first, end in seen]
    return [(first, end) for first, end in shared if first < end]


def _rows(tally: Tally, ranges: list[Range], width: int) -> str:
    """A SELECT of the coarsest rows that end where the ranges end and are at most as wide as asked for."""
    edges = [edge for bounds in ranges for edge in bounds]
    fitting = (
        tally.told(rollup)
        for level, rollup in zip(ROLLED_UP, tally.rollups, strict=True)
        if WIDTHS[level] <= width and not any(edge % WIDTHS[level] for edge in edges)
    )
    inside = " OR ".join(f"area >= {low} AND area < {high}" for low, high in ranges) or "false"
    return f"SELECT * FROM ({next(fitting, tally.counted())}) AS found WHERE {inside}"


def _sums(tally: Tally, wanted: list[Wanted], ranges: list[Range]) -> list[int]:
    if not wanted:
        return []
    rows = _rows(tally, ranges, WIDTHS[Level.PROVINCE])
    ((*found,),) = _ask(f"SELECT {_columns(one.condition for one in wanted)} FROM ({rows}) AS there")
    return found


def _sums_by_place(tally: Tally, conditions: list[str], ranges: list[Range], width: int) -> list[tuple]:
    """(place, a sum for each condition), of places with any of the first."""
    rows = f"SELECT * FROM ({_rows(tally, ranges, width)}) AS there WHERE {conditions[0]}"
    place = f"area / {width} * {width}"
    found = _ask(f"SELECT {place} AS place, {_columns(conditions)} FROM ({rows}) AS chosen GROUP BY 1")
    return [row for row in found if row[1]]


def _columns(conditions: Iterable[str]) -> str:
    return ", ".join(f"coalesce(sum(n) FILTER (WHERE {one}), 0)::bigint" for one in conditions)


def _ask(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
