"""What the worker says by text, and what follows when the case goes another way."""

from datetime import datetime

from django.db import transaction

from cases.models import Case
from staff.models import User
from transport import locking
from transport.choices import NOT_YET_LEFT, ReleaseReason
from transport.models import Booking, Standby
from transport.services import casework
from transport.services.freed_seats import offer_freed_seats
from transport.services.seats import confirm_seat, free_seat, look_after_minors
from transport.services.standby import end_waiting


@transaction.atomic
def take_yes(*, booking_id: int, at: datetime) -> None:
    """An answer that comes too late changes nothing."""
    booking = Booking.objects.upcoming().awaited().filter(pk=booking_id).select_related("trip").first()
    if booking is not None:
        confirm_seat(booking=booking, by=None, at=at)


@transaction.atomic
def take_no(*, booking_id: int, at: datetime) -> None:
    """The seat is kept: people change their minds when somebody rings them up."""
    found = Booking.objects.upcoming().awaited().filter(pk=booking_id).first()
    if found is not None:
        booking = locking.booking_of(found)
        casework.ask_cadre(case=booking.case, reason="cannot_travel", trip=booking.trip, by=None, at=at)


@transaction.atomic
def give_up_travel(*, case: Case, by: User | None, at: datetime) -> None:
    """Called while the case is locked, after it has moved: so the trip is not locked, only the booking.

    A departure at the same moment holds the trip and waits for the case; one of the two then gives way.
    Someone already on the road keeps their seat: the vehicle left with them.
    """
    upcoming = Booking.objects.upcoming().filter(case=case, trip__state__in=NOT_YET_LEFT)
    for found in upcoming.order_by("pk"):
        booking = locking.booking_of(found)
        if booking.is_active:
            _step_down(booking, by=by, at=at)
    for standby in Standby.objects.waiting().filter(case=case).select_for_update(of=("self",)).order_by("pk"):
        end_waiting(standby, by=by, at=at)


def _step_down(booking: Booking, *, by: User | None, at: datetime) -> None:
    if booking.is_aboard:
        booking.undo_board()
    free_seat(booking, because=ReleaseReason.CASE_MOVED_ON, by=by, at=at)
    offer_freed_seats(booking.trip)
    look_after_minors(booking, by=by, at=at)
