"""The stops of a trip: written with it, changed under the people who use them, and those people told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import F
from django.utils.timezone import localtime

from areas.models import Area
from notifications.services import queue_message, withdraw_messages
from staff.models import User
from transport import locking
from transport.choices import BookingState, StopKind
from transport.models import Booking, Stop, Trip
from transport.refusals import StopInUse, StopsMissing, StopsOutOfOrder
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


@dataclass(frozen=True)
class Known:
    """What passengers were told of the stops, by key."""

    pickups: dict[int, tuple]
    dropoffs: dict[int, tuple]


def in_order(stops: Sequence[NewStop]) -> list[NewStop]:
    """Pick-ups, then drop-offs, each later than the one before."""
    pickups = [stop for stop in stops if stop.kind == StopKind.PICKUP]
    dropoffs = [stop for stop in stops if stop.kind == StopKind.DROPOFF]
    if not pickups or not dropoffs:
        raise StopsMissing
    ordered = pickups + dropoffs
    if any(one.at > other.at for one, other in pairwise(ordered)):
        raise StopsOutOfOrder
    if any(stop.gather_at is None or stop.gather_at > stop.at for stop in pickups):
        raise StopsOutOfOrder
    return ordered


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
        {s.pk: (trip.plate, s.name, s.landmark, localtime(s.gather_at)) for s in stops if s.is_pickup},
        {s.pk: (s.name, s.landmark) for s in stops if not s.is_pickup},
    )


def tell_passengers(trip: Trip, before: Known, *, by: User | None, at: datetime) -> None:
    """Whose stop gathers elsewhere or later is expected there again, though they were missing where it was."""
    after = what_passengers_know(trip)
    moved, moved_off = _touched(before.pickups, after.pickups), _touched(before.dropoffs, after.dropoffs)
    for booking in locking.each_booking(trip, lambda rows: rows.not_aboard().filter(pickup__in=moved)):
        if _was_missed_too_early(booking):
            expect_again(booking, by=by, at=at)
        if booking.is_awaited:
            tell_anew(booking, "trip_changed", by=by, at=at)
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


def _was_missed_too_early(booking: Booking) -> bool:
    return booking.state == BookingState.NO_SHOW and booking.missed_at < booking.pickup.gather_at


def _tell_of_dropoff(booking: Booking, *, by: User | None, at: datetime) -> None:
    withdraw_messages(about=booking, templates=["dropoff_changed"], by=by, at=at)
    stop = booking.dropoff
    queue_message(
        worker=booking.worker,
        template="dropoff_changed",
        context=facts_of(booking).for_text | {"dropoff": stop_and_landmark(stop), "arrives_at": stop.at},
        dedupe_key=f"dropoff_changed:{booking.pk}:{at.timestamp():.0f}",
        about=booking,
        at=at,
        not_after=booking.departs_at,
        by=by,
    )
