"""Two people at once. Each race is first shown with its guard taken away, so that we know the test can see it."""

import uuid
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from tests.impatience import impatient
from tests.transport.at_once import all_at_once
from tests.transport.factories import BOARDING_TIME, DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.transport.test_constraints import row
from tests.workers.factories import NOON
from transport import services
from transport.events import arrival_confirmed
from transport.models import Booking, Trip
from transport.refusals import TripBusy, TripFull, TripNotOpen, TwoTripsAtOnce
from transport.register.invariants import people_on_two_trips_at_once, seats_with_two_people

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def without(*guards):
    """The constraints are dropped and put back afterwards, when the rows that break them are gone."""
    with connection.cursor() as cursor:
        kept = {name: _definition(cursor, name) for name in guards}
        for name in guards:
            cursor.execute(f"ALTER TABLE transport_booking DROP CONSTRAINT IF EXISTS {name}")
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
    try:
        yield
    finally:
        Booking.objects.all().delete()
        with connection.cursor() as cursor:
            for definition in kept.values():
                cursor.execute(definition)


def _definition(cursor, name):
    cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
    if found := cursor.fetchone():
        return f"ALTER TABLE transport_booking ADD CONSTRAINT {name} {found[0]}"
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
    return cursor.fetchone()[0]


def both_insert(one, other):
    """Both transactions look, find nothing in the way, and insert: what any check before an insert comes to."""
    met = Barrier(2)

    def insert(booking):
        with transaction.atomic():
            assert not Booking.objects.active().filter(seat=booking.seat).exists()
            met.wait(timeout=20)
            booking.save()

    return all_at_once(lambda: insert(one), lambda: insert(other))


def test_without_the_constraint_two_people_get_one_seat():
    trip = TripFactory(open=True)
    rows = [row(trip, code=code) for code in ("000001", "000002")]

    with without("one_person_a_seat"):
        outcomes = both_insert(*rows)
        sold_twice = seats_with_two_people()

    assert (outcomes, sold_twice) == ([None, None], 1)


def test_with_the_constraint_one_of_two_people_gets_the_seat():
    trip = TripFactory(open=True)
    rows = [row(trip, code=code) for code in ("000001", "000002")]

    outcomes = both_insert(*rows)

    assert sorted(isinstance(outcome, DatabaseError) for outcome in outcomes) == [False, True]
    assert Booking.objects.count() == 1


def test_without_the_constraint_one_person_gets_two_trips_at_once():
    case = PlacedCaseFactory()
    rows = [row(TripFactory(open=True), case=case) for _ in range(2)]

    with without("no_two_trips_at_once"), without("one_seat_a_job_until_boarding"):
        outcomes = both_insert(*rows)
        twice = people_on_two_trips_at_once()

    assert (outcomes, twice) == ([None, None], 2)


def test_with_the_constraint_one_person_gets_one_trip():
    case = PlacedCaseFactory()
    rows = [row(TripFactory(open=True), case=case) for _ in range(2)]

    outcomes = both_insert(*rows)

    assert sorted(isinstance(outcome, DatabaseError) for outcome in outcomes) == [False, True]
    assert Booking.objects.count() == 1


def test_two_organisers_and_the_last_seat_give_one_booking_and_one_refusal():
    trip = TripFactory(open=True, layout="places", capacity=1)
    cases = [PlacedCaseFactory() for _ in range(2)]

    outcomes = all_at_once(*(lambda c=c: services.book_seat(trip=trip, case=c, by=None, at=NOON) for c in cases))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booking", TripFull.__name__]
    assert Booking.objects.active().count() == 1


def test_eight_bookers_fill_eight_seats_without_a_refusal():
    trip = TripFactory(open=True, layout="places", capacity=8)
    cases = [PlacedCaseFactory() for _ in range(8)]

    outcomes = all_at_once(*(lambda c=c: services.book_seat(trip=trip, case=c, by=None, at=NOON) for c in cases))

    assert sorted(booking.seat.number for booking in outcomes) == list(range(1, 9))


