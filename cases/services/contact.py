"""A call or a visit: one entry fills every ledger."""

from datetime import datetime

from django.db import transaction

from cases import events, policies
from cases.choices import Cause, Channel, ItemState, Outcome, State, Step
from cases.contact.entry import Entry, check_entry
from cases.contact.outcomes import Lead, Route, route_of
from cases.locking import LockedCase, locked
from cases.models import Case, ContactAttempt
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked, write_line
from cases.services import numbers
from cases.services.closing import close_locked
from cases.services.moving import fall_through_locked
from cases.services.next_steps import plan_next_attempt, wait_as_before
from kit import sql
from staff.models import User
from workers.choices import Source
from workers.models import StatusReport
from workers.rules import masks
from workers.services import report_status, update_worker

# of somebody going back to work
SEAT_REASONS = {"yes": "going_back_by_seat", "no": "going_back_alone"}
AFTER = {Lead.CONTACT: State.CONTACTED, Lead.CLOSE: State.CLOSED, Lead.FALL_THROUGH: State.CONTACTED}


@transaction.atomic
def record_contact(*, case: Case, by: User | None, at: datetime, **entered) -> ContactAttempt:
    """Write down a call or a visit; `entered` are the fields of `Entry`. A replay (same `once`) returns the first row.

    Only a two-way talk moves the case. Anything else plans the next attempt and leaves the clock running.
    """
    entry = Entry(**entered)
    with locked(case) as step:
        first = entry.once and ContactAttempt.objects.filter(once=entry.once).first()
        if first:
            return first
        policies.check_can_work_on(by, step.case)
        attempt = _enter(step, entry, by=by, at=at)
        numbers.note(step.case, attempt, entry, by=by, at=at)
        _report(step.case, attempt, entry, by=by, at=at)
    return attempt


@transaction.atomic(savepoint=False)  # part of the report of a status: nobody goes on without it
def count_as_contact(*, case: Case, report: StatusReport, by: User, at: datetime) -> ContactAttempt | None:
    """The visit at which the worker said how they are; None when what they said leads no flagged case on.

    A talk of before the opening counts from the opening: it is what raised the flag.
    """
    entry = Entry(
        channel=Channel.VISIT, outcome=Outcome.VISITED_MET, status=report.status, note=report.note,
        happened_at=max(report.happened_at, case.opened_at),
    )  # fmt: skip
    with locked(case) as step:
        route = route_of(state=step.case.state, outcome=entry.outcome, status=entry.status)
        return _enter(step, entry, by=by, at=at) if route.lead is Lead.CONTACT else None


def _enter(step: LockedCase, entry: Entry, *, by: User | None, at: datetime) -> ContactAttempt:
    check_entry(entry, step.case, step.item, at=at)
    route = route_of(state=step.case.state, outcome=entry.outcome, status=entry.status)
    attempt = _write(step, entry, route, by=by, at=at)
    _LEADS[route.lead](step, attempt, entry, route, by=by, at=at)
    return attempt


@transaction.atomic
def record_talk(*, case: Case, by: User | None, at: datetime, wishes: dict, **entered) -> ContactAttempt:
    """`record_contact`, and what the worker wishes besides: `wishes` maps fields of the worker to new values."""
    attempt = record_contact(case=case, by=by, at=at, **entered)
    if wishes and "wishes" not in attempt.before:
        worker, source = attempt.worker, Source.VISIT if attempt.channel == Channel.VISIT else Source.CALL
        attempt.before["wishes"] = {name: getattr(worker, name) for name in wishes}
        update_worker(worker=worker, changes=wishes, by=by, at=at, source=source)
        attempt.before["wished"] = masks.scrub_data({name: getattr(worker, name) for name in wishes})
        attempt.save(update_fields=["before"])
    return attempt


def _write(step: LockedCase, entry: Entry, route: Route, *, by: User | None, at: datetime) -> ContactAttempt:
    attempt = ContactAttempt(
        case=step.case,
        worker=step.case.worker,
        work_item=step.item,
        entered_at=at,
        by=by,
        state_before=step.case.state,
        state_after=AFTER.get(route.lead, step.case.state),
        before=how_things_stand(step),
        **entry.columns(),
    )
    if _plan(step, attempt, entry, route, by=by, at=at):
        attempt.before |= {"planned": step.item.reason, "rests_until": step.item.not_before}
    sql.insert(attempt)
    return attempt


