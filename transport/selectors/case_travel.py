"""Travel as the case page and the booking form see it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from cases.choices import State
from cases.models import Case
from jobs.models import Placement
from transport.models import Booking, Standby, Stop, Trip
from transport.rules.stops import Way, arrives_before_work, goes_there, nearest_by_way, nearest_stop, within_reach
from transport.ways import way_from

LOOKED_AT = 30


@dataclass(frozen=True)
class CaseTravel:
    """`booking` is the one to speak of: the active one, else the last. `waiting` are standby lists they are on.

    Of who has to go to a job, the journeys to jobs before it are not spoken of.
    """

    booking: Booking | None
    waiting: list[Standby]

    @property
    def has_seat(self) -> bool:
        return self.booking is not None and self.booking.is_active


@dataclass(frozen=True)
class StopChoice:
    stop: Stop
    way: Way
    is_in_reach: bool


@dataclass(frozen=True)
class TripChoice:
    """A trip as an answer to "which one?". `goes_there` is false when no stop lies in the prefecture of the job.

    `pickup` is the nearest stop that can be reached in time, None when there is none; `is_before_work` is false when
    the job begins before the trip arrives.
    """

    trip: Trip
    goes_there: bool
    pickup: StopChoice | None
    pickups: list[StopChoice]
    dropoff: Stop
    is_before_work: bool
    free: int

    @property
    def suits(self) -> bool:
        return self.pickup is not None and self.is_before_work

    @property
    def order(self) -> tuple:
        return (not self.suits, not self.goes_there, self.free < 1, self.trip.departs_at)


def case_travel(case: Case) -> CaseTravel:
    bookings = case.bookings.select_related("trip", "seat", "pickup", "dropoff").order_by("-pk")
    found = [b for b in bookings[:5] if not (case.state == State.PLACED and b.has_left)]
    booking = next((b for b in found if b.is_active), found[0] if found else None)
    return CaseTravel(booking, list(case.standbys.waiting().select_related("trip")))


def trip_choices(*, case: Case, user, now: datetime) -> list[TripChoice]:
    """Open trips the cadre can see: those the person can take, to the place of work first, then by departure."""
    work = Placement.objects.current().filter(case=case).values_list("area_id", flat=True).first()
    to_work = Exists(Trip.objects.stopping_in_a_city_of([work] if work else []).filter(pk=OuterRef("pk")).order_by())
    trips = Trip.objects.visible_to(user).bookable(now).with_counts().prefetch_related("stops")
    looked_at = trips.order_by(to_work.desc(), "departs_at")[:LOOKED_AT]
    return sorted((_choice(trip, case, work, now) for trip in looked_at), key=lambda choice: choice.order)


def _choice(trip: Trip, case: Case, work: int | None, now: datetime) -> TripChoice:
    stops = list(trip.stops.all())
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    dropoff = nearest_stop(dropoffs, work)
    pickups = pickup_choices(stops, case.worker.area_id, now)
    in_reach = [choice for choice in pickups if choice.is_in_reach]
    return TripChoice(
        trip=trip,
        goes_there=goes_there(dropoffs, work),
        pickup=nearest_by_way(in_reach, lambda choice: choice.way) if in_reach else None,
        pickups=pickups,
        dropoff=dropoff,
        is_before_work=arrives_before_work(dropoff.at, case.placed_on, now),
        free=trip.capacity - trip.seats_taken,
    )


def pickup_choices(stops: list[Stop], home: int | None, now: datetime) -> list[StopChoice]:
    way_to, pickups = way_from(home), [stop for stop in stops if stop.is_pickup]
    in_reach = within_reach(pickups, way_to, now)
    return [StopChoice(stop, way_to(stop), stop in in_reach) for stop in pickups]
