"""Travel as the case page and the booking form see it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from cases.choices import State
from cases.models import Case
from jobs.models import Placement
from transport.models import Booking, Standby, Trip
from transport.selectors.fit import Fit, fit_of

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
class TripChoice:
    """A trip as an answer to "which one?"."""

    trip: Trip
    fit: Fit
    free: int

    @property
    def order(self) -> tuple:
        is_far = self.fit.suits and not self.fit.pickup.way.is_near
        return (not self.fit.suits, not self.fit.goes_there, not self.has_room, is_far, self.trip.departs_at)

    @property
    def gathers_at(self) -> datetime:
        """Their own stop; where none can be reached, when the trip leaves."""
        return self.fit.pickup.stop.gather_at if self.fit.pickup else self.trip.departs_at

    @property
    def has_room(self) -> bool:
        """For who comes now: a free seat is theirs who wait for one."""
        return self.free > 0 and not self.trip.people_waiting


def case_travel(case: Case) -> CaseTravel:
    bookings = case.bookings.select_related("trip", "seat", "pickup", "dropoff").order_by("-pk")
    found = [b for b in bookings[:5] if not (case.state == State.PLACED and b.has_left)]
    booking = next((b for b in found if b.is_active), found[0] if found else None)
    return CaseTravel(booking, list(case.standbys.waiting().select_related("trip")))


def trip_choices(*, case: Case, user, now: datetime, work: int | None = None) -> list[TripChoice]:
    """Open trips on which the cadre may book: those the person can take, to the place of work first, with room, from
    near home; then by departure.

    `work` is where somebody who has no job yet will work.
    """
    work = work or Placement.objects.place_of_work(case.pk)
    to_work = Exists(Trip.objects.stopping_in_a_city_of([work] if work else []).filter(pk=OuterRef("pk")).order_by())
    trips = Trip.objects.bookable_by(user, now).with_counts().prefetch_related("stops")
    looked_at = trips.order_by(to_work.desc(), "departs_at")[:LOOKED_AT]
    return sorted((_choice(trip, case, work, now) for trip in looked_at), key=lambda choice: choice.order)


def _choice(trip: Trip, case: Case, work: int | None, now: datetime) -> TripChoice:
    fit = fit_of(trip.stops.all(), case, work, now)
    return TripChoice(trip, fit, free=trip.capacity - trip.seats_taken)
