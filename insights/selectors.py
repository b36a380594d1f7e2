"""What it adds up to. Every figure counts the very queryset that its link lists, so number and list agree."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, Q

from areas.models import Area
from areas.ranges import WIDTHS, Level
from areas.selectors import children_of, place_name
from cases.choices import ANY, LATE, OPEN_STATES, State
from cases.selectors import CaseFilters, cases_matching
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
    """The whole page for one area. The number of queries does not depend on how many places lie under it."""
    here = CaseFilters(area_code=area.pk)
    anywhere = replace(here, state=ANY)
    counter = Counter(user, today)
    opened = replace(here, state=ANY, opened_from=period.first, opened_to=period.last)
    funnel = funnel_of(opened, counter)
    placed = next(stage.figure.value for stage in funnel if stage.name == State.PLACED)
    return Overview(
        open=counter.figure(here),
        late=counter.figure(replace(here, due=LATE), of=here),
        uncontacted=counter.figure(replace(here, state=State.FLAGGED.value), of=here),
        travelled=counter.figure(replace(opened, reached=State.TRANSPORTED), whole=placed),
        states=states_of(anywhere, counter),
        everything=counter.figure(anywhere),
        funnel=funnel,
        rows=rows_of(area, here, counter),
    )


class Counter:
    """Counts lists, each once."""

    def __init__(self, user: User, today: date):
        self.user, self.today = user, today
        self.known: dict[CaseFilters, int] = {}

    def cases(self, filters: CaseFilters):
        return cases_matching(filters, user=self.user, today=self.today)

    def count(self, filters: CaseFilters) -> int:
        if filters not in self.known:
            self.known[filters] = self.cases(filters).count()
        return self.known[filters]

    def figure(self, filters: CaseFilters, *, of: CaseFilters | None = None, whole: int | None = None) -> Figure:
        return Figure(self.count(filters), list_url(filters), self.count(of) if of else whole)


def funnel_of(opened: CaseFilters, counter: Counter) -> tuple[Stage, ...]:
    """Of the cases opened in the period, how many ever came as far as each stage, and how many stopped before it."""
    return tuple(
        Stage(name, counter.figure(replace(opened, reached=name), of=opened), lost_before(name, opened, counter))
        for name in STAGES
    )


def lost_before(name: str, opened: CaseFilters, counter: Counter) -> Figure | None:
    if name == "":
        return None
    before = STAGES[STAGES.index(name) - 1]
    return counter.figure(replace(opened, reached=before, missed=name), of=replace(opened, reached=before))


def states_of(anywhere: CaseFilters, counter: Counter) -> tuple[tuple[str, Figure], ...]:
    """Where every case stands now; the states in one query."""
    counts = dict(counter.cases(anywhere).order_by().values_list("state").annotate(Count("pk")))
    total = counter.count(anywhere)
    return tuple(
        (state.label, Figure(counts.get(state.value, 0), list_url(replace(anywhere, state=state.value)), total))
        for state in State
    )


def rows_of(area: Area, here: CaseFilters, counter: Counter) -> tuple[AreaRow, ...]:
    """The places under the chosen one, most overdue first; two queries for all of them. None under a village.

    Cases of people registered in the chosen place itself, in none of those under it, are a row of their own.
    """
    level = CHILD_LEVEL.get(area.level)
    if level is None:
        return ()
    counts = counts_by_place(here, WIDTHS[level], counter)
    rows = [area_row(child.code, child.name, here, counts) for child in children_of(area)]
    if area.pk in counts:
        rows.append(replace(area_row(area.pk, place_name(area), replace(here, only_here=True), counts), is_itself=True))
    return tuple(sorted(rows, key=lambda row: (-row.late.value, -row.open.value, row.code)))


def counts_by_place(here: CaseFilters, width: int, counter: Counter) -> dict[int, dict[str, int]]:
    """{code of the place: {"open", "late", "uncontacted"}}"""
    place = {"place": F("area_id") / width * width}
    cases = counter.cases(here).filter(state__in=OPEN_STATES).annotate(**place)
    uncontacted = Count("pk", filter=Q(state=State.FLAGGED))
    open_ones = cases.order_by().values("place").annotate(open=Count("pk"), uncontacted=uncontacted)
    late = cases.overdue(counter.today).order_by().values_list("place").annotate(Count("pk"))
    counts = {row["place"]: NONE_OPEN | row for row in open_ones}
    for code, n in late:
        counts[code]["late"] = n
    return counts


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
