import pytest

from tests.staff.factories import HUAQI_VILLAGE, UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import services
from transport.models import Booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


def test_book_seat_gives_the_first_free_seat_and_the_nearest_stops(organiser):
    trip = TripFactory(open=True)
    case = PlacedCaseFactory(area=HUAQI_VILLAGE)

    booking = services.book_seat(trip=trip, case=case, by=organiser, at=NOON)

    assert (booking.seat.label, booking.pickup.mark, booking.dropoff.mark) == ("1", "B", "3")
    assert (booking.state, booking.booked_by, len(booking.code)) == ("held", organiser, 6)
