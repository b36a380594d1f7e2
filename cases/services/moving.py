"""What later stages do to a case: refer, place, transport, and back. A fair, a job or a bus calls these."""

from datetime import date, datetime

from django.db import models, transaction

from cases import events, policies
from cases.choices import Cause, ItemState, Step
from cases.locking import LockedCase, locked
from cases.models import Case
from cases.queue import items
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked, perform_step
from cases.refusals import CaseMovedOn, EvidenceMissing
from cases.services.opening import first_plan
from cases.services.schedule import (
    drop_follow_ups,
    plan_follow_ups,
    plan_of,
    plan_of_next_follow_up,
    plan_of_travel,
)
from staff.models import User


@transaction.atomic
def mark_met(
    *, case: Case, by: User | None, at: datetime, about: models.Model | None = None, data: dict | None = None
) -> Case:
    """flagged -> contacted: the worker stands before a colleague, who talks with them here and now."""
    return perform_step(
        case=case,
        move=lambda c: c.contact(happened_at=at, at=at),
        line=Line("case_met", about=about, data=data),
        cause=Cause.TALK,
        plan=Plan(at=at, reason="willing"),
        by=by,
        at=at,
        check=policies.check_can_move,
    )


@transaction.atomic
def undo_met(*, case: Case, by: User | None, at: datetime, data: dict | None = None) -> Case:
    """contacted -> flagged: it was somebody else who stood there. The time limit is again the one it was."""
    return perform_step(
        case=case,
        move=lambda c: c.undo_contact(first_contacted_at=None, at=at),
        line=Line("case_met_undone", data=data),
        cause=Cause.UNDONE,
        plan=lambda c: first_plan(c.opened_by_flag, "flagged", c.last_reopened_at or c.opened_at),
        by=by,
        at=at,
        check=policies.check_can_move,
        ending=ItemState.SUPERSEDED,
    )


@transaction.atomic
def mark_referred(
    *,
    case: Case,
    by: User | None,
    at: datetime,
    until: datetime | None = None,
    about: models.Model | None = None,
    reason: str = "referral_waiting",
    data: dict | None = None,
) -> Case:
    """contacted -> referred. Nobody is asked for the result before `until`, the end of the fair or of the interview."""
    case = perform_step(
        case=case,
        move=lambda c: c.refer(at=at),
        line=Line("case_referred", about=about, data={"reason": reason, **(data or {})}),
        cause=Cause.REFERRAL,
        plan=lambda c: _plan_of_result(c, until=until, reason=reason, data=data or {}, at=at),
        by=by,
        at=at,
        check=policies.check_can_move,
    )
    events.case_referred.send(Case, case=case, about=about, by=by, at=at)
    return case


@transaction.atomic
def mark_not_matched(
    *,
    case: Case,
    by: User | None,
    at: datetime,
    why: str = "not_matched",
    about: models.Model | None = None,
    data: dict | None = None,
) -> Case:
    """referred -> contacted: the employer said no, nobody came. `why` becomes the reason on the list."""
    return perform_step(
        case=case,
        move=lambda c: c.miss_match(at=at),
        line=Line("case_not_matched", about=about, data={"why": why, **(data or {})}),
        cause=Cause.NO_MATCH,
        plan=Plan(at=at, reason=why, data=data or {}),
        by=by,
        at=at,
        check=policies.check_can_move,
    )


@transaction.atomic
def mark_placed(
    *,
    case: Case,
    start_on: date,
    needs_transport: bool,
    by: User | None,
    at: datetime,
    about: models.Model | None = None,
    data: dict | None = None,
) -> Case:
    """contacted or referred -> placed. Work nearby needs no bus: its follow-ups start at once."""
    if start_on is None:
        raise EvidenceMissing
    facts = {"start_on": start_on, "needs_transport": needs_transport, **(data or {})}
    case = perform_step(
        case=case,
        move=lambda c: c.place(start_on=start_on, needs_transport=needs_transport, at=at),
        line=Line("case_placed", about=about, data=facts),
        cause=Cause.PLACEMENT,
        plan=lambda c: _plan_of_placed(c, placement=about, at=at),
        by=by,
        at=at,
        check=policies.check_can_move,
    )
    events.case_placed.send(Case, case=case, about=about, by=by, at=at)
    return case


@transaction.atomic
def mark_transported(
    *, case: Case, by: User | None, at: datetime, about: models.Model | None = None, data: dict | None = None
) -> Case:
    """placed -> transported: the worker sits on the bus. The follow-ups come onto the list."""
    return perform_step(
        case=case,
        move=lambda c: c.transport(at=at),
        line=Line("case_transported", about=about, data=data),
        cause=Cause.BOARDING,
        plan=lambda c: plan_of_next_follow_up(c, at=at),
        by=by,
        at=at,
        check=policies.check_can_move,
    )


@transaction.atomic
def undo_transported(*, case: Case, by: User | None, at: datetime, about: models.Model | None = None) -> Case:
    """transported -> placed: ticked aboard by mistake, and the bus still stands. Not once somebody was followed up."""
    return perform_step(
        case=case,
        move=lambda c: _undo_transport(c, at=at),
        line=Line("case_transport_undone", about=about),
        cause=Cause.UNDONE,
        plan=lambda c: plan_of_travel(c, at=at, clocks=items.clocks_on(at)),
        by=by,
        at=at,
        check=policies.check_can_move,
        ending=ItemState.SUPERSEDED,
    )


@transaction.atomic
def mark_fell_through(
    *,
    case: Case,
    by: User | None,
    at: datetime,
    why: str = "fell_through",
    about: models.Model | None = None,
    data: dict | None = None,
) -> Case:
    """placed or transported -> contacted: the job came to nothing or the worker left it."""
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        fall_through_locked(step, why=why, cause=Cause.JOB_ENDED, by=by, at=at, about=about, data=data)
    return step.case


def fall_through_locked(
    step: LockedCase,
    *,
    why: str,
    cause: str,
    by: User | None,
    at: datetime,
    about: models.Model | None = None,
    data: dict | None = None,
    ending: str = ItemState.SUPERSEDED,
) -> None:
    """The same for a case that the caller already holds."""
    move_locked(
        step,
        move=lambda c: c.fall_through(at=at),
        line=Line("case_fell_through", about=about, data={"why": why, **(data or {})}),
        cause=cause,
        plan=Plan(at=at, reason=why, data=data or {}),
        by=by,
        at=at,
        ending=ending,
    )
    drop_follow_ups(step.case, at=at)
    events.placement_fell_through.send(Case, case=step.case, why=why, by=by, at=at)


def _undo_transport(case: Case, *, at: datetime) -> None:
    if case.follow_ups.filter(round=case.follow_up_round, done_at__isnull=False).exists():
        raise CaseMovedOn
    case.undo_transport(at=at)


def _plan_of_result(case: Case, *, until: datetime | None, reason: str, data: dict, at: datetime) -> Plan:
    clocks = items.clocks_on(at)
    due_at = clocks.due_at(Step.RESULT, case.service_group, until or at)
    return Plan(at=at, reason=reason, data=data, due_at=due_at, not_before=until, clocks=clocks)


def _plan_of_placed(case: Case, *, placement: models.Model | None, at: datetime) -> Plan:
    clocks = items.clocks_on(at)
    first, *_rest = plan_follow_ups(case, placement=placement, clocks=clocks)
    if case.needs_transport:
        return plan_of_travel(case, at=at, clocks=clocks)
    return plan_of(first, at=at, clocks=clocks)
