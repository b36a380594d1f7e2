"""What texts, journal lines and tickets say of a booking, gathered in one place."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from kit import dates
from transport.models import Booking, Stop
from transport.rules.cars import place_of

BERTH_WORDS = {
    "下": pgettext_lazy("berth", ", lower berth"),
    "中": pgettext_lazy("berth", ", middle berth"),
    "上": pgettext_lazy("berth", ", upper berth"),
}


@dataclass(frozen=True)
class Facts:
    booking: Booking

    def for_text(self, at: datetime) -> dict:
        """As it is told at that moment. Datetimes and lazy words, which the text puts in the worker's language."""
        trip, pickup = self.booking.trip, self.booking.pickup
        return {
            "trip": trip.title,
            "number": trip.code,
            "seat": seat_words(self.booking),
            "code": self.booking.code,
            "departs_at": pickup.at,
            "gather_at": gathering_words(pickup, at),
            "place": stop_and_landmark(pickup),
            "plate": trip.plate or "—",
        }

    @property
    def for_journal(self) -> dict:
        return {
            "trip": self.booking.trip.code,
            "title": self.booking.trip.title,
            "seat": self.booking.seat.label,
            "departs_at": self.booking.pickup.at.isoformat(),
            "place": self.booking.pickup.name,
        }


def facts_of(booking: Booking) -> Facts:
    return Facts(booking)


def gathering_words(stop: Stop, at: datetime):
    """When to be at the stop. Nobody is asked to be somewhere at a time that has passed."""
    if at < stop.gather_at:
        return stop.gather_at
    if at < stop.at:
        words = pgettext_lazy("gathering in a text", "now (the vehicle leaves at {time})")
        return format_lazy(words, time=dates.clock(stop.at))
    return pgettext_lazy("gathering in a text", "now (the vehicle is about to leave)")


def seat_words(booking: Booking):
    """12号座; 5车12号下铺 in a train; lazy, for the text is in the worker's language."""
    seat = booking.seat
    seat.trip = booking.trip
    if not seat.has_number:
        return _no_number_in(seat.car) if seat.car else pgettext_lazy("seat in a text", "no seat number")
    if seat.car:
        number, berth = place_of(seat.label)
        words = pgettext_lazy("seat in a text", "car {car}, place {number}{berth}")
        return format_lazy(words, car=seat.car, number=number, berth=BERTH_WORDS.get(berth, ""))
    return format_lazy(pgettext_lazy("seat in a text", "seat {seat}"), seat=seat.label)


def _no_number_in(car: str):
    if not car.isdecimal():
        return format_lazy(pgettext_lazy("seat in a text", "{car}, no seat number"), car=car)
    return format_lazy(pgettext_lazy("seat in a text", "car {car}, no seat number"), car=car)


def stop_and_landmark(stop) -> str:
    """猫场镇政府广场，老槐树下: the landmark helps who has never taken a bus from there."""
    return f"{stop.name}，{stop.landmark}" if stop.landmark else stop.name
