"""When the open item comes back: after an attempt, when a seat is booked, when a bus was missed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter

from django.db import transaction

from areas.models import Holiday
from areas.working_days import Calendar
from cases.choices import ANSWERS, OPEN_STATES, Step
from cases.contact.next_attempt import latest_attempt, next_attempt
from cases.contact.unreachable import tally
from cases.locking import LockedCase, lock_open_items, locked
from cases.models import Case, ContactAttempt, WorkItem
from cases.queue import items
from cases.refusals import CaseEnded, NextAttemptTooLate
from cases.selectors.attempts import attempts_in_vain
from kit.days import as_moment, end_of_day, local_day
from notifications.models import Message
from notifications.services import queue_message
from staff.models import User
from workers.models import Worker
from workers.rules import masks


@transaction.atomic
def snooze(
    *,
    case: Case,
    until: datetime,
    reason: str,
    by: User | None,
    at: datetime,
    due_at: datetime | None = None,
    latest: datetime | None = None,
    data: dict | None = None,
) -> WorkItem:
    """Keep the open item off the lists until then; without `due_at` it is due at the end of that day.

    The limit is put off to `latest` at most: who waits longer is late meanwhile. The caller writes the journal line:
    it knows what happened (a seat was booked).
    """
    due_at = due_at or end_of_day(local_day(until))
    with locked(case) as step:
        if latest:
            due_at = min(due_at, max(latest, _open_item(step).due_at))
        snooze_locked(step, until=until, due_at=due_at, reason=reason, data=data, at=at)
    return step.item


def snooze_locked(
    step: LockedCase, *, until: datetime, due_at: datetime, reason: str, data: dict | None, at: datetime
) -> None:
    """The same for a case that the caller already holds."""
    _set(step, due_at=due_at, not_before=until, reason=reason, data=data, at=at)


@transaction.atomic
def wake(
    *,
    case: Case,
    reason: str,
    by: User | None,
    at: datetime,
    data: dict | None = None,
    is_due: bool = True,
) -> WorkItem:
    """Bring the open item back now, due today; with `is_due=False` its time limit stays. The limit never moves on, so
    whoever is late stays late. The caller writes the journal line."""
    today = end_of_day(local_day(at))
    with locked(case) as step:
        limit = _open_item(step).due_at
        due_at = min(limit, today) if is_due else limit
        not_before = at if due_at > today else None
        _set(step, due_at=due_at, not_before=not_before, reason=reason, data=data, at=at)
    return step.item


@transaction.atomic
def wake_many(*, data: Mapping[int, dict], reason: str, at: datetime) -> set[int]:
    """`wake` for cases by number, each with its own data, all due today; returns those that were brought back. Left are
    those that somebody holds and those that have ended."""
    today, clocks = end_of_day(local_day(at)), items.clocks_on(at)
    found = lock_open_items(list(data))
    for item in found:
        if item.due_at > today:
            items.set_due(item, today, clocks, item.case.service_group)
        item.not_before, item.reason, item.reason_data = None, reason, data[item.case_id]
    items.save_put_off_many(found)
    return {item.case_id for item in found}


@transaction.atomic
def say_again(
    *, case: Case, due_at: datetime, not_before: datetime | None, reason: str, data: dict, by: User | None, at: datetime
) -> WorkItem:
    """What put the open item off, or brought it back, was a mistake: it says what it said before."""
    with locked(case) as step:
        _set(step, due_at=due_at, not_before=not_before, reason=reason, data=data, at=at)
    return step.item


@transaction.atomic
def ask_whose_answer(*, worker: Worker, others: Iterable[Worker], digit: str, at: datetime) -> None:
    """An answer may be this worker's or another's on the same phone. Neighbours alone are named: the cadre has both."""
    case = Case.objects.filter(worker=worker, state__in=OPEN_STATES).first()
    if case is not None:
        near = [other.name for other in others if other.area_id == worker.area_id]
        _wake_for_answer(case, "whose_answer", {"digit": digit, "others": "、".join(near)}, at=at)


@transaction.atomic
def ask_what_was_meant(*, worker: Worker, digit: str, at: datetime) -> None:
    """`digit` is "" for words. They stand with the texts on the case page, never on the list."""
    case = Case.objects.filter(worker=worker, state__in=OPEN_STATES).first()
    if case is not None:
        _wake_for_answer(case, "answered_otherwise", {"digit": digit}, at=at)


def _wake_for_answer(case: Case, reason: str, data: dict, *, at: datetime) -> None:
    """What the item waited for is kept beside: once somebody has asked, it waits for that again."""
    with locked(case) as step:
        item = _open_item(step)
        waited = {"reason": item.reason, "data": item.reason_data, "not_before": item.not_before}
        before = item.reason_data.get("before", waited) if item.reason in ANSWERS else waited
        wake(case=step.case, reason=reason, data=data | {"before": before}, is_due=False, by=None, at=at)


def plan_next_attempt(
    step: LockedCase, attempt: ContactAttempt, *, has_new_number: bool = False, by: User | None, at: datetime
) -> None:
    """Set when to try again, on the item and on the unsaved attempt. It stays due when it was: no clock stops."""
    item, holidays = step.item, Holiday.objects.as_calendar()
    planned = _planned(step, attempt, holidays, at, has_new_number)
    item.not_before = attempt.next_at = attempt.next_at or planned.at
    _keep_to_the_clock(attempt, latest_attempt(item.due_at, at, holidays))
    if planned:
        item.reason, item.reason_data = planned.reason, {**planned.data, "channel": planned.channel}
    item.reason_data = {name: value for name, value in item.reason_data.items() if name != "put_off"}
    if attempt.put_off_because:
        item.reason_data["put_off"] = masks.scrub(attempt.put_off_because)
    item.save(update_fields=["not_before", "reason", "reason_data"])
    if planned and planned.reason == "visit_needed":
        text_worker(step.case, by=by, at=at)


def wait_as_before(step: LockedCase) -> bool:
    """Spoken to: what texts and tries in vain had made of the item no longer holds; whether they had."""
    return any([_forget_answer(step), _forget_next_attempt(step), _forget_answer(step)])


def _forget_answer(step: LockedCase) -> bool:
    item = step.item
    before = item.reason_data.get("before") if item.reason in ANSWERS else None
    if before:
        _go_back(item, before)
    return bool(before)


def _forget_next_attempt(step: LockedCase) -> bool:
    item, before = step.item, {}
    for planned in _plans_of(item):
        if planned["planned"] == before.get("reason", item.reason):
            before = planned["item"]
    if before:
        _go_back(item, before)
    return bool(before)


def _go_back(item: WorkItem, before: dict) -> None:
    item.reason, item.reason_data = before["reason"], before["data"]
    item.not_before = as_moment(before["not_before"])
    item.save(update_fields=["not_before", "reason", "reason_data"])


def _plans_of(item: WorkItem) -> Iterator[dict]:
    """Newest first, of the attempts in vain that planned another."""
    attempts = item.attempts.standing().in_vain().values_list("entered_at", "pk", "before")
    tries = item.follow_up_entries.standing().filter(is_answer=False).values_list("entered_at", "pk", "before")
    newest_first = sorted([*attempts, *tries], key=itemgetter(0, 1), reverse=True)
    return (before for _entered_at, _pk, before in newest_first if "planned" in before)


def text_worker(case: Case, *, by: User | None, at: datetime) -> Message:
    """Ask the worker to ring back: once a day at most. Part of the evidence that somebody cannot be reached."""
    return queue_message(
        worker=case.worker,
        template="please_call_back",
        context={"cadre": by.display_name if by else "", "phone": by.phone if by else ""},
        dedupe_key=f"please_call_back:{case.pk}:{local_day(at):%Y%m%d}",
        about=case,
        at=at,
        by=by,
    )


def _keep_to_the_clock(attempt: ContactAttempt, latest: datetime) -> None:
    """Nobody who is late drops out of sight without a reason; within the clock none is kept."""
    attempt.next_until = latest
    if attempt.next_at <= latest:
        attempt.put_off_because = ""
    elif not attempt.put_off_because:
        raise NextAttemptTooLate


def _planned(step: LockedCase, attempt: ContactAttempt, holidays: Calendar, at: datetime, has_new_number: bool):
    return next_attempt(
        outcome=attempt.outcome,
        channel=attempt.channel,
        happened_at=attempt.happened_at,
        now=at,
        calls=tally([*attempts_in_vain(step.case), attempt]),
        holidays=holidays,
        due_at=step.item.due_at,
        has_new_number=has_new_number,
        awaits_result=step.item.step == Step.RESULT,
    )


def _set(
    step: LockedCase, *, due_at: datetime, not_before: datetime | None, reason: str, data: dict | None, at
) -> None:
    item = _open_item(step)
    if due_at != item.due_at:
        items.set_due(item, due_at, items.clocks_on(at), step.case.service_group)
    item.not_before, item.reason, item.reason_data = not_before, reason, data or {}
    items.save_put_off(item)


def _open_item(step: LockedCase) -> WorkItem:
    if step.item is None:
        raise CaseEnded
    return step.item
