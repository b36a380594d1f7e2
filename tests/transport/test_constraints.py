"""What the database itself refuses, whatever the code forgets."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory, local
from tests.workers.factories import NOON
from transport.models import Booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking():
    return BookingFactory(trip=TripFactory(open=True))


def row(trip, **changes):
    """An unsaved booking that nothing would refuse, but for the changes."""
    worker = changes.pop("worker", None)
    case = changes.pop("case", None) or PlacedCaseFactory(placed=False)
    fields = {
        "trip": trip,
        "seat": trip.seats.get(number=40),
        "worker": worker or case.worker,
        "case": case,
        "pickup": trip.stops.pickups().first(),
        "dropoff": trip.stops.dropoffs().first(),
        "code": "000001",
        "departs_at": trip.departs_at,
        "arrives_at": trip.arrives_at,
        "booked_at": NOON,
    }
    return Booking(**{**fields, **changes})


def refused_by(booking):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        booking.save()
    return refused.value.__cause__.diag.constraint_name


def aboard(booking):
    """Only then may a second trip wait for the same person."""
    Booking.objects.filter(pk=booking.pk).update(state="boarded", boarded_at=NOON)


def test_one_person_a_seat(booking):
    assert refused_by(row(booking.trip, seat=booking.seat)) == "one_person_a_seat"


def test_one_seat_a_person_a_trip(booking):
    assert refused_by(row(booking.trip, case=booking.case)) in ("one_seat_a_person_a_trip", "no_two_trips_at_once")


def test_no_two_trips_at_once(booking):
    other = TripFactory(open=True)

    assert refused_by(row(other, case=booking.case)) in ("no_two_trips_at_once", "one_seat_a_job_until_boarding")


def test_a_trip_that_begins_when_the_other_ends_is_another_trip(booking):
    arrives_at = booking.trip.arrives_at
    other = TripFactory(open=True, departs_at=arrives_at, arrives_at=arrives_at + timedelta(hours=3))

    aboard(booking)
    row(other, case=booking.case).save()

    assert Booking.objects.active().filter(worker=booking.worker).count() == 2


def test_one_seat_a_job_until_boarding(booking):
    arrives_at = booking.trip.arrives_at
    other = TripFactory(open=True, departs_at=arrives_at, arrives_at=arrives_at + timedelta(hours=3))

    assert refused_by(row(other, case=booking.case)) == "one_seat_a_job_until_boarding"


def test_a_code_lets_one_person_aboard(booking):
    assert refused_by(row(booking.trip, code=booking.code)) == "boarding_code_once_a_trip"


def test_a_seat_of_another_trip_cannot_be_booked(booking):
    other = TripFactory()

    assert refused_by(row(booking.trip, seat=other.seats.first())) == "booking_seat_of_its_trip"
    assert refused_by(row(booking.trip, pickup=other.stops.pickups().first())) == "booking_pickup_of_its_trip"
    assert refused_by(row(booking.trip, dropoff=other.stops.dropoffs().first())) == "booking_dropoff_of_its_trip"


def test_a_booking_has_the_times_of_its_trip(booking):
    assert refused_by(row(booking.trip, departs_at=NOON)) == "booking_times_of_its_trip"


def test_a_trip_that_is_put_off_takes_its_bookings_along(booking):
    trip = booking.trip
    trip.departs_at += timedelta(hours=2)
    trip.arrives_at += timedelta(hours=2)
    trip.save()

    booking.refresh_from_db()

    assert (booking.departs_at, booking.arrives_at) == (trip.departs_at, trip.arrives_at)


def test_a_trip_cannot_be_put_off_into_another_trip_of_a_passenger(booking):
    later = TripFactory(open=True, day=local(booking.departs_at.date() + timedelta(days=4), 0).date())
    aboard(booking)
    row(later, case=booking.case).save()
    later.departs_at, later.arrives_at = booking.trip.departs_at, booking.trip.arrives_at

    assert refused_by(later) == "no_two_trips_at_once"


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"code": "12345"}, "boarding_code_is_six_digits"),
        ({"state": "confirmed"}, "booking_confirmed_says_when"),
        ({"state": "boarded"}, "booking_boarded_says_when"),
        ({"boarded_at": NOON}, "booking_boarded_says_when"),
        ({"state": "no_show"}, "booking_no_show_says_when"),
        ({"state": "arrived", "boarded_at": NOON}, "booking_arrived_says_when"),
        ({"state": "released"}, "booking_released_says_when_and_why"),
        ({"released_at": NOON}, "booking_released_says_when_and_why"),
    ],
)
def test_a_state_says_when(booking, changes, constraint):
    assert refused_by(row(booking.trip, **changes)) == constraint


def test_a_trip_cannot_be_cancelled_without_saying_why(booking):
    trip = booking.trip
    trip.cancel(why="", by=None, at=NOON)

    assert refused_by(trip) == "trip_cancelled_says_when_and_why"
