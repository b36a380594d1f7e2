"""May this person do this to this trip? Seeing comes first, in the querysets."""

from areas.models import Area
from cases.models import Case
from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_around, check_has_role_in
from staff.roles import BOOKERS, TRIP_LEADERS, TRIP_RUNNERS, TRIP_WATCHERS
from transport.models import Booking, Trip


def check_can_plan(user: User) -> None:
    check_has_role_anywhere(user, *TRIP_RUNNERS)


def check_can_run(user: User, trip: Trip) -> None:
    """A trip is run by the organisers of its own area; those below it only send people."""
    check_has_role_in(user, trip.area_id, *TRIP_RUNNERS)


def check_can_lead(user: User, area: Area) -> None:
    """A trip of this area. Its leader carries whole ID numbers: a township's cadre may, on a bus of the county."""
    check_has_role_around(user, area, *TRIP_LEADERS)


def check_can_board(user: User, trip: Trip) -> None:
    if not _leads(user, trip):
        check_can_run(user, trip)


def check_can_see_all_names(user: User, trip: Trip) -> None:
    """Who runs, leads, supervises or audits the trip. A cadre sees the names of their own people only."""
    if not _leads(user, trip):
        check_has_role_in(user, trip.area_id, *TRIP_WATCHERS)


def check_can_print_full(user: User, trip: Trip) -> None:
    """The sealed copy shows whole ID numbers: for the organiser, and for the leader who carries it."""
    check_can_board(user, trip)


def check_can_book(user: User, case: Case) -> None:
    check_has_role_in(user, case.area_id, *BOOKERS)


def check_can_change(user: User, booking: Booking) -> None:
    """Confirming and releasing: by who runs the trip, or by who looks after the person."""
    if not can_run(user, booking.trip):
        check_can_book(user, booking.case)


def check_can_confirm_arrival(user: User, booking: Booking) -> None:
    if not can_board(user, booking.trip):
        check_can_book(user, booking.case)


can_plan = allowed_by(check_can_plan)
can_lead = allowed_by(check_can_lead)
can_run = allowed_by(check_can_run)
can_board = allowed_by(check_can_board)
can_see_all_names = allowed_by(check_can_see_all_names)
can_book = allowed_by(check_can_book)
can_change = allowed_by(check_can_change)


def _leads(user: User, trip: Trip) -> bool:
    """Named on it, and still one of those who may be."""
    return user.pk in (trip.leader_id, trip.deputy_id) and can_lead(user, trip.area)