def _plan(step: LockedCase, attempt: ContactAttempt, entry: Entry, route: Route, *, by: User | None, at: datetime):
    """Whether the item has another plan now. A talk that leaves the case where it is ends the wait for the next
    attempt; where a result is awaited, there is none yet."""
    stays_after_talk = entry.is_two_way and route.lead is Lead.STAY
    was_waiting = stays_after_talk and wait_as_before(step)
    awaits_result = step.item.step == Step.RESULT
    is_planned = not entry.is_two_way or (stays_after_talk and (entry.next_at or awaits_result))
    if is_planned:
        plan_next_attempt(step, attempt, has_new_number=bool(entry.new_phone), by=by, at=at)
    return was_waiting or is_planned


def how_things_stand(step: LockedCase) -> dict:
    """What an undo puts back. Beside it is kept what the entry left behind: only that is taken back."""
    case, item, worker = step.case, step.item, step.case.worker
    return {
        "first_contacted_at": case.first_contacted_at,
        "item": {"reason": item.reason, "data": item.reason_data, "not_before": item.not_before},
        "worker": {
            "status": worker.status,
            "employer_name": worker.employer_name,
            "destination": worker.destination_id,
            "wage": worker.wage,
            "since": worker.status_since,
        },
    }


def _stay(step: LockedCase, attempt: ContactAttempt, entry: Entry, route: Route, *, by, at) -> None:
    what = "worker_spoken_to" if entry.is_two_way else "contact_attempted"
    write_line(step.case, _line(what, attempt), by=by, at=at)


def _contact(step: LockedCase, attempt: ContactAttempt, entry: Entry, route: Route, *, by, at) -> None:
    move_locked(
        step,
        move=lambda c: c.contact(happened_at=entry.happened_at, at=at),
        line=_line("case_contacted", attempt),
        cause=Cause.TALK,
        plan=Plan(at=at, reason=SEAT_REASONS.get(entry.seat, route.reason)),
        by=by,
        at=at,
    )
    events.case_contacted.send(Case, case=step.case, attempt=attempt, by=by, at=at)


def _close(step: LockedCase, attempt: ContactAttempt, entry: Entry, route: Route, *, by, at) -> None:
    """The talk counts as the first contact even when it ends the case."""
    step.case.first_contacted_at = step.case.first_contacted_at or entry.happened_at
    close_locked(
        step,
        reason=route.reason,
        by=by,
        at=at,
        note=entry.note,
        reask_on=entry.reask_on,
        line=_line("case_closed_after_talk", attempt),
        cause=Cause.TALK,
    )
    events.case_contacted.send(Case, case=step.case, attempt=attempt, by=by, at=at)


def _fall_through(step: LockedCase, attempt: ContactAttempt, entry: Entry, route: Route, *, by, at) -> None:
    write_line(step.case, _line("worker_spoken_to", attempt), by=by, at=at)
    fall_through_locked(step, why=route.reason, cause=Cause.TALK, by=by, at=at, ending=ItemState.DONE)


_LEADS = {
    Lead.STAY: _stay,
    Lead.CONTACT: _contact,
    Lead.CLOSE: _close,
    Lead.FALL_THROUGH: _fall_through,
}


def _line(what: str, attempt: ContactAttempt) -> Line:
    data = {
        "channel": attempt.channel,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "note": attempt.note,
        "next_at": attempt.next_at,
        "put_off": attempt.put_off_because,
    }
    return Line(what, about=attempt, happened_at=attempt.happened_at, data=data)


def _report(case: Case, attempt: ContactAttempt, entry: Entry, *, by: User | None, at: datetime) -> None:
    if not (entry.is_two_way and entry.status):
        return
    report = report_status(
        worker=case.worker,
        status=entry.status,
        happened_at=entry.happened_at,
        by=by,
        at=at,
        source=Source.VISIT if entry.outcome == Outcome.VISITED_MET else Source.CALL,
        note=entry.note,
        employer_name=entry.employer_name,
        destination=entry.destination,
        wage=entry.wage,
        since_on=entry.started_on,
        said_in=case,
    )
    attempt.before["report"] = report.pk
    sql.update(attempt, "before")
