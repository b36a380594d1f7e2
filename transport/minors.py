"""People of 16 and 17: no night on a charter without an adult of their household."""

from datetime import date

from django.utils.timezone import localtime

from cases.local_time import local_day
from transport.driving import runs_at_night
from transport.models import Booking, Trip
from workers.models import Worker

GROWN_UP_FROM = 18


def is_grown_up(worker: Worker, day: date) -> bool:
    return worker.age(day) >= GROWN_UP_FROM


def runs_through_night(trip: Trip) -> bool:
    return runs_at_night(localtime(trip.departs_at), localtime(trip.arrives_at))


def may_travel_alone(worker: Worker, trip: Trip) -> bool:
    return is_grown_up(worker, local_day(trip.departs_at)) or not runs_through_night(trip)


def has_adult_relative(worker: Worker, trip: Trip) -> bool:
    """Somebody grown up of the same household has a seat on the trip."""
    if worker.household_id is None:
        return False
    day = local_day(trip.departs_at)
    relatives = trip.bookings.active().filter(worker__household_id=worker.household_id).exclude(worker=worker)
    return any(is_grown_up(booking.worker, day) for booking in relatives.select_related("worker"))


def minors_alone(trip: Trip, bookings: list[Booking]) -> set[int]:
    """Keys of those of the bookings whose people have no adult of their household among them on a night trip."""
    if not runs_through_night(trip):
        return set()
    day = local_day(trip.departs_at)
    active = [booking for booking in bookings if booking.is_active]
    guarded = {b.worker.household_id for b in active if is_grown_up(b.worker, day)} - {None}
    return {b.pk for b in active if not is_grown_up(b.worker, day) and b.worker.household_id not in guarded}
