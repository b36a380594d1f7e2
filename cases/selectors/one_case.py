"""One case: where it stands, what is next, what happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from cases import panels
from cases.choices import Cause, State
from cases.models import Case, ContactAttempt, WorkItem
from kit.days import local_day
from staff.models import User
from workers.journal import words as journal_words
from workers.models import JournalLine, Worker
from workers.selectors import tags_of

ROWS = 12
ENTERED_LATER = timedelta(minutes=10)
TALKS = frozenset({"case_contacted", "worker_spoken_to", "case_closed_after_talk"})
DEEDS = TALKS | {"contact_attempted", "contact_undone", "follow_up_recorded", "follow_up_tried"}
LINES_AN_ENTRY = 8
# the six dots; settled is the last, closed is none of them
PATH = (State.FLAGGED, State.CONTACTED, State.REFERRED, State.PLACED, State.TRANSPORTED, State.SETTLED)


# what the machine does some moments after the entry that caused it
AFTERWARDS = frozenset({"sms_sent"})


@dataclass(frozen=True)
class TimelineLine:
    """A journal line in words. `key` marks a real talk; `entered_at` is set only when it was entered later.

    `folded` are the lines that came with it: one press, one entry.
    """

    seq: int
    what: str
    icon: str
    sentence: str
    detail: str
    key: bool
    late: bool
    happened_at: datetime
    entered_at: datetime | None
    written_at: datetime
    who: str
    short_hash: str
    folded: tuple["TimelineLine", ...] = ()


@dataclass(frozen=True)
class CaseStep:
    """One dot: `when` is past, now, next or skip."""

    state: str
    label: str
    when: str
    on: date | None


@dataclass(frozen=True)
class CasePage:
    """`undoable` is the entry that this user may take back until midnight."""

    case: Case
    worker: Worker
    item: WorkItem | None
    age: int
    tags: tuple[str, ...]
    steps: tuple[CaseStep, ...]
    lines: tuple[TimelineLine, ...]
    line_count: int
    actions: tuple[panels.Action, ...]
    panels: tuple[panels.Panel, ...]
    undoable: ContactAttempt | None


def case_page(*, case: Case, user: User, today: date) -> CasePage:
    """6 queries: item, tags, dates of the steps, lines, their number, the last entry. `case` comes with its worker."""
    worker = case.worker
    item = case.work_items.open().first()
    roles = user.roles if user.serves(case.area_id) else ()
    return CasePage(
        case=case,
        worker=worker,
        item=item,
        age=worker.age(today),
        tags=tags_of(worker),
        steps=_steps(case),
        lines=timeline(worker, limit=ROWS),
        line_count=_line_count(worker),
        actions=tuple(panels.registry.actions_for(case.pk, item.step, roles)) if item else (),
        panels=tuple(panels.registry.in_order()),
        undoable=undoable(case, user, today),
    )


def journal_lines(worker: Worker, *, limit: int | None = None) -> tuple[TimelineLine, ...]:
    """The worker's journal in words, newest first, whichever app wrote it."""
    lines = JournalLine.objects.filter(worker=worker).select_related("by").newest_first()
    return tuple(_told(line) for line in lines[:limit])


def timeline(worker: Worker, *, limit: int) -> tuple[TimelineLine, ...]:
    """What happened, newest first, each thing once: what was written in one moment is one entry."""
    lines = journal_lines(worker, limit=limit * LINES_AN_ENTRY)
    moments = [list(group) for _moment, group in groupby(_with_what_came_after(lines), key=itemgetter(0))]
    entries = [_entry([line for _moment, line in moment]) for moment in moments]
    is_cut = len(lines) == limit * LINES_AN_ENTRY
    return tuple(entries[: min(limit, len(entries) - is_cut) or 1])


def _with_what_came_after(lines: tuple[TimelineLine, ...]) -> Iterator[tuple[datetime, TimelineLine]]:
    """Each line with the moment of its entry: a text that left belongs to what was entered before it."""
    waiting = []
    for line in lines:
        waiting.append(line)
        if line.what not in AFTERWARDS:
            yield from ((line.written_at, one) for one in waiting)
            waiting = []
    yield from ((line.written_at, line) for line in waiting)


def _entry(lines: list[TimelineLine]) -> TimelineLine:
    """The talk, or else what was written first, with the note of any of them; the rest folds under it."""
    head = next((line for line in lines if line.what in DEEDS), lines[-1])
    folded = tuple(line for line in lines if line is not head)
    detail = head.detail or next((line.detail for line in folded if line.detail), "")
    return replace(head, detail=detail, folded=folded)


def _told(line: JournalLine) -> TimelineLine:
    is_late = line.entered_at - line.happened_at > ENTERED_LATER
    return TimelineLine(
        seq=line.seq,
        what=line.what,
        icon=journal_words.icon(line.what),
        sentence=journal_words.sentence(line.what, line.data),
        detail=journal_words.note(line.what, line.data),
        key=line.what in TALKS,
        late=is_late,
        happened_at=line.happened_at,
        entered_at=line.entered_at if is_late else None,
        written_at=line.entered_at,
        who=str(line.by) if line.by else str(journal_words.SYSTEM),
        short_hash=bytes(line.hash).hex()[:8],
    )


def _steps(case: Case) -> tuple[CaseStep, ...]:
    reached = _days_of_steps(case)
    now = PATH.index(case.state) if case.state in PATH else -1
    return tuple(
        CaseStep(state, str(State(state).label), _when(case, number, now, reached), reached.get(state))
        for number, state in enumerate(PATH)
    )


def _days_of_steps(case: Case) -> dict[str, date]:
    """When each state was last entered; a step that was gone back over counts as not yet done.

    What was taken back was never entered. Contacted counts from the first talk, also from one that closed the case.
    """
    days = {}
    for left, entered, cause, at in case.moves.order_by("pk").values_list("from_state", "to_state", "cause", "at"):
        if cause == Cause.UNDONE:
            days.pop(left, None)
        elif entered != State.CONTACTED:
            days[entered] = local_day(at)
        for later in _steps_after(entered):
            days.pop(later, None)
    if case.first_contacted_at:
        days[State.CONTACTED] = local_day(case.first_contacted_at)
    return days


def _steps_after(state: str) -> list[str]:
    return PATH[PATH.index(state) + 1 :] if state in PATH else []


def _when(case: Case, number: int, now: int, reached: dict[str, date]) -> str:
    if number == now:
        return "past" if case.state == State.SETTLED else "now"
    if number > now:
        return "past" if now < 0 and PATH[number] in reached else "next"
    return "past" if PATH[number] in reached else "skip"


def _line_count(worker: Worker) -> int:
    head = getattr(worker, "journal_head", None)
    return head.seq if head else 0


def undoable(case: Case, user: User, today: date) -> ContactAttempt | None:
    """The button only; the service asks again whether nothing has happened since."""
    last = case.attempts.standing().order_by("-pk").first()
    is_mine_today = last and last.by_id == user.pk and local_day(last.entered_at) == today
    return last if is_mine_today and last.state_after == case.state and not last.has_ended_a_job else None
