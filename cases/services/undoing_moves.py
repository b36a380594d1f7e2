"""Taking back, on the day it was made, what a later stage did to a case: a referral, a placement."""

from datetime import datetime

from django.db import models, transaction

from cases import events, policies
from cases.choices import Cause, ItemState, State
from cases.locking import LockedCase, locked
from cases.models import Case, CaseMove, ContactAttempt, FollowUpEntry, WorkItem
from cases.queue import items
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked
from cases.refusals import NotYourEntry, UndoOvertaken, UndoTooLate
from cases.services.schedule import drop_follow_ups
from kit.days import local_day
from staff.models import User

LINES = {State.REFERRED: "referral_undone", State.PLACED: "placement_undone"}


@transaction.atomic
def undo_move(*, case: Case, about: models.Model, made_by: int | None, by: User, at: datetime) -> Case:
    """The last move of the case, which `about` caused; `made_by` is the key of whoever entered that.

    Until midnight, by whoever entered it, as long as nothing has happened since and nobody has built on it.
    """
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        move = _last_move(step.case)
        check_is_mine_of_today(made_by=made_by, made_at=move.at, by=by, at=at)
        _check_is_the_last(step, move, about)
        events.move_to_be_undone.send(Case, case=step.case, from_state=step.case.state, about=about, by=by, at=at)
        _take_back(step, move, about, by=by, at=at)
    return step.case


@transaction.atomic
def take_back_referral(*, case: Case, about: models.Model, by: User | None, at: datetime) -> bool:
    """Recommended with many others by one press that is taken back, on whatever day. False where more has happened."""
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        move = _last_move(step.case)
        if not _is_the_last(step, move, about):
            return False
        _take_back(step, move, about, by=by, at=at)
    return True


def lateness_of(case: Case) -> dict:
    """What a plan says of the time limit that had run out when the case was recommended; nothing for those in time."""
    move = _last_move(case)
    before = move.work_item
    return _clock_of(before) if before and before.due_at < move.at else {}


def check_is_mine_of_today(*, made_by: int | None, made_at: datetime, by: User, at: datetime) -> None:
    """For everything that may be taken back: by whoever entered it, until midnight."""
    if made_by != by.pk:
        raise NotYourEntry
    if local_day(made_at) != local_day(at):
        raise UndoTooLate


def _last_move(case: Case) -> CaseMove:
    return CaseMove.objects.filter(case=case).select_related("work_item", "line").order_by("-pk")[0]


def _check_is_the_last(step: LockedCase, move: CaseMove, about: models.Model) -> None:
    if not _is_the_last(step, move, about):
        raise UndoOvertaken


def _is_the_last(step: LockedCase, move: CaseMove, about: models.Model) -> bool:
    is_about = move.line and (move.line.about_type, move.line.about_id) == (about._meta.label_lower, about.pk)
    is_undoable = move.to_state in LINES and move.work_item is not None and step.item is not None
    return bool(is_about and is_undoable) and step.item.opened_at == move.at and not _was_talked_to_since(move)


def _was_talked_to_since(move: CaseMove) -> bool:
    later = {"case": move.case_id, "entered_at__gt": move.at}
    return any(kind.objects.standing().filter(**later).exists() for kind in (ContactAttempt, FollowUpEntry))


def _take_back(step: LockedCase, move: CaseMove, about: models.Model, *, by: User, at: datetime) -> None:
    """The clock goes on as if nothing had been entered."""
    before = move.work_item
    if move.to_state == State.PLACED:
        drop_follow_ups(step.case, at=at)
    items.mark_undone(before)
    move_locked(
        step,
        move=lambda case: _compensate(case, move, at),
        line=Line(LINES[move.to_state], about=about),
        cause=Cause.UNDONE,
        plan=Plan(
            at=at,
            reason=before.reason,
            data=before.reason_data,
            not_before=before.not_before,
            **_clock_of(before),
        ),
        by=by,
        at=at,
        ending=ItemState.SUPERSEDED,
    )


def _clock_of(item: WorkItem) -> dict:
    return {name: getattr(item, name) for name in ("due_at", "opened_at", "escalation_level", "escalated_at")}


def _compensate(case: Case, move: CaseMove, at: datetime) -> None:
    if move.to_state == State.PLACED:
        case.undo_place(back_to=move.from_state, at=at)
    else:
        case.undo_refer(at=at)
