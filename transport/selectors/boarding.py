"""What the boarding page shows beside the field for the code."""

from transport.models import Booking, Trip

LATEST = 5


def people_to_board(*, trip: Trip) -> dict:
    """`awaited` in the order of stops and seats, `latest` aboard, and how many of each. Two queries."""
    people = list(trip.bookings.active().for_page().order_by("pickup__order", "seat__number"))
    aboard = sorted((b for b in people if b.is_aboard), key=lambda b: b.boarded_at, reverse=True)
    awaited: list[Booking] = [booking for booking in people if not booking.is_aboard]
    return {
        "awaited": awaited,
        "latest": aboard[:LATEST],
        "aboard_count": len(aboard),
        "people_count": len(people),
    }
