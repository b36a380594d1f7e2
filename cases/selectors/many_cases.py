"""The supervisor's list. Figures elsewhere count `cases_matching` of the same filters, so number and list agree."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef
from django.utils.translation import pgettext

from areas.gazetteer import places
from areas.ranges import in_ranges, range_of
from areas.selectors import place_name
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
from cases.models import Case, WorkItem
from cases.querysets import URGENT_FIRST, CaseQuerySet, WorkItemQuerySet
from cases.selectors.counts import heads_of, ranges_of_list
from cases.selectors.people import short_sex
from kit.days import start_of_day
from kit.pages import Keyset, RowKeyset
from staff.models import User
from staff.roles import CASEWORKERS
from workers.models import Flag, Worker

Rows = TypeVar("Rows", CaseQuerySet, WorkItemQuerySet)

PAGE = 50
CHUNK = 500
NEWEST_FIRST = Keyset("-pk")
BY_NAME = "name"
ORDERS = {
    BY_NAME: RowKeyset("worker__name_pinyin", "pk"),
    "waiting": Keyset("state_since", "pk"),
    "oldest": Keyset("opened_at", "pk"),
    "newest": NEWEST_FIRST,
}
"""What one may ask for; else open cases come by group and then most urgent first, and others newest first."""
STEPS_IN = {
    State.FLAGGED: [Step.CONTACT],
    State.CONTACTED: [Step.REFER],
    State.REFERRED: [Step.RESULT],
    State.PLACED: [Step.TRAVEL, Step.FOLLOW_UP],
    State.TRANSPORTED: [Step.FOLLOW_UP],
    AT_WORK: [Step.TRAVEL, Step.FOLLOW_UP],
}
"""What is next in each state."""
SHARE_A_STEP = (State.PLACED, State.TRANSPORTED)


@dataclass(frozen=True)
class CaseFilters:
    """As they stand in the address. `state` is a state, "" for open, "any", "at_work" or "ended"; `due` is "", late,
    today or escalated; `owner` a user's number or "none"; days are first and last day of opening, both included.
    `flag` is the rule of a flag that stands. `reached` is a stage they ever came to, `missed` one they never did;
    `only_here` leaves out places under the area.
    `words` are looked for in names and numbers; the address has only `words_key`, under which the session keeps them.
    """

    area_code: int | None = None
    state: str = ""
    due: str = ""
    owner: str = ""
    group: str = ""
    flag: str = ""
    reached: str = ""
    missed: str = ""
    only_here: bool = False
    opened_from: date | None = None
    opened_to: date | None = None
    words_key: str = ""
    words: str = ""
    sort: str = ""

    @property
    def are_open_only(self) -> bool:
        """Every case that fits has an open work item."""
        return self.state in ("", *OPEN_STATES) or bool(self.due)

    @property
    def ask_the_case(self) -> bool:
        """Something is asked that an open item does not know by its own columns."""
        of_the_case = (self.reached, self.missed, self.flag, self.words, self.opened_from, self.opened_to)
        return self.state in SHARE_A_STEP or any(of_the_case)


@dataclass(frozen=True)
class CaseRow:
    """Times and level are None when the case has ended; `group` is said of those who go before the others."""

    case_id: int
    worker_id: int
    name: str
    sex: str
    age: int
    place: str
    area_id: int
    state: str
    step: str
    reason: str
    put_off_because: str
    due_at: datetime | None
    is_overdue: bool
    group: str
    escalation_level: int
    level: str
    escalates_at: datetime | None
    owner: str
    owner_id: int | None
    phone_tail: str
    state_since: datetime
    opened_at: datetime


@dataclass(frozen=True)
class CaseListPage:
    """`more` is the key of the next page, None on the last."""

    rows: tuple[CaseRow, ...]
    total: int
    late: int
    more: str | None
    has_more_than_total: bool = False
    has_more_than_late: bool = False


def cases_matching(filters: CaseFilters, *, user: User, today: date) -> CaseQuerySet:
    """Every case that fits and that the user may see, in no order."""
    cases = _placed(_as_the_case_says(Case.objects.visible_to(user), filters, today), filters)
    return _due(_owned(cases, filters.owner), filters.due, today)


def items_matching(filters: CaseFilters, *, user: User, today: date) -> WorkItemQuerySet:
    """The open items of the same cases, where each of them has one (`are_open_only`).

    By the items' own columns, which stand in their indexes; the cases are asked for what only they know.
    """
    if filters.state in (ENDED, *ENDED_STATES):
        return WorkItem.objects.none()
    items = _owned(_placed(WorkItem.objects.open().visible_to(user), filters), filters.owner)
    if narrow := _DUE.get(filters.due):
        items = narrow(items, today)
    if filters.state in STEPS_IN:
        items = items.filter(step__in=STEPS_IN[filters.state])
    if filters.group in ServiceGroup.values:
        items = items.filter(priority=Priority[ServiceGroup(filters.group).name])
    if not filters.ask_the_case:
        return items
    rest = replace(filters, group="", state=filters.state if filters.state in SHARE_A_STEP else ANY)
    return items.filter(case__in=_as_the_case_says(Case.objects.all(), rest, today))


def case_list(filters: CaseFilters, *, user: User, today: date, after: str | None = None) -> CaseListPage:
    """3 queries, 4 in an order not of items: numbers, late ones, rows. As asked for, or else as `ORDERS` says."""
    cases = cases_matching(filters, user=user, today=today)
    total, late = heads_of(filters, cases, user=user, today=today)
    if filters.are_open_only and filters.sort not in ORDERS:
        rows, more = _open_rows(items_matching(filters, user=user, today=today), today, after)
    else:
        if filters.are_open_only and filters.sort == BY_NAME:
            cases = cases.living_in(ranges_of_list(filters, user))
        rows, more = _ordered_rows(cases, ORDERS.get(filters.sort, NEWEST_FIRST), today, after)
    return CaseListPage(rows, total.n, late.n, more, total.is_more, late.is_more)


def case_rows(filters: CaseFilters, *, user: User, today: date) -> Iterator[CaseRow]:
    """The whole list for a file, some hundreds at a time."""
    if filters.are_open_only and filters.sort not in ORDERS:
        items = URGENT_FIRST.after(items_matching(filters, user=user, today=today).for_rows(), None)
        return (_row(item.case, item, today) for item in items.iterator(chunk_size=CHUNK))
    cases = cases_matching(filters, user=user, today=today)
    rows = ORDERS.get(filters.sort, NEWEST_FIRST).after(cases.for_rows(), None)
    return (_row(case, next(iter(case.open_items), None), today) for case in rows.iterator(chunk_size=CHUNK))


def owners_for(area_id: int, today: date):
    """Active cadres and supervisors who serve this area: whom a case may be handed to."""
    return User.objects.serving(area_id, today=today, roles=CASEWORKERS).order_by("display_name", "pk")


def _placed(rows: Rows, filters: CaseFilters) -> Rows:
    """In the area asked for; cases and items both say where they are."""
    if filters.area_code is not None:
        place = places().get(filters.area_code)
        rows = rows.filter(in_ranges("area_id", [range_of(place.code, place.level)])) if place else rows.none()
    return rows.filter(area_id=filters.area_code) if filters.only_here else rows


def _as_the_case_says(cases: CaseQuerySet, filters: CaseFilters, today: date) -> CaseQuerySet:
    """Whatever is asked of the case itself, its worker or its path: not where it is, whose it is or what is due."""
    cases = _in_state(cases, filters.state)
    if filters.reached:
        cases = cases.reached(filters.reached)
    if filters.missed:
        cases = cases.short_of(filters.missed)
    if filters.group in ServiceGroup.values:
        cases = cases.filter(service_group=filters.group)
    if filters.flag:
        cases = cases.filter(worker__in=Flag.objects.open().filter(rule=filters.flag).values("worker"))
    if filters.words:
        cases = cases.filter(worker__in=Worker.objects.find(filters.words, today).order_by().values("pk"))
    if filters.opened_from:
        cases = cases.filter(opened_at__gte=start_of_day(filters.opened_from))
    return cases.opened_until(filters.opened_to) if filters.opened_to else cases


def _in_state(cases: CaseQuerySet, state: str) -> CaseQuerySet:
    if state in State.values:
        return cases.in_state(state)
    return {ANY: cases, ENDED: cases.ended(), AT_WORK: cases.at_work()}.get(state, cases.open())


def _owned(rows: Rows, owner: str) -> Rows:
    if owner == NOBODY:
        return rows.filter(owner=None)
    return rows.filter(owner_id=owner) if owner else rows


_DUE = {
    LATE: lambda items, today: items.late(today),
    DUE_TODAY: lambda items, today: items.due_today(today),
    ESCALATED: lambda items, today: items.filter(escalation_level__gt=Escalation.VILLAGE),
}


def _due(cases: CaseQuerySet, due: str, today: date) -> CaseQuerySet:
    items = WorkItem.objects.open().filter(case=OuterRef("pk"))
    return cases.filter(Exists(_DUE[due](items, today))) if due in _DUE else cases


def _open_rows(items: WorkItemQuerySet, today: date, after: str | None) -> tuple[tuple[CaseRow, ...], str | None]:
    shown, more = URGENT_FIRST.page(items.for_rows(), after, PAGE)
    return tuple(_row(item.case, item, today) for item in shown), more


def _ordered_rows(
    cases: CaseQuerySet, order: Keyset, today: date, after: str | None
) -> tuple[tuple[CaseRow, ...], str | None]:
    shown, more = order.page(cases.for_rows(), after, PAGE)
    return _case_rows(shown, today), more


def _case_rows(cases: list[Case], today: date) -> tuple[CaseRow, ...]:
    return tuple(_row(case, next(iter(case.open_items), None), today) for case in cases)


def short_group(item: WorkItem | None) -> str:
    """Short enough for a row; "" for those who go by their time limit alone."""
    if item is None:
        return ""
    words = {
        Priority.KEY_PLUS: pgettext("short, service group", "Zero-employment or monitored"),
        Priority.KEY: pgettext("short, service group", "Key group"),
    }
    return words.get(item.priority, "")


def _row(case: Case, item: WorkItem | None, today: date) -> CaseRow:
    worker = case.worker
    owner = item.owner if item else case.owner
    level = item.escalation_level if item else Escalation.VILLAGE
    return CaseRow(
        case_id=case.pk,
        worker_id=worker.pk,
        name=worker.name,
        sex=short_sex(worker),
        age=worker.age(today),
        place=place_name(case.area_id),
        area_id=case.area_id,
        state=case.told_state,
        step=item.step_text if item else "",
        reason=item.reason_text if item else case.get_closed_because_display(),
        put_off_because=item.waits_because(today) if item else "",
        due_at=item.due_at if item else None,
        is_overdue=bool(item and item.due_at < start_of_day(today)),
        group=short_group(item),
        escalation_level=level,
        level=str(Escalation(level).label) if level else "",
        escalates_at=item.escalates_at if item else None,
        owner=str(owner) if owner else "",
        owner_id=owner.pk if owner else None,
        phone_tail=worker.phone_tail,
        state_since=case.state_since,
        opened_at=case.opened_at,
    )
