from datetime import date

import pytest

from cases.models import WorkItem
from notifications.models import Message
from tests.notifications.factories import all_sent
from tests.staff.factories import UserFactory
from tests.transport.factories import BOARDING_TIME, DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Seat
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip():
    return TripFactory(open=True)


def written(worker):
    return [line.what for line in JournalLine.objects.filter(worker=worker, what__contains="seat").order_by("seq")]


def test_confirm_seat_twice_is_confirmed_once(trip, organiser):
    booking = BookingFactory(trip=trip)

    services.confirm_seat(booking=booking, by=organiser, at=NOON)
    again = services.confirm_seat(booking=booking, by=organiser, at=BOARDING_TIME)

    assert (again.state, again.confirmed_at) == ("confirmed", NOON)
    assert written(booking.worker) == ["seat_booked", "seat_confirmed"]


def test_release_seat_keeps_the_row_and_puts_the_case_back_on_the_list(trip, organiser):
    booking = BookingFactory(trip=trip)

    released = services.release_seat(booking=booking, by=organiser, at=BOARDING_TIME)

    assert (released.state, released.released_because, released.released_by) == ("released", "asked", organiser)
    item = WorkItem.objects.get(case=booking.case, state="open")
    assert (item.reason, item.not_before) == ("seat_released", None)
    assert Message.objects.get(template="seat_released").worker == booking.worker


def test_release_seat_twice_tells_them_once(trip, organiser):
    booking = BookingFactory(trip=trip)

    services.release_seat(booking=booking, by=organiser, at=NOON)
    services.release_seat(booking=booking, by=organiser, at=NOON)

    assert written(booking.worker) == ["seat_booked", "seat_released"]
    assert Message.objects.filter(template="seat_released").count() == 1


def test_a_released_seat_is_free_for_somebody_else(trip, organiser):
    booking = BookingFactory(trip=trip)
    services.release_seat(booking=booking, by=organiser, at=NOON)

    other = services.book_seat(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    again = services.book_seat(trip=trip, case=booking.case, by=organiser, at=NOON)

    assert (other.seat, again.seat.number) == (booking.seat, 2)


def test_release_seat_refuses_a_trip_that_has_left(trip, organiser):
    booking = BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    with pytest.raises(refusals.TripHasLeft):
        services.release_seat(booking=booking, by=organiser, at=DEPARTURE)


def test_move_seat_tells_the_new_number_and_keeps_the_code(trip, organiser):
    booking = BookingFactory(trip=trip)
    all_sent()

    moved = services.move_seat(booking=booking, seat=trip.seats.get(number=12), by=organiser, at=NOON)

    assert (moved.seat.number, moved.code) == (12, booking.code)
    assert "现在是12号座" in Message.objects.get(template="seat_changed").body
    assert JournalLine.objects.get(what="seat_moved").data["before"] == "1"


def test_a_seat_moved_before_its_text_has_left_is_told_once_as_it_is(trip, organiser):
    booking = BookingFactory(trip=trip)

    for number in (12, 13):
        services.move_seat(booking=booking, seat=trip.seats.get(number=number), by=organiser, at=NOON)

    text = Message.objects.queued().about(Booking, [booking.pk]).get()
    assert (text.template, "13号座" in text.body) == ("seat_booked", True)


def test_a_seat_given_up_leaves_no_text_of_it_in_the_queue(trip, organiser):
    booking = BookingFactory(trip=trip)
    all_sent()
    services.move_seat(booking=booking, seat=trip.seats.get(number=12), by=organiser, at=NOON)

    services.release_seat(booking=booking, by=organiser, at=NOON)

    assert Message.objects.queued().about(Booking, [booking.pk]).get().template == "seat_released"


def test_move_seat_to_where_they_sit_changes_nothing(trip, organiser):
    booking = BookingFactory(trip=trip)

    services.move_seat(booking=booking, seat=booking.seat, by=organiser, at=NOON)

    assert written(booking.worker) == ["seat_booked"]


def test_move_seat_refuses_a_seat_somebody_has_and_one_of_another_trip(trip, organiser):
    booking, other = BookingFactory(trip=trip), BookingFactory(trip=trip)

    with pytest.raises(refusals.SeatTaken):
        services.move_seat(booking=booking, seat=other.seat, by=organiser, at=NOON)
    with pytest.raises(refusals.NoSuchSeat):
        services.move_seat(booking=booking, seat=TripFactory().seats.first(), by=organiser, at=NOON)


def test_a_released_booking_cannot_be_moved_or_confirmed(trip, organiser):
    booking = BookingFactory(trip=trip)
    services.release_seat(booking=booking, by=organiser, at=NOON)

    with pytest.raises(refusals.SeatReleased):
        services.move_seat(booking=booking, seat=trip.seats.get(number=12), by=organiser, at=NOON)
    with pytest.raises(refusals.SeatReleased):
        services.confirm_seat(booking=booking, by=organiser, at=NOON)


def test_a_minor_left_without_their_adult_is_looked_after(trip, organiser):
    household = HouseholdFactory()
    child, parent = (PlacedCaseFactory(household=household) for _ in range(2))
    child.worker.birth_date = date(2008, 8, 1)
    child.worker.save()
    grown_up, minor = services.book_seats_together(trip=trip, cases=[child, parent], by=organiser, at=NOON)

    services.release_seat(booking=grown_up, by=organiser, at=NOON)

    assert WorkItem.objects.get(case=child, state="open").reason == "minor_alone"
    minor.refresh_from_db()
    assert minor.is_active


def test_two_passengers_swap_even_when_one_is_aboard(trip, organiser):
    one, two = BookingFactory(trip=trip, boarded=True), BookingFactory(trip=trip)
    all_sent()

    services.swap_seats(booking=one, other=two, by=organiser, at=BOARDING_TIME)
    one.refresh_from_db()
    two.refresh_from_db()

    assert (one.seat.number, two.seat.number) == (2, 1)
    assert [message.worker for message in Message.objects.filter(template="seat_changed")] == [two.worker]
    assert Seat.objects.filter(trip=trip).count() == 49


def test_who_is_aboard_is_asked_to_get_off_before_the_seat_is_released():
    booking = BookingFactory(trip=TripFactory(open=True), boarded=True)

    with pytest.raises(refusals.SitsInTheVehicle):
        services.release_seat(booking=booking, by=None, at=NOON)

    booking.refresh_from_db()
    assert booking.state == "boarded"
