"""Where somebody who has a seat gets on, looked at again: they live elsewhere now, or would rather board elsewhere."""

from datetime import datetime

from django.db import transaction

from staff.models import User
from transport import locking
from transport.models import Booking, Stop
from transport.refusals import SeatReleased, SitsInTheVehicle, StopNotOnTrip, StopPassed
from transport.rules.stops import nearest_by_way, still_ahead, within_reach
from transport.services import casework
from transport.services.seats import tell_anew
from transport.texts import facts_of
from transport.ways import way_from
from workers import journal
from workers.models import Worker


@transaction.atomic
def question_stop(*, worker: Worker, by: User | None, at: datetime) -> None:
    """They have moved: whoever looks after them now is asked, unless no other stop is nearer and this one in reach.

    Called while the case and the worker are locked, so the trip is not; an answer looks at it again.
    """
    awaited = Booking.objects.upcoming().awaited().filter(worker=worker)
    for booking in awaited.select_related("trip", "pickup", "case").order_by("pk"):
        if not _suits(booking, worker.area_id, at):
            place = {"place": booking.pickup.name}
            casework.ask_cadre(
                case=booking.case, reason=casework.STOP_QUESTIONED, trip=booking.trip, data=place, by=by, at=at
            )


@transaction.atomic
def choose_pickup(*, booking: Booking, pickup: Stop, by: User | None, at: datetime) -> Booking:
    """From now on they gather there, and are told so. The stop they have, chosen again, is one that suits."""
    trip = locking.trip_before_leaving(booking.trip)
    booking = locking.booking_of(booking)
    if not booking.is_awaited:
        raise SitsInTheVehicle if booking.is_aboard else SeatReleased
    pickups = list(trip.stops.pickups())
    if pickup not in pickups:
        raise StopNotOnTrip
    if pickup not in still_ahead(pickups, at):
        raise StopPassed
    if booking.pickup_id != pickup.pk:
        _change(booking, pickup, by=by, at=at)
    casework.rest_anew(booking, at=at)
    return booking


def _suits(booking: Booking, home: int, at: datetime) -> bool:
    way_to = way_from(home)
    ahead = still_ahead(list(booking.trip.stops.pickups()), at)
    is_nearest = nearest_by_way(ahead, way_to) == booking.pickup
    return is_nearest and bool(within_reach([booking.pickup], way_to, at))


def _change(booking: Booking, pickup: Stop, *, by: User | None, at: datetime) -> None:
    before, gathered_at = booking.pickup.name, booking.pickup.gather_at
    booking.pickup = pickup
    booking.save(update_fields=["pickup"])
    data = facts_of(booking).for_journal | {"before": before}
    journal.record(worker=booking.worker, what="stop_changed", about=booking, by=by, at=at, data=data)
    tell_anew(booking, "trip_changed", by=by, at=at, needed_by=min(gathered_at, pickup.gather_at))
