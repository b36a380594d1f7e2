"""The locks of this app, always taken in this order: trip, seats by key, case, what hangs on it (booking, entry of a
standby list), then whatever the case takes. Of many people in the order of workers, as every bulk writer.

Bookers share the trip; whoever moves the trip itself takes it alone, so nobody books on a bus that just left. A lock
that is not given in time is a `TripBusy`.

The case comes before the booking since a case that moves on gives its seat up: who held the booking alone and then
asked the cadre would wait in a circle with it.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from kit import locks
from notifications.sending.writing import columns_of_addressee
from transport.choices import TripState
from transport.models import Booking, Standby, Trip
from transport.refusals import TripBusy, TripHasLeft, TripNotOpen

TOLD = ("state", "code", "departs_at", "trip", "pickup", "case__state", "seat__label", "seat__car", "seat__trip")
HELD = ("case", "self")  # one statement locks both, in this order


@locks.busy(TripBusy)
def bookable_trip(trip: Trip, at: datetime) -> Trip:
    """While it boards late, somebody may still get on; a trip nobody began to board has gone by with its time."""
    locked = Trip.objects.lock_shared(trip.pk)
    if not locked.takes_bookings or (locked.state == TripState.OPEN and locked.departs_at <= at):
        raise TripNotOpen
    return locked


@locks.busy(TripBusy)
def trip_before_leaving(trip: Trip) -> Trip:
    """Shared, for changing seats on a trip that still stands."""
    locked = Trip.objects.lock_shared(trip.pk)
    if not locked.has_not_left:
        raise TripHasLeft
    return locked


@locks.busy(TripBusy)
def trip_as_it_stands(trip_id: int) -> Trip:
    """Shared, wherever it is: it neither leaves nor comes back before this transaction ends."""
    return Trip.objects.lock_shared(trip_id)


@locks.busy(TripBusy)
def trip_alone(trip: Trip) -> Trip:
    return Trip.objects.lock(trip.pk)


@locks.busy(TripBusy)
def two_trips(source: Trip, target: Trip) -> tuple[Trip, Trip]:
    """Both alone, by key: nobody books, boards or leaves on either while people change from one to the other."""
    locked = {pk: Trip.objects.lock(pk) for pk in sorted((source.pk, target.pk))}
    return locked[source.pk], locked[target.pk]


def booking_of(booking: Booking) -> Booking:
    """The booking as it is now, with the people and places its text and journal line speak of."""
    [found] = _bookings(Booking.objects.filter(pk=booking.pk))
    return found


def booking_with_family(booking: Booking) -> Booking:
    """The same, for a change that may ask about others of the household who have a seat on that trip."""
    if booking.worker.household_id is None:
        return booking_of(booking)
    family = Q(trip=booking.trip_id, worker__household=booking.worker.household_id)
    held = _bookings(Booking.objects.filter(Q(pk=booking.pk) | family))
    return next(row for row in held if row.pk == booking.pk)


def bookings_nobody_changes(keys: list[int]) -> list[Booking]:
    """Of many, in key order, those that nobody holds; with what a text says and no more. Trips and stops are one
    instance for all."""
    rows = Booking.objects.select_for_update(skip_locked=True, of=HELD).filter(pk__in=keys).order_by("pk")
    told = rows.select_related("seat", "worker", "case").only(*TOLD, *columns_of_addressee("worker"))
    return list(told.prefetch_related("trip", "pickup"))


def aboard_nobody_changes(keys: list[int]) -> list[Booking]:
    """Of many, in key order, those aboard whose arrival nobody has asked after, and which nobody holds."""
    rows = Booking.objects.select_for_update(skip_locked=True, of=HELD).filter(pk__in=keys).order_by("pk")
    return list(rows.aboard().filter(arrival_chased_at=None).select_related("case").prefetch_related("trip"))


def each_booking(trip: Trip, which: Callable) -> list[Booking]:
    """Bookings of a trip in key order, locked, for a change to many of them."""
    return _bookings(which(trip.bookings))


def each_standby(standbys: Collection[Standby]) -> list[Standby]:
    """Entries of standby lists in key order, locked, as they are now."""
    return _entries(Standby.objects.filter(pk__in=[standby.pk for standby in standbys]))


def all_waiting(trip: Trip) -> list[Standby]:
    """The same, of who still waits once the entry is held."""
    return _entries(trip.standbys.waiting())


@locks.busy(TripBusy)
def _entries(rows: QuerySet) -> list[Standby]:
    rows = rows.select_for_update(of=HELD).select_related("trip", "worker", "case__worker")
    return sorted(rows.order_by("worker_id", "pk"), key=lambda standby: standby.pk)


@locks.busy(TripBusy)
def _bookings(rows: QuerySet) -> list[Booking]:
    """Locked in the order of workers, returned in key order.

    Seat and stop are read afterwards: a row that was joined to another seat while we waited would be left out.
    """
    held = rows.select_for_update(of=HELD).select_related("case").only("pk", "case__id").order_by("worker_id", "pk")
    keys = [booking.pk for booking in held]
    told = Booking.objects.select_related("trip", "seat", "pickup", "worker", "case")
    return list(told.filter(pk__in=keys).order_by("pk")) if keys else []
