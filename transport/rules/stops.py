"""Which stop is near. Pure: by the division tree, because most villages have no exact point."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from areas.ranges import WIDTHS, Level, code_at


class StopLike(Protocol):
    area_id: int
    at: datetime


def nearest_stop(stops: Sequence[StopLike], code: int | None) -> StopLike:
    """The stop sharing the finest division with the area; of equals the first, and the first when nothing is known."""
    return max(stops, key=lambda stop: closeness(stop.area_id, code))


def still_ahead(stops: Sequence[StopLike], at: datetime) -> Sequence[StopLike]:
    """Stops the vehicle has not left by plan; all of them once it should be gone, for it may be late."""
    return [stop for stop in stops if stop.at >= at] or stops


def closeness(one: int, other: int | None) -> int:
    """0 for different provinces, 5 for the same village."""
    return 0 if other is None else sum(code_at(one, level) == code_at(other, level) for level in WIDTHS)


def goes_there(stops: Sequence[StopLike], place: int | None) -> bool:
    """Some stop lies in the prefecture of the place of work. An unknown place is not held against the trip."""
    if place is None:
        return True
    return any(code_at(stop.area_id, Level.PREFECTURE) == code_at(place, Level.PREFECTURE) for stop in stops)
