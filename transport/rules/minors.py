"""People of 16 and 17: no night on a charter without an adult of their household. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.utils.timezone import localtime

from kit.days import local_day
from transport.rules.driving import runs_at_night
from workers.rules.ages import ADULT

if TYPE_CHECKING:
    from transport.models import Booking, Trip
    from workers.models import Worker


def is_grown_up(worker: Worker, day: date) -> bool:
    return worker.age(day) >= ADULT


def runs_through_night(trip: Trip) -> bool:
    return runs_at_night(localtime(trip.departs_at), localtime(trip.arrives_at))


def may_travel(worker: Worker, trip: Trip, relatives: Callable[[Worker], Iterable[Worker]]) -> bool:
    """Grown up, by day, or with an adult of the household: `relatives` finds those on the trip, and is asked last."""
    day = local_day(trip.departs_at)
    if is_grown_up(worker, day) or not runs_through_night(trip):
        return True
    return any(is_grown_up(other, day) for other in relatives(worker))


def minors_alone(trip: Trip, bookings: list[Booking]) -> set[int]:
    """Keys of those of the bookings whose people have no adult of their household among them on a night trip."""
    if not runs_through_night(trip):
        return set()
    day = local_day(trip.departs_at)
    active = [booking for booking in bookings if booking.is_active]
    guarded = {b.worker.household_id for b in active if is_grown_up(b.worker, day)} - {None}
    return {b.pk for b in active if not is_grown_up(b.worker, day) and b.worker.household_id not in guarded}
