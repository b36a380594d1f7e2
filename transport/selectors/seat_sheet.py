"""What can be done with one seat: about its passenger, or who could have it."""

from dataclasses import dataclass
from datetime import datetime

from staff.roles import TRIP_READERS
from transport import policies
from transport.models import Seat, Trip
from transport.selectors.people import Passenger, passengers_of
from transport.selectors.trip_page import Group, seat_views, standby_groups
from transport.selectors.unseated import UnseatedList, unseated


@dataclass(frozen=True)
class SeatSheet:
    """`passenger` has the seat, or may not be named to this reader (`is_hidden`), or nobody has it.

    `free` are the other free seats; `others` the passengers to swap with; `unseated` who could have it.
    """

    seat: Seat
    passenger: Passenger | None
    is_hidden: bool
    free: list[Seat]
    others: list[Passenger]
    groups: list[Group]
    unseated: UnseatedList | None


def seat_sheet(*, trip: Trip, seat: Seat, user, now: datetime) -> SeatSheet:
    stops = list(trip.stops.all())
    sees_all = policies.can_see_all_names(user, trip)
    people = passengers_of(trip, stops, ranges=user.ranges_as(*TRIP_READERS), sees_all=sees_all)
    seated = [person for person in people if person.booking.is_active]
    passenger = next((person for person in seated if person.booking.seat_id == seat.pk), None)
    is_free = passenger is None
    views = seat_views(list(trip.seats.in_order()), seated)
    return SeatSheet(
        seat=seat,
        passenger=passenger if passenger and passenger.is_named else None,
        is_hidden=passenger is not None and not passenger.is_named,
        free=[view.seat for view in views if view.passenger is None and view.seat.pk != seat.pk],
        others=[person for person in seated if person is not passenger and person.is_named],
        groups=standby_groups(trip, views, user, sees_all, now) if is_free else [],
        unseated=unseated(trip=trip, stops=stops, user=user, now=now) if is_free and trip.takes_bookings else None,
    )
