"""What the page shows on which people are moved to another trip."""

from dataclasses import dataclass
from datetime import datetime

from transport.models import Trip
from transport.querysets import TripQuerySet
from transport.selectors.people import Passenger, passengers_of

SHOWN = 20


@dataclass(frozen=True)
class TransferPage:
    """`targets` take bookings and are run by the same division; `choices` are the next of them, with counts."""

    people: list[Passenger]
    targets: TripQuerySet
    choices: list[Trip]


def transfer_page(*, trip: Trip, user, now: datetime) -> TransferPage:
    people = passengers_of(trip, list(trip.stops.all()), sees_all=True)
    targets = Trip.objects.visible_to(user).bookable(now).filter(area=trip.area_id).exclude(pk=trip.pk)
    choices = targets.with_counts().prefetch_related("stops").order_by("departs_at")[:SHOWN]
    return TransferPage([person for person in people if person.booking.is_active], targets, list(choices))
