"""What a cadre opens in the morning: who, why, by when, and the one next action."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case as CaseWhen
from django.db.models import Value, When

from areas.selectors import place_name
from cases import reasons
from cases.choices import ANSWERS, Channel, Step
from cases.models import WorkItem
from cases.querysets import GROUPS, URGENT_FIRST, WorkItemQuerySet, is_new, is_resting
from cases.selectors.people import short_sex, tags_of
from cases.selectors.today_counts import SINKING, list_of, resting, sums_of, tallies_of
from kit.days import local_day, start_of_day
from kit.pages import read_number
from staff.models import User

FIRST_ROWS = {"late": 3, "today": 25, "week": 10, "later": 0}
MORE_ROWS = 50
SUNK = "after."
SEEN = "-"
"""In the key of the next rows: after how many were seen."""


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
    """7 queries at most: counts, groups, tags. With `after` only the next rows of its group.

    `chip` is a step, or "" for all. The chips are always of everything on the list, which is the user's own, or
    everybody's in their area; the groups count what the chip leaves.
    """
    items = list_of(user, everybody)
    tallies = tallies_of(user, now, everybody)
    chips = _chips(tallies)
    if chip in Step.values:
        items, tallies = items.filter(step=chip), [tally for tally in tallies if tally["step"] == chip]
    group, key = _rest_asked_for(after)
    counts = sums_of(tallies)
    wanted = {name: _Wanted(items, name, now, key, counts, everybody) for name in ([group] if group else GROUPS)}
    found = {name: _items(one) for name, one in wanted.items()}
    rows = _rows([item for shown, _left in found.values() for item in shown], now)
    groups = {name: _group(name, counts[name], *found.get(name, ([], 0)), rows, key) for name in GROUPS}
    next_at = min((tally["next_at"] for tally in tallies if tally["next_at"]), default=None)
    return TodayPage(**groups, next_at=next_at, chips=chips, is_continued=bool(group))


def today_figures(*, user: User, now: datetime, chip: str = "", everybody: bool = False) -> TodayPage:
    """The same page with its numbers alone. One query."""
    tallies = tallies_of(user, now, everybody)
    chips = _chips(tallies)
    tallies = [tally for tally in tallies if tally["step"] == chip] if chip in Step.values else tallies
    return TodayPage(**{n: TodayGroup(n, sum(tally[n] for tally in tallies)) for n in GROUPS}, chips=chips)


def row_of_case(case_id: int, now: datetime) -> tuple[str, TodayRow] | None:
    """The group and the row of its open item; None when it has ended. 2 queries."""
    today = local_day(now)
    group = CaseWhen(*[When(condition(today), then=Value(name)) for name, condition in GROUPS.items()])
    items = WorkItem.objects.open().filter(case=case_id).with_comes_at().for_rows()
    item = items.annotate(is_new=is_new(today), group=group).first()
    return item and (item.group, _rows([item], now)[item.pk])


@dataclass(frozen=True)
class _Key:
    """Behind which rows go on: `text` is of the last row shown, "" before the first, and `seen` is how many were."""

    text: str
    seen: int = 0
    is_sunk: bool = False


def _rest_asked_for(after: str | None) -> tuple[str, _Key | None]:
    """The group of which more is shown, and what its rows follow; ("", None) for none."""
    group, dot, rest = (after or "").partition(".")
    seen, _dash, text = rest.rpartition(SEEN)
    key = _Key(text.removeprefix(SUNK), read_number(seen) or 0, text.startswith(SUNK))
    is_key = dot and (not text or URGENT_FIRST.read(WorkItem, key.text))
    return (group, key) if group in GROUPS and is_key else ("", None)


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
    key: _Key | None
    counts: dict[str, int | None]
    everybody: bool

    @property
    def limit(self) -> int:
        return FIRST_ROWS[self.group] if self.key is None else MORE_ROWS

    @property
    def parts(self) -> list[WorkItemQuerySet]:
        """An empty one costs no query."""
        items, key = self.items.in_group(self.group, local_day(self.now)), self.key or _Key("")
        tried = self.counts.get(resting(self.group), 0) if self.counts[self.group] else 0
        sunk = [items.filter(is_resting(self.now))] if tried != 0 else []
        if key.is_sunk:
            return [self._behind(part, key) for part in sunk]
        first = items.exclude(is_resting(self.now)) if sunk else items
        has_first = self.counts[self.group] != tried
        return [*([self._behind(first, key)] if has_first else []), *(URGENT_FIRST.after(part, None) for part in sunk)]

    def _behind(self, items: WorkItemQuerySet, key: _Key) -> WorkItemQuerySet:
        """Of a whole area from where the key stands in the index; of one's own few it does not matter."""
        if key.text and self.everybody:
            return URGENT_FIRST.behind(items, URGENT_FIRST.read(WorkItem, key.text), self.limit)
        return URGENT_FIRST.after(items, key.text)


def _items(wanted: _Wanted) -> tuple[list[WorkItem], int]:
    """Those to show, and how many are left after them: one more is read, because the numbers may have moved since the
    rows before were shown."""
    count = wanted.counts[wanted.group] - (wanted.key.seen if wanted.key else 0)
    if not wanted.limit:
        return [], count
    found = []
    for part in wanted.parts:
        if wanted.limit >= len(found):
            rows = part.for_rows().annotate(is_new=is_new(local_day(wanted.now)))
            found += rows[: wanted.limit + 1 - len(found)]
    shown = found[: wanted.limit]
    return shown, max(count - len(shown), 1) if len(found) > len(shown) else 0


def _group(
    name: str, count: int, shown: list[WorkItem], left: int, rows: dict[int, TodayRow], key: _Key | None
) -> TodayGroup:
    """The key of its next rows says in which part the last one stands."""
    last = URGENT_FIRST.key_of(shown[-1]) if shown else ""
    sunk = SUNK if shown and name in SINKING and rows[shown[-1].pk].tried else ""
    seen = f"{(key.seen if key else 0) + len(shown)}{SEEN}" if shown else ""
    more = f"{name}.{seen}{sunk}{last}" if left > 0 else None
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
