"""Does a trip suit a person: does it go where they work, can they be there in time, does it arrive before work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from transport.models import Booking, Stop
from transport.rules.stops import Way, arrives_before_work, goes_there, nearest_by_way, nearest_stop, within_reach
from transport.ways import way_from


@dataclass(frozen=True)
class StopChoice:
    stop: Stop
    way: Way
    is_in_reach: bool


@dataclass(frozen=True)
class Fit:
    """`goes_there` is false when no stop lies in the prefecture of the job.

    `pickup` is the nearest stop that can be reached in time, None when there is none; `is_before_work` is false when
    the job begins before the trip arrives.
    """

    goes_there: bool
    pickup: StopChoice | None
    pickups: list[StopChoice]
    dropoff: Stop
    is_before_work: bool

    @property
    def suits(self) -> bool:
        return self.goes_there and self.pickup is not None and self.is_before_work


def fit_of(stops: Sequence[Stop], case: Case, work: int | None, now: datetime) -> Fit:
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    dropoff = nearest_stop(dropoffs, work)
    pickups = _pickup_choices(stops, case.worker.area_id, now)
    in_reach = [choice for choice in pickups if choice.is_in_reach]
    return Fit(
        goes_there=goes_there(dropoffs, work),
        pickup=nearest_by_way(in_reach, lambda choice: choice.way) if in_reach else None,
        pickups=pickups,
        dropoff=dropoff,
        is_before_work=arrives_before_work(dropoff.at, case.placed_on, now),
    )


def pickup_choices(booking: Booking, now: datetime) -> list[StopChoice]:
    """Where else on this trip somebody could get on, seen from where they live. 1 query."""
    return _pickup_choices(booking.trip.stops.all(), booking.worker.area_id, now)


def _pickup_choices(stops: Sequence[Stop], home: int | None, now: datetime) -> list[StopChoice]:
    way_to, pickups = way_from(home), [stop for stop in stops if stop.is_pickup]
    in_reach = within_reach(pickups, way_to, now)
    return [StopChoice(stop, way_to(stop), stop in in_reach) for stop in pickups]
