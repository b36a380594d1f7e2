"""Taking an entry back on the day it was made: a compensating transition and a new work item, all of it on record."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.dateparse import parse_date

from areas.models import Area
from cases.choices import Cause, ItemState, State
from cases.locking import LockedCase, locked
from cases.models import Case, ContactAttempt, FollowUpEntry, WorkItem
from cases.queue import items
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked, write_line
from cases.refusals import NotYourEntry, UndoImpossible, UndoOvertaken, UndoTooLate
from cases.services import numbers
from kit.days import as_moment, local_day
from staff.models import User
from workers.choices import Source
from workers.services import report_status, restore_flags, update_worker

Entry = ContactAttempt | FollowUpEntry


@transaction.atomic
def undo_contact(*, attempt: ContactAttempt, by: User, at: datetime) -> ContactAttempt:
    """Until midnight, by whoever made the entry, as long as nothing has happened since. Undone twice is undone once."""
    with locked(attempt.case) as step:
        entry, is_undone_before = mark_undone(step, attempt, by=by, at=at)
        if is_undone_before:
            return entry
        _put_back(step, entry, by=by, at=at)
        if entry.state_after == State.CLOSED:
            restore_flags(worker=step.case.worker, cleared_at=entry.entered_at, by=by, at=at)
        numbers.take_back(step.case, entry, by=by, at=at)
        _restore_wishes(step.case, entry, by=by, at=at)
        restore_status(step.case, entry, by=by, at=at)
    return entry


def mark_undone(step: LockedCase, entry: Entry, *, by: User, at: datetime) -> tuple[Entry, bool]:
    """The entry as it is under its lock, and whether somebody had taken it back already."""
    entry = type(entry).objects.select_for_update(of=("self",)).select_related("work_item").get(pk=entry.pk)
    if entry.undone_at:
        return entry, True
    _check_is_the_last(step, entry, by=by, at=at)
    entry.undone_at, entry.undone_by = at, by
    entry.save(update_fields=["undone_at", "undone_by"])
    return entry, False


def _check_is_the_last(step: LockedCase, entry: Entry, *, by: User, at: datetime) -> None:
    """Nothing has happened to the case since the entry."""
    case = step.case
    if entry.by_id != by.pk:
        raise NotYourEntry
    if local_day(entry.entered_at) != local_day(at):
        raise UndoTooLate
    if entry.state_after != case.state or case.state_since > entry.entered_at or _is_followed(entry):
        raise UndoOvertaken
    if "planned" in entry.before and not _is_as_planned(step.item, entry):
        raise UndoOvertaken
    if entry.has_ended_a_job:
        raise UndoImpossible


def _is_followed(entry: Entry) -> bool:
    return any(_later(kind, entry).exists() for kind in (ContactAttempt, FollowUpEntry))


def _later(kind: type[Entry], entry: Entry):
    standing = kind.objects.standing().filter(case=entry.case_id)
    is_own_kind = isinstance(entry, kind)
    return standing.filter(pk__gt=entry.pk) if is_own_kind else standing.filter(entered_at__gt=entry.entered_at)


def _is_as_planned(item: WorkItem | None, entry: Entry) -> bool:
    """A reply or a seat may have given the item another reason and another hour since. Undoing keeps milliseconds."""
    left = entry.before.get("left_item", entry.work_item_id)
    if item is None or item.pk != left or item.reason != entry.before["planned"]:
        return False
    planned = _planned_for(entry)
    if item.not_before is None or planned is None:
        return item.not_before == planned
    return abs(item.not_before - planned) < timedelta(seconds=1)


def _planned_for(entry: Entry) -> datetime | None:
    """Not every attempt kept it: then it is the one it planned."""
    return as_moment(entry.before["rests_until"]) if "rests_until" in entry.before else entry.next_at


def _put_back(step: LockedCase, entry: ContactAttempt, *, by: User, at: datetime) -> None:
    line = Line("contact_undone", about=entry, data={"outcome": entry.outcome, "channel": entry.channel})
    if entry.state_after == entry.state_before:
        if "planned" in entry.before:
            restore_item(step, entry)
        write_line(step.case, line, by=by, at=at)
        return
    items.mark_undone(entry.work_item)
    move_locked(
        step,
        move=lambda c: _compensate(c, entry, at),
        line=line,
        cause=Cause.UNDONE,
        plan=old_plan(entry, at),
        by=by,
        at=at,
        ending=ItemState.SUPERSEDED,
    )


def _compensate(case: Case, entry: ContactAttempt, at: datetime) -> None:
    first = as_moment(entry.before["first_contacted_at"])
    if entry.state_after == State.CLOSED:
        case.undo_close(back_to=entry.state_before, first_contacted_at=first, at=at)
    else:
        case.undo_contact(first_contacted_at=first, at=at)


def old_plan(entry: Entry, at: datetime) -> Plan:
    """The clock goes on as if nothing had been entered."""
    item = entry.before["item"]
    return Plan(
        at=at,
        reason=item["reason"],
        data=item["data"],
        due_at=entry.work_item.due_at,
        not_before=as_moment(item["not_before"]),
        opened_at=entry.work_item.opened_at,
        escalation_level=entry.work_item.escalation_level,
        escalated_at=entry.work_item.escalated_at,
    )


def restore_item(step: LockedCase, entry: Entry) -> None:
    before = entry.before["item"]
    step.item.reason, step.item.reason_data = before["reason"], before["data"]
    step.item.not_before = as_moment(before["not_before"])
    step.item.save(update_fields=["reason", "reason_data", "not_before"])


def _restore_wishes(case: Case, entry: ContactAttempt, *, by: User, at: datetime) -> None:
    """What somebody else wrote down since stays."""
    before, wished = entry.before.get("wishes", {}), entry.before.get("wished", {})
    changes = {name: value for name, value in before.items() if getattr(case.worker, name) == wished.get(name)}
    if changes:
        update_worker(worker=case.worker, changes=changes, by=by, at=at, source=Source.SYSTEM)


def restore_status(case: Case, entry: Entry, *, by: User, at: datetime) -> None:
    """The reports are append-only, so the status before is reported anew, unless more was reported since."""
    newest = case.worker.reports.newest_first().first()
    if newest is None or newest.pk != entry.before.get("report"):
        return
    before = entry.before["worker"]
    report_status(
        worker=case.worker,
        status=before["status"],
        happened_at=at,
        by=by,
        at=at,
        source=Source.SYSTEM,
        employer_name=before["employer_name"],
        destination=_area(before["destination"]),
        wage=before["wage"],
        since_on=_day(before.get("since")),
        said_in=case,
        is_put_back=True,
    )


def _area(code: int | None) -> Area | None:
    return Area.objects.get(pk=code) if code else None


def _day(text) -> date | None:
    return parse_date(text) if isinstance(text, str) else text
