"""From home to the stops of a trip: how far it is."""

from collections.abc import Callable

from areas.distances import straight_km
from transport.models import Stop
from transport.rules.stops import Way, way_between


def way_from(home: int | None) -> Callable[[Stop], Way]:
    """For each stop the way there from home."""

    def way_to(stop: Stop) -> Way:
        return way_between(stop.area_id, home, straight_km(stop.area_id, home) if home else None)

    return way_to
