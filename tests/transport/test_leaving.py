import pytest

from cases.models import WorkItem
from kit.refusals import ReasonMissing
from notifications.models import Message
from tests.staff.factories import UserFactory
from tests.transport.factories import BOARDING_TIME, DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import refusals, services
from transport.models import Standby

pytestmark = pytest.mark.django_db

TWO_DRIVERS = [{"name": "安海", "joins_at": ""}, {"name": "岑良", "joins_at": ""}]


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip():
    return TripFactory(open=True)


def item_of(booking):
    return WorkItem.objects.get(case=booking.case, state="open")


def test_depart_twice_is_once(trip, organiser):
    BookingFactory(trip=trip, boarded=True)

    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    again = services.depart(trip=trip, by=None, at=DEPARTURE)

    assert again.departed_by == organiser


def test_depart_refuses_with_nobody_aboard(trip, organiser):
    BookingFactory(trip=trip)

    with pytest.raises(refusals.NobodyAboard):
        services.depart(trip=trip, by=organiser, at=DEPARTURE)


def test_depart_refuses_a_trip_that_was_never_opened(organiser):
    with pytest.raises(refusals.TripMovedOn):
        services.depart(trip=TripFactory(), by=organiser, at=DEPARTURE)


def test_depart_refuses_when_the_drivers_may_not_drive_that_far(organiser):
    trip = TripFactory(open=True, drivers=TWO_DRIVERS, driving_minutes=21 * 60)
    late = BookingFactory(trip=trip)
    BookingFactory(trip=trip, boarded=True)

    with pytest.raises(refusals.DriversShort) as refused:
        services.depart(trip=trip, by=organiser, at=DEPARTURE)

    late.refresh_from_db()
    assert (refused.value.missing, late.state) == (300, "held")


def test_a_third_driver_or_a_night_stop_lets_it_depart(organiser):
    one = TripFactory(open=True, drivers=TWO_DRIVERS, driving_minutes=21 * 60)
    two = TripFactory(open=True, drivers=TWO_DRIVERS, distance_km=1680)
    for trip in (one, two):
        BookingFactory(trip=trip, boarded=True)

    services.add_driver(trip=one, name="潘捷", joins_at="怀化", by=organiser, at=DEPARTURE)
    services.park_overnight(trip=two, by=organiser, at=DEPARTURE)

    assert services.depart(trip=one, by=organiser, at=DEPARTURE).state == "departed"
    assert services.depart(trip=two, by=organiser, at=DEPARTURE).state == "departed"


def test_a_train_has_its_own_driver_rules(organiser):
    trip = TripFactory(open=True, kind="train", layout="places", capacity=3, drivers=[], distance_km=1800)
    BookingFactory(trip=trip, boarded=True)

    assert services.depart(trip=trip, by=organiser, at=DEPARTURE).state == "departed"


def test_cancel_trip_puts_everyone_back_on_their_cadres_list_and_tells_them(trip, organiser):
    held, aboard = BookingFactory(trip=trip), BookingFactory(trip=trip, boarded=True)

    cancelled = services.cancel_trip(trip=trip, why=" 大雪封路 ", by=organiser, at=BOARDING_TIME)

    assert (cancelled.state, cancelled.cancelled_because) == ("cancelled", "大雪封路")
    for booking in (held, aboard):
        booking.refresh_from_db()
        booking.case.refresh_from_db()
        assert (booking.state, booking.released_because, booking.case.state) == ("released", "trip_cancelled", "placed")
        assert (item_of(booking).step, item_of(booking).reason) == ("travel", "trip_cancelled")
    assert Message.objects.filter(template="trip_cancelled").count() == 2
    assert set(Message.objects.filter(template="seat_booked").values_list("failed_reason", flat=True)) == {"withdrawn"}


def test_cancel_trip_needs_a_reason(trip, organiser):
    with pytest.raises(ReasonMissing):
        services.cancel_trip(trip=trip, why="  ", by=organiser, at=NOON)


def test_cancel_trip_twice_is_once(trip, organiser):
    BookingFactory(trip=trip)

    services.cancel_trip(trip=trip, why="大雪封路", by=organiser, at=NOON)
    services.cancel_trip(trip=trip, why="大雪封路", by=organiser, at=NOON)

    assert Message.objects.filter(template="trip_cancelled").count() == 1


def test_a_trip_on_the_road_cannot_be_cancelled(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    with pytest.raises(refusals.TripHasLeft):
        services.cancel_trip(trip=trip, why="大雪封路", by=organiser, at=DEPARTURE)


def test_people_still_waiting_when_it_leaves_are_back_on_their_cadres_list(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    waiting = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON)

    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    assert Standby.objects.waiting().count() == 0
    assert item_of(waiting).reason == "no_seat_came_free"
