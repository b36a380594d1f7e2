"""The vehicle leaves, with or without someone, or does not leave at all."""

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from kit.refusals import ReasonMissing
from notifications.services import queue_message
from staff.models import User
from transport import events, locking
from transport.choices import ReleaseReason, TripState
from transport.driver_plans import driver_plan_of
from transport.models import Booking, Standby, Trip
from transport.refusals import DriversShort, NobodyAboard, TripHasLeft, TripMovedOn
from transport.services import casework
from transport.services.boarding import step_off
from transport.services.seats import free_seat
from transport.services.standby import end_waiting
from transport.texts import facts_of
from workers import journal


@transaction.atomic
def mark_no_show(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """Not at the stop when it left. The cadre is asked to call at once; the seat stays theirs for now."""
    trip = locking.trip_before_leaving(booking.trip)
    booking = locking.booking_of(booking)
    if booking.is_awaited:
        _miss(booking, by=by, at=at)
        casework.ask_cadre(case=booking.case, reason="missed_stop", trip=trip, by=by, at=at)
    return booking


@transaction.atomic
def depart(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """Off it goes. Whoever is not aboard has missed it: their seat is freed and their cadre asked what now."""
    trip = locking.trip_alone(trip)
    if trip.state == TripState.DEPARTED:
        return trip
    _check_may_depart(trip)
    for booking in locking.each_booking(trip, lambda bookings: bookings.not_aboard()):
        if booking.is_awaited:
            _miss(booking, by=by, at=at)
        free_seat(booking, because=ReleaseReason.NO_SHOW, by=by, at=at)
        casework.ask_cadre(case=booking.case, reason="missed_bus", trip=trip, by=by, at=at)
    _send_standbys_home(trip, by=by, at=at)
    trip.depart(by=by, at=at)
    trip.save()
    events.trip_departed.send(Trip, trip=trip, by=by, at=at)
    return trip


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
    for booking in locking.each_booking(trip, lambda bookings: bookings.active()):
        _put_off(booking, trip, by=by, at=at)
    _send_standbys_home(trip, by=by, at=at)
    trip.cancel(why=why.strip(), by=by, at=at)
    trip.save()
    events.trip_cancelled.send(Trip, trip=trip, by=by, at=at)
    return trip


def _check_may_depart(trip: Trip) -> None:
    if not can_proceed(trip.depart):
        raise TripMovedOn
    if not trip.bookings.aboard().exists():
        raise NobodyAboard
    plan = driver_plan_of(trip)
    if plan is not None and not plan.is_allowed:
        raise DriversShort(plan.missing)


def _miss(booking: Booking, *, by: User | None, at: datetime) -> None:
    booking.miss(at=at)
    booking.save()
    journal.record(
        worker=booking.worker, what="trip_missed", about=booking, by=by, at=at, data=facts_of(booking).for_journal
    )


def _put_off(booking: Booking, trip: Trip, *, by: User | None, at: datetime) -> None:
    if booking.is_aboard:
        step_off(booking, by=by, at=at)
        booking = locking.booking_of(booking)
    free_seat(booking, because=ReleaseReason.TRIP_CANCELLED, by=by, at=at)
    queue_message(
        worker=booking.worker,
        template="trip_cancelled",
        context=facts_of(booking).for_text,
        dedupe_key=f"trip_cancelled:{booking.pk}",
        about=booking,
        at=at,
    )
    casework.ask_cadre(case=booking.case, reason="trip_cancelled", trip=trip, by=by, at=at)


def _send_standbys_home(trip: Trip, *, by: User | None, at: datetime) -> None:
    waiting = Standby.objects.waiting().filter(trip=trip).select_for_update(of=("self",)).order_by("pk")
    for standby in waiting.select_related("worker", "case"):
        end_waiting(standby, by=by, at=at)
        casework.ask_cadre(case=standby.case, reason="no_seat_came_free", trip=trip, by=by, at=at)
