"""From home to the stops of a trip: how far, which suits, and who can be there in time."""

from collections.abc import Callable, Sequence
from datetime import datetime

from areas.distances import straight_km
from transport.choices import TripState
from transport.models import Stop, Trip
from transport.rules.stops import Way, nearest_by_way, still_ahead, way_between, within_reach


def way_from(home: int | None) -> Callable[[Stop], Way]:
    """For each stop the way there from home."""

    def way_to(stop: Stop) -> Way:
        return way_between(stop.area_id, home, straight_km(stop.area_id, home) if home else None)

    return way_to


def stop_that_suits(trip: Trip, pickups: Sequence[Stop], home: int | None, at: datetime) -> Stop | None:
    """The nearest that can still be reached from home; None when there is none.

    Whoever gives a seat while people board knows where the person stands: then any stop ahead will do.
    """
    way_to = way_from(home)
    stops = still_ahead(pickups, at)
    if trip.state != TripState.BOARDING:
        stops = within_reach(stops, way_to, at)
    return nearest_by_way(stops, way_to) if stops else None
