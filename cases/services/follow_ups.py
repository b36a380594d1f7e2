"""Asking, after the placement, whether it lasts. The last "still working" settles the case."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cases import events, policies
from cases.choices import Cause, FollowUpResult, ItemState, Step
from cases.locking import LockedCase, locked
from cases.models import Case, FollowUp, FollowUpEntry
from cases.queue import items
from cases.queue.steps import Line, next_item, write_line
from cases.refusals import AnswerBeforeItsDay, CaseMovedOn, FollowUpAlreadyDone, HappenedInTheFuture, NotYet
from cases.services.closing import settle_locked
from cases.services.contact import how_things_stand
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
    told_by: str = "",
    happened_at: datetime | None = None,
    once: UUID | None = None,
) -> FollowUpEntry:
    """Write down the answer, or a try in vain. A replay (same `once`) returns the first entry.

    `told_by` is who said so (`ToldBy`), "" where nobody asked; of somebody not reached nobody says anything.
    """
    with locked(follow_up.case) as step:
        first = once and FollowUpEntry.objects.filter(once=once).select_related("follow_up").first()
        if first:
            return first
        policies.check_can_work_on(by, step.case)
        row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
        _check(step, row, result, happened_at or at, at)
        entry = _entry(step, row, result, by=by, at=at, happened_at=happened_at or at, once=once)
        entry.note = row.note = note
        entry.told_by = told_by if entry.is_reached else ""
        if entry.is_answer:
            _finish(step, entry, by=by, at=at)
        else:
            _try_again(step, entry, by=by, at=at)
        _keep(step, entry)
    return entry


def _entry(step: LockedCase, row: FollowUp, result: str, *, by, at, happened_at, once) -> FollowUpEntry:
    """Unsaved: what it leads to is not known yet."""
    return FollowUpEntry(
        case=step.case,
        follow_up=row,
        work_item=step.item,
        result=result,
        is_answer=result != FollowUpResult.NOT_REACHED or _is_last_try(row),
        happened_at=happened_at,
        entered_at=at,
        by=by,
        state_before=step.case.state,
        before={**how_things_stand(step), "note": row.note, "report": _newest_report(step.case)},
        once=once,
    )


def _keep(step: LockedCase, entry: FollowUpEntry) -> None:
    """With what it left behind: an undo takes back that and nothing else."""
    item, newest = step.case.work_items.open().first(), _newest_report(step.case)
    if item is not None:
        entry.before |= {"left_item": item.pk, "planned": item.reason, "rests_until": item.not_before}
    entry.before["report"] = newest if newest != entry.before["report"] else None
    entry.state_after = step.case.state
    entry.save(force_insert=True)


def _newest_report(case: Case) -> int | None:
    return case.worker.reports.newest_first().values_list("pk", flat=True).first()


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


def _try_again(step: LockedCase, entry: FollowUpEntry, *, by: User | None, at: datetime) -> None:
    row, item = entry.follow_up, step.item
    row.tries += 1
    row.save(update_fields=["tries", "note"])
    write_line(step.case, _line("follow_up_tried", entry), by=by, at=at)
    item.not_before = local_moment(local_day(at) + timedelta(days=DAYS_TO_NEXT_TRY), 9)
    item.reason, item.reason_data = "not_reached", {"day_no": row.day_no, "follow_up": row.pk}
    item.save(update_fields=["not_before", "reason", "reason_data"])


def _finish(step: LockedCase, entry: FollowUpEntry, *, by: User | None, at: datetime) -> None:
    row = entry.follow_up
    row.result, row.by, row.done_at, row.entered_at = entry.result, by, entry.happened_at, at
    row.save()
    write_line(step.case, _line("follow_up_recorded", entry), by=by, at=at)
    _AFTER[entry.result](step, entry, by=by, at=at)
    events.follow_up_recorded.send(FollowUp, case=step.case, follow_up=row, by=by, at=at)


def _go_on(step: LockedCase, entry: FollowUpEntry, *, by, at) -> None:
    if entry.result == FollowUpResult.STILL_WORKING:
        _answer_what_is_due_too(entry, by=by, at=at)
    following = next_follow_up(step.case)
    if following is None:
        settle_locked(step, by=by, at=at)
        return
    tomorrow = local_day(at) + timedelta(days=DAYS_TO_NEXT_TRY)
    next_item(step, plan=plan_of(following, at=at, clocks=items.clocks_on(at), earliest=tomorrow), by=by, at=at)


def _answer_what_is_due_too(entry: FollowUpEntry, *, by: User | None, at: datetime) -> None:
    """Who is at work on the thirtieth day was asked late, and is not asked twice in one talk."""
    said_on = local_day(entry.happened_at)
    due = list(FollowUp.objects.waiting().filter(case=entry.case, round=entry.follow_up.round, due_on__lte=said_on))
    for row in due:
        row.result, row.by, row.done_at, row.entered_at = entry.result, by, entry.happened_at, at
        row.save(update_fields=["result", "by", "done_at", "entered_at"])
        data = {"day_no": row.day_no, "result": entry.result, **_said_by(entry)}
        write_line(
            entry.case, Line("follow_up_recorded", about=row, happened_at=entry.happened_at, data=data), by=by, at=at
        )
    if due:
        entry.before["answered_too"] = [row.pk for row in due]


def _left(step: LockedCase, entry: FollowUpEntry, *, by, at) -> None:
    about = {"about": entry.follow_up, "ending": ItemState.DONE}
    fall_through_locked(step, why="left_job", cause=Cause.FOLLOW_UP, by=by, at=at, **about)


def _wage_trouble(step: LockedCase, entry: FollowUpEntry, *, by, at) -> None:
    """Flagged, and asked again in three days. Whoever is owed wages has not settled."""
    again = _ask_again(step, entry, at=at)
    in_three_days = local_day(at) + timedelta(days=DAYS_TO_ASK_ABOUT_WAGES)
    earliest = in_three_days if again.due_on <= local_day(at) else again.due_on
    plan = plan_of(again, at=at, clocks=items.clocks_on(at), reason="wage_trouble", earliest=earliest)
    next_item(step, plan=plan, by=by, at=at)
    flag = flag_worker(
        worker=step.case.worker,
        rule=Rule.WAGE_TROUBLE,
        data={"day_no": entry.follow_up.day_no},
        by=by,
        at=at,
        said_in=step.case,
    )
    if flag.raised_at == at:
        entry.before["flag"] = flag.pk


def _ask_again(step: LockedCase, entry: FollowUpEntry, *, at: datetime) -> FollowUp:
    """The planned one if it falls within these days, else one more; one that was taken back is asked after all."""
    row, due_on = entry.follow_up, local_day(at) + timedelta(days=DAYS_TO_ASK_ABOUT_WAGES)
    following = next_follow_up(step.case)
    day_no = max((due_on - step.case.placed_on).days, row.day_no + 1)
    if following and (following.due_on <= due_on or following.day_no <= day_no):
        return following
    facts = {"due_on": due_on, "placement_ref": row.placement_ref, "dropped_at": None}
    extra, _is_new = FollowUp.objects.update_or_create(case=step.case, round=row.round, day_no=day_no, defaults=facts)
    entry.before["asked_again"] = extra.pk
    return extra


_AFTER = {
    FollowUpResult.STILL_WORKING: _go_on,
    FollowUpResult.NOT_REACHED: _go_on,
    FollowUpResult.LEFT: _left,
    FollowUpResult.WAGE_TROUBLE: _wage_trouble,
}


def _line(what: str, entry: FollowUpEntry) -> Line:
    data = {"day_no": entry.follow_up.day_no, "result": entry.result, "note": entry.note, **_said_by(entry)}
    return Line(what, about=entry.follow_up, happened_at=entry.happened_at, data=data)


def _said_by(entry: FollowUpEntry) -> dict:
    return {"told_by": entry.told_by} if entry.told_by else {}
