"""A seat given up by "goes by own means" is theirs again when that is taken back, or their cadre hears it is gone."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.models import WorkItem
from notifications.models import Message
from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import services
from transport.models import Booking

pytestmark = pytest.mark.django_db
SAID, LATER = NOON + timedelta(minutes=5), NOON + timedelta(minutes=9)


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


def says_by_own_means(case, cadre):
    cases.mark_travelling_alone(case=case, by=cadre, at=SAID)


def takes_that_back(case, cadre):
    cases.undo_travelling_alone(case=case, by=cadre, at=LATER)


def item_of(case):
    return WorkItem.objects.open().filter(case=case).values("step", "reason", "due_at", "not_before").get()


def seat_of(case):
    """Number and stops of the seat that the person has, none without one."""
    return Booking.objects.active().filter(case=case).values_list("seat", "pickup", "dropoff", "luggage").first()


def test_the_seat_is_theirs_again_and_they_are_told(cadre):
    trip = TripFactory(open=True)
    stops = {"pickup": trip.stops.pickups()[1], "dropoff": trip.stops.dropoffs()[1]}
    case = BookingFactory(trip=trip, luggage=2, **stops).case
    before = seat_of(case), item_of(case)
    says_by_own_means(case, cadre)
    assert seat_of(case) is None

    takes_that_back(case, cadre)

    assert (seat_of(case), item_of(case)) == before
    assert Message.objects.filter(worker=case.worker, template="seat_booked").exclude(state="suppressed").count() == 1


def test_who_took_it_meanwhile_keeps_it_and_they_sit_elsewhere(cadre):
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip)
    says_by_own_means(booking.case, cadre)
    taken = BookingFactory(trip=trip, seat=booking.seat, at=SAID)

    takes_that_back(booking.case, cadre)

    assert seat_of(booking.case)[0] not in (None, taken.seat_id)


def test_where_every_seat_is_taken_their_cadre_is_asked_to_arrange_another(cadre):
    trip = TripFactory(open=True, full=True, layout="places", capacity=2)
    case = trip.bookings.first().case
    says_by_own_means(case, cadre)
    BookingFactory(trip=trip, at=SAID)

    takes_that_back(case, cadre)

    item = item_of(case)
    assert (seat_of(case), item["step"], item["reason"], item["not_before"]) == (None, "travel", "seat_gone", None)


def test_a_trip_that_no_longer_goes_has_no_seat_to_give_back(cadre):
    trip = TripFactory(open=True)
    case = BookingFactory(trip=trip).case
    says_by_own_means(case, cadre)
    services.cancel_trip(trip=trip, why="大雪封路", by=None, at=SAID)

    takes_that_back(case, cadre)

    assert (seat_of(case), item_of(case)["reason"]) == (None, "seat_gone")


def test_on_their_own_seat_they_pass_whoever_waits_and_on_another_they_do_not(cadre):
    trip = TripFactory(open=True, full=True, layout="places", capacity=2)
    first = trip.bookings.first().case
    waiting = PlacedCaseFactory()
    services.join_standby(trip=trip, case=waiting, by=None, at=NOON)
    says_by_own_means(first, cadre)

    takes_that_back(first, cadre)

    assert seat_of(first) is not None
    assert Booking.objects.active().get(case=first).booked_because == "误退了这个座位"


def test_who_waited_for_a_seat_waits_again_where_they_stood(cadre):
    trip = TripFactory(open=True, full=True, layout="places", capacity=1)
    case = PlacedCaseFactory()
    standby = services.join_standby(trip=trip, case=case, by=None, at=NOON)
    says_by_own_means(case, cadre)

    takes_that_back(case, cadre)

    standby.refresh_from_db()
    assert (standby.is_waiting, standby.joined_at) == (True, NOON)


def test_who_had_no_seat_gets_none(cadre):
    case = PlacedCaseFactory()
    TripFactory(open=True)
    says_by_own_means(case, cadre)

    takes_that_back(case, cadre)

    assert (seat_of(case), item_of(case)["reason"]) == (None, "seat_needed")
