"""Somebody who is placed goes by their own means; and that taken back on the same day."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from cases import events, policies, reasons
from cases.choices import Cause, ItemState, State
from cases.locking import LockedCase, locked
from cases.models import Case, WorkItem
from cases.queue import items
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked
from cases.refusals import UndoOvertaken
from cases.services.schedule import plan_of_next_follow_up, plan_of_travel
from cases.services.undoing_moves import check_is_mine_of_today, plan_as_before, was_talked_to_since
from staff.models import User


@transaction.atomic
def mark_travelling_alone(*, case: Case, by: User | None, at: datetime, note: str = "") -> Case:
    """placed, and the worker goes by their own means: no seat to arrange, the follow-ups start. Twice is once."""
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        if step.case.state == State.PLACED and not step.case.needs_transport:
            return step.case
        move_locked(
            step,
            move=lambda case: case.travel_alone(),
            line=Line("case_travelling_alone", data={"note": note}),
            cause=Cause.PLACEMENT,
            plan=lambda case: plan_of_next_follow_up(case, at=at),
            by=by,
            at=at,
        )
    return step.case


@transaction.atomic
def undo_travelling_alone(*, case: Case, by: User, at: datetime) -> Case:
    """Until midnight, by whoever entered it, as long as nothing has happened since. Undone twice is undone once.

    The time limit goes on as if nothing had been entered. Who keeps the seats hears of it: one that was given up is
    theirs again if nobody has taken it since.
    """
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        if step.case.state == State.PLACED and step.case.needs_transport:
            return step.case
        ended = WorkItem.objects.ended_by_going_alone(step.case, step.item).order_by("-pk").first()
        if ended is None or was_talked_to_since(step.case, ended.finished_at):
            raise UndoOvertaken
        check_is_mine_of_today(made_by=ended.finished_by_id, made_at=ended.finished_at, by=by, at=at)
        _take_back(step, ended, by=by, at=at)
        events.travelling_alone_undone.send(Case, case=step.case, since=ended.finished_at, by=by, at=at)
    return step.case


def _take_back(step: LockedCase, ended: WorkItem, *, by: User, at: datetime) -> None:
    items.mark_undone(ended)
    move_locked(
        step,
        move=lambda case: case.undo_travel_alone(),
        line=Line("case_travelling_undone"),
        cause=Cause.UNDONE,
        plan=lambda case: _plan(case, ended, at),
        by=by,
        at=at,
        ending=ItemState.SUPERSEDED,
    )


def _plan(case: Case, ended: WorkItem, at: datetime) -> Plan:
    """As it was; who was left in peace until their trip leaves has no seat on it, unless they get it back."""
    if ended.not_before is None or reasons.tried(ended.reason, ended.reason_data):
        return plan_as_before(ended, at)
    return replace(plan_of_travel(case, at=at, clocks=items.clocks_on(at)), opened_at=ended.opened_at)
