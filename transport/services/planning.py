"""Making a trip and changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from areas.models import Area
from kit.days import local_day
from staff.models import User
from transport import locking, policies
from transport.choices import Kind, StopKind, TripState
from transport.driver_plans import driver_plan_of
from transport.models import Seat, Trip
from transport.refusals import (
    ArrivesBeforeLeaving,
    CannotLead,
    CarsUnclear,
    HasPassengers,
    LeavesBeforeItsStops,
    LeavesInThePast,
    NotABus,
    TripHasLeft,
    TripMovedOn,
    TwoTripsAtOnce,
    WrongCapacity,
)
from transport.rules import cars, layouts
from transport.services import casework
from transport.services.stops import (
    NewStop,
    as_planned,
    change_stops,
    in_order,
    tell_passengers,
    times_of,
    what_passengers_know,
    write_stops,
)

PREFIXES = {Kind.BUS: "CZ", Kind.TRAIN: "ZL", Kind.PLANE: "BJ"}
NUMBERING_LOCK = 52_05_24


@dataclass(frozen=True)
class NewTrip:
    """What a planner fills in. `drivers` as on Trip; times at the wheel in minutes."""

    area: Area
    departs_at: datetime
    arrives_at: datetime
    stops: Sequence[NewStop]
    kind: str = Kind.BUS
    layout: str = layouts.Layout.COACH_49
    capacity: int | None = None
    cars: Sequence[dict] = ()
    title: str = ""
    plate: str = ""
    carrier: str = ""
    permit_no: str = ""
    drivers: Sequence[dict] = ()
    distance_km: int | None = None
    driving_minutes: int | None = None
    night_stop: bool = False
    leader: User | None = None
    deputy: User | None = None
    staff_aboard: str = ""


@transaction.atomic
def plan_trip(*, plan: NewTrip, by: User | None, at: datetime, once: UUID | None = None) -> Trip:
    """Write the trip, its stops and every seat of its vehicle. Numbers of a day follow each other: CZ-260302-04."""
    _take_turns_numbering()
    if once is not None and (first := Trip.objects.filter(once=once).first()):
        return first
    if plan.departs_at <= at:
        raise LeavesInThePast
    _check_crew(plan, Trip())
    stops = in_order(plan.stops)
    trip = Trip.objects.create(
        code=_next_code(plan), planned_at=at, planned_by=by, once=once, **_columns_of(plan, stops)
    )
    write_stops(trip, stops)
    Seat.objects.bulk_create(_seats_of(trip))
    return trip


@transaction.atomic
def open_trip(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """From now on seats can be booked."""
    trip = locking.trip_alone(trip)
    if trip.state == TripState.OPEN:
        return trip
    if trip.state != TripState.PLANNED:
        raise TripMovedOn
    if trip.departs_at <= at:
        raise LeavesInThePast
    trip.open()
    trip.save()
    return trip


@transaction.atomic
def change_trip(*, trip: Trip, plan: NewTrip, by: User | None, at: datetime) -> Trip:
    """Passengers whose stop gathers elsewhere or at another time, who get off elsewhere, or whose plate changes get a
    text. With passengers, neither the vehicle's seats nor the stops they use can go away, nor can a bus become a train;
    without any, a trip of another kind gets another number.
    """
    trip = _lock_to_change(trip)
    if plan.departs_at != trip.departs_at and plan.departs_at <= at:
        raise LeavesInThePast
    _check_crew(plan, trip)
    stops = in_order(plan.stops)
    _number_anew(trip, plan)
    _change_seats(trip, plan)
    before = what_passengers_know(trip)
    for name, value in _columns_of(plan, stops).items():
        setattr(trip, name, value)
    casework.hold_everybody(trip)  # their bookings get the new times
    _save_times(trip)
    change_stops(trip, stops)
    tell_passengers(trip, before, by=by, at=at)
    return trip


@transaction.atomic
def add_driver(*, trip: Trip, name: str, by: User | None, at: datetime, joins_at: str = "") -> Trip:
    """One more at the wheel; `joins_at` names the place where they relieve the others. Twice the same is once."""
    trip = _lock_to_change(trip)
    driver = {"name": name.strip(), "joins_at": joins_at.strip()}
    if driver["name"] not in trip.driver_names:
        trip.drivers = [*trip.drivers, driver]
        trip.save(update_fields=["drivers"])
    return trip


@transaction.atomic
def park_overnight(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """Stand still from 22:00 to 06:00. Arrival and drop-offs move back by what that costs."""
    trip = _lock_to_change(trip)
    if trip.night_stop:
        return trip
    before = driver_plan_of(trip)
    trip.night_stop = True
    after = driver_plan_of(trip)
    if before and after:
        later = after.arrives_at - before.arrives_at
        trip.arrives_at += later
        for stop in trip.stops.dropoffs().order_by("-order"):
            stop.at += later
            stop.save(update_fields=["at"])
    _save_times(trip)
    return trip


def add_stop(*, trip: Trip, stop: NewStop) -> None:
    """One more on the locked trip, where its time puts it; nobody's own stop changes. It leaves with the last one."""
    stops = in_order([*map(as_planned, trip.stops.select_related("area")), stop])
    trip.departs_at = max(trip.departs_at, times_of(stops)["departs_at"])
    _save_times(trip)
    change_stops(trip, stops)


