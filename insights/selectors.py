"""What it adds up to. Every figure is the count of the very filters of its link, so number and list agree."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from areas.models import Area
from areas.ranges import WIDTHS, Level
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


def overview(*, area: Area, period: Period, user: User, today: date) -> Overview:
    """The whole page for one area, in 4 queries and those for the names of places."""
    here = CaseFilters(area_code=area.pk)
    anywhere = replace(here, state=ANY)
    opened = replace(here, state=ANY, opened_from=period.first, opened_to=period.last)
    late, uncontacted = replace(here, due=LATE), replace(here, state=State.FLAGGED.value)
    travelled = replace(opened, reached=State.TRANSPORTED)
    reached, lost = lists_of_funnel(opened)
    lists = [here, late, uncontacted, travelled, anywhere, *lists_of_states(anywhere), *reached, *lost]
    counts = counts_of(lists, user=user, today=today)
    placed = counts[replace(opened, reached=State.PLACED)]
    return Overview(
        open=figure(here, counts),
        late=figure(late, counts, counts[here]),
        uncontacted=figure(uncontacted, counts, counts[here]),
        travelled=figure(travelled, counts, placed),
        states=states_of(anywhere, counts),
        everything=figure(anywhere, counts),
        funnel=funnel_of(opened, counts),
        rows=rows_of(area, here, user=user, today=today),
    )


def figure(filters: CaseFilters, counts: Counts, whole: int | None = None) -> Figure:
    return Figure(counts[filters], list_url(filters), whole)


def lists_of_funnel(opened: CaseFilters) -> tuple[list[CaseFilters], list[CaseFilters]]:
    """Those who ever came to each stage, and of each but the last those who stopped before the next."""
    reached = [replace(opened, reached=name) for name in STAGES]
    return reached, [replace(before, missed=after.reached) for before, after in pairwise(reached)]


def funnel_of(opened: CaseFilters, counts: Counts) -> tuple[Stage, ...]:
    """Of the cases opened in the period, how many ever came as far as each stage, and how many stopped before it."""
    reached, lost = lists_of_funnel(opened)
    figures = [figure(filters, counts, counts[opened]) for filters in reached]
    lost_before = [figure(filters, counts, counts[replace(filters, missed="")]) for filters in lost]
    return tuple(Stage(*stage) for stage in zip(STAGES, figures, [None, *lost_before], strict=True))


def lists_of_states(anywhere: CaseFilters) -> list[CaseFilters]:
    return [replace(anywhere, state=state.value) for state in State]


def states_of(anywhere: CaseFilters, counts: Counts) -> tuple[tuple[str, Figure], ...]:
    """Where every case stands now."""
    figures = [figure(filters, counts, counts[anywhere]) for filters in lists_of_states(anywhere)]
    return tuple(zip([state.label for state in State], figures, strict=True))


def rows_of(area: Area, here: CaseFilters, *, user: User, today: date) -> tuple[AreaRow, ...]:
    """The places under the chosen one, most overdue first. None under a village.

    Cases of people registered in the chosen place itself, in none of those under it, are a row of their own.
    """
    level = CHILD_LEVEL.get(area.level)
    if level is None:
        return ()
    counts = counts_by_place(here, WIDTHS[level], user=user, today=today)
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
