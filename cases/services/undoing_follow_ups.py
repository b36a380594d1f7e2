"""Taking a follow-up back on the day it was entered, with all that came of it."""

from datetime import datetime

from django.db import transaction

from cases.choices import Cause, ItemState, State
from cases.locking import LockedCase, locked
from cases.models import FollowUp, FollowUpEntry
from cases.queue import items
from cases.queue.steps import Line, move_locked, next_item, write_line
from cases.services.undoing import mark_undone, old_plan, restore_item, restore_status
from staff.models import User
from workers.models import Flag
from workers.services import restore_flags, withdraw_flag


@transaction.atomic
def undo_follow_up(*, entry: FollowUpEntry, by: User, at: datetime) -> FollowUpEntry:
    """Until midnight, by whoever made the entry, as long as nothing has happened since. Undone twice is undone once."""
    with locked(entry.case) as step:
        entry, is_undone_before = mark_undone(step, entry, by=by, at=at)
        if is_undone_before:
            return entry
        row = _ask_anew(entry)
        _put_back(step, entry, row, by=by, at=at)
        _withdraw_wage_trouble(step, entry, by=by, at=at)
        restore_status(step.case, entry, by=by, at=at)
    return entry


def _ask_anew(entry: FollowUpEntry) -> FollowUp:
    """The question waits again, and knows no more of this entry than before it."""
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=entry.follow_up_id)
    if entry.is_answer:
        row.result = row.by = row.done_at = row.entered_at = None
    else:
        row.tries -= 1
    row.note = entry.before["note"]
    row.save()
    _ask_anew_too(entry)
    return row


def _ask_anew_too(entry: FollowUpEntry) -> None:
    """The questions that the same answer was for."""
    nothing = {"result": None, "by": None, "done_at": None, "entered_at": None}
    FollowUp.objects.filter(case=entry.case, pk__in=entry.before.get("answered_too", ())).update(**nothing)


def _put_back(step: LockedCase, entry: FollowUpEntry, row: FollowUp, *, by: User, at: datetime) -> None:
    line = Line("follow_up_undone", about=row, data={"day_no": row.day_no, "result": entry.result})
    if entry.state_after == State.SETTLED:
        _open_again(step, entry, line, by=by, at=at)
        return
    write_line(step.case, line, by=by, at=at)
    if not entry.is_answer:
        restore_item(step, entry)
        return
    items.mark_undone(entry.work_item)
    next_item(step, plan=old_plan(entry, at), by=by, at=at, ending=ItemState.SUPERSEDED)


def _open_again(step: LockedCase, entry: FollowUpEntry, line: Line, *, by: User, at: datetime) -> None:
    items.mark_undone(entry.work_item)
    move_locked(
        step,
        move=lambda case: case.undo_settle(back_to=entry.state_before, at=at),
        line=line,
        cause=Cause.UNDONE,
        plan=old_plan(entry, at),
        by=by,
        at=at,
        ending=ItemState.SUPERSEDED,
    )
    restore_flags(worker=step.case.worker, cleared_at=entry.entered_at, by=by, at=at)


def _withdraw_wage_trouble(step: LockedCase, entry: FollowUpEntry, *, by: User, at: datetime) -> None:
    """The flag it raised, and the question it put in between."""
    step.case.follow_ups.waiting().filter(pk=entry.before.get("asked_again")).update(dropped_at=at)
    flag = Flag.objects.open().filter(pk=entry.before.get("flag")).first()
    if flag:
        withdraw_flag(flag, by=by, at=at)
