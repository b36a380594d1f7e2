"""Taking back, on the day it was made, what a later stage did to a case: a referral, an employer's no, a placement."""

from dataclasses import replace
from datetime import datetime

from django.db import models, transaction

from cases import events, policies
from cases.choices import Cause, ItemState, State, Step
from cases.locking import LockedCase, locked
from cases.models import Case, CaseMove, ContactAttempt, FollowUpEntry, WorkItem
from cases.queue import items
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked
from cases.refusals import FollowedUpSince, NotYourEntry, UndoOvertaken, UndoTooLate
from cases.services.schedule import drop_follow_ups
from kit.days import local_day
from kit.refusals import Refusal
from staff.models import User

LINES = {
    Cause.REFERRAL: "referral_undone",
    Cause.NO_MATCH: "no_match_undone",
    Cause.PLACEMENT: "placement_undone",
}
"""By what caused the move that is taken back."""


@transaction.atomic
def call_off_referral(
    *,
    case: Case,
    about: models.Model,
    why: str = "",
    is_reason: bool = True,
    by: User | None,
    at: datetime,
    data: dict | None = None,
) -> Case:
    """referred -> contacted: nothing came of the referral, and neither the worker nor an employer had said no.

    The fair was cancelled, or many people were referred by mistake. Nobody who was late becomes punctual by it: limit,
    escalation and reason are those from before. `why`, a word of `cases.reasons`, is told in the journal, and stands
    in for the reason where `is_reason`.
    """
    line = Line("referral_called_off" if why else "referral_undone", about=about, data={"why": why, **(data or {})})
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        plan = _plan_before_the_referral(step.case, at)
        move_locked(
            step,
            move=lambda case: case.undo_refer(at=at),
            line=line,
            cause=Cause.UNDONE,
            plan=replace(plan, reason=why, data=data or {}) if why and is_reason else plan,
            by=by,
            at=at,
            ending=ItemState.SUPERSEDED,
        )
    return step.case


@transaction.atomic
def undo_move(*, case: Case, about: models.Model, made_by: int | None, by: User, at: datetime) -> Case:
    """The last move of the case, which `about` caused; `made_by` is the key of whoever entered that.

    Until midnight, by whoever entered it, as long as nothing has happened since and nobody has built on it. That they
    go by their own means is taken back with the placement, if the same person entered both.
    """
    with locked(case) as step:
        policies.check_can_move(by, step.case)
        move, gone_alone = _check_may_be_undone(step, about, made_by=made_by, by=by, at=at)
        if gone_alone:
            items.mark_undone(gone_alone)
        _take_back(step, move, about, by=by, at=at)
    return step.case


def can_undo_move(*, case: Case, about: models.Model, made_by: int | None, by: User, at: datetime) -> bool:
    """For the button: what would be refused is not offered. Nothing is locked."""
    step = LockedCase(case, WorkItem.objects.open().filter(case=case).first())
    try:
        _check_may_be_undone(step, about, made_by=made_by, by=by, at=at)
    except Refusal:
        return False
    return True


def _check_may_be_undone(
    step: LockedCase, about: models.Model, *, made_by: int | None, by: User, at: datetime
) -> tuple[CaseMove, WorkItem | None]:
    """The move, and the item that "goes by own means" ended since. Whoever has built on it is asked too."""
    move = _last_move(step.case)
    check_is_mine_of_today(made_by=made_by, made_at=move.at, by=by, at=at)
    gone_alone = WorkItem.objects.ended_by_going_alone(step.case, step.item).filter(finished_by=by).first()
    _check_is_the_last(step, move, about, gone_alone)
    events.move_to_be_undone.send(Case, case=step.case, from_state=step.case.state, about=about, by=by, at=at)
    return move, gone_alone


def check_is_mine_of_today(*, made_by: int | None, made_at: datetime, by: User, at: datetime) -> None:
    """For everything that may be taken back: by whoever entered it, until midnight."""
    if made_by != by.pk:
        raise NotYourEntry
    if local_day(made_at) != local_day(at):
        raise UndoTooLate


def _last_move(case: Case) -> CaseMove:
    return CaseMove.objects.filter(case=case).select_related("work_item", "line").order_by("-pk")[0]


def _check_is_the_last(step: LockedCase, move: CaseMove, about: models.Model, gone_alone: WorkItem | None) -> None:
    if _was_followed_up_since(step.case, move.at):
        raise FollowedUpSince
    is_about = move.line and (move.line.about_type, move.line.about_id) == (about._meta.label_lower, about.pk)
    is_undoable = move.cause in LINES and move.work_item is not None and step.item is not None
    if not (is_about and is_undoable) or (gone_alone or step.item).opened_at != move.at:
        raise UndoOvertaken
    if was_talked_to_since(step.case, move.at):
        raise UndoOvertaken


def _was_followed_up_since(case: Case, at: datetime) -> bool:
    return FollowUpEntry.objects.standing().filter(case=case, entered_at__gt=at).exists()


def was_talked_to_since(case: Case, at: datetime) -> bool:
    """Or tried: an entry that nobody took back."""
    later = {"case": case, "entered_at__gt": at}
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
        line=Line(LINES[move.cause], about=about),
        cause=Cause.UNDONE,
        plan=plan_as_before(before, at),
        by=by,
        at=at,
        ending=ItemState.SUPERSEDED,
    )


def _plan_before_the_referral(case: Case, at: datetime) -> Plan:
    """The last referral finished one item; two where somebody who waited for another answer walked into a fair.

    Then the time limit is that of the first, and the second says what to do.
    """
    referred = case.moves.filter(to_state=State.REFERRED, cause=Cause.REFERRAL).order_by("-pk")[0]
    steps = (Step.RESULT, Step.REFER)
    finished = list(case.work_items.filter(finished_at=referred.at, step__in=steps).order_by("pk"))
    if not finished:  # the journal of an older system was silent
        return Plan(at=at, reason="willing", opened_at=referred.at)
    first, last = finished[0], finished[-1]
    items.mark_undone(last)
    return replace(plan_as_before(first, at), reason=last.reason, data=last.reason_data, not_before=last.not_before)


def plan_as_before(item: WorkItem, at: datetime) -> Plan:
    """As if it had never been finished."""
    return Plan(
        at=at,
        reason=item.reason,
        data=item.reason_data,
        due_at=item.due_at,
        not_before=item.not_before,
        opened_at=item.opened_at,
        escalation_level=item.escalation_level,
        escalated_at=item.escalated_at,
    )


def _compensate(case: Case, move: CaseMove, at: datetime) -> None:
    if move.to_state == State.PLACED:
        case.undo_place(back_to=move.from_state, at=at)
    elif move.cause == Cause.NO_MATCH:
        case.undo_miss_match(at=at)
    else:
        case.undo_refer(at=at)