def _check_crew(plan: NewTrip, trip: Trip) -> None:
    """Whoever is newly named. Who was named already stays so, and can do no more than their posting lets them."""
    crew = {person for person in (plan.leader, plan.deputy) if person and person not in (trip.leader, trip.deputy)}
    for person in crew:
        if not policies.can_lead(person, plan.area):
            raise CannotLead(str(person))


def _lock_to_change(trip: Trip) -> Trip:
    trip = locking.trip_alone(trip)
    if not trip.has_not_left:
        raise TripHasLeft
    return trip


def _take_turns_numbering() -> None:
    """Two planners at once would both read the same last number; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])


def _next_code(plan: NewTrip) -> str:
    prefix = f"{PREFIXES[plan.kind]}-{local_day(plan.departs_at):%y%m%d}-"
    codes = Trip.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code.removeprefix(prefix)) for code in codes), default=0)
    return f"{prefix}{last + 1:02}"


def _number_anew(trip: Trip, plan: NewTrip) -> None:
    """ZL-… is a train's. Nobody was told the number of a trip without passengers."""
    if plan.kind != trip.kind:
        _take_turns_numbering()
        trip.code = _next_code(plan)


def _columns_of(plan: NewTrip, stops: Sequence[NewStop]) -> dict:
    if plan.departs_at >= plan.arrives_at:
        raise ArrivesBeforeLeaving
    if plan.departs_at < times_of(stops)["departs_at"]:
        raise LeavesBeforeItsStops
    return {
        "area": plan.area,
        "kind": plan.kind,
        **_seat_columns(plan),
        "title": plan.title.strip() or _title_of(plan, stops),
        "departs_at": plan.departs_at,
        "arrives_at": plan.arrives_at,
        "plate": plan.plate.strip(),
        "carrier": plan.carrier.strip(),
        "permit_no": plan.permit_no.strip(),
        "drivers": list(plan.drivers),
        "distance_km": plan.distance_km,
        "driving_minutes": plan.driving_minutes,
        "night_stop": plan.night_stop,
        "leader": plan.leader,
        "deputy": plan.deputy,
        "staff_aboard": plan.staff_aboard.strip(),
    }


def _seat_columns(plan: NewTrip) -> dict:
    has_cars = plan.layout == layouts.Layout.CARS
    return {"layout": plan.layout, "capacity": _capacity_of(plan), "cars": list(plan.cars) if has_cars else []}


def _capacity_of(plan: NewTrip) -> int:
    check_fits_kind(plan)
    if plan.layout == layouts.Layout.CARS:
        return cars.capacity_of(_cars_of(plan))
    fixed = layouts.capacity_of(plan.layout)
    capacity = fixed if plan.capacity is None else plan.capacity
    if not capacity or (fixed is not None and capacity != fixed):
        raise WrongCapacity
    return capacity


def check_fits_kind(plan: NewTrip) -> None:
    is_coach, has_cars = layouts.capacity_of(plan.layout) is not None, plan.layout == layouts.Layout.CARS
    if (is_coach and plan.kind != Kind.BUS) or (has_cars and plan.kind == Kind.BUS):
        raise NotABus


def _cars_of(plan: NewTrip) -> list[cars.Car]:
    found = [cars.Car(**car) for car in plan.cars]
    if not found or len({car.name for car in found}) < len(found) or any(car.places < 1 for car in found):
        raise CarsUnclear
    return found


def _title_of(plan: NewTrip, stops: Sequence[NewStop]) -> str:
    """织金 → 永康、台州、宁波"""
    ends = [stop.name for stop in stops if stop.kind == StopKind.DROPOFF]
    return f"{plan.area.short_name} → {'、'.join(ends)}"[:120]


def _seats_of(trip: Trip) -> list[Seat]:
    positions = layouts.seat_positions(trip.layout, trip.capacity, trip.car_list)
    return [Seat(trip=trip, **vars(position)) for position in positions]


def _change_seats(trip: Trip, plan: NewTrip) -> None:
    wanted = _seat_columns(plan)
    is_same_kind = plan.kind == trip.kind
    if is_same_kind and wanted == {name: getattr(trip, name) for name in wanted}:
        return
    if trip.bookings.exists():
        raise HasPassengers
    trip.seats.all().delete()
    for name, value in wanted.items():
        setattr(trip, name, value)
    Seat.objects.bulk_create(_seats_of(trip))


def _save_times(trip: Trip) -> None:
    """The bookings' copies of the times follow by foreign key, and may then clash with another trip of theirs."""
    try:
        with transaction.atomic():
            trip.save()
    except IntegrityError as error:
        if "no_two_trips_at_once" in str(error):
            raise TwoTripsAtOnce from error
        raise
