"""Travel as the case page and the booking form see it."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case
from jobs.models import Placement
from transport.models import Booking, Standby, Stop, Trip
from transport.rules.stops import goes_there, nearest_stop, still_ahead


@dataclass(frozen=True)
class CaseTravel:
    """`booking` is the one to speak of: the active one, else the last. `waiting` are standby lists they are on."""

    booking: Booking | None
    waiting: list[Standby]

    @property
    def has_seat(self) -> bool:
        return self.booking is not None and self.booking.is_active


@dataclass(frozen=True)
class TripChoice:
    """A trip as an answer to "which one?". `goes_there` is false when no stop lies in the prefecture of the job."""

    trip: Trip
    goes_there: bool
    pickup: Stop
    dropoff: Stop
    free: int


def case_travel(case: Case) -> CaseTravel:
    bookings = case.bookings.select_related("trip", "seat", "pickup", "dropoff").order_by("-pk")
    found = list(bookings[:5])
    booking = next((b for b in found if b.is_active), found[0] if found else None)
    return CaseTravel(booking, list(case.standbys.waiting().select_related("trip")))


def trip_choices(*, case: Case, user, now: datetime) -> list[TripChoice]:
    """Open trips the cadre can see, those that go to the place of work first, then by departure."""
    work = Placement.objects.current().filter(case=case).values_list("area_id", flat=True).first()
    trips = Trip.objects.visible_to(user).bookable(now).with_counts().prefetch_related("stops").order_by("departs_at")
    choices = [_choice(trip, case, work, now) for trip in trips[:30]]
    return sorted(choices, key=lambda choice: (not choice.goes_there, choice.free < 1, choice.trip.departs_at))


def _choice(trip: Trip, case: Case, work: int | None, now: datetime) -> TripChoice:
    stops = list(trip.stops.all())
    pickups = [stop for stop in stops if stop.is_pickup]
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    return TripChoice(
        trip=trip,
        goes_there=goes_there(dropoffs, work),
        pickup=nearest_stop(still_ahead(pickups, now), case.worker.area_id),
        dropoff=nearest_stop(dropoffs, work),
        free=trip.capacity - trip.seats_taken,
    )
