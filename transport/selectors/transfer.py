"""What the page shows on which people are moved to another trip."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Abs, Extract

from areas.models import Area
from kit.pages import cut
from transport.models import Stop, Trip
from transport.querysets import TripQuerySet
from transport.selectors.people import Passenger, passengers_of
from transport.selectors.trip_list import narrowed

SHOWN = 20
SOON = timedelta(hours=1)
TO_FULL = timedelta(minutes=10)


@dataclass(frozen=True)
class TransferPage:
    """`targets` take bookings and are run by the same division; `choices` are the first of them that the reader
    looks for, with counts: those to the same city first, then those that leave at about the same time.

    A second vehicle leaves when the trip would, or as soon as one can be there.
    """

    people: list[Passenger]
    targets: TripQuerySet
    choices: list[Trip]
    has_more: bool
    second_leaves_at: datetime

    @property
    def suits(self) -> Trip | None:
        """The first of the choices that goes to the same city and has a free seat."""
        return next((trip for trip in self.choices if trip.goes_there and trip.seats_taken < trip.capacity), None)


def transfer_page(
    *, trip: Trip, user, now: datetime, day: date | None = None, destination: Area | None = None, merge: bool = False
) -> TransferPage:
    """Trips that are to be made one go to the same cities, and the other has room for everybody."""
    stops = list(trip.stops.all())
    people = passengers_of(trip, stops, sees_all=True)
    seated = [person for person in people if person.booking.is_active and not person.booking.arrived_at]
    targets = Trip.objects.visible_to(user).bookable(now).filter(area=trip.area_id).exclude(pk=trip.pk)
    shown = narrowed(targets, day, destination).with_counts().annotate(goes_there=_same_city(stops))
    if merge:
        shown = shown.filter(goes_there=True, capacity__gte=F("seats_taken") + len(seated))
    choices, has_more = cut(_nearest_first(shown, trip).prefetch_related("stops"), SHOWN)
    return TransferPage(seated, targets, choices, has_more, max(trip.departs_at, _rounded_up(now + SOON)))


def _nearest_first(trips: TripQuerySet, trip: Trip) -> TripQuerySet:
    apart = Abs(Extract(F("departs_at") - trip.departs_at, "epoch"))
    return trips.order_by("-goes_there", apart, "pk")


def _same_city(stops: list[Stop]) -> Exists:
    there = Trip.objects.stopping_in_a_city_of(stop.area_id for stop in stops if not stop.is_pickup)
    return Exists(there.filter(pk=OuterRef("pk")).order_by())


def _rounded_up(at: datetime) -> datetime:
    """To ten minutes."""
    return at + (at.min.replace(tzinfo=at.tzinfo) - at) % TO_FULL
