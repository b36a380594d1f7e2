"""What a seat means for the case: when its cadre is asked again, and why. The only place that calls `cases`."""

from collections.abc import Collection, Iterable
from datetime import datetime

from cases import services as cases
from cases.choices import State
from cases.locking import LockedCase, locked
from cases.models import Case, WorkItem
from cases.policies import can_move
from cases.refusals import CaseBusy, CaseEnded
from kit import locks
from kit.days import as_moment
from staff.models import User
from transport.choices import Absence
from transport.models import Booking, Trip

WHY_MISSED = {
    Absence.ON_THE_WAY: "missed_on_the_way",
    Absence.NOT_COMING: "missed_not_coming",
    Absence.NO_ANSWER: "missed_no_answer",
}
SAID_AT_DEPARTURE = (*WHY_MISSED.values(), "left_early", "no_seat_came_free", "minor_alone")
RESTS, STOP_QUESTIONED = "seat_booked", "stop_questioned"
ITEM = ("pk", "due_at", "not_before", "reason", "reason_data")


def hold(case: Case) -> LockedCase:
    """The locked case of somebody who is about to get a seat."""
    with locked(case) as step:
        if step.item is None:
            raise CaseEnded
    return step


def hold_all(held: Iterable[Case]) -> None:
    """The locks of several people's cases, in the order of workers, before any of them is dealt with."""
    _hold_of([case.worker_id for case in held])


def hold_everybody(trip: Trip) -> None:
    """The same of all who have a seat on the trip, had one, or are on its standby list."""
    rows = (trip.bookings.order_by(), trip.standbys.order_by())
    _hold_of({worker_id for found in rows for worker_id in found.values_list("worker_id", flat=True)})


def _hold_of(worker_ids: Collection[int]) -> None:
    with locks.busy(CaseBusy):
        cases.lock_cases_of(worker_ids)


def rest_until_departure(step: LockedCase, booking: Booking, *, at: datetime) -> None:
    """They have a seat: nothing to do for the cadre before the trip has left. What there is to tell is where and when
    their own stop gathers."""
    pickup, leaves = booking.pickup, booking.trip.departs_at
    data = {"trip": booking.trip.code, "gather_at": pickup.gather_at.isoformat(), "place": pickup.name}
    cases.snooze_locked(step, until=leaves, due_at=leaves, reason=RESTS, data=data, at=at)


def rest_anew(booking: Booking, *, at: datetime) -> None:
    """The trip or the stop has other times now, or the stop suits; a case that says something else is left alone."""
    with locked(booking.case) as step:
        rests = step.item is not None and step.item.reason in (RESTS, STOP_QUESTIONED)
    if rests:
        rest_until_departure(step, booking, at=at)


def ask_cadre(*, case: Case, reason: str, trip: Trip, by: User | None, at: datetime, data: dict | None = None) -> None:
    """Back on the cadre's list, now. A case that has meanwhile gone another way is left alone."""
    if case.state not in (State.PLACED, State.TRANSPORTED):
        return
    cases.wake(case=case, reason=reason, data={"trip": trip.code, **(data or {})}, by=_mover(by, case), at=at)


def ask_cadres(bookings: Iterable[Booking], *, reason: str, at: datetime) -> list[Booking]:
    """The same for many people who travel, without those whose case somebody holds; returns the others. Whose case has
    gone another way is among them, and it is left alone."""
    bookings = list(bookings)
    asked = {b.case_id: {"trip": b.trip.code} for b in bookings if b.case.state in (State.PLACED, State.TRANSPORTED)}
    woken = cases.wake_many(data=asked, reason=reason, at=at)
    return [booking for booking in bookings if booking.case_id not in asked or booking.case_id in woken]


def items_of(case_ids: Iterable[int]) -> list[dict]:
    """What their open items say, to be put back."""
    return list(WorkItem.objects.open().filter(case_id__in=set(case_ids)).values("case_id", *ITEM))


def put_back(case: Case, items: list[dict], *, by: User | None, at: datetime) -> bool:
    """The open item says what it said, unless its cadre has meanwhile done something about it."""
    before = next((item for item in items if item["case_id"] == case.pk), None)
    now = WorkItem.objects.open().filter(case=case, not_before=None, reason__in=SAID_AT_DEPARTURE).first()
    if before is None or now is None or now.pk != before["pk"]:
        return False
    when = {name: as_moment(before[name]) for name in ("due_at", "not_before")}
    said = {"reason": before["reason"], "data": before["reason_data"]}
    cases.say_again(case=case, **when, **said, by=_mover(by, case), at=at)
    return True


def move_on(booking: Booking, *, by: User | None, at: datetime) -> None:
    """placed -> transported."""
    cases.mark_transported(case=booking.case, by=_mover(by, booking.case), at=at, about=booking)


def move_back(booking: Booking, *, by: User | None, at: datetime) -> None:
    """transported -> placed: they were not aboard after all."""
    cases.undo_transported(case=booking.case, by=_mover(by, booking.case), at=at, about=booking)


def _mover(by: User | None, case: Case) -> User | None:
    """A vehicle leader may board people of areas where they hold no posting: then the house itself moves the case.

    Who ticked the person off stands in the booking and in its own journal line.
    """
    return by if by is not None and can_move(by, case) else None
