"""What it adds up to. Every figure is the count of the very filters of its link, so number and list agree."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from areas.models import Area
from areas.ranges import Level
from areas.selectors import children_of, place_name
from cases.choices import ANY, LATE, State
from cases.selectors import CaseFilters, counts_by_place, counts_of
from cases.views.addresses import list_url
from insights.periods import Period
from staff.models import User

STAGES = ("", State.CONTACTED, State.REFERRED, State.PLACED, State.SETTLED)
CHILD_LEVEL = {
    Level.PROVINCE: Level.PREFECTURE,
    Level.PREFECTURE: Level.COUNTY,
    Level.COUNTY: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.VILLAGE,
}
Counts = dict[CaseFilters, int]
NONE_OPEN = {"open": 0, "late": 0, "uncontacted": 0}


@dataclass(frozen=True)
class Figure:
    """A number, the address of the list behind it, and what it is a part of (None: of nothing)."""

    value: int
    url: str
    whole: int | None = None


@dataclass(frozen=True)
class Stage:
    """One bar of the funnel; `lost` are those of the bar before who never came this far, None for the first."""

    name: str
    figure: Figure
    lost: Figure | None


@dataclass(frozen=True)
class AreaRow:
    """One line of the table: a place directly under the chosen one, or (`is_itself`) the chosen one without them."""

    code: int
    name: str
    open: Figure
    late: Figure
    uncontacted: Figure
    is_itself: bool = False


@dataclass(frozen=True)
class Overview:
    open: Figure
    late: Figure
    uncontacted: Figure
    travelled: Figure
    states: tuple[tuple[str, Figure], ...]
    everything: Figure
    funnel: tuple[Stage, ...]
    rows: tuple[AreaRow, ...]


class Lists:
    """What the figures of the page open."""

    def __init__(self, area: Area, period: Period):
        self.open = CaseFilters(area_code=area.pk)
        self.late = replace(self.open, due=LATE)
        self.uncontacted = replace(self.open, state=State.FLAGGED.value)
        self.everything = replace(self.open, state=ANY)
        self.states = [replace(self.open, state=state.value) for state in State]
        self.opened = replace(self.everything, opened_from=period.first, opened_to=period.last)
        self.travelled = replace(self.opened, reached=State.TRANSPORTED)
        self.reached = [replace(self.opened, reached=name) for name in STAGES]
        self.lost = [replace(before, missed=after.reached) for before, after in pairwise(self.reached)]

    def __iter__(self) -> Iterator[CaseFilters]:
        yield from (self.open, self.late, self.uncontacted, self.everything, self.travelled)
        yield from (*self.states, *self.reached, *self.lost)


def overview(*, area: Area, period: Period, user: User, today: date) -> Overview:
    """The whole page for one area, in 5 queries."""
    lists = Lists(area, period)
    counts = counts_of(lists, user=user, today=today)
    return Overview(
        open=figure(lists.open, counts),
        late=figure(lists.late, counts, of=lists.open),
        uncontacted=figure(lists.uncontacted, counts, of=lists.open),
        travelled=figure(lists.travelled, counts, of=replace(lists.opened, reached=State.PLACED)),
        states=states_of(lists, counts),
        everything=figure(lists.everything, counts),
        funnel=funnel_of(lists, counts),
        rows=rows_of(area, lists.open, user=user, today=today),
    )


def figure(filters: CaseFilters, counts: Counts, *, of: CaseFilters | None = None) -> Figure:
    return Figure(counts[filters], list_url(filters), counts[of] if of else None)


def funnel_of(lists: Lists, counts: Counts) -> tuple[Stage, ...]:
    """Of the cases opened in the period, how many ever came as far as each stage, and how many stopped before it."""
    reached = [figure(filters, counts, of=lists.opened) for filters in lists.reached]
    lost = [figure(filters, counts, of=replace(filters, missed="")) for filters in lists.lost]
    return tuple(Stage(*stage) for stage in zip(STAGES, reached, [None, *lost], strict=True))


def states_of(lists: Lists, counts: Counts) -> tuple[tuple[str, Figure], ...]:
    """Where every case stands now."""
    figures = [figure(filters, counts, of=lists.everything) for filters in lists.states]
    return tuple(zip([state.label for state in State], figures, strict=True))


def rows_of(area: Area, here: CaseFilters, *, user: User, today: date) -> tuple[AreaRow, ...]:
    """The places under the chosen one, most overdue first. None under a village.

    Cases of people registered in the chosen place itself, in none of those under it, are a row of their own.
    """
    level = CHILD_LEVEL.get(area.level)
    if level is None:
        return ()
    counts = counts_by_place(here, level, user=user, today=today)
    rows = [area_row(child.code, child.name, here, counts) for child in children_of(area)]
    if area.pk in counts:
        rows.append(replace(area_row(area.pk, place_name(area), replace(here, only_here=True), counts), is_itself=True))
    return tuple(sorted(rows, key=lambda row: (-row.late.value, -row.open.value, row.code)))


def area_row(code: int, name: str, here: CaseFilters, counts: dict[int, dict[str, int]]) -> AreaRow:
    there = replace(here, area_code=code)
    found = counts.get(code, NONE_OPEN)
    return AreaRow(
        code=code,
        name=name,
        open=Figure(found["open"], list_url(there)),
        late=Figure(found["late"], list_url(replace(there, due=LATE)), found["open"]),
        uncontacted=Figure(found["uncontacted"], list_url(replace(there, state=State.FLAGGED.value)), found["open"]),
    )
