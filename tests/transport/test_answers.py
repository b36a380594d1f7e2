"""What follows when a worker answers a text, or when the case goes another way."""

from datetime import date

import pytest

from cases import services as cases
from cases.models import WorkItem
from jobs.models import Placement
from jobs.services import end_placement
from notifications.events import reply_received
from notifications.models import Message
from tests.transport.factories import BOARDING_TIME, DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import services
from transport.models import Booking, Standby

pytestmark = pytest.mark.django_db


def answer(booking, digit):
    message = Message.objects.get(template="seat_booked", worker=booking.worker)
    reply_received.send(Message, worker=booking.worker, message=message, digit=digit, body=digit or "知道了", at=NOON)
    booking.refresh_from_db()


def item_of(case):
    return WorkItem.objects.get(case=case, state="open")


@pytest.fixture
def booking():
    return BookingFactory(trip=TripFactory(open=True))


def test_the_answer_1_confirms_the_seat(booking):
    answer(booking, "1")

    assert booking.state == "confirmed"


def test_the_answer_2_asks_the_cadre_to_call_and_keeps_the_seat(booking):
    answer(booking, "2")

    assert (booking.state, item_of(booking.case).reason) == ("held", "cannot_travel")


def test_an_answer_that_comes_too_late_changes_nothing(booking):
    services.release_seat(booking=booking, by=None, at=NOON)

    answer(booking, "1")
    answer(booking, "2")

    assert (booking.state, item_of(booking.case).reason) == ("released", "seat_released")


@pytest.mark.parametrize(
    ("digit", "words"),
    [("7", "短信回了“7”，不知是来还是不来，请问清"), (None, "短信回的是文字，请看看并问清")],
)
def test_another_digit_or_words_book_nothing_and_the_cadre_asks_what_was_meant(booking, digit, words):
    answer(booking, digit)

    item = item_of(booking.case)
    assert (booking.state, item.not_before, item.reason_text) == ("held", NOON, words)


def test_words_that_come_when_nothing_is_asked_any_more_wake_nobody(booking):
    services.release_seat(booking=booking, by=None, at=NOON)

    answer(booking, None)

    assert item_of(booking.case).reason == "seat_released"


def test_a_placement_that_comes_to_nothing_frees_the_seat(booking):
    placement = Placement.objects.get()

    end_placement(placement=placement, because="never_started", ended_on=date(2026, 3, 5), by=None, at=NOON)
    booking.refresh_from_db()

    assert (booking.state, booking.released_because) == ("released", "case_moved_on")
    assert item_of(booking.case).reason == "fell_through"


def test_whoever_goes_by_their_own_means_frees_the_seat(booking):
    cases.mark_travelling_alone(case=booking.case, by=None, at=NOON)

    booking.refresh_from_db()
    assert (booking.state, booking.released_because) == ("released", "case_moved_on")
    assert item_of(booking.case).step == "follow_up"


def test_a_case_that_falls_through_while_boarding_frees_the_seat_too():
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip, boarded=True)

    cases.mark_fell_through(case=booking.case, by=None, at=BOARDING_TIME)

    booking.refresh_from_db()
    assert (booking.state, booking.boarded_at) == ("released", None)


def test_someone_who_leaves_the_job_after_the_journey_keeps_their_booking():
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)

    cases.mark_fell_through(case=booking.case, by=None, at=DEPARTURE)

    assert Booking.objects.get().state == "boarded"


def test_a_case_that_ends_leaves_the_standby_list():
    trip, case = TripFactory(open=True), PlacedCaseFactory()
    services.join_standby(trip=trip, case=case, by=None, at=NOON)

    cases.close_case(case=case, reason="deceased", by=None, at=NOON)

    assert Standby.objects.waiting().count() == 0
