"""The list of trips: two queries for a page."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from areas.models import Area
from kit.days import start_of_day
from kit.pages import cut
from transport.choices import NOT_YET_LEFT, TripState
from transport.models import Stop, Trip
from transport.querysets import TripQuerySet

PAGE = 40
COLUMNS = (
    *("code", "kind", "title", "plate", "capacity", "departs_at", "arrives_at", "state"),
    *("area__name", "area__name_en", "area__short_name", "area__level"),
)
WHEN = {
    "coming": NOT_YET_LEFT,
    "on_the_road": (TripState.DEPARTED,),
    "over": (TripState.ARRIVED, TripState.CANCELLED),
}


@dataclass(frozen=True)
class TripLine:
    trip: Trip
    dropoffs: list[Stop]
    free: int


@dataclass(frozen=True)
class TripList:
    """`seats` and `taken` are sums over the lines shown."""

    lines: list[TripLine]
    seats: int
    taken: int
    waiting: int
    has_more: bool


def trip_list(
    *, user, when: str = "coming", day: date | None = None, destination: Area | None = None, most: int = PAGE
) -> TripList:
    trips = Trip.objects.visible_to(user).filter(state__in=WHEN[when]).with_counts()
    trips = narrowed(trips, day, destination)
    order = ("-departs_at", "-code") if when == "over" else ("departs_at", "code")
    found, has_more = cut(_for_lines(trips.order_by(*order)), most)
    lines = [_line(trip) for trip in found]
    return TripList(
        lines=lines,
        seats=sum(line.trip.capacity for line in lines),
        taken=sum(line.trip.seats_taken for line in lines),
        waiting=sum(line.trip.people_waiting for line in lines),
        has_more=has_more,
    )


def narrowed(trips: TripQuerySet, day: date | None, destination: Area | None) -> TripQuerySet:
    if day:
        trips = trips.leaving_between(start_of_day(day), start_of_day(day + timedelta(days=1)))
    return trips.going_to(destination) if destination else trips


def _for_lines(trips: TripQuerySet) -> TripQuerySet:
    """With what a line shows and no more: a trip has forty columns."""
    stops = Stop.objects.dropoffs().order_by("order").only("trip", "kind", "name", "order")
    dropoffs = Prefetch("stops", queryset=stops, to_attr="dropoffs")
    return trips.select_related("area").only(*COLUMNS).prefetch_related(dropoffs)


def _line(trip: Trip) -> TripLine:
    return TripLine(trip=trip, dropoffs=trip.dropoffs, free=trip.capacity - trip.seats_taken)
