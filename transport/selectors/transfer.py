"""What the page shows on which people are moved to another trip."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from transport.models import Trip
from transport.querysets import TripQuerySet
from transport.selectors.people import Passenger, passengers_of

SHOWN = 20
SOON = timedelta(hours=1)
TO_FULL = timedelta(minutes=10)


@dataclass(frozen=True)
class TransferPage:
    """`targets` take bookings and are run by the same division; `choices` are the next of them, with counts.

    A second vehicle leaves when the trip would, or as soon as one can be there.
    """

    people: list[Passenger]
    targets: TripQuerySet
    choices: list[Trip]
    second_leaves_at: datetime


def transfer_page(*, trip: Trip, user, now: datetime) -> TransferPage:
    people = passengers_of(trip, list(trip.stops.all()), sees_all=True)
    targets = Trip.objects.visible_to(user).bookable(now).filter(area=trip.area_id).exclude(pk=trip.pk)
    choices = targets.with_counts().prefetch_related("stops").order_by("departs_at")[:SHOWN]
    seated = [person for person in people if person.booking.is_active]
    return TransferPage(seated, targets, list(choices), max(trip.departs_at, _rounded_up(now + SOON)))


def _rounded_up(at: datetime) -> datetime:
    """To ten minutes."""
    return at + (at.min.replace(tzinfo=at.tzinfo) - at) % TO_FULL
