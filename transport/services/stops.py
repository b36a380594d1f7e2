"""The stops of a trip: written with it, changed under the people who use them, and those people told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from areas.models import Area
from notifications.services import queue_message, withdraw_messages
from staff.models import User
from transport import locking
from transport.choices import BookingState, StopKind
from transport.models import Booking, Stop, Trip
from transport.refusals import GathersTooLate, StopInUse, StopsMissing, StopsOutOfOrder
from transport.services import casework
from transport.services.missing import expect_again
from transport.services.seats import tell_anew
from transport.texts import facts_of, stop_and_landmark

OUT_OF_THE_WAY = 1000


@dataclass(frozen=True)
class NewStop:
    """`gather_at` only where people get on. `pk` is that of the trip's stop which this one is from now on, if any."""

    kind: str
    name: str
    area: Area
    at: datetime
    gather_at: datetime | None = None
    landmark: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    pk: int | None = None


class Meeting(NamedTuple):
    """Where and when a stop gathers."""

    name: str
    landmark: str
    at: datetime


class Gathering(NamedTuple):
    """What is known of a pick-up."""

    gathers: Meeting
    plate: str


class Known(NamedTuple):
    """What passengers were told of the stops, by key."""

    departs_at: datetime
    pickups: dict[int, Gathering]
    dropoffs: dict[int, tuple]


def as_planned(stop: Stop) -> NewStop:
    return NewStop(**{name: getattr(stop, name) for name in NewStop.__dataclass_fields__})


def in_order(stops: Sequence[NewStop]) -> list[NewStop]:
    """Pick-ups, then drop-offs, each kind by its times: whoever enters them need not know the order."""
    pickups, dropoffs = (_by_time(stops, kind) for kind in StopKind.values)
    if not pickups or not dropoffs:
        raise StopsMissing
    for stop in pickups:
        if stop.gather_at is None or stop.gather_at > stop.at:
            raise GathersTooLate(stop)
    for stop in dropoffs:
        if stop.at <= pickups[-1].at:
            raise StopsOutOfOrder(stop, after=pickups[-1])
    return pickups + dropoffs


def _by_time(stops: Sequence[NewStop], kind: str) -> list[NewStop]:
    return sorted((stop for stop in stops if stop.kind == kind), key=lambda stop: stop.at)


def times_of(stops: Sequence[NewStop]) -> dict[str, datetime]:
    """The trip leaves with its last pick-up and is over with its last drop-off."""
    ordered = in_order(stops)
    leaves = [stop.at for stop in ordered if stop.kind == StopKind.PICKUP]
    return {"departs_at": leaves[-1], "arrives_at": ordered[-1].at}


def write_stops(trip: Trip, stops: Sequence[NewStop]) -> None:
    Stop.objects.bulk_create(_rows_of(trip, stops, known={}))


def change_stops(trip: Trip, stops: Sequence[NewStop]) -> None:
    """A stop is known by its key, so its people stay with it however it is renamed or moved in the order."""
    known = {(stop.kind, stop.pk): stop for stop in trip.stops.all()}
    rows = _rows_of(trip, stops, known)
    kept = {row.pk for row in rows}
    for stop in known.values():
        if stop.pk not in kept:
            _take_away(stop)
    trip.stops.update(order=F("order") + OUT_OF_THE_WAY)  # two of one order are refused, even for a moment
    for row in rows:
        row.save()


def what_passengers_know(trip: Trip) -> Known:
    stops = list(trip.stops.all())
    return Known(
        trip.departs_at,
        {s.pk: Gathering(Meeting(s.name, s.landmark, s.gather_at), trip.plate) for s in stops if s.is_pickup},
        {s.pk: (s.name, s.landmark) for s in stops if not s.is_pickup},
    )


def tell_passengers(trip: Trip, before: Known, *, by: User | None, at: datetime) -> None:
    """Whose stop gathers elsewhere or later is expected there again, though they were missing where it was."""
    after = what_passengers_know(trip)
    moved, moved_off = _touched(before.pickups, after.pickups), _touched(before.dropoffs, after.dropoffs)
    for booking in locking.each_booking(trip, lambda rows: rows.not_aboard().filter(pickup__in=moved)):
        was, now = before.pickups[booking.pickup_id].gathers, after.pickups[booking.pickup_id].gathers
        if was != now:
            _expect_anew(booking, by=by, at=at)
        if booking.is_awaited:
            tell_anew(booking, "trip_changed", needed_by=min(was.at, now.at), by=by, at=at)
    other_times = list(after.pickups) if before.departs_at != after.departs_at else moved
    for booking in locking.each_booking(trip, lambda rows: rows.not_aboard().filter(pickup__in=other_times)):
        casework.rest_anew(booking, at=at)
    for booking in locking.each_booking(trip, lambda rows: rows.not_arrived().filter(dropoff__in=moved_off)):
        _tell_of_dropoff(booking, by=by, at=at)


def _rows_of(trip: Trip, stops: Sequence[NewStop], known: dict) -> list[Stop]:
    counted = {StopKind.PICKUP: 0, StopKind.DROPOFF: 0}
    rows = []
    for stop in stops:
        counted[stop.kind] += 1
        pk = stop.pk if (stop.kind, stop.pk) in known else None
        rows.append(Stop(trip=trip, order=counted[stop.kind], **{**vars(stop), "pk": pk}))
    return rows


def _take_away(stop: Stop) -> None:
    """Seats given up count too: their rows say for ever where somebody would have got on."""
    if stop.boardings.exists() or stop.alightings.exists():
        raise StopInUse(stop)
    stop.delete()


def _touched(before: dict[int, tuple], after: dict[int, tuple]) -> list[int]:
    return [pk for pk, facts in after.items() if before.get(pk, facts) != facts]


def _expect_anew(booking: Booking, *, by: User | None, at: datetime) -> None:
    """Who was missing before the stop now gathers is not; and what was heard of anybody was about something else."""
    if booking.state == BookingState.NO_SHOW and booking.missed_at < booking.pickup.gather_at:
        expect_again(booking, by=by, at=at)
    elif booking.absence:
        booking.absence = ""
        booking.save()


def _tell_of_dropoff(booking: Booking, *, by: User | None, at: datetime) -> None:
    withdraw_messages(about=booking, templates=["dropoff_changed"], by=by, at=at)
    stop = booking.dropoff
    queue_message(
        worker=booking.worker,
        template="dropoff_changed",
        context=facts_of(booking).for_text(at) | {"dropoff": stop_and_landmark(stop), "arrives_at": stop.at},
        dedupe_key=f"dropoff_changed:{booking.pk}:{at.timestamp():.0f}",
        about=booking,
        at=at,
        not_after=stop.at,
        needed_by=stop.at,
        by=by,
    )
