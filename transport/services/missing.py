"""Somebody is not at the stop, and what was heard of them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from staff.models import User
from transport import locking
from transport.choices import BookingState
from transport.models import Booking, Trip
from transport.refusals import StopNotGathered
from transport.services import casework
from transport.texts import facts_of
from workers import journal


@transaction.atomic
def mark_no_show(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """Not there when the stop gathered. The cadre is asked to call at once; the seat stays theirs for now."""
    trip = locking.trip_before_leaving(booking.trip)
    booking = locking.booking_of(booking)
    if booking.is_awaited:
        miss(booking, by=by, at=at)
        casework.ask_cadre(case=booking.case, reason="missed_stop", trip=trip, by=by, at=at)
    return booking


@transaction.atomic
def undo_no_show(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """They are there, or their stop was mistaken for another: expected again, and nothing to do for the cadre."""
    locking.trip_before_leaving(booking.trip)
    booking = locking.booking_of(booking)
    if booking.state == BookingState.NO_SHOW and booking.is_active:
        expect_again(booking, by=by, at=at)
    return booking


def expect_again(booking: Booking, *, by: User | None, at: datetime) -> None:
    """The locked no-show, who still has the seat, is no longer one."""
    booking.find()
    booking.save()
    casework.rest_until_departure(casework.hold(booking.case), booking, at=at)
    _write_line(booking, "trip_miss_undone", by=by, at=at)


@transaction.atomic
def note_absences(*, trip: Trip, answers: Mapping[int, str], by: User | None, at: datetime) -> None:
    """What was heard of people who are not aboard, by booking: kept while others are still being rung up."""
    trip = locking.trip_before_leaving(trip)
    for booking in locking.each_booking(trip, lambda bookings: bookings.not_aboard()):
        note(booking, answers.get(booking.pk, ""), by=by, at=at)


def note(booking: Booking, answer: str, *, by: User | None, at: datetime) -> None:
    """No answer changes nothing."""
    if answer and booking.absence != answer:
        booking.absence = answer
        booking.save()
        _write_line(booking, "absence_noted", by=by, at=at, data={"answer": answer})


def miss(booking: Booking, *, by: User | None, at: datetime) -> None:
    """The locked booking becomes a no-show."""
    if at < booking.pickup.gather_at:
        raise StopNotGathered(booking.pickup.gather_at)
    booking.miss(at=at)
    booking.save()
    _write_line(booking, "trip_missed", by=by, at=at)


def _write_line(booking: Booking, what: str, *, by: User | None, at: datetime, data: dict | None = None) -> None:
    facts = facts_of(booking).for_journal | (data or {})
    journal.record(worker=booking.worker, what=what, about=booking, by=by, at=at, data=facts)
