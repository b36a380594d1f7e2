"""What a cadre opens in the morning: who, why, by when, and the one next action."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min

from areas.selectors import place_name
from cases.choices import Channel, Step
from cases.models import WorkItem
from cases.querysets import GROUPS, URGENT_FIRST, WorkItemQuerySet, is_new
from cases.selectors.people import short_sex, tags_of
from kit.days import start_of_day
from staff.models import User

FIRST_ROWS = {"late": 3, "today": 25, "week": 10, "later": 0}
MORE_ROWS = 50


@dataclass(frozen=True)
class TodayRow:
    """`next_is` is call, visit, refer, result, travel: what the one button says. `owner` is "" when nobody owns it."""

    case_id: int
    worker_id: int
    name: str
    sex: str
    age: int
    place: str
    area_id: int
    tags: tuple[str, ...]
    reason: str
    step: str
    next_is: str
    due_at: datetime
    not_before: datetime | None
    is_overdue: bool
    is_new: bool
    has_phone: bool
    escalation_level: int
    escalates_at: datetime | None
    owner_id: int | None
    owner: str


@dataclass(frozen=True)
class TodayGroup:
    """`count` is of the whole group, `left` of those after `rows`; `more` is the key of the next rows, if any."""

    name: str
    count: int
    rows: tuple[TodayRow, ...] = ()
    left: int = 0
    more: str | None = None


@dataclass(frozen=True)
class Chip:
    """A kind of work and how many people wait for it; `step=""` is all of them."""

    step: str
    count: int


@dataclass(frozen=True)
class TodayPage:
    """`later` is folded: its rows are fetched by its key. `next_at` is when the first of them comes.

    `is_continued` says that the page holds the next rows of one group.
    """

    late: TodayGroup
    today: TodayGroup
    week: TodayGroup
    later: TodayGroup
    next_at: datetime | None = None
    chips: tuple[Chip, ...] = ()
    is_continued: bool = False

    @property
    def is_nothing_due(self) -> bool:
        """Until `next_at`, if that is said."""
        return not (self.late.count or self.today.count or self.week.count)

    @property
    def groups(self) -> tuple[TodayGroup, ...]:
        return self.late, self.today, self.week, self.later


def today_page(
    *, user: User, today: date, chip: str = "", everybody: bool = False, after: str | None = None
) -> TodayPage:
    """5 queries at most: counts, three groups, tags. With `after` only the next rows of its group, and those left.

    `chip` is a step, or "" for all. The chips are always of everything on the list, which is the user's own, or
    everybody's in their area; the groups count what the chip leaves.
    """
    items = WorkItem.objects.open().visible_to(user) if everybody else WorkItem.objects.on_list_of(user, today)
    tallies = _tallies(items, today)
    chips = _chips(tallies)
    if chip in Step.values:
        items, tallies = items.filter(step=chip), [tally for tally in tallies if tally["step"] == chip]
    group, key = _rest_asked_for(after)
    counts = {name: sum(tally[name] for tally in tallies) for name in GROUPS}
    found = {name: _items(items, name, today, key, counts[name]) for name in ([group] if group else GROUPS)}
    rows = _rows([item for shown, _left in found.values() for item in shown], today)
    groups = {name: _group(name, counts[name], *found.get(name, ([], 0)), rows) for name in GROUPS}
    next_at = min((tally["next_at"] for tally in tallies if tally["next_at"]), default=None)
    return TodayPage(**groups, next_at=next_at, chips=chips, is_continued=bool(group))


def _rest_asked_for(after: str | None) -> tuple[str, str | None]:
    """The group of which more is shown, and the key its rows follow, empty before the first; ("", None) for none."""
    group, dot, key = (after or "").partition(".")
    is_key = dot and (not key or URGENT_FIRST.read(WorkItem, key))
    return (group, key) if group in GROUPS and is_key else ("", None)


def _tallies(items: WorkItemQuerySet, today: date) -> list[dict]:
    """For each step the people of every group, and when the next of the later ones comes; in one scan."""
    tallies = {name: Count("pk", filter=condition(today)) for name, condition in GROUPS.items()}
    next_at = Min("comes_at", filter=GROUPS["later"](today))
    return list(items.with_comes_at().order_by().values("step").annotate(**tallies, next_at=next_at))


def _chips(tallies: list[dict]) -> tuple[Chip, ...]:
    sums = {tally["step"]: sum(tally[name] for name in GROUPS) for tally in tallies}
    return (Chip("", sum(sums.values())), *(Chip(step, sums[step]) for step in Step.values if step in sums))


def _items(items: WorkItemQuerySet, group: str, today: date, key: str | None, count: int):
    """Those to show, and how many are left after them. An empty group costs no query."""
    if not count:
        return [], 0
    limit = FIRST_ROWS[group] if key is None else MORE_ROWS
    items = URGENT_FIRST.after(items.in_group(group, today), key)
    if key:
        count = items.count()
    shown = list(items.for_rows().annotate(is_new=is_new(today))[:limit])
    return shown, count - len(shown)


def _group(name: str, count: int, shown: list[WorkItem], left: int, rows: dict[int, TodayRow]) -> TodayGroup:
    key = URGENT_FIRST.key_of(shown[-1]) if shown else ""
    return TodayGroup(name, count, tuple(rows[item.pk] for item in shown), left, f"{name}.{key}" if left > 0 else None)


def _rows(items: list[WorkItem], today: date) -> dict[int, TodayRow]:
    tags = tags_of(item.case.worker for item in items)
    return {item.pk: _row(item, tags[item.case.worker_id], today) for item in items}


def _row(item: WorkItem, tags: tuple[str, ...], today: date) -> TodayRow:
    worker = item.case.worker
    return TodayRow(
        case_id=item.case_id,
        worker_id=worker.pk,
        name=worker.name,
        sex=short_sex(worker),
        age=worker.age(today),
        place=place_name(item.area_id),
        area_id=item.area_id,
        tags=tags,
        reason=item.reason_text,
        step=item.step,
        next_is=next_action(item),
        due_at=item.due_at,
        not_before=item.not_before,
        is_overdue=item.due_at < start_of_day(today),
        is_new=item.is_new,
        has_phone=bool(worker.phone_tail),
        escalation_level=item.escalation_level,
        escalates_at=item.escalates_at,
        owner_id=item.owner_id,
        owner=str(item.owner) if item.owner else "",
    )


def next_action(item: WorkItem) -> str:
    """A person to reach is called, unless the last attempt said to visit; otherwise the step says it."""
    if item.step in (Step.CONTACT, Step.FOLLOW_UP):
        return item.reason_data.get("channel") or Channel.CALL
    return item.step
