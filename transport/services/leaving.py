"""The vehicle does not leave at all."""

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from kit.refusals import ReasonMissing
from notifications.services import queue_message
from staff.models import User
from transport import events, locking
from transport.choices import ReleaseReason, TripState
from transport.models import Booking, Trip
from transport.refusals import TripHasLeft
from transport.services import casework
from transport.services.boarding import step_off
from transport.services.seats import free_seat
from transport.services.standby import send_standbys_home
from transport.texts import facts_of


@transaction.atomic
def cancel_trip(*, trip: Trip, why: str, by: User | None, at: datetime) -> Trip:
    """Nobody goes: everyone is told by text and is back on their cadre's list, those already aboard included."""
    if not why.strip():
        raise ReasonMissing
    trip = locking.trip_alone(trip)
    if trip.state == TripState.CANCELLED:
        return trip
    if not can_proceed(trip.cancel):
        raise TripHasLeft
    casework.hold_everybody(trip)
    for booking in locking.each_booking(trip, lambda bookings: bookings.active()):
        _put_off(booking, trip, by=by, at=at)
    send_standbys_home(trip, by=by, at=at)
    trip.cancel(why=why.strip(), by=by, at=at)
    trip.save()
    events.trip_cancelled.send(Trip, trip=trip, by=by, at=at)
    return trip


def end_on_the_road(*, trip: Trip, why: str, by: User | None, at: datetime) -> Trip:
    """It broke down and everybody went on with another: the locked trip, empty, goes no further."""
    trip.end_on_the_road(why=why, by=by, at=at)
    trip.save()
    events.trip_cancelled.send(Trip, trip=trip, by=by, at=at)
    return trip


def _put_off(booking: Booking, trip: Trip, *, by: User | None, at: datetime) -> None:
    if booking.is_aboard:
        step_off(booking, by=by, at=at)
        booking = locking.booking_of(booking)
    free_seat(booking, because=ReleaseReason.TRIP_CANCELLED, by=by, at=at)
    queue_message(
        worker=booking.worker,
        template="trip_cancelled",
        context=facts_of(booking).for_text(at),
        dedupe_key=f"trip_cancelled:{booking.pk}",
        about=booking,
        at=at,
        needed_by=booking.pickup.gather_at,
    )
    casework.ask_cadre(case=booking.case, reason="trip_cancelled", trip=trip, by=by, at=at)
