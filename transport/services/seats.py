"""Changing who sits where, before the vehicle leaves."""

from datetime import datetime

from django.db import transaction

from notifications.services import queue_message, withdraw_messages
from staff.models import User
from transport import events, locking
from transport.choices import BookingState, ReleaseReason
from transport.models import Booking, Seat
from transport.refusals import NoSuchSeat, SeatReleased, SeatTaken, SitsInTheVehicle
from transport.rules.minors import may_travel
from transport.services import casework
from transport.services.freed_seats import offer_freed_seats
from transport.texts import facts_of
from workers import journal

TELLS_OF_A_SEAT = ("seat_booked", "trip_replaced")
TELLS_HOW_TO_BOARD = (*TELLS_OF_A_SEAT, "seat_changed", "trip_changed", "departure_reminder")


@transaction.atomic
def confirm_seat(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """They said they will come. Said twice, it stays as it was the first time."""
    locking.trip_before_leaving(booking.trip)
    booking = _active(booking)
    if booking.state == BookingState.RESERVED:
        booking.confirm(at=at)
        booking.save()
        _write_line(booking, "seat_confirmed", by=by, at=at)
    elif booking.is_awaited and booking.absence:
        booking.absence = ""
        booking.save()
    return booking


@transaction.atomic
def release_seat(*, booking: Booking, by: User | None, at: datetime, because: str = ReleaseReason.ASKED) -> Booking:
    """The seat is free for somebody else; the person is told and their cadre asked what now."""
    trip = locking.trip_before_leaving(booking.trip)
    booking = locking.booking_with_family(booking)
    if booking.state == BookingState.BOARDED:
        raise SitsInTheVehicle
    if booking.is_active:
        free_seat(booking, because=because, by=by, at=at)
        _tell_of_release(booking, by=by, at=at)
        casework.ask_cadre(case=booking.case, reason="seat_released", trip=trip, by=by, at=at)
        offer_freed_seats(trip)
        look_after_minors(booking, by=by, at=at)
    return booking


@transaction.atomic
def move_seat(*, booking: Booking, seat: Seat, by: User | None, at: datetime) -> Booking:
    """To another free seat of the same trip. The boarding code stays."""
    trip = locking.trip_before_leaving(booking.trip)
    target = trip.seats.select_for_update(of=("self",)).filter(pk=seat.pk).first()
    booking = _active(booking)
    if target is None:
        raise NoSuchSeat
    if booking.seat_id == target.pk:
        return booking
    if Booking.objects.active().filter(seat=target).exists():
        raise SeatTaken
    before = booking.seat.label
    booking.seat = target
    booking.save()
    _tell_of_move(booking, before, by=by, at=at)
    return booking


@transaction.atomic
def swap_seats(*, booking: Booking, other: Booking, by: User | None, at: datetime) -> tuple[Booking, Booking]:
    """Two passengers of one trip change places."""
    trip = locking.trip_before_leaving(booking.trip)
    list(trip.seats.select_for_update(of=("self",)).filter(pk__in=[booking.seat_id, other.seat_id]).order_by("pk"))
    in_order = sorted((booking, other), key=lambda passenger: passenger.worker_id)
    held = {passenger.pk: _active(passenger) for passenger in in_order}
    one, two = held[booking.pk], held[other.pk]
    if one.trip_id != two.trip_id:
        raise NoSuchSeat
    _exchange(one, two)
    _tell_of_move(one, two.seat.label, by=by, at=at)
    _tell_of_move(two, one.seat.label, by=by, at=at)
    return one, two


def free_seat(booking: Booking, *, because: str, by: User | None, at: datetime) -> None:
    """The locked booking gives its seat up. A no-show stays one: that is what happened."""
    if booking.state == BookingState.NO_SHOW:
        booking.give_up_seat(because=because, by=by, at=at)
    else:
        booking.release(because=because, by=by, at=at)
    booking.save()
    data = {"because": because}
    _write_line(booking, "seat_released", by=by, at=at, data=data)
    withdraw_messages(about=booking, by=by, at=at)
    events.seat_released.send(Booking, booking=booking, by=by, at=at)


def look_after_minors(booking: Booking, *, by: User | None, at: datetime) -> None:
    """Whoever of 16 or 17 travelled with the one who is gone: their cadre is asked before the night is."""
    household, trip = booking.worker.household_id, booking.trip
    if household is None:
        return
    family = trip.bookings.not_arrived().filter(worker__household=household).select_related("worker", "case")
    for other in family:
        if not may_travel(other.worker, trip, trip.relatives_of):
            casework.ask_cadre(case=other.case, reason="minor_alone", trip=trip, by=by, at=at)


def reminder_key(booking_id: int, departs_at: datetime) -> str:
    """One reminder a booking and a departure: a trip that is put off reminds again."""
    return f"departure_reminder:{booking_id}:{departs_at:%Y%m%d%H%M}"


def _active(booking: Booking) -> Booking:
    locked = locking.booking_of(booking)
    if not locked.is_active:
        raise SeatReleased
    return locked


def _exchange(one: Booking, two: Booking) -> None:
    """A partial unique index cannot be deferred, so one of them stands in the aisle meanwhile."""
    first, second = one.seat, two.seat
    aisle = Seat.objects.create(trip_id=one.trip_id, number=0, label="")
    for booking, seat in ((one, aisle), (two, first), (one, second)):
        booking.seat = seat
        booking.save(update_fields=["seat"])
    aisle.delete()


def _tell_of_move(booking: Booking, before: str, *, by: User | None, at: datetime) -> None:
    _write_line(booking, "seat_moved", by=by, at=at, data={"before": before})
    if booking.is_awaited:
        tell_anew(booking, "seat_changed", by=by, at=at)


def tell_anew(
    booking: Booking, template: str, *, by: User | None, at: datetime, needed_by: datetime | None = None
) -> None:
    """One text and no more: what has not left says how it was. Whose seat is news is told so.

    `needed_by` is when the stop gathers, unless it gathered sooner before.
    """
    unsent = withdraw_messages(about=booking, templates=TELLS_HOW_TO_BOARD, by=by, at=at)
    queue_message(
        worker=booking.worker,
        template=next((text.template for text in unsent if text.template in TELLS_OF_A_SEAT), template),
        context=facts_of(booking).for_text(at),
        dedupe_key=f"{template}:{booking.pk}:{booking.seat_id}:{at.timestamp():.0f}",
        about=booking,
        at=at,
        not_after=booking.departs_at,
        needed_by=needed_by or booking.pickup.gather_at,
        by=by,
    )


def _tell_of_release(booking: Booking, *, by: User | None, at: datetime) -> None:
    queue_message(
        worker=booking.worker,
        template="seat_released",
        context=facts_of(booking).for_text(at),
        dedupe_key=f"seat_released:{booking.pk}",
        about=booking,
        at=at,
        needed_by=booking.pickup.gather_at,
    )


def _write_line(booking: Booking, what: str, *, by: User | None, at: datetime, data: dict | None = None) -> None:
    facts = facts_of(booking).for_journal | (data or {})
    journal.record(worker=booking.worker, what=what, about=booking, by=by, at=at, data=facts)
