import pytest

from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Standby
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def full_trip():
    return TripFactory(full=True, layout="places", capacity=3)


def test_join_standby_twice_keeps_the_first_place(full_trip, organiser):
    case = PlacedCaseFactory()

    first = services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON)
    again = services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON)

    assert first == again
    assert JournalLine.objects.filter(what="standby_joined").count() == 1


def test_join_standby_refuses_somebody_with_a_seat_or_without_a_job(full_trip, organiser):
    with pytest.raises(refusals.AlreadyBooked):
        services.join_standby(trip=full_trip, case=Booking.objects.first().case, by=organiser, at=NOON)
    with pytest.raises(refusals.NotPlaced):
        services.join_standby(trip=full_trip, case=PlacedCaseFactory(placed=False), by=organiser, at=NOON)


def test_a_freed_seat_goes_to_the_standby_in_one_step(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    [booking] = services.seat_standby(standbys=[standby], by=organiser, at=NOON)
    standby.refresh_from_db()

    assert (standby.booking, standby.is_waiting, booking.seat.number) == (booking, False, 1)


def test_a_household_on_standby_gets_all_its_seats_or_none(full_trip, organiser):
    household = HouseholdFactory()
    family = [PlacedCaseFactory(household=household) for _ in range(2)]
    standbys = [services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON) for case in family]
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    with pytest.raises(refusals.TripFull):
        services.seat_standby(standbys=standbys, by=organiser, at=NOON)

    assert Standby.objects.waiting().count() == 2


def test_a_standby_is_seated_once(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)
    services.seat_standby(standbys=[standby], by=organiser, at=NOON)

    with pytest.raises(refusals.NoLongerWaiting):
        services.seat_standby(standbys=[standby], by=organiser, at=NOON)


def test_leave_standby_twice_is_once(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)

    services.leave_standby(standby=standby, by=organiser, at=NOON)
    services.leave_standby(standby=standby, by=organiser, at=NOON)

    assert JournalLine.objects.filter(what="standby_left").count() == 1


def test_someone_who_gets_a_seat_another_way_stops_waiting(organiser):
    trip = TripFactory(open=True)
    case = PlacedCaseFactory()
    services.join_standby(trip=trip, case=case, by=organiser, at=NOON)

    BookingFactory(trip=trip, case=case)

    assert Standby.objects.waiting().count() == 0
