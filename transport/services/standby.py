"""Waiting for a seat, in the order of asking; a household waits and is seated as one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cases.choices import State
from cases.models import Case
from jobs.models import Placement
from staff.models import User
from transport import locking
from transport.choices import AWAITED, BookingState
from transport.models import Booking, Standby, Trip
from transport.refusals import (
    AlreadyBooked,
    DoesNotGoThere,
    NoLongerWaiting,
    NotPlaced,
    SameTrip,
    StandbyFirst,
    TripFull,
)
from transport.rules.stops import goes_there
from transport.services import casework
from transport.services.booking import book_seats_together
from workers import journal


@transaction.atomic
def join_standby(
    *, trip: Trip, case: Case, by: User | None, at: datetime, reasons: Mapping[str, str] | None = None
) -> Standby:
    """Put the person at the end of the list. Asked twice, they keep their first place.

    Why they wait for a trip that does not go to their work counts when a seat comes free too.
    """
    trip = locking.bookable_trip(trip, at)
    case = Case.objects.select_for_update(of=("self",)).select_related("worker").get(pk=case.pk)
    if case.state != State.PLACED:
        raise NotPlaced
    booked = trip.bookings.active().filter(worker=case.worker).first()
    if booked is not None:
        raise AlreadyBooked(booked)
    waiting = trip.standbys.waiting().filter(worker=case.worker).first()
    return waiting or _join(trip, case, at, by=by, at=at, because=_why_there(trip, [case], reasons))


@transaction.atomic
def join_standby_together(
    *, trip: Trip, cases: Sequence[Case], by: User | None, at: datetime, reasons: Mapping[str, str] | None = None
) -> list[Standby]:
    """A household: all of them or none, in the order of the locks."""
    locking.bookable_trip(trip, at)
    casework.hold_all(cases)
    in_order = sorted(cases, key=lambda case: case.pk)
    return [join_standby(trip=trip, case=case, by=by, at=at, reasons=reasons) for case in in_order]


@transaction.atomic
def leave_standby(*, standby: Standby, by: User | None, at: datetime) -> Standby:
    standby = locking.each_standby([standby])[0]
    if standby.is_waiting:
        end_waiting(standby, by=by, at=at)
    return standby


@transaction.atomic
def seat_standby(
    *,
    standbys: Sequence[Standby],
    by: User | None,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
    passing: bool = False,
    is_there: bool = False,
) -> list[Booking]:
    """Seats have come free: the group gets them, side by side where possible, all of them or none.

    A reason is asked for when others wait longer, unless those were looked at and passed (`passing`). Booking is what
    ends their waiting, here as anywhere else.
    """
    trip = locking.bookable_trip(standbys[0].trip, at)
    waiting = locking.each_standby(standbys)
    if not all(standby.is_waiting and standby.trip_id == trip.pk for standby in waiting):
        raise NoLongerWaiting
    cases = [standby.case for standby in waiting]
    joined = next((standby.joined_because for standby in waiting if standby.joined_because), "")
    said = {DoesNotGoThere.code: joined, **(reasons or {})}
    wish = {"reasons": said, "passing": passing, "is_there": is_there}
    return book_seats_together(trip=trip, cases=cases, by=by, at=at, **wish)


@transaction.atomic
def move_standby(
    *,
    standbys: Sequence[Standby],
    trip: Trip,
    by: User | None,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> list[Booking]:
    """To another trip: seated there if there is room for all of them, else waiting there since they first asked.

    Either way they wait for the first trip no longer.
    """
    trip = locking.bookable_trip(trip, at)
    waiting = locking.each_standby(standbys)
    if not all(standby.is_waiting for standby in waiting):
        raise NoLongerWaiting
    if any(standby.trip_id == trip.pk for standby in waiting):
        raise SameTrip
    cases = [standby.case for standby in waiting]
    because = {standby.pk: _why_there(trip, [standby.case], reasons) for standby in waiting}
    try:
        with transaction.atomic():
            return book_seats_together(trip=trip, cases=cases, by=by, at=at, reasons=reasons)
    except (TripFull, StandbyFirst):
        for standby in waiting:
            carry_standby(standby, trip, by=by, at=at, because=because[standby.pk])
        return []


def goes_to_work_of(trip: Trip, cases: Sequence[Case]) -> bool:
    """It stops in the city of the work of each of them."""
    dropoffs = list(trip.stops.dropoffs())
    return all(goes_there(dropoffs, Placement.objects.place_of_work(case.pk)) for case in cases)


def _why_there(trip: Trip, cases: Sequence[Case], reasons: Mapping[str, str] | None) -> str:
    """Empty for a trip that goes to their work."""
    if goes_to_work_of(trip, cases):
        return ""
    DoesNotGoThere().unless(reasons or {})
    return reasons[DoesNotGoThere.code]


def carry_standby(standby: Standby, trip: Trip, *, by: User | None, at: datetime, because: str = "") -> None:
    """The locked entry goes on another trip's list, with the time they first asked."""
    since = standby.joined_at
    end_waiting(standby, by=by, at=at)
    waits_there = trip.standbys.waiting().filter(worker=standby.worker_id).exists()
    sits_there = trip.bookings.active().filter(worker=standby.worker_id).exists()
    if not (waits_there or sits_there):
        _join(trip, standby.case, since, by=by, at=at, because=because)


def end_waiting(standby: Standby, *, by: User | None, at: datetime) -> None:
    standby.end(by=by, at=at)
    standby.save()
    _write_line(standby, "standby_left", by=by, at=at)


def send_standbys_home(trip: Trip, *, by: User | None, at: datetime) -> None:
    """The trip has left or does not take place: whoever still waits is back on their cadre's list."""
    for standby in locking.all_waiting(trip):
        end_waiting(standby, by=by, at=at)
        casework.ask_cadre(case=standby.case, reason="no_seat_came_free", trip=trip, by=by, at=at)


def wait_again(standby: Standby, *, by: User | None, at: datetime) -> bool:
    """As if they had never left the list, unless they have a seat or wait once more. Says which."""
    seats = Booking.objects.active().filter(case=standby.case_id, state__in=[*AWAITED, BookingState.NO_SHOW])
    waits = Standby.objects.waiting().filter(case=standby.case_id)
    if standby.case.state != State.PLACED or seats.exists() or waits.exists():
        return False
    standby.ended_at = standby.ended_by = None
    standby.save()
    _write_line(standby, "standby_joined", by=by, at=at)
    return True


def _join(trip: Trip, case: Case, since: datetime, *, by: User | None, at: datetime, because: str) -> Standby:
    standby = Standby.objects.create(
        trip=trip, case=case, worker=case.worker, joined_at=since, joined_by=by, joined_because=because
    )
    _write_line(standby, "standby_joined", by=by, at=at)
    return standby


def _write_line(standby: Standby, what: str, *, by: User | None, at: datetime) -> None:
    data = {"trip": standby.trip.code, "title": standby.trip.title}
    journal.record(worker=standby.worker, what=what, about=standby, by=by, at=at, data=data)
