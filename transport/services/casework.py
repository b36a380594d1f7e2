"""What a seat means for the case: when its cadre is asked again, and why. The only place that calls `cases`."""

from datetime import datetime

from cases import services as cases
from cases.choices import State
from cases.models import Case
from cases.policies import can_move
from staff.models import User
from transport.models import Booking, Trip


def rest_until_departure(*, case: Case, trip: Trip, by: User | None, at: datetime) -> Case:
    """The seat is booked: nothing to do for the cadre before the trip has left. Returns the case, now locked."""
    item = cases.snooze(
        case=case,
        until=trip.departs_at,
        due_at=trip.departs_at,
        reason="seat_booked",
        data={"trip": trip.code, "departs_at": trip.departs_at.isoformat()},
        by=_mover(by, case),
        at=at,
    )
    return item.case


def ask_cadre(*, case: Case, reason: str, trip: Trip, by: User | None, at: datetime) -> None:
    """Back on the cadre's list, now. A case that has meanwhile gone another way is left alone."""
    if case.state not in (State.PLACED, State.TRANSPORTED):
        return
    cases.wake(case=case, reason=reason, data={"trip": trip.code}, by=_mover(by, case), at=at)


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
