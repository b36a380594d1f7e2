"""Who left and has not been heard of, trip by trip."""

from dataclasses import dataclass
from datetime import datetime

from kit.days import local_day
from transport.choices import BookingState
from transport.models import Booking, Trip
from transport.selectors.people import jobs_of

RECENT = 20


@dataclass(frozen=True)
class Arrival:
    booking: Booking
    employer: str
    is_overdue: bool


@dataclass(frozen=True)
class TripArrivals:
    """`works` are those of the `people` not yet confirmed, by employer. Only who the reader may know is counted.

    `of_today` were confirmed today, which can still be taken back.
    """

    trip: Trip
    people: list[Arrival]
    works: list[tuple[str, list[Arrival]]]
    confirmed: int
    travelled: int
    overdue: int
    latest: list[Booking]
    of_today: list[Booking]

    @property
    def unknown(self) -> int:
        return self.travelled - self.confirmed


@dataclass(frozen=True)
class ArrivalsPage:
    trips: list[TripArrivals]
    confirmed: int
    travelled: int
    overdue: int


def arrivals_page(*, user, now: datetime, trip: Trip | None = None) -> ArrivalsPage:
    """Trips on the road or lately arrived; the ones with people nobody has heard of first. Three queries."""
    trips = Trip.objects.visible_to(user).under_way().order_by("-departs_at")
    trips = list(trips.filter(pk=trip.pk) if trip else trips[:RECENT])
    travelled = Booking.objects.filter(trip__in=trips, state__in=(BookingState.BOARDED, BookingState.ARRIVED))
    seen: dict[int, list[Booking]] = {found.pk: [] for found in trips}
    by_pk = {found.pk: found for found in trips}
    for booking in travelled.known_to(user).for_page().order_by("seat__number"):
        booking.trip = by_pk[booking.trip_id]
        seen[booking.trip_id].append(booking)
    jobs = jobs_of(booking.case_id for people in seen.values() for booking in people)
    pages = [_of_trip(found, seen[found.pk], jobs, now) for found in trips if seen[found.pk] or trip]
    return ArrivalsPage(
        trips=sorted(pages, key=lambda page: (not page.overdue, not page.unknown)),
        confirmed=sum(page.confirmed for page in pages),
        travelled=sum(page.travelled for page in pages),
        overdue=sum(page.overdue for page in pages),
    )


def _of_trip(trip: Trip, bookings: list[Booking], jobs: dict, now: datetime) -> TripArrivals:
    people = [_arrival(booking, jobs, now) for booking in bookings]
    arrived = [booking for booking in bookings if booking.state == BookingState.ARRIVED]
    arrived.sort(key=lambda booking: booking.arrival_confirmed_at, reverse=True)
    works: dict[str, list[Arrival]] = {}
    for arrival in people:
        if arrival.booking.is_aboard:
            works.setdefault(arrival.employer, []).append(arrival)
    return TripArrivals(
        trip=trip,
        people=people,
        works=sorted(works.items()),
        confirmed=len(arrived),
        travelled=len(people),
        overdue=sum(arrival.is_overdue for group in works.values() for arrival in group),
        latest=arrived[:8],
        of_today=[booking for booking in arrived if local_day(booking.arrival_confirmed_at) == local_day(now)],
    )


def _arrival(booking: Booking, jobs: dict, now: datetime) -> Arrival:
    employer = jobs[booking.case_id].employer_name if booking.case_id in jobs else ""
    return Arrival(booking, employer, is_overdue=booking.is_aboard and booking.arrival_due_at < now)
