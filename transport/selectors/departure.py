"""What stands in the way of leaving: who is not aboard, stop by stop, and which stops have not gathered yet."""

from dataclasses import dataclass
from datetime import datetime

from transport.models import Booking, Stop, Trip
from transport.rules.minors import minors_alone


@dataclass(frozen=True)
class StopLeft:
    """`people` get on here and are not aboard; `aboard` are."""

    stop: Stop
    people: list[Booking]
    aboard: int
    has_gathered: bool


@dataclass(frozen=True)
class DepartureCheck:
    """`minors_alone` are aboard for the night and no adult of their household is."""

    stops: list[StopLeft]
    aboard: int
    is_early: bool
    minors_alone: list[Booking]

    @property
    def missing(self) -> list[Booking]:
        return [booking for line in self.stops for booking in line.people]

    @property
    def not_gathered(self) -> list[StopLeft]:
        return [line for line in self.stops if not line.has_gathered]


def departure_check(*, trip: Trip, now: datetime) -> DepartureCheck:
    """Two queries."""
    people = list(trip.bookings.active().for_page().order_by("pickup__order", "seat__number"))
    stops = [_stop(stop, people, now) for stop in trip.stops.pickups()]
    aboard = [booking for booking in people if booking.is_aboard]
    alone = minors_alone(trip, aboard)
    return DepartureCheck(
        stops,
        len(aboard),
        is_early=now < trip.departs_at,
        minors_alone=[booking for booking in aboard if booking.pk in alone],
    )


def _stop(stop: Stop, people: list[Booking], now: datetime) -> StopLeft:
    here = [booking for booking in people if booking.pickup_id == stop.pk]
    missing = [booking for booking in here if not booking.is_aboard]
    return StopLeft(stop, missing, len(here) - len(missing), stop.gather_at <= now)
