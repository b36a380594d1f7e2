from dataclasses import replace
from datetime import timedelta

import pytest

from tests.notifications.about import about_of_texts, forget_and_fill
from tests.notifications.factories import all_sent
from tests.transport.factories import TOMORROW, BookingFactory, TripFactory, local, plan, stops_of
from tests.workers.factories import NOON
from transport import services

pytestmark = pytest.mark.django_db

TEMPLATES = {
    "seat_booked", "seat_changed", "trip_changed", "departure_reminder", "seat_released", "trip_cancelled",
}  # fmt: skip


def test_texts_from_before_are_told_which_booking_they_are_about():
    trip = TripFactory(open=True)
    stays, leaves = BookingFactory(trip=trip), BookingFactory(trip=trip)
    all_sent()
    services.move_seat(booking=stays, seat=trip.seats.get(number=12), by=None, at=NOON)
    services.release_seat(booking=leaves, by=None, at=NOON)
    first, *others = stops_of(trip)
    services.change_trip(trip=trip, plan=plan(stops=[replace(first, landmark="加油站旁"), *others]), by=None, at=NOON)
    services.remind_of_departures(at=local(TOMORROW - timedelta(days=1), 18, 10))
    services.cancel_trip(trip=trip, why="大雪封路", by=None, at=NOON)
    said = {template: about for template, about in about_of_texts().items() if template in TEMPLATES}

    forget_and_fill("transport.migrations.0004_which_booking_a_text_is_about")

    told = {template: about for template, about in about_of_texts().items() if template in TEMPLATES}
    assert (told, set(said)) == (said, TEMPLATES)
    assert (said["seat_released"], said["trip_changed"]) == (
        ("transport.booking", leaves.pk), ("transport.booking", stays.pk),
    )  # fmt: skip
