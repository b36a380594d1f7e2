"""The vehicle leaves, and, pressed by mistake, has not left after all."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django_fsm import can_proceed

from cases.choices import State
from staff.models import User
from transport import events, locking
from transport.choices import AWAITED, LEFT_BEHIND, Absence, BookingState, ReleaseReason, TripState
from transport.driver_plans import driver_plan_of, minutes_at_the_wheel
from transport.models import Booking, Trip
from transport.refusals import (
    DriversShort,
    LeavesBehind,
    LeavesMinorAlone,
    NobodyAboard,
    PeopleNotAskedAfter,
    TooLateToTakeBack,
    TripMovedOn,
)
from transport.rules.arriving import earliest_arrival, share_of_way
from transport.rules.minors import minors_alone
from transport.services import casework
from transport.services.missing import miss, note
from transport.services.seats import free_seat, look_after_minors
from transport.services.standby import send_standbys_home, wait_again
from transport.texts import facts_of
from workers import journal


@transaction.atomic
def depart(
    *,
    trip: Trip,
    by: User | None,
    at: datetime,
    answers: Mapping[int, str] | None = None,
    why: str = "",
    minors_with: str = "",
) -> Trip:
    """Off it goes. Whoever is not aboard loses the seat, and their cadre is asked what now.

    `answers` say of each of them, by booking, what was heard (`Absence`), beside what was noted before. `why` is needed
    where somebody is on the way or a stop of theirs has not gathered: the vehicle leaves people who would have come.
    `minors_with` says who looks after those of 16 or 17 whose adult is not aboard.
    """
    trip = locking.trip_alone(trip)
    if trip.state == TripState.DEPARTED:
        return trip
    _check_may_depart(trip)
    casework.hold_everybody(trip)
    missing = locking.each_booking(trip, lambda bookings: bookings.not_aboard())
    _take_answers(missing, answers or {}, why.strip(), by=by, at=at)
    alone = minors_left_alone(trip)
    if alone and not minors_with.strip():
        raise LeavesMinorAlone(alone)
    waiting = trip.standbys.waiting().values_list("case_id", flat=True)
    trip.items_before = casework.items_of([*(booking.case_id for booking in [*missing, *alone]), *waiting])
    for booking in missing:
        _leave_behind(booking, trip, by=by, at=at)
    for booking in missing:
        look_after_minors(booking, by=by, at=at)
    send_standbys_home(trip, by=by, at=at)
    _set_off(trip, why.strip(), minors_with.strip(), by=by, at=at)
    events.trip_departed.send(Trip, trip=trip, by=by, at=at)
    return trip


@transaction.atomic
def undo_departure(*, trip: Trip, by: User | None, at: datetime) -> list[Booking]:
    """It has not left: it boards again, everybody has the seat and the place on the list they had, and nobody who was
    rung up is rung up again.

    Returns those who have meanwhile gone another way, and stay without their seat.
    """
    trip = locking.trip_alone(trip)
    if trip.state == TripState.BOARDING:
        return []
    left_at, items = trip.departed_at, trip.items_before
    _check_may_take_back(trip, at)
    casework.hold_everybody(trip)
    trip.undo_depart()
    trip.save()
    trip.bookings.update(arrivable_at=None)
    left = locking.each_booking(trip, lambda rows: rows.filter(released_at=left_at, released_because__in=LEFT_BEHIND))
    gone = [booking for booking in left if not _take_along(booking, trip, left_at, items, by=by, at=at)]
    for standby in locking.each_standby(trip.standbys.filter(ended_at=left_at, booking=None)):
        if wait_again(standby, by=by, at=at):
            casework.put_back(standby.case, items, by=by, at=at)
    for booking in trip.bookings.aboard().select_related("case"):
        casework.put_back(booking.case, items, by=by, at=at)
    events.departure_undone.send(Trip, trip=trip, by=by, at=at)
    return gone


def _check_may_depart(trip: Trip) -> None:
    if not can_proceed(trip.depart):
        raise TripMovedOn
    if not trip.bookings.aboard().exists():
        raise NobodyAboard
    plan = driver_plan_of(trip)
    if plan is not None and not plan.is_allowed:
        raise DriversShort(plan.missing)


def _take_answers(missing: list[Booking], answers: Mapping[int, str], why: str, *, by: User | None, at) -> None:
    for booking in missing:
        note(booking, answers.get(booking.pk, ""), by=by, at=at)
    if unknown := [booking for booking in missing if not booking.absence]:
        raise PeopleNotAskedAfter(unknown)
    if not why and any(_would_have_come(booking, at) for booking in missing):
        raise LeavesBehind


def _would_have_come(booking: Booking, at: datetime) -> bool:
    return booking.absence == Absence.ON_THE_WAY or (
        booking.absence != Absence.NOT_COMING and booking.pickup.gather_at > at
    )


def minors_left_alone(trip: Trip) -> list[Booking]:
    """Aboard on a night trip, of 16 or 17, and no adult of their household is."""
    aboard = list(trip.bookings.aboard().select_related("worker", "seat").order_by("seat__number"))
    alone = minors_alone(trip, aboard)
    return [booking for booking in aboard if booking.pk in alone]


def _leave_behind(booking: Booking, trip: Trip, *, by: User | None, at: datetime) -> None:
    """Who could not have been at the stop yet is no no-show; who will not come is not left early either."""
    has_gathered = booking.pickup.gather_at <= at
    is_early = booking.is_awaited and not has_gathered and booking.absence != Absence.NOT_COMING
    if booking.is_awaited and has_gathered:
        miss(booking, by=by, at=at)
    because = ReleaseReason.LEFT_EARLY if is_early else ReleaseReason.NO_SHOW
    free_seat(booking, because=because, by=by, at=at)
    reason = "left_early" if is_early else casework.WHY_MISSED[booking.absence]
    casework.ask_cadre(case=booking.case, reason=reason, trip=trip, by=by, at=at)


def _set_off(trip: Trip, why: str, minors_with: str, *, by: User | None, at: datetime) -> None:
    """From now on it is known when each of them can be there at the earliest."""
    way = {"departed_at": at, "driving": minutes_at_the_wheel(trip), "planned": trip.arrives_at - trip.departs_at}
    trip.depart(by=by, at=at, arrivable_at=earliest_arrival(**way), because=why, minors_with=minors_with)
    trip.save()
    for stop in trip.stops.dropoffs():
        share = share_of_way(stop.at, departs_at=trip.departs_at, arrives_at=trip.arrives_at)
        aboard = trip.bookings.aboard().filter(dropoff=stop)
        aboard.update(arrivable_at=earliest_arrival(**way, share=share))


def _check_may_take_back(trip: Trip, at: datetime) -> None:
    if trip.state != TripState.DEPARTED:
        raise TripMovedOn
    if at > trip.taken_back_until or trip.bookings.filter(state=BookingState.ARRIVED).exists():
        raise TooLateToTakeBack


def _take_along(booking: Booking, trip: Trip, left_at: datetime, items: list[dict], *, by, at: datetime) -> bool:
    if booking.case.state != State.PLACED or _has_another_seat(booking):
        return False
    if booking.state == BookingState.RELEASED:
        booking.take_seat_back()
    else:
        booking.keep_seat()
    if booking.missed_at == left_at:
        booking.find(absence=booking.absence)
    booking.save()
    if not casework.put_back(booking.case, items, by=by, at=at):
        _ask_anew(booking, trip, by=by, at=at)
    data = facts_of(booking).for_journal
    journal.record(worker=booking.worker, what="departure_undone", about=booking, by=by, at=at, data=data)
    return True


def _ask_anew(booking: Booking, trip: Trip, *, by: User | None, at: datetime) -> None:
    if booking.state == BookingState.NO_SHOW:
        casework.ask_cadre(case=booking.case, reason="missed_stop", trip=trip, by=by, at=at)
    else:
        casework.rest_until_departure(casework.hold(booking.case), booking, at=at)


def _has_another_seat(booking: Booking) -> bool:
    expected = Q(case=booking.case, state__in=[*AWAITED, BookingState.NO_SHOW])
    same_time = Q(arrived_at=None, departs_at__lt=booking.arrives_at, arrives_at__gt=booking.departs_at)
    return Booking.objects.active().filter(expected | same_time, worker=booking.worker_id).exists()