def test_a_family_and_a_single_booker_share_what_is_left():
    trip = TripFactory(open=True, layout="places", capacity=4)
    family, single = [PlacedCaseFactory() for _ in range(3)], PlacedCaseFactory()

    all_at_once(
        lambda: services.book_seats_together(trip=trip, cases=family, by=None, at=NOON),
        lambda: services.book_seat(trip=trip, case=single, by=None, at=NOON),
    )

    assert Booking.objects.active().count() == 4
    assert seats_with_two_people() == 0


def test_the_same_form_sent_twice_at_once_books_one_seat():
    trip, case, once = TripFactory(open=True), PlacedCaseFactory(), uuid.uuid4()

    one, other = all_at_once(*[lambda: services.book_seat(trip=trip, case=case, by=None, at=NOON, once=once)] * 2)

    assert one == other
    assert Booking.objects.count() == 1


def test_one_person_booked_on_two_trips_at_once_gets_one():
    trips, case = [TripFactory(open=True), TripFactory(open=True)], PlacedCaseFactory()

    outcomes = all_at_once(*(lambda t=t: services.book_seat(trip=t, case=case, by=None, at=NOON) for t in trips))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booking", TwoTripsAtOnce.__name__]


def test_two_leaders_let_one_passenger_aboard_once():
    booking = BookingFactory(trip=TripFactory(open=True))
    deed = lambda: services.board(trip=booking.trip, code=booking.code, by=None, at=BOARDING_TIME)  # noqa: E731

    outcomes = all_at_once(deed, deed)

    assert sorted(outcome.is_replay for outcome in outcomes) == [False, True]


def test_nobody_books_a_seat_on_a_trip_that_is_being_cancelled():
    trip, case = TripFactory(open=True), PlacedCaseFactory()

    outcomes = all_at_once(
        lambda: services.cancel_trip(trip=trip, why="大雪封路", by=None, at=NOON),
        lambda: services.book_seat(trip=trip, case=case, by=None, at=NOON),
    )

    assert isinstance(outcomes[1], Booking | TripNotOpen)
    assert not Booking.objects.active().exists()


def test_no_departure_is_taken_back_while_somebody_is_confirmed_as_arrived():
    booking = BookingFactory(trip=TripFactory(open=True), boarded=True)
    services.depart(trip=booking.trip, by=None, at=DEPARTURE)
    outcomes = []

    def take_back(sender, **_):
        outcomes.extend(all_at_once(lambda: trip_at_once(booking.trip_id)))

    arrival_confirmed.connect(take_back)
    try:
        services.confirm_arrival(booking=booking, by=None, at=DEPARTURE, why="自己开车去的")
    finally:
        arrival_confirmed.disconnect(take_back)

    assert isinstance(outcomes[0], DatabaseError)
    assert trip_at_once(booking.trip_id)


def trip_at_once(pk):
    """Taken alone, as whoever takes a departure back does, or not at all."""
    with transaction.atomic():
        return Trip.objects.select_for_update(no_key=True, nowait=True).get(pk=pk)


def test_a_trip_that_somebody_else_changes_for_long_says_so_in_words():
    trip = BookingFactory(trip=TripFactory(open=True)).trip

    def open_it():
        with impatient():
            return services.open_trip(trip=trip, by=None, at=NOON)

    with transaction.atomic():
        trip_at_once(trip.pk)
        [refused] = all_at_once(open_it)

    assert isinstance(refused, TripBusy)


def test_a_trip_that_somebody_is_changing_holds_up_no_other_standby_list():
    trips = [TripFactory(full=True, layout="places", capacity=1) for _ in range(2)]
    for trip in trips:
        services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
        services.release_seat(booking=trip.bookings.get(), by=None, at=NOON)

    def by_the_clock():
        with impatient():
            return services.fill_all_freed_seats(at=NOON)

    with transaction.atomic():
        trip_at_once(trips[0].pk)
        outcomes = all_at_once(by_the_clock)

    assert outcomes == [1]
    assert trips[1].standbys.waiting().count() == 0
