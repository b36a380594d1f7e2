"""What it adds up to. Every figure counts the very queryset that its link lists, so number and list agree."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse

from areas.models import Area
from areas.ranges import WIDTHS
from areas.selectors import children_of
from cases.choices import OPEN_STATES, State
from cases.selectors import CaseFilters, cases_matching
from insights.periods import Period
from staff.models import User

STAGES = ("", "contacted", "referred", "placed", "settled")
ADDRESS_NAMES = {"area_code": "area", "opened_from": "from", "opened_to": "to"}
CHILD_LEVEL = {"province": "prefecture", "prefecture": "county", "county": "township", "township": "village"}


@dataclass(frozen=True)
class Figure:
    """A number, the address of the list behind it, and what it is a part of (None: of nothing)."""

    value: int
    url: str
    whole: int | None = None

    @property
    def share(self) -> float | None:
        """Per cent. None, not 0, when there is nobody to divide by."""
        return 100 * self.value / self.whole if self.whole else None


@dataclass(frozen=True)
class Stage:
    """One bar of the funnel; `lost` are those of the bar before who did not come this far."""

    name: str
    figure: Figure
    lost: int


@dataclass(frozen=True)
class AreaRow:
    """One line of the table: a place directly under the chosen one."""

    code: int
    name: str
    open: Figure
    late: Figure
    uncontacted: Figure


@dataclass(frozen=True)
class Overview:
    open: Figure
    late: Figure
    uncontacted: Figure
    travelled: Figure
    states: tuple[tuple[str, Figure], ...]
    funnel: tuple[Stage, ...]
    rows: tuple[AreaRow, ...]


def overview(*, area: Area, period: Period, user: User, today: date) -> Overview:
    """The whole page for one area. The number of queries does not depend on how many places lie under it."""
    here = CaseFilters(area_code=area.pk)
    counter = Counter(user, today)
    opened = replace(here, state="any", opened_from=period.first, opened_to=period.last)
    funnel = funnel_of(opened, counter)
    placed = next(stage.figure.value for stage in funnel if stage.name == "placed")
    return Overview(
        open=counter.figure(here),
        late=counter.figure(replace(here, due="late"), of=here),
        uncontacted=counter.figure(replace(here, state="flagged"), of=here),
        travelled=counter.figure(replace(opened, reached="transported"), whole=placed),
        states=states_of(replace(here, state="any"), counter),
        funnel=funnel,
        rows=rows_of(area, here, user, today),
    )


class Counter:
    """Counts lists, each once."""

    def __init__(self, user: User, today: date):
        self.user, self.today = user, today
        self.known: dict[CaseFilters, int] = {}

    def count(self, filters: CaseFilters) -> int:
        if filters not in self.known:
            self.known[filters] = cases_matching(filters, user=self.user, today=self.today).count()
        return self.known[filters]

    def figure(self, filters: CaseFilters, *, of: CaseFilters | None = None, whole: int | None = None) -> Figure:
        return Figure(self.count(filters), list_url(filters), self.count(of) if of else whole)


def funnel_of(opened: CaseFilters, counter: Counter) -> tuple[Stage, ...]:
    """Of the cases opened in the period, how many ever came as far as each stage."""
    stages, before = [], None
    for name in STAGES:
        figure = counter.figure(replace(opened, reached=name), of=opened)
        stages.append(Stage(name, figure, (before or figure).value - figure.value))
        before = figure
    return tuple(stages)


def states_of(anywhere: CaseFilters, counter: Counter) -> tuple[tuple[str, Figure], ...]:
    """Where every case stands now, in one query."""
    cases = cases_matching(anywhere, user=counter.user, today=counter.today)
    counts = dict(cases.order_by().values_list("state").annotate(Count("pk")))
    total = sum(counts.values())
    return tuple(
        (state.label, Figure(counts.get(state.value, 0), list_url(replace(anywhere, state=state.value)), total))
        for state in State
    )


def rows_of(area: Area, here: CaseFilters, user: User, today: date) -> tuple[AreaRow, ...]:
    """The places under the chosen one, most overdue first; two queries for all of them. None under a village."""
    level = CHILD_LEVEL.get(area.level)
    if level is None:
        return ()
    counts = counts_by_place(here, WIDTHS[level], user, today)
    rows = [area_row(child, here, counts) for child in children_of(area)]
    return tuple(sorted(rows, key=lambda row: (-row.late.value, -row.open.value, row.code)))


def counts_by_place(here: CaseFilters, width: int, user: User, today: date) -> dict[int, dict[str, int]]:
    """{code of the place: {"open", "late", "uncontacted"}}"""
    place = {"place": F("area_id") / width * width}
    cases = cases_matching(here, user=user, today=today).filter(state__in=OPEN_STATES).annotate(**place)
    uncontacted = Count("pk", filter=Q(state=State.FLAGGED))
    open_ones = cases.order_by().values("place").annotate(open=Count("pk"), uncontacted=uncontacted)
    late = cases.overdue(today).order_by().values_list("place").annotate(Count("pk"))
    counts = {row["place"]: row | {"late": 0} for row in open_ones}
    for code, n in late:
        counts[code]["late"] = n
    return counts


def area_row(child, here: CaseFilters, counts: dict[int, dict[str, int]]) -> AreaRow:
    there = replace(here, area_code=child.code)
    found = counts.get(child.code, {"open": 0, "late": 0, "uncontacted": 0})
    return AreaRow(
        code=child.code,
        name=child.name,
        open=Figure(found["open"], list_url(there)),
        late=Figure(found["late"], list_url(replace(there, due="late")), found["open"]),
        uncontacted=Figure(found["uncontacted"], list_url(replace(there, state="flagged")), found["open"]),
    )


def list_url(filters: CaseFilters) -> str:
    """The address of the list with these filters; empty ones are left out."""
    said = {ADDRESS_NAMES.get(name, name): value for name, value in asdict(filters).items() if value not in ("", None)}
    return f"{reverse('cases:list')}?{urlencode(said)}"
