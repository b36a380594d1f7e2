"""How a case ends without a job that lasts, and the one good end."""

from datetime import date, datetime

from django.db import transaction

from cases import events, policies
from cases.choices import Cause, CloseReason, ItemState
from cases.contact.ends import check_age
from cases.contact.unreachable import UnreachableNeedsEvidence
from cases.locking import LockedCase, locked
from cases.models import Case
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked
from cases.refusals import ReaskDateNeeded
from cases.selectors.attempts import evidence_of
from cases.services.schedule import drop_follow_ups
from kit.days import local_day
from staff.models import User
from workers.services import clear_flags


@transaction.atomic
def close_case(
    *,
    case: Case,
    reason: str,
    by: User | None,
    at: datetime,
    note: str = "",
    reask_on: date | None = None,
) -> Case:
    """From any open state. Not willing needs words and a day to ask again; unreachable needs the attempts."""
    with locked(case) as step:
        policies.check_can_work_on(by, step.case)
        close_locked(step, reason=reason, by=by, at=at, note=note, reask_on=reask_on)
    return step.case


def close_locked(
    step: LockedCase,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    note: str = "",
    reask_on: date | None = None,
    line: Line | None = None,
    cause: str = Cause.CLOSED,
    ending: str = ItemState.DONE,
) -> None:
    """The same for a case that the caller already holds. `line` tells the end together with what led to it."""
    check_may_close(step.case, reason=reason, at=at, note=note, reask_on=reask_on)
    told = {"reason": reason, "note": note, "reask_on": reask_on}
    move_locked(
        step,
        move=lambda c: c.close(reason=reason, by=by, at=at, note=note, reask_on=reask_on),
        line=line.and_data(told) if line else Line("case_closed", data=told),
        cause=cause,
        plan=Plan(at=at, reason=""),
        by=by,
        at=at,
        ending=ending,
    )
    drop_follow_ups(step.case, at=at)
    clear_flags(worker=step.case.worker, by=by, at=at)
    events.case_closed.send(Case, case=step.case, by=by, at=at)


def check_may_close(case: Case, *, reason: str, at: datetime, note: str, reask_on: date | None) -> None:
    if reason == CloseReason.NOT_WILLING and not (note.strip() and reask_on and reask_on > local_day(at)):
        raise ReaskDateNeeded
    if reason == CloseReason.UNREACHABLE:
        missing = evidence_of(case).missing
        if missing:
            raise UnreachableNeedsEvidence(missing=missing)
    check_age(reason, case.worker.age(local_day(at)))


def settle_locked(step: LockedCase, *, by: User | None, at: datetime) -> None:
    """The last follow-up says: still at work."""
    move_locked(
        step,
        move=lambda c: c.settle(at=at),
        line=Line("case_settled", data={"round": step.case.follow_up_round}),
        cause=Cause.FOLLOW_UP,
        plan=Plan(at=at, reason=""),
        by=by,
        at=at,
    )
    clear_flags(worker=step.case.worker, by=by, at=at)
    events.case_settled.send(Case, case=step.case, by=by, at=at)


@transaction.atomic
def close_on_news(*, case: Case, reason: str, happened_at: datetime, by: User | None, at: datetime) -> Case:
    """News from outside the case ends it; whoever had to call is relieved. `by` is the cadre who brought it, if any."""
    with locked(case) as step:
        line = Line("case_closed", happened_at=happened_at)
        close_locked(step, reason=reason, by=by, at=at, line=line, cause=Cause.NEWS, ending=ItemState.SUPERSEDED)
    return step.case
