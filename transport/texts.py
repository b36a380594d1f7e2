"""What texts, journal lines and tickets say of a booking, gathered in one place."""

from dataclasses import dataclass

from transport.models import Booking


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
            "seat": booking.seat.label,
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


def stop_and_landmark(stop) -> str:
    """猫场镇政府广场，老槐树下: the landmark helps who has never taken a bus from there."""
    return f"{stop.name}，{stop.landmark}" if stop.landmark else stop.name
