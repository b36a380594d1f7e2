"""What a cadre opens in the morning: who, why, by when, and the one next action."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case as CaseWhen
from django.db.models import Count, Min, Value, When

from areas.selectors import place_name
from cases import reasons
from cases.choices import ANSWERS, Channel, Step
from cases.models import WorkItem
from cases.querysets import GROUPS, URGENT_FIRST, WorkItemQuerySet, is_new, is_resting
from cases.selectors.people import short_sex, tags_of
from kit.days import local_day, start_of_day
from staff.models import User
from staff.roles import CASEWORKERS

# groups in which those who were tried already stand behind the others
SINKING = ("late", "today")
FIRST_ROWS = {"late": 3, "today": 25, "week": 10, "later": 0}
MORE_ROWS = 50
SUNK = "after."


@dataclass(frozen=True)
class TodayRow:
    """`next_is` is call, visit, refer, result, travel: what the one button says. `owner` is "" when nobody owns it.

    `action` are the words of its button where the reason has its own, else "". `tried` says what was done in vain while
    the next attempt is still to come, else "". `wrote_back`: there is a text of theirs to be read first.
    """

    case_id: int
    worker_id: int
    name: str
    sex: str
    age: int
    place: str
    area_id: int
    tags: tuple[str, ...]
    reason: str
    action: str
    tried: str
    put_off_because: str
    step: str
    next_is: str
    wrote_back: bool
    due_at: datetime
    not_before: datetime | None
    comes_at: datetime
    comes_back: date | datetime | None
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
    *, user: User, now: datetime, chip: str = "", everybody: bool = False, after: str | None = None
) -> TodayPage:
    """7 queries at most: counts, groups, tags. With `after` only the next rows of its group, and those left.

    `chip` is a step, or "" for all. The chips are always of everything on the list, which is the user's own, or
    everybody's in their area; the groups count what the chip leaves.
    """
    items = _list_of(user, now, everybody)
    tallies = _tallies(items, now)
    chips = _chips(tallies)
    if chip in Step.values:
        items, tallies = items.filter(step=chip), _of_step(tallies, chip)
    group, key = _rest_asked_for(after)
    counts = {name: sum(tally[name] for tally in tallies) for name in (*GROUPS, *map(_resting, SINKING))}
    found = {name: _items(_Wanted(items, name, now, key, counts)) for name in ([group] if group else GROUPS)}
    rows = _rows([item for shown, _left in found.values() for item in shown], now)
    groups = {name: _group(name, counts[name], *found.get(name, ([], 0)), rows) for name in GROUPS}
    next_at = min((tally["next_at"] for tally in tallies if tally["next_at"]), default=None)
    return TodayPage(**groups, next_at=next_at, chips=chips, is_continued=bool(group))


def today_figures(*, user: User, now: datetime, chip: str = "", everybody: bool = False) -> TodayPage:
    """The same page with its numbers alone. One query."""
    tallies = _tallies(_list_of(user, now, everybody), now)
    chips = _chips(tallies)
    tallies = _of_step(tallies, chip) if chip in Step.values else tallies
    return TodayPage(**{n: TodayGroup(n, sum(tally[n] for tally in tallies)) for n in GROUPS}, chips=chips)


def row_of_case(case_id: int, now: datetime) -> tuple[str, TodayRow] | None:
    """The group and the row of its open item; None when it has ended. 2 queries."""
    today = local_day(now)
    group = CaseWhen(*[When(condition(today), then=Value(name)) for name, condition in GROUPS.items()])
    items = WorkItem.objects.open().filter(case=case_id).with_comes_at().for_rows()
    item = items.annotate(is_new=is_new(today), group=group).first()
    return item and (item.group, _rows([item], now)[item.pk])


def _list_of(user: User, now: datetime, everybody: bool) -> WorkItemQuerySet:
    if everybody:
        return WorkItem.objects.open().held_by(user, CASEWORKERS)
    return WorkItem.objects.on_list_of(user)


def _of_step(tallies: list[dict], step: str) -> list[dict]:
    return [tally for tally in tallies if tally["step"] == step]


def _rest_asked_for(after: str | None) -> tuple[str, str | None]:
    """The group of which more is shown, and the key its rows follow, empty before the first; ("", None) for none."""
    group, dot, key = (after or "").partition(".")
    is_key = dot and (not key or URGENT_FIRST.read(WorkItem, key.removeprefix(SUNK)))
    return (group, key) if group in GROUPS and is_key else ("", None)


def _resting(group: str) -> str:
    return f"{group}_resting"


def _tallies(items: WorkItemQuerySet, now: datetime) -> list[dict]:
    """For each step the people of every group, and when the next of the later ones comes; in one scan."""
    groups = {name: condition(local_day(now)) for name, condition in GROUPS.items()}
    groups |= {_resting(name): groups[name] & is_resting(now) for name in SINKING}
    # by a column that is never empty and stands in the index, so that the table need not be looked at
    tallies = {name: Count("due_at", filter=condition) for name, condition in groups.items()}
    next_at = Min("comes_at", filter=groups["later"])
    return list(items.with_comes_at().order_by().values("step").annotate(**tallies, next_at=next_at))


def _chips(tallies: list[dict]) -> tuple[Chip, ...]:
    sums = {tally["step"]: sum(tally[name] for name in GROUPS) for tally in tallies}
    return (Chip("", sum(sums.values())), *(Chip(step, sums[step]) for step in Step.values if step in sums))


@dataclass(frozen=True)
class _Wanted:
    """Rows of one group after a key, None for the first ones. Each part is in the order of an index: those who wait,
    then those who were tried already."""

    items: WorkItemQuerySet
    group: str
    now: datetime
    key: str | None
    counts: dict[str, int]

    @property
    def limit(self) -> int:
        return FIRST_ROWS[self.group] if self.key is None else MORE_ROWS

    @property
    def parts(self) -> list[WorkItemQuerySet]:
        """An empty one costs no query."""
        items = self.items.in_group(self.group, local_day(self.now))
        resting = self.counts.get(_resting(self.group), 0)
        waiting = self.counts[self.group] - resting
        key = self.key or ""
        if key.startswith(SUNK):
            return [URGENT_FIRST.after(items.filter(is_resting(self.now)), key.removeprefix(SUNK))]
        first = items.exclude(is_resting(self.now)) if resting else items
        parts = [URGENT_FIRST.after(first, key)] if waiting else []
        return parts + ([URGENT_FIRST.after(items.filter(is_resting(self.now)), None)] if resting else [])


def _items(wanted: _Wanted) -> tuple[list[WorkItem], int]:
    """Those to show, and how many are left after them."""
    shown, count = [], wanted.counts[wanted.group]
    for part in wanted.parts:
        if wanted.limit > len(shown):
            rows = part.for_rows().annotate(is_new=is_new(local_day(wanted.now)))
            shown += rows[: wanted.limit - len(shown)]
    if wanted.key:
        count = sum(part.count() for part in wanted.parts)
    return shown, count - len(shown)


def _group(name: str, count: int, shown: list[WorkItem], left: int, rows: dict[int, TodayRow]):
    """The key of its next rows says in which part the last one stands."""
    key = URGENT_FIRST.key_of(shown[-1]) if shown else ""
    sunk = SUNK if shown and name in SINKING and rows[shown[-1].pk].tried else ""
    more = f"{name}.{sunk}{key}" if left > 0 else None
    return TodayGroup(name, count, tuple(rows[item.pk] for item in shown), left, more)


def _rows(items: list[WorkItem], now: datetime) -> dict[int, TodayRow]:
    tags = tags_of(item.case.worker for item in items)
    return {item.pk: _row(item, tags[item.case.worker_id], now) for item in items}


def _row(item: WorkItem, tags: tuple[str, ...], now: datetime) -> TodayRow:
    worker, today = item.case.worker, local_day(now)
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
        action=str(reasons.step_words(item.reason).action),
        tried=_tried(item, now),
        put_off_because=item.waits_because(today),
        step=item.step,
        next_is=next_action(item),
        wrote_back=item.reason in ANSWERS,
        due_at=item.due_at,
        not_before=item.not_before,
        comes_at=item.not_before or item.due_at,
        comes_back=item.comes_back,
        is_overdue=item.due_at < start_of_day(today),
        is_new=item.is_new,
        has_phone=worker.can_be_called,
        escalation_level=item.escalation_level,
        escalates_at=item.escalates_at,
        owner_id=item.owner_id,
        owner=str(item.owner) if item.owner else "",
    )


def _tried(item: WorkItem, now: datetime) -> str:
    is_to_come = item.not_before is not None and item.not_before > now
    return reasons.tried(item.reason, item.reason_data) if is_to_come else ""


def next_action(item: WorkItem) -> str:
    """A person to reach is called, unless the last attempt said to visit; otherwise the step says it."""
    if item.step in (Step.CONTACT, Step.FOLLOW_UP):
        return item.reason_data.get("channel") or Channel.CALL
    return item.step
