"""What the worker says by text, and what follows when the case goes another way."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from kit import said
from kit.refusals import Refusal
from staff.models import User
from transport import locking
from transport.choices import BOOKABLE, NOT_YET_LEFT, ReleaseReason
from transport.models import Booking, Standby
from transport.refusals import ArrivesAfterStart, DoesNotGoThere, StandbyFirst
from transport.services import casework
from transport.services.booking import book_seat
from transport.services.freed_seats import offer_freed_seats
from transport.services.seats import confirm_seat, free_seat, look_after_minors
from transport.services.standby import end_waiting, wait_again

WAS_THEIRS = said.known(_("Gave this seat up by mistake"))


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


@transaction.atomic
def give_back_travel(*, case: Case, since: datetime, by: User | None, at: datetime) -> None:
    """What was given up at that moment, as far as it is still to be had; the case is locked.

    The seat, or another of that trip that nobody waits for. Where there is none, their cadre arranges another.
    """
    given_up = Booking.objects.given_up(case, because=ReleaseReason.CASE_MOVED_ON, at=since)
    for old in given_up.select_related("trip", "seat", "pickup", "dropoff").order_by("pk"):
        if not _book_again(old, case, by=by, at=at):
            casework.ask_cadre(case=case, reason="seat_gone", trip=old.trip, by=by, at=at)
    ended = Standby.objects.filter(case=case, ended_at=since, trip__state__in=BOOKABLE, trip__departs_at__gt=at)
    for standby in ended.select_for_update(of=("self",)).select_related("trip", "worker", "case").order_by("pk"):
        wait_again(standby, by=by, at=at)


def _book_again(old: Booking, case: Case, *, by: User | None, at: datetime) -> bool:
    """On their own seat they pass whoever waits: but for a mistake it would never have come free."""
    as_before = {"pickup": old.pickup, "dropoff": old.dropoff, "luggage": old.luggage, "is_there": True}
    reasons = dict.fromkeys([DoesNotGoThere.code, ArrivesAfterStart.code], old.booked_because)
    theirs = reasons | {StandbyFirst.code: said.stored(WAS_THEIRS)}
    for seat, answers in ((old.seat, theirs), (None, reasons)):
        with suppress(Refusal), transaction.atomic():
            book_seat(trip=old.trip, case=case, seat=seat, reasons=answers, by=by, at=at, **as_before)
            return True
    return False


def _step_down(booking: Booking, *, by: User | None, at: datetime) -> None:
    if booking.is_aboard:
        booking.undo_board()
    free_seat(booking, because=ReleaseReason.CASE_MOVED_ON, by=by, at=at)
    offer_freed_seats(booking.trip)
    look_after_minors(booking, by=by, at=at)
