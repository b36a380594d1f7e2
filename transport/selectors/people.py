"""The people of a trip, each with what a page or a paper says of them. Three queries, however many they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from areas.ranges import is_inside
from jobs.models import Placement
from kit.days import local_day
from transport.choices import LEFT_BEHIND, BookingState
from transport.models import Booking, Stop, Trip
from transport.rules.minors import minors_alone
from transport.rules.stops import goes_there
from workers.models import Worker

ATTENTION = {BookingState.RESERVED: 1, BookingState.CONFIRMED: 3}
SETTLED = 4


@dataclass(frozen=True)
class Passenger:
    """`house` is the letter of a household with several people aboard. `is_named` says whether the reader may know who.

    `warnings` are words of `WARNINGS`: minor_alone, wrong_destination.
    """

    booking: Booking
    age: int
    house: str = ""
    employer: str = ""
    place_of_work: int | None = None
    is_named: bool = True
    warnings: tuple[str, ...] = field(default=())

    @property
    def worker(self) -> Worker:
        return self.booking.worker

    @property
    def attention(self) -> tuple[int, int]:
        """Who needs something comes first; then by seat."""
        rank = 0 if self.booking.is_missing else ATTENTION.get(self.booking.state, SETTLED)
        return (min(rank, 2) if self.warnings else rank, self.booking.seat.number)


def passengers_of(trip: Trip, stops: list[Stop], *, ranges=(), sees_all: bool) -> list[Passenger]:
    """Everyone with a seat, and who was left behind when it left, in order of seats."""
    theirs = Q(released_at=None) | Q(released_because__in=LEFT_BEHIND)
    bookings = list(trip.bookings.filter(theirs).for_page().order_by("seat__number", "pk"))
    jobs = jobs_of(booking.case_id for booking in bookings)
    houses = house_letters(bookings)
    alone = minors_alone(trip, bookings)
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    return [
        Passenger(
            booking=booking,
            age=booking.worker.age(local_day(trip.departs_at)),
            house=houses.get(booking.worker.household_id, ""),
            employer=jobs[booking.case_id].employer_name if booking.case_id in jobs else "",
            place_of_work=jobs[booking.case_id].area_id if booking.case_id in jobs else None,
            is_named=sees_all or is_inside(booking.case.area_id, ranges),
            warnings=_warnings(booking, jobs.get(booking.case_id), alone, dropoffs),
        )
        for booking in bookings
    ]


def jobs_of(case_ids: Iterable[int]) -> dict[int, Placement]:
    placements = Placement.objects.current().filter(case_id__in=list(case_ids))
    return {placement.case_id: placement for placement in placements.only("case_id", "employer_name", "area_id")}


def house_letters(bookings: list[Booking]) -> dict[int, str]:
    """A, B, C for households with two or more people on board, in order of their first seat."""
    seats = defaultdict(list)
    for booking in bookings:
        if booking.is_active and booking.worker.household_id:
            seats[booking.worker.household_id].append(booking.seat.number)
    together = sorted((numbers[0], household) for household, numbers in seats.items() if len(numbers) > 1)
    return {household: _letter(index) for index, (_, household) in enumerate(together)}


def _warnings(booking: Booking, job: Placement | None, alone: set[int], dropoffs: list[Stop]) -> tuple[str, ...]:
    found = []
    if booking.pk in alone:
        found.append("minor_alone")
    if job is not None and not goes_there(dropoffs, job.area_id):
        found.append("wrong_destination")
    return tuple(found)


def _letter(index: int) -> str:
    """A to Z, then AA, AB."""
    first, last = divmod(index, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)
