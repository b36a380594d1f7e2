"""Giving seats to people."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.choices import State
from cases.models import Case
from jobs.models import Placement
from jobs.rules.fitness import check_old_enough
from kit import sql
from kit.days import local_day
from kit.refusals import Refusal
from notifications.services import queue_message
from staff.models import User
from transport import events, locking
from transport.models import Booking, Seat, Standby, Stop, Trip
from transport.refusals import (
    AlreadyBooked,
    ArrivesAfterStart,
    AsksWhy,
    CannotBeThereInTime,
    DoesNotGoThere,
    FormUsedForAnother,
    MinorAlone,
    NotPlaced,
    SeatElsewhere,
    SeatTaken,
    StandbyFirst,
    StopNotOnTrip,
    StopPassed,
    TripFull,
    TwoTripsAtOnce,
)
from transport.rules import seating
from transport.rules.minors import may_travel
from transport.rules.stops import (
    arrives_before_work,
    goes_there,
    nearest_by_way,
    nearest_stop,
    still_ahead,
    within_reach,
)
from transport.services import casework
from transport.texts import facts_of
from transport.ways import way_from
from workers import journal


@dataclass(frozen=True)
class Wish:
    """What was asked for beside the seat.

    `reasons` overrule refusals (`AsksWhy`), each the one of its code; those that did so for this person are `answered`,
    and only they are kept: what was said of one of many is not written on the others. `is_there`: the person stands at
    the stop, so nobody reckons the way from home. They have to know of it by `until`, if that is before they gather.
    """

    pickup: Stop | None = None
    dropoff: Stop | None = None
    luggage: int = 1
    once: UUID | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    passing: bool = False
    is_there: bool = False
    until: datetime | None = None
    answered: set[str] = field(default_factory=set)

    def overrule(self, refusal: AsksWhy) -> None:
        """The refusal is raised, unless there is a reason for it."""
        refusal.unless(self.reasons)
        self.answered.add(refusal.code)

    @property
    def why(self) -> str:
        """Each reason once."""
        given = [text.strip() for code, text in self.reasons.items() if code in self.answered]
        return "；".join(dict.fromkeys(given))


def book_seat(
    *,
    trip: Trip,
    case: Case,
    by: User | None,
    at: datetime,
    seat: Seat | None = None,
    pickup: Stop | None = None,
    dropoff: Stop | None = None,
    luggage: int = 1,
    once: UUID | None = None,
    reasons: Mapping[str, str] | None = None,
    is_there: bool = False,
) -> Booking:
    """Give the person the wished seat, or the next free one, and tell them by text.

    Stops left out are the ones nearest to the worker's home and to the place of work. `reasons` and `is_there` as on
    `Wish`. A form sent twice gets the first booking both times, even when the second press waited for the first.
    """
    wish = Wish(pickup, dropoff, luggage, once, reasons or {}, is_there=is_there)
    try:
        return _book_one(trip, case, seat, wish, by=by, at=at)
    except Refusal:
        if first := _first_by_form(wish, case):
            return first
        raise
    except IntegrityError as error:
        if wish.once is None or "once" not in str(error):
            raise
        if first := _first_by_form(wish, case):
            return first
        raise FormUsedForAnother from error


def _first_by_form(wish: Wish, case: Case) -> Booking | None:
    return Booking.objects.filter(once=wish.once, case=case).first() if wish.once else None


@transaction.atomic
def book_seats_together(
    *,
    trip: Trip,
    cases: Sequence[Case],
    by: User | None,
    at: datetime,
    seat: Seat | None = None,
    pickup: Stop | None = None,
    dropoff: Stop | None = None,
    reasons: Mapping[str, str] | None = None,
    passing: bool = False,
    is_there: bool = False,
) -> list[Booking]:
    """Seats for a household, side by side where there are such seats, around the wished one. All of them or none.

    `passing`: whoever waits longer has been looked at, and could not use the seats.
    """
    trip = locking.bookable_trip(trip, at)
    seats = seating.choose_seats(take_all_free_seats(trip), len(cases), seat)
    if seats is None:
        raise TripFull
    casework.hold_all(cases)
    eldest_first = sorted(cases, key=lambda case: (case.worker.birth_date, case.pk))
    passing = passing or _first_before(trip, cases) is None
    wish = Wish(pickup, dropoff, reasons=reasons or {}, passing=passing, is_there=is_there)
    return [seat_person(trip, seat, case, wish, by=by, at=at) for seat, case in zip(seats, eldest_first, strict=True)]


def _book_one(trip: Trip, case: Case, wished: Seat | None, wish: Wish, *, by: User | None, at: datetime) -> Booking:
    """Looks for another seat when somebody booked ours between our look and our lock."""
    while True:
        try:
            with transaction.atomic():
                locked = locking.bookable_trip(trip, at)
                seat = _lock_wished(locked, wished) if wished else _lock_next_free(locked)
                return seat_person(locked, seat, case, wish, by=by, at=at)
        except SeatTaken:
            if wished:
                raise


def seat_person(
    trip: Trip, seat: Seat, case: Case, wish: Wish, *, by: User | None, at: datetime, told_by: str = "seat_booked"
) -> Booking:
    """The seat is locked, and then the case, so what is then read of both will hold.

    `told_by` is the template of the text, one a booking.
    """
    wish = replace(wish, answered=set())
    step = casework.hold(case)
    case = step.case
    code = _check_is_free(trip, seat, case)
    _check_nobody_waits(trip, case, wish)
    _check_may_travel(case, trip)
    stops = _choose_stops(trip, case, wish, at)
    booking = Booking(
        trip=trip,
        seat=seat,
        worker=case.worker,
        case=case,
        code=code,
        luggage=wish.luggage,
        once=wish.once,
        departs_at=trip.departs_at,
        arrives_at=trip.arrives_at,
        booked_at=at,
        booked_by=by,
        booked_because=wish.why,
        **stops,
    )
    sql.insert(booking)
    casework.rest_until_departure(step, booking, at=at)
    Standby.objects.end_by(booking)
    _tell_of_booking(booking, told_by, wish.until, by=by, at=at)
    return booking


def _tell_of_booking(booking: Booking, template: str, until: datetime | None, *, by: User | None, at: datetime) -> None:
    facts = facts_of(booking)
    data = facts.for_journal | ({"note": booking.booked_because} if booking.booked_because else {})
    journal.record(worker=booking.worker, what="seat_booked", about=booking, by=by, at=at, data=data)
    queue_message(
        worker=booking.worker,
        template=template,
        context=facts.for_text(at),
        dedupe_key=f"seat_booked:{booking.pk}",
        about=booking,
        at=at,
        not_after=booking.departs_at,
        needed_by=min(booking.pickup.gather_at, until or booking.pickup.gather_at),
    )
    events.seat_booked.send(Booking, booking=booking, by=by, at=at)


def _lock_wished(trip: Trip, wished: Seat) -> Seat:
    seat = trip.seats.select_for_update(of=("self",)).filter(pk=wished.pk).first()
    if seat is None:
        raise SeatTaken
    return seat


def _lock_next_free(trip: Trip) -> Seat:
    """The first seat nobody is about to take; else wait for one that somebody may not take after all."""
    seats = Seat.objects
    seat = seats.lock_first_free(trip.pk, skip_locked=True) or seats.lock_first_free(trip.pk, skip_locked=False)
    if seat is None:
        raise TripFull
    return seat


def take_all_free_seats(trip: Trip) -> list[Seat]:
    seats = list(trip.seats.free().order_by("pk").select_for_update(of=("self",)))
    taken = set(Booking.objects.active().filter(trip=trip).values_list("seat_id", flat=True))
    return [seat for seat in seats if seat.pk not in taken]


def _check_is_free(trip: Trip, seat: Seat, case: Case) -> str:
    """Once more under the locks, in one query: the seat, and the person at that time. Returns an unused code.

    The constraints say the same; this says it in words."""
    code = f"{secrets.randbelow(10**6):06}"
    in_the_way = Booking.objects.in_the_way(trip=trip, seat=seat, case=case, code=code)
    for other in in_the_way:
        if other.is_active and other.worker_id == case.worker_id:
            raise _second_seat(other, trip)
        if other.is_active and other.seat_id == seat.pk:
            raise SeatTaken
    return _check_is_free(trip, seat, case) if in_the_way else code


def _check_nobody_waits(trip: Trip, case: Case, wish: Wish) -> None:
    if wish.passing:
        return
    if first := _first_before(trip, [case]):
        wish.overrule(StandbyFirst(first))


def _first_before(trip: Trip, cases: Sequence[Case]) -> Standby | None:
    """The first on the standby list, who comes before everybody but their own household."""
    first = trip.standbys.waiting().in_order().select_related("worker").first()
    if first is None or first.case_id in [case.pk for case in cases]:
        return None
    households = {case.worker.household_id for case in cases} - {None}
    return None if first.worker.household_id in households else first


def _second_seat(other: Booking, trip: Trip) -> Refusal:
    if other.trip_id == trip.pk:
        return AlreadyBooked(other)
    is_at_that_time = other.departs_at < trip.arrives_at and other.arrives_at > trip.departs_at
    return TwoTripsAtOnce() if is_at_that_time else SeatElsewhere()


def _choose_stops(trip: Trip, case: Case, wish: Wish, at: datetime) -> dict[str, Stop]:
    stops = Stop.objects.of_trip(trip.pk)
    pickups = [stop for stop in stops if stop.is_pickup]
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    if (wish.pickup and wish.pickup not in pickups) or (wish.dropoff and wish.dropoff not in dropoffs):
        raise StopNotOnTrip
    return {"pickup": _pickup(pickups, case, wish, at), "dropoff": _dropoff(dropoffs, case, wish, at)}


def _dropoff(dropoffs: list[Stop], case: Case, wish: Wish, at: datetime) -> Stop:
    work = Placement.objects.place_of_work(case.pk)
    if not goes_there(dropoffs, work):
        wish.overrule(DoesNotGoThere())
    stop = wish.dropoff or nearest_stop(dropoffs, work)
    if not arrives_before_work(stop.at, case.placed_on, at):
        wish.overrule(ArrivesAfterStart())
    return stop


def _pickup(pickups: list[Stop], case: Case, wish: Wish, at: datetime) -> Stop:
    """The nearest that can still be reached from home. A stop that the vehicle has left is nobody's."""
    way_to = way_from(case.worker.area_id)
    stops = still_ahead(pickups, at)
    if wish.pickup:
        if wish.pickup not in stops:
            raise StopPassed
        stops = [wish.pickup]
    in_reach = stops if wish.is_there else within_reach(stops, way_to, at)
    if not in_reach:
        wish.overrule(_beyond_reach(wish))
    return nearest_by_way(in_reach or stops, way_to)


def _beyond_reach(wish: Wish) -> CannotBeThereInTime:
    chosen = _("From home nobody reaches this stop before the vehicle leaves it.")
    return CannotBeThereInTime(chosen if wish.pickup else None)


def _check_may_travel(case: Case, trip: Trip) -> None:
    if case.state != State.PLACED:
        raise NotPlaced
    day = local_day(trip.departs_at)
    check_old_enough(case.worker, day)
    if not may_travel(case.worker, trip, trip.relatives_of):
        raise MinorAlone
