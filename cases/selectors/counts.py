"""How many cases a list has, read from the tallies where its filters allow it.

The same statement reads a tally or, for a township and below, the rows themselves: a village has some hundred.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

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
from cases.models import WorkItem
from cases.querysets import CaseQuerySet
from cases.tallies import CASES, OPEN_ITEMS
from kit.tallies import Rollup, Tally
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
    **dict.fromkeys((ENDED, *ENDED_STATES), ()),
}
"""Which steps a case of this state may wait for; of the other states it cannot be told from the step."""
STAGES = {
    State.CONTACTED: "was_contacted",
    State.REFERRED: "was_referred",
    State.PLACED: "was_placed",
    State.TRANSPORTED: "has_travelled",
    State.SETTLED: "is_settled",
}
DUE = {
    LATE: [("due_on", "due_on < {today}")],
    DUE_TODAY: [("due_on", "due_on >= {today}"), ("comes_on", "comes_on <= {today}")],
    ESCALATED: [("escalation_level", f"escalation_level > {Escalation.VILLAGE.value}")],
}
EVERYWHERE = (0, 10**12)
COUNTED, ONE_MORE = 10_000, 10_001
"""Of a list that no tally knows; whoever reads "more than 10,000" narrows it first."""


class Head(NamedTuple):
    """How many; `is_more` when nobody counted on."""

    n: int
    is_more: bool = False


class Wanted(NamedTuple):
    """One sum: of which tally, and of which of its rows. Each condition stands under the dimension it is of."""

    tally: Tally
    conditions: list[tuple[str, str]]

    @property
    def sql(self) -> str:
        return " AND ".join(condition for _, condition in self.conditions) or "true"

    @property
    def dimensions(self) -> set[str]:
        return {name for name, _ in self.conditions}


def heads_of(filters: "CaseFilters", cases: CaseQuerySet, *, user: User, today: date) -> tuple[Head, Head]:
    """How many a list has, and how many of them are late. `cases` are those of the list."""
    late = replace(filters, due=LATE) if filters.due in ("", LATE) else None
    known = counts_of([filters, *([late] if late else [])], user=user, today=today, only_quick=True)
    return (
        Head(known[filters]) if filters in known else _counted(cases),
        Head(known[late]) if late in known else _late(filters, cases, today),
    )


def counts_of(
    lists: Iterable["CaseFilters"], *, user: User, today: date, only_quick: bool = False
) -> dict["CaseFilters", int]:
    """Of lists of one area, in a query for each table that is read. Without those whose filters no tally knows.

    `only_quick` leaves out also those for which the rows of more than a township would have to be read.
    """
    wanted = {filters: found for filters in lists if (found := _wanted(filters, today))}
    if not wanted:
        return {}
    ranges, sources = ranges_of_list(next(iter(wanted)), user), defaultdict(dict)
    for filters, one in wanted.items():
        rollup = rollup_of(one, ranges)
        if rollup or not is_wide(ranges) or not only_quick:
            sources[rows_of(one.tally, rollup, ranges)][filters] = one.sql
    return {filters: n for rows, asked in sources.items() for filters, n in _sums(rows, asked).items()}


def counts_by_place(here: "CaseFilters", level: Level, *, user: User, today: date) -> dict[int, dict[str, int]]:
    """{code of the place: {"open", "late", "uncontacted"}} for places of that level with an open case; 2 queries."""
    ranges = ranges_of_list(here, user)
    late = Wanted(OPEN_ITEMS, [(name, text.format(today=sql_day(today))) for name, text in DUE[LATE]])
    is_open, is_flagged = _one_of("state", OPEN_STATES), _one_of("state", [State.FLAGGED])
    lates = dict(_sums_by_place(late, [late.sql], ranges, level))
    opens = _sums_by_place(Wanted(CASES, [("state", is_open)]), [is_open, is_flagged], ranges, level)
    return {
        place: {"open": n, "late": lates.get(place, 0), "uncontacted": uncontacted} for place, n, uncontacted in opens
    }


def is_wide(ranges: Iterable[Range]) -> bool:
    """So wide that a count of the rows would take long."""
    return any(high - low > WIDTHS[Level.TOWNSHIP] for low, high in ranges)


def _late(filters: "CaseFilters", cases: CaseQuerySet, today: date) -> Head:
    """Of those who came to a stage few are late: items ask for their case, one by one. Left to itself PostgreSQL would
    read all who ever came so far."""
    if not filters.reached:
        return _counted(cases.overdue(today))
    late = WorkItem.objects.open().late(today)
    of_item = cases.filter(pk=OuterRef("case_id")).values("pk")[:1]
    of_case = late.filter(case=OuterRef("pk"), step=Step.CONTACT).values("pk")[:1]
    past_contact = late.exclude(step=Step.CONTACT).annotate(found=Subquery(of_item))
    back_at_contact = cases.in_state(State.FLAGGED).annotate(found=Subquery(of_case))
    return _counted(past_contact.filter(found__isnull=False), back_at_contact.filter(found__isnull=False))


def _counted(*rows: QuerySet) -> Head:
    """Of all of them together."""
    n = 0
    for some in rows:
        n += some[: ONE_MORE - n].count() if n < ONE_MORE else 0
    return Head(min(n, COUNTED), n > COUNTED)


def _wanted(filters: "CaseFilters", today: date) -> Wanted | None:
    """None when the tallies lack what the list is narrowed by."""
    if filters.owner not in ("", NOBODY) or filters.flag or filters.words:
        return None
    tally, conditions = (OPEN_ITEMS, _of_items(filters, today)) if filters.due in DUE else (CASES, _of_cases(filters))
    if conditions is None:
        return None
    if filters.owner == NOBODY:
        conditions.append(("is_owned", "NOT is_owned"))
    return Wanted(tally, conditions)


def _of_cases(filters: "CaseFilters") -> list[tuple[str, str]]:
    states = (filters.state,) if filters.state in State.values else STATES.get(filters.state, OPEN_STATES)
    conditions = [("state", _one_of("state", states))] if states else []
    if filters.group in ServiceGroup.values:
        conditions.append(("service_group", _one_of("service_group", [filters.group])))
    if stage := STAGES.get(filters.reached):
        conditions.append((stage, stage))
    if stage := STAGES.get(filters.missed):
        conditions.append((stage, f"NOT {stage}"))
    if filters.opened_from:
        conditions.append(("opened_on", f"opened_on >= {sql_day(filters.opened_from)}"))
    if filters.opened_to:
        conditions.append(("opened_on", f"opened_on <= {sql_day(filters.opened_to)}"))
    return conditions


def _of_items(filters: "CaseFilters", today: date) -> list[tuple[str, str]] | None:
    is_of_the_case_alone = filters.reached or filters.missed or filters.opened_from or filters.opened_to
    if is_of_the_case_alone or filters.state not in STEPS:
        return None
    conditions = [(name, text.format(today=sql_day(today))) for name, text in DUE[filters.due]]
    steps = STEPS[filters.state]
    if steps is not None:
        conditions.append(("step", _one_of("step", steps)))
    if filters.group in ServiceGroup.values:
        conditions.append(("priority", f"priority = {Priority[ServiceGroup(filters.group).name].value}"))
    return conditions


def _one_of(column: str, values: Iterable[str]) -> str:
    """Of words of `cases.choices`, never of what somebody typed."""
    said = ", ".join(repr(str(value)) for value in values)
    return f"{column} IN ({said})" if said else "false"


def sql_day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def ranges_of_list(filters: "CaseFilters", user: User) -> list[Range]:
    """Where the list is, within what its reader sees; no range inside another."""
    low, high = EVERYWHERE
    if filters.area_code is not None:
        place = places().get(filters.area_code)
        if place is None:
            return []
        low, high = range_of(place.code, Level.VILLAGE if filters.only_here else place.level)
    seen = ranges_of(user, RECORD_READERS)
    return outermost({(max(low, first), min(high, end)) for first, end in seen if first < high and low < end})


def outermost(ranges: Iterable[Range]) -> list[Range]:
    """Without those inside another."""
    ranges = set(ranges)
    return [one for one in sorted(ranges) if not any(one != other and _is_inside(one, other) for other in ranges)]


def _is_inside(one: Range, other: Range) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]


def rollup_of(wanted: Wanted, ranges: list[Range], level: Level = Level.PROVINCE) -> Rollup | None:
    """The first that knows the dimensions, is of this level or finer and ends where the ranges do."""
    edges = [edge for bounds in ranges for edge in bounds]
    for rollup in wanted.tally.rollups:
        width = WIDTHS[rollup.level]
        is_known = wanted.dimensions <= rollup.dimensions.keys()
        if is_known and width <= WIDTHS[level] and not any(edge % width for edge in edges):
            return rollup
    return None


def rows_of(tally: Tally, rollup: Rollup | None, ranges: list[Range]) -> str:
    """A SELECT of what the rollup tells of these ranges, or of the rows that are counted."""
    rows = tally.told(rollup) if rollup else tally.counted(area="area_code")
    inside = " OR ".join(f"area >= {low} AND area < {high}" for low, high in ranges) or "false"
    return f"SELECT * FROM ({rows}) AS found WHERE {inside}"


def _sums(rows: str, asked: dict["CaseFilters", str]) -> dict["CaseFilters", int]:
    (found,) = _ask(f"SELECT {_columns(asked.values())} FROM ({rows}) AS there")
    return dict(zip(asked, found, strict=True))


def _sums_by_place(chosen: Wanted, conditions: list[str], ranges: list[Range], level: Level) -> list[tuple]:
    """(place, a sum for each condition), of places with any of the first."""
    there = rows_of(chosen.tally, rollup_of(chosen, ranges, level), ranges)
    rows = f"SELECT * FROM ({there}) AS there WHERE {chosen.sql}"
    place = f"area / {WIDTHS[level]} * {WIDTHS[level]}"
    found = _ask(f"SELECT {place} AS place, {_columns(conditions)} FROM ({rows}) AS chosen GROUP BY 1")
    return [row for row in found if row[1]]


def _columns(conditions: Iterable[str]) -> str:
    return ", ".join(f"coalesce(sum(n) FILTER (WHERE {one}), 0)::bigint" for one in conditions)


def _ask(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
