"""What can be done with one seat: about its passenger, or who could have it."""

from dataclasses import dataclass

from cases.choices import State
from cases.models import Case
from transport import policies
from transport.models import Booking, Seat, Trip
from transport.selectors.people import Passenger, passengers_of
from transport.selectors.trip_page import Group, seat_views, standby_groups

CANDIDATES = 12


@dataclass(frozen=True)
class SeatSheet:
    """`passenger` has the seat, or may not be named to this reader (`is_hidden`), or nobody has it.

    `free` are the other free seats; `others` the passengers to swap with; `candidates` cases waiting for a seat.
    """

    seat: Seat
    passenger: Passenger | None
    is_hidden: bool
    free: list[Seat]
    others: list[Passenger]
    groups: list[Group]
    candidates: list[Case]


def seat_sheet(*, trip: Trip, seat: Seat, user) -> SeatSheet:
    stops = list(trip.stops.all())
    sees_all = policies.can_see_all_names(user, trip)
    people = passengers_of(trip, stops, ranges=user.ranges, sees_all=sees_all)
    seated = [person for person in people if person.booking.is_active]
    passenger = next((person for person in seated if person.booking.seat_id == seat.pk), None)
    views = seat_views(list(trip.seats.in_order()), seated)
    return SeatSheet(
        seat=seat,
        passenger=passenger if passenger and passenger.is_named else None,
        is_hidden=passenger is not None and not passenger.is_named,
        free=[view.seat for view in views if view.passenger is None and view.seat.pk != seat.pk],
        others=[person for person in seated if person is not passenger and person.is_named],
        groups=standby_groups(trip, views, user, sees_all) if passenger is None else [],
        candidates=people_without_a_seat(trip, user) if passenger is None else [],
    )


def people_without_a_seat(trip: Trip, user) -> list[Case]:
    """Placed, in need of a seat, free at that time, and starting work soonest."""
    busy = Booking.objects.active().filter(
        arrived_at=None, departs_at__lt=trip.arrives_at, arrives_at__gt=trip.departs_at
    )
    cases = Case.objects.visible_to(user).filter(state=State.PLACED, needs_transport=True)
    free = cases.exclude(worker__in=busy.values("worker_id"))
    return list(free.select_related("worker", "worker__area").order_by("placed_on", "pk")[:CANDIDATES])
