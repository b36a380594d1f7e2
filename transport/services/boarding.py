"""Letting people aboard, and taking that back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from staff.models import User
from transport import events, locking
from transport.choices import BookingState, TripState
from transport.models import Booking, Trip
from transport.refusals import SeatReleased, TooEarlyToBoard, TripHasLeft, TripNotOpen, WrongCode
from transport.services import casework
from transport.texts import facts_of
from workers import journal

BOARDING_BEGINS = timedelta(hours=12)


@dataclass(frozen=True)
class Boarding:
    """`is_replay`: they were aboard already, since `booking.boarded_at`."""

    booking: Booking
    is_replay: bool


@transaction.atomic
def start_boarding(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """The first stop gathers. Pressed twice, it is boarding all the same."""
    trip = locking.trip_alone(trip)
    if trip.state == TripState.BOARDING:
        return trip
    if trip.state != TripState.OPEN:
        raise TripNotOpen
    _check_is_time(trip, at)
    trip.start_boarding()
    trip.save()
    return trip


@transaction.atomic
def board(*, trip: Trip, code: str, by: User | None, at: datetime) -> Boarding:
    """Let the person with this code aboard. The first one on an open trip starts the boarding."""
    if Trip.objects.filter(pk=trip.pk, state=TripState.OPEN).exists():
        start_boarding(trip=trip, by=by, at=at)
    trip = locking.trip_before_leaving(trip)
    booking = _find(trip, code)
    if booking.is_aboard:
        return Boarding(booking, is_replay=True)
    if trip.state != TripState.BOARDING:
        raise TripNotOpen
    booking.board(by=by, at=at)
    booking.save()
    casework.move_on(booking, by=by, at=at)
    _write_line(booking, "boarded", by=by, at=at)
    events.passenger_boarded.send(Booking, booking=booking, by=by, at=at)
    return Boarding(booking, is_replay=False)


@transaction.atomic
def undo_board(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """They were ticked off by mistake and still have their seat."""
    locking.trip_before_leaving(booking.trip)
    booking = locking.booking_of(booking)
    if booking.is_aboard:
        step_off(booking, by=by, at=at)
    return booking


def step_off(booking: Booking, *, by: User | None, at: datetime) -> None:
    """The locked booking of someone aboard goes back to confirmed, and their case to placed."""
    booking.undo_board()
    booking.save()
    casework.move_back(booking, by=by, at=at)
    _write_line(booking, "boarding_undone", by=by, at=at)
    events.boarding_undone.send(Booking, booking=booking, by=by, at=at)


def _find(trip: Trip, code: str) -> Booking:
    """The booking of that code, locked. A code of somebody else's trip is no code."""
    found = Booking.objects.filter(trip=trip, code=code).first()
    if found is None:
        raise WrongCode
    booking = locking.booking_of(found)
    if booking.state == BookingState.ARRIVED:
        raise TripHasLeft
    if not booking.is_active:
        raise SeatReleased
    return booking


def _check_is_time(trip: Trip, at: datetime) -> None:
    gathers = [stop.gather_at for stop in trip.stops.all() if stop.is_pickup]
    if at < min([*gathers, trip.departs_at]) - BOARDING_BEGINS:
        raise TooEarlyToBoard


def _write_line(booking: Booking, what: str, *, by: User | None, at: datetime) -> None:
    journal.record(worker=booking.worker, what=what, about=booking, by=by, at=at, data=facts_of(booking).for_journal)
