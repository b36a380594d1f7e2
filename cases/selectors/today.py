"""What a cadre opens in the morning: who, why, by when, and the one next action."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from areas.selectors import place_name
from cases.choices import Channel, Step
from cases.models import WorkItem
from cases.querysets import GROUPS, WorkItemQuerySet
from cases.selectors.keys import key_of, read_key
from cases.selectors.people import short_sex, tags_of
from kit.days import start_of_day
from staff.models import User

FIRST_ROWS = {"late": 3, "today": 25, "week": 10}
MORE_ROWS = 50


@dataclass(frozen=True)
class TodayRow:
    """`next_is` is call, visit, refer, result, travel: what the one button says. `owner` is "" when nobody owns it."""

    case_id: int
    item_id: int
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
    has_phone: bool
    escalation_level: int
    escalates_at: datetime | None
    owner_id: int | None
    owner: str


@dataclass(frozen=True)
class TodayGroup:
    """`count` is of the whole group; `more` is the key of the next rows, None when these are all."""

    name: str
    count: int
    rows: tuple[TodayRow, ...] = ()
    more: str | None = None


@dataclass(frozen=True)
class Chip:
    """A kind of work and how many people wait for it; `step=""` is all of them."""

    step: str
    count: int


@dataclass(frozen=True)
class TodayPage:
    late: TodayGroup
    today: TodayGroup
    week: TodayGroup
    chips: tuple[Chip, ...] = ()

    @property
    def groups(self) -> tuple[TodayGroup, ...]:
        return self.late, self.today, self.week

    @property
    def late_count(self) -> int:
        return self.late.count

    @property
    def today_count(self) -> int:
        return self.today.count

    @property
    def week_count(self) -> int:
        return self.week.count


def today_page(
    *, user: User, today: date, chip: str = "", everybody: bool = False, after: str | None = None
) -> TodayPage:
    """5 queries: counts, three groups, tags. With `after` only the next rows of its group.

    `chip` is a step, or "" for all. The counts and chips are always of everything on the list, which is the user's
    own, or everybody's in their area.
    """
    items = WorkItem.objects.open().visible_to(user) if everybody else WorkItem.objects.on_list_of(user, today)
    counts = _counts(items, today)
    key = read_key(after)
    wanted = [key.group] if key and key.group in GROUPS else list(GROUPS)
    found = {name: _items(_of_step(items, chip), name, today, key) for name in wanted}
    rows = _rows([item for group, _more in found.values() for item in group], today)
    groups = {name: _group(name, counts, chip, found.get(name, ([], None)), rows) for name in GROUPS}
    return TodayPage(**groups, chips=_chips(counts))


def _counts(items: WorkItemQuerySet, today: date) -> dict[str, dict[str, int]]:
    """{step: {group: people}} in one scan."""
    tallies = {name: Count("pk", filter=condition(today)) for name, condition in GROUPS.items()}
    rows = items.order_by().values("step").annotate(**tallies)
    return {row["step"]: {name: row[name] for name in GROUPS} for row in rows}


def _of_step(items: WorkItemQuerySet, chip: str) -> WorkItemQuerySet:
    return items.filter(step=chip) if chip in Step.values else items


def _items(items: WorkItemQuerySet, group: str, today: date, key) -> tuple[list[WorkItem], str | None]:
    limit = MORE_ROWS if key else FIRST_ROWS[group]
    items = items.in_group(group, today).for_rows().in_page_order()
    if key:
        items = items.after(key.priority, key.due_at, key.pk)
    found = list(items[: limit + 1])
    shown = found[:limit]
    return shown, str(key_of(shown[-1], group)) if len(found) > limit else None


def _group(name: str, counts, chip: str, found, rows: dict[int, TodayRow]) -> TodayGroup:
    items, more = found
    steps = [chip] if chip in Step.values else list(counts)
    count = sum(counts.get(step, {}).get(name, 0) for step in steps)
    return TodayGroup(name, count, tuple(rows[item.pk] for item in items), more)


def _chips(counts) -> tuple[Chip, ...]:
    sums = {step: sum(counts[step].values()) for step in Step.values if step in counts}
    return (Chip("", sum(sums.values())), *(Chip(step, n) for step, n in sums.items() if n))


def _rows(items: list[WorkItem], today: date) -> dict[int, TodayRow]:
    tags = tags_of(item.case.worker for item in items)
    return {item.pk: _row(item, tags[item.case.worker_id], today) for item in items}


def _row(item: WorkItem, tags: tuple[str, ...], today: date) -> TodayRow:
    worker = item.case.worker
    return TodayRow(
        case_id=item.case_id,
        item_id=item.pk,
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
