"""May this person do this to this trip? Seeing comes first, in the querysets."""

from cases.models import Case
from cases.policies import holds
from staff.models import User
from staff.refusals import NotAllowed
from transport.models import Booking, Trip
from transport.roles import BOOKERS, RUNNERS, WATCHERS


def can_plan(user: User) -> bool:
    return user.has_role(*RUNNERS)


def check_can_plan(user: User) -> None:
    if not can_plan(user):
        raise NotAllowed


def can_run(user: User, trip: Trip) -> bool:
    """A trip is run by the organisers of its own area; those below it only send people."""
    return holds(user, RUNNERS, trip.area_id)


def check_can_run(user: User, trip: Trip) -> None:
    if not can_run(user, trip):
        raise NotAllowed


def leads(user: User, trip: Trip) -> bool:
    return user.pk in (trip.leader_id, trip.deputy_id)


def can_board(user: User, trip: Trip) -> bool:
    return can_run(user, trip) or leads(user, trip)


def check_can_board(user: User, trip: Trip) -> None:
    if not can_board(user, trip):
        raise NotAllowed


def sees_all_names(user: User, trip: Trip) -> bool:
    """Who runs, leads, supervises or audits the trip. A cadre sees the names of their own people only."""
    return leads(user, trip) or holds(user, WATCHERS, trip.area_id)


def check_sees_all_names(user: User, trip: Trip) -> None:
    if not sees_all_names(user, trip):
        raise NotAllowed


def check_may_print_full(user: User, trip: Trip) -> None:
    """The sealed copy shows whole ID numbers: for the organiser, and for the leader who carries it."""
    if not can_board(user, trip):
        raise NotAllowed


def can_book(user: User, case: Case) -> bool:
    return holds(user, BOOKERS, case.area_id)


def check_can_book(user: User, case: Case) -> None:
    if not can_book(user, case):
        raise NotAllowed


def check_can_change(user: User, booking: Booking) -> None:
    """Confirming and releasing: by who runs the trip, or by who looks after the person."""
    if not (can_run(user, booking.trip) or can_book(user, booking.case)):
        raise NotAllowed


def check_can_confirm_arrival(user: User, booking: Booking) -> None:
    if not (can_board(user, booking.trip) or can_book(user, booking.case)):
        raise NotAllowed
