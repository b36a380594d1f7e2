"""Asking, after the placement, whether it lasts. The last "still working" settles the case."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cases import events, policies
from cases.choices import Cause, FollowUpResult, ItemState, Step
from cases.locking import LockedCase, locked
from cases.models import FollowUp
from cases.queue import items
from cases.queue.steps import Line, next_item, write_line
from cases.refusals import AnswerBeforeItsDay, CaseMovedOn, FollowUpAlreadyDone, HappenedInTheFuture, NotYet
from cases.services.closing import settle_locked
from cases.services.moving import fall_through_locked
from cases.services.schedule import next_follow_up, plan_of
from kit.days import local_day, local_moment
from staff.models import User
from workers.choices import Rule
from workers.services import flag_worker

# after so many tries in vain the follow-up is written down as not reached and the next one is planned
TRIES = 3
DAYS_TO_NEXT_TRY = 1
DAYS_TO_ASK_ABOUT_WAGES = 3


@transaction.atomic
def record_follow_up(
    *,
    follow_up: FollowUp,
    result: str,
    by: User | None,
    at: datetime,
    note: str = "",
    happened_at: datetime | None = None,
    once: UUID | None = None,
) -> FollowUp:
    """Write down the answer. A replay (same `once`) returns the first row."""
    with locked(follow_up.case) as step:
        row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
        if once and row.once == once:
            return row
        policies.check_can_work_on(by, step.case)
        _check(step, row, result, happened_at or at, at)
        row.note, row.once = note, once
        if result == FollowUpResult.NOT_REACHED and not _is_last_try(row):
            _try_again(step, row, by=by, at=at)
        else:
            _finish(step, row, result, by=by, at=at, happened_at=happened_at or at)
    return row


def _check(step: LockedCase, row: FollowUp, result: str, happened_at: datetime, at: datetime) -> None:
    if row.done_at or row.dropped_at:
        raise FollowUpAlreadyDone
    if step.case.step != Step.FOLLOW_UP:
        raise CaseMovedOn
    if happened_at > at:
        raise HappenedInTheFuture
    is_early = result in (FollowUpResult.STILL_WORKING, FollowUpResult.NOT_REACHED)
    if is_early and local_day(happened_at) < row.due_on:
        raise AnswerBeforeItsDay(row.due_on)
    if row != next_follow_up(step.case):
        raise NotYet


def _is_last_try(row: FollowUp) -> bool:
    """Somebody never reached cannot settle: the last follow-up is tried for as long as it takes."""
    return row.tries + 1 >= TRIES and _later(row).exists()


def _later(row: FollowUp):
    return FollowUp.objects.waiting().filter(case=row.case_id, round=row.round, due_on__gt=row.due_on)


def _try_again(step: LockedCase, row: FollowUp, *, by: User | None, at: datetime) -> None:
    row.tries += 1
    row.save(update_fields=["tries", "note", "once"])
    write_line(step.case, _line("follow_up_tried", row, FollowUpResult.NOT_REACHED, at), by=by, at=at)
    item = step.item
    item.not_before = local_moment(local_day(at) + timedelta(days=DAYS_TO_NEXT_TRY), 9)
    item.reason, item.reason_data = "not_reached", {"day_no": row.day_no, "follow_up": row.pk}
    item.save(update_fields=["not_before", "reason", "reason_data"])


def _finish(step: LockedCase, row: FollowUp, result: str, *, by, at: datetime, happened_at: datetime) -> None:
    row.result, row.by, row.done_at, row.entered_at = result, by, happened_at, at
    row.save()
    write_line(step.case, _line("follow_up_recorded", row, result, happened_at), by=by, at=at)
    _AFTER[result](step, row, by=by, at=at)
    events.follow_up_recorded.send(FollowUp, case=step.case, follow_up=row, by=by, at=at)


def _go_on(step: LockedCase, row: FollowUp, *, by, at) -> None:
    following = next_follow_up(step.case)
    if following is None:
        settle_locked(step, by=by, at=at)
        return
    next_item(step, plan=plan_of(following, at=at, clocks=items.clocks_on(at)), by=by, at=at)


def _left(step: LockedCase, row: FollowUp, *, by, at) -> None:
    fall_through_locked(step, why="left_job", cause=Cause.FOLLOW_UP, by=by, at=at, about=row, ending=ItemState.DONE)


def _wage_trouble(step: LockedCase, row: FollowUp, *, by, at) -> None:
    """Flagged, and asked again in three days. Whoever is owed wages has not settled."""
    again = _ask_again(step, row, at=at)
    plan = plan_of(again, at=at, clocks=items.clocks_on(at), reason="wage_trouble")
    next_item(step, plan=plan, by=by, at=at)
    flag_worker(
        worker=step.case.worker,
        rule=Rule.WAGE_TROUBLE,
        data={"day_no": row.day_no},
        by=by,
        at=at,
        said_in=step.case,
    )


def _ask_again(step: LockedCase, row: FollowUp, *, at: datetime) -> FollowUp:
    """The planned one if it falls within these days, else one more."""
    due_on = local_day(at) + timedelta(days=DAYS_TO_ASK_ABOUT_WAGES)
    following = next_follow_up(step.case)
    if following and following.due_on <= due_on:
        return following
    day_no = (due_on - step.case.placed_on).days
    extra, _is_new = FollowUp.objects.get_or_create(
        case=step.case,
        round=row.round,
        day_no=max(day_no, row.day_no + 1),
        defaults={"due_on": due_on, "placement_ref": row.placement_ref},
    )
    return extra


_AFTER = {
    FollowUpResult.STILL_WORKING: _go_on,
    FollowUpResult.NOT_REACHED: _go_on,
    FollowUpResult.LEFT: _left,
    FollowUpResult.WAGE_TROUBLE: _wage_trouble,
}


def _line(what: str, row: FollowUp, result: str, happened_at: datetime) -> Line:
    data = {"day_no": row.day_no, "result": result, "note": row.note}
    return Line(what, about=row, happened_at=happened_at, data=data)
