"""At the other end: did they get there?"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from cases.choices import State
from cases.refusals import CaseBusy
from jobs.services.at_work import report_come_to_work, take_back_come_to_work
from kit.days import local_day
from kit.locks.sweeping import sweep_patiently
from kit.refusals import Refusal
from staff.models import User
from transport import events, locking
from transport.choices import BookingState, TripState
from transport.models import Booking, Trip
from transport.refusals import (
    ArrivalStands,
    ArrivedBeforeLeaving,
    ArrivedTooEarly,
    NotTravelling,
    TripArrivalStands,
    TripMovedOn,
)
from transport.services import casework
from transport.texts import facts_of
from workers import journal

CHASED_AT_ONCE = 500


@dataclass(frozen=True)
class NotConfirmed:
    booking: Booking
    refusal: Refusal


@transaction.atomic
def arrive(*, trip: Trip, by: User | None, at: datetime, why: str = "") -> Trip:
    """The vehicle has reached the last stop. That a person reached the works is confirmed one by one.

    `why` is needed when it is there earlier than the way allows.
    """
    trip = locking.trip_alone(trip)
    if trip.state == TripState.ARRIVED:
        return trip
    if trip.state != TripState.DEPARTED:
        raise TripMovedOn
    trip.arrive(by=by, at=at, early_because=_why_early(trip.arrivable_at, at, why))
    trip.save()
    return trip


@transaction.atomic
def undo_arrive(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """It is still on the road. Whoever is at the works stays there."""
    trip = locking.trip_alone(trip)
    if trip.state == TripState.DEPARTED:
        return trip
    if trip.state != TripState.ARRIVED:
        raise TripMovedOn
    if at > trip.arrival_taken_back_until:
        raise TripArrivalStands
    trip.undo_arrive()
    trip.save()
    return trip


@transaction.atomic
def confirm_arrival(
    *, booking: Booking, by: User | None, at: datetime, arrived_at: datetime | None = None, why: str = ""
) -> Booking:
    """They are at the works. `arrived_at` is when they got there, `at` when we heard of it; `why` as for `arrive`.

    Once the first day of the job has come they are at work from then on; before it, the first follow-up will say so.
    """
    locking.trip_as_it_stands(booking.trip_id)
    booking = locking.booking_of(booking)
    if booking.state == BookingState.ARRIVED:
        return booking
    _check_may_arrive(booking, arrived_at or at, at)
    early = _why_early(booking.arrivable_at, arrived_at or at, why)
    booking.confirm_arrival(arrived_at=arrived_at or at, by=by, at=at, early_because=early)
    booking.save()
    _write_line(booking, "arrival_confirmed", by=by, at=at, happened_at=booking.arrived_at)
    report_come_to_work(case=booking.case, came_at=booking.arrived_at, by=by, at=at)
    events.arrival_confirmed.send(Booking, booking=booking, by=by, at=at)
    return booking


@transaction.atomic
def confirm_arrivals(
    *, bookings: Iterable[Booking], by: User | None, at: datetime, arrived_at: datetime | None = None, why: str = ""
) -> list[NotConfirmed]:
    """A whole vanload at the gate of one works, in the order of the locks. Returns those who cannot be there, and why.

    The others are confirmed.
    """
    in_order = sorted(bookings, key=lambda booking: (booking.trip_id, booking.pk))
    for trip_id in sorted({each.trip_id for each in in_order}):
        locking.trip_as_it_stands(trip_id)
    with suppress(CaseBusy), transaction.atomic():  # then one by one, and it is said of whom somebody holds
        casework.hold_all(each.case for each in in_order)
    refused = []
    for each in in_order:
        try:
            confirm_arrival(booking=each, by=by, at=at, arrived_at=arrived_at, why=why)
        except Refusal as refusal:
            refused.append(NotConfirmed(each, refusal))
    return refused


@transaction.atomic
def undo_arrival(*, booking: Booking, by: User | None, at: datetime) -> Booking:
    """Ticked by mistake: still on the road, and their status as it was."""
    locking.trip_as_it_stands(booking.trip_id)
    booking = locking.booking_of(booking)
    if booking.is_aboard:
        return booking
    if not _may_be_undone(booking, at):
        raise ArrivalStands
    came_at, heard_at = booking.arrived_at, booking.arrival_confirmed_at
    booking.undo_arrival()
    booking.save()
    _write_line(booking, "arrival_undone", by=by, at=at)
    take_back_come_to_work(case=booking.case, came_at=came_at, heard_at=heard_at, by=by, at=at)
    events.arrival_undone.send(Booking, booking=booking, by=by, at=at)
    return booking


def _may_be_undone(booking: Booking, at: datetime) -> bool:
    """Nobody is on two trips at once, so who has another seat at that time has arrived."""
    same_time = {"departs_at__lt": booking.arrives_at, "arrives_at__gt": booking.departs_at}
    others = Booking.objects.not_arrived().filter(worker=booking.worker_id, **same_time)
    return (
        booking.state == BookingState.ARRIVED
        and local_day(booking.arrival_confirmed_at) == local_day(at)
        and booking.case.state == State.TRANSPORTED
        and not others.exists()
    )


def chase_arrivals(*, at: datetime) -> int:
    """48 hours after the planned arrival nobody has heard: the cadre asks, once. Says how many were chased.

    Some hundred in a transaction; a booking or a case that somebody holds is waited for when the others are through.
    """
    return sweep_patiently(
        Booking.objects.arrival_overdue(at).filter(arrival_chased_at=None),
        some=partial(_chase_some, at=at),
        one=lambda key: _chase(Booking(pk=key), at=at),
        size=CHASED_AT_ONCE,
        what="Arrivals asked after",
    )


@transaction.atomic
def _chase_some(keys: list[int], *, at: datetime) -> tuple[int, list[int]]:
    """How many, and those that were left: held by somebody, here or in their case."""
    bookings = locking.aboard_nobody_changes(keys)
    done = casework.ask_cadres(bookings, reason="arrival_not_confirmed", at=at)
    Booking.objects.filter(pk__in=[booking.pk for booking in done]).update(arrival_chased_at=at)
    return len(done), sorted(set(keys) - {booking.pk for booking in done})


@transaction.atomic
def _chase(booking: Booking, *, at: datetime) -> bool:
    booking = locking.booking_of(booking)
    if booking.arrival_chased_at or not booking.is_aboard:
        return False
    booking.arrival_chased_at = at
    booking.save()
    casework.ask_cadre(case=booking.case, reason="arrival_not_confirmed", trip=booking.trip, by=None, at=at)
    return True


def _check_may_arrive(booking: Booking, arrived_at: datetime, at: datetime) -> None:
    has_left = booking.trip.state in (TripState.DEPARTED, TripState.ARRIVED)
    if not (has_left and booking.is_aboard):
        raise NotTravelling
    if not booking.trip.departed_at <= arrived_at <= at:
        raise ArrivedBeforeLeaving


def _why_early(earliest: datetime | None, arrived_at: datetime, why: str) -> str:
    """Empty where they can well be there."""
    if earliest is None or arrived_at >= earliest:
        return ""
    if not why.strip():
        raise ArrivedTooEarly(earliest)
    return why.strip()


def _write_line(booking: Booking, what: str, *, by: User | None, at: datetime, **when) -> None:
    data = facts_of(booking).for_journal | {"dropoff": booking.dropoff.name}
    journal.record(worker=booking.worker, what=what, about=booking, by=by, at=at, data=data, **when)
