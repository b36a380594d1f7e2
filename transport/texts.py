"""What texts, journal lines and tickets say of a booking, gathered in one place."""

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from transport.models import Booking
from transport.rules.cars import place_of

BERTH_WORDS = {
    "下": pgettext_lazy("berth", ", lower berth"),
    "中": pgettext_lazy("berth", ", middle berth"),
    "上": pgettext_lazy("berth", ", upper berth"),
}


@dataclass(frozen=True)
class Facts:
    """`for_text` keeps datetimes and lazy words, which the text puts in the worker's language."""

    for_text: dict
    for_journal: dict


def facts_of(booking: Booking) -> Facts:
    trip, pickup = booking.trip, booking.pickup
    return Facts(
        for_text={
            "trip": trip.title,
            "number": trip.code,
            "seat": seat_words(booking),
            "code": booking.code,
            "departs_at": booking.departs_at,
            "gather_at": pickup.gather_at,
            "place": stop_and_landmark(pickup),
            "plate": trip.plate or "—",
        },
        for_journal={
            "trip": trip.code,
            "title": trip.title,
            "seat": booking.seat.label,
            "departs_at": booking.departs_at.isoformat(),
            "place": pickup.name,
        },
    )


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
