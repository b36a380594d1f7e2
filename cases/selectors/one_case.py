"""One case: where it stands, what is next, what happened."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Subquery

from cases import panels
from cases.choices import Cause, State
from cases.models import Case, ContactAttempt, FollowUpEntry, WorkItem
from kit.days import local_day, start_of_day
from staff.models import User
from workers.journal.telling import TimelineLine, timeline
from workers.models import Worker
from workers.selectors import tags_of

Entry = ContactAttempt | FollowUpEntry

ROWS = 12
# the six dots; settled is the last, closed is none of them
PATH = (State.FLAGGED, State.CONTACTED, State.REFERRED, State.PLACED, State.TRANSPORTED, State.SETTLED)


@dataclass(frozen=True)
class CaseStep:
    """One dot: `when` is past, now, next or skip."""

    state: str
    label: str
    when: str
    on: date | None


@dataclass(frozen=True)
class CasePage:
    """`undoable` is the entry that this user may take back until midnight; `gone_alone` when they entered that somebody
    goes by own means, if that may be taken back and is the newer of the two."""

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
    undoable: Entry | None
    gone_alone: datetime | None


def case_page(*, case: Case, user: User, today: date) -> CasePage:
    """8 queries at most: item, tags, steps, lines, their number, the last entry, the journey. `case` comes with its
    worker."""
    worker = case.worker
    item = case.work_items.open().first()
    roles = user.roles_in(case.area_id)
    return CasePage(
        case=case,
        worker=worker,
        item=item,
        age=worker.age(today),
        tags=tags_of(worker),
        steps=_steps(case),
        lines=timeline(worker.pk, limit=ROWS),
        line_count=_line_count(worker),
        actions=tuple(panels.registry.actions_for(case.pk, item.step, roles)) if item else (),
        panels=tuple(panels.registry.in_order()),
        undoable=undoable(case, user, today),
        gone_alone=_gone_alone(case, item, user, today),
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


def undoable(case: Case, user: User, today: date) -> Entry | None:
    """The button only; the service asks again whether nothing has happened since."""
    last = _last_entry(case)
    is_mine_today = last and last.by_id == user.pk and local_day(last.entered_at) == today
    return last if is_mine_today and last.state_after == case.state and not last.has_ended_a_job else None


def _last_entry(case: Case) -> Entry | None:
    """A follow-up is fetched only where it is the newer one."""
    follow_ups = case.follow_up_entries.standing().order_by("-pk")
    followed_up_at = Subquery(follow_ups.values("entered_at")[:1])
    talk = case.attempts.standing().order_by("-pk").annotate(followed_up_at=followed_up_at).first()
    is_newest = talk and not (talk.followed_up_at and talk.followed_up_at > talk.entered_at)
    return talk if is_newest or not case.follow_up_round else follow_ups.first()


def _gone_alone(case: Case, item: WorkItem | None, user: User, today: date) -> datetime | None:
    if case.state != State.PLACED or case.needs_transport:
        return None
    mine = WorkItem.objects.ended_by_going_alone(case, item).filter(
        finished_by=user, finished_at__gte=start_of_day(today)
    )
    at = mine.values_list("finished_at", flat=True).first()
    return None if at is None or _was_talked_to_since(case, at) else at


def _was_talked_to_since(case: Case, at: datetime) -> bool:
    """By anybody: then it stays."""
    kinds = (case.attempts, case.follow_up_entries)
    return any(kind.standing().filter(entered_at__gt=at).exists() for kind in kinds)
