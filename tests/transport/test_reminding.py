from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.models import Message
from tests.transport.factories import TOMORROW, BookingFactory, TripFactory, local, zhijin_stops
from tests.workers.factories import NOON
from transport import services

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

THIS_EVENING = local(TOMORROW - timedelta(days=1), 18, 10)


def reminders():
    return Message.objects.filter(template="departure_reminder")


@pytest.fixture
def trip():
    return TripFactory(open=True)


def test_everyone_who_gathers_tomorrow_is_reminded_exactly_once(trip):
    BookingFactory(trip=trip)
    BookingFactory(trip=trip, confirmed=True)

    services.remind_of_departures(at=THIS_EVENING)
    services.remind_of_departures(at=THIS_EVENING + timedelta(minutes=10))

    assert reminders().count() == 2
    assert reminders().first().not_after == local(TOMORROW, 10, 30)


def test_the_reminder_names_the_seat_they_have_now(trip):
    booking = BookingFactory(trip=trip)
    services.move_seat(booking=booking, seat=trip.seats.get(number=12), by=None, at=NOON)

    services.remind_of_departures(at=THIS_EVENING)

    assert f"12号座，上车码{booking.code}。车牌贵F·99904" in reminders().get().body


def test_nobody_is_reminded_of_a_seat_given_up_or_a_trip_cancelled(trip):
    services.release_seat(booking=BookingFactory(trip=trip), by=None, at=NOON)
    cancelled = TripFactory(open=True)
    BookingFactory(trip=cancelled)
    services.cancel_trip(trip=cancelled, why="大雪封路", by=None, at=NOON)

    services.remind_of_departures(at=THIS_EVENING)

    assert list(reminders()) == []


def test_nobody_is_reminded_by_day_or_two_days_ahead(trip):
    BookingFactory(trip=trip)
    BookingFactory(
        trip=TripFactory(open=True, day=TOMORROW + timedelta(days=3)), reasons={"arrives_after_start": "厂里同意晚到"}
    )

    assert services.remind_of_departures(at=NOON) == 0
    assert services.remind_of_departures(at=THIS_EVENING) == 1


def test_whoever_booked_this_evening_has_the_details_already(trip):
    BookingFactory(trip=trip, at=THIS_EVENING - timedelta(minutes=5))

    assert services.remind_of_departures(at=THIS_EVENING) == 0


def test_a_reminder_of_an_early_bus_leaves_though_the_network_keeps_it_till_night():
    early = timedelta(hours=4)
    stops = [replace(s, at=s.at - early, gather_at=s.gather_at and s.gather_at - early) for s in zhijin_stops()]
    BookingFactory(trip=TripFactory(open=True, stops=stops, departs_at=local(TOMORROW, 9)))

    services.remind_of_departures(at=THIS_EVENING)

    assert reminders().get().wakes


def test_a_reminder_not_yet_sent_is_withdrawn_with_the_seat(trip):
    booking = BookingFactory(trip=trip)
    services.remind_of_departures(at=THIS_EVENING)

    services.release_seat(booking=booking, by=None, at=THIS_EVENING)

    assert reminders().get().state == "suppressed"


def test_a_trip_put_off_by_a_day_reminds_again(trip):
    booking = BookingFactory(trip=trip)
    services.remind_of_departures(at=THIS_EVENING)
    for stop in trip.stops.all():
        stop.gather_at = stop.gather_at and stop.gather_at + timedelta(days=1)
        stop.at += timedelta(days=1)
        stop.save()
    trip.refresh_from_db()
    trip.departs_at, trip.arrives_at = trip.departs_at + timedelta(days=1), trip.arrives_at + timedelta(days=1)
    trip.save()

    services.remind_of_departures(at=THIS_EVENING + timedelta(days=1))

    assert reminders().filter(worker=booking.worker).count() == 2
