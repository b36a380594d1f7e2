"""Seats that come free go to the standby list, in order.

While bookings are taken this happens by itself, right after the commit: by a task, and should that be lost, by the
clock. While people board, the organiser at the bus decides who is there. On a trip that several people were moved away
from nobody is seated by itself until the organiser says so: it may have broken down.
"""

from contextlib import suppress
from datetime import datetime

from celery import signature
from django.db import transaction

from kit.refusals import Busy, Refusal
from notifications.models import Message
from notifications.rules.quiet_hours import is_quiet
from staff.models import User
from transport import locking
from transport.choices import TripState
from transport.models import Booking, Standby, Trip
from transport.refusals import TripFull
from transport.services import casework
from transport.services.standby import seat_standby

FILL = "transport.tasks.fill_freed_seats"


def offer_freed_seats(trip: Trip) -> None:
    if trip.state == TripState.OPEN and trip.standbys.waiting().exists():
        transaction.on_commit(lambda: signature(FILL, kwargs={"trip_id": trip.pk}).delay(), robust=True)


@transaction.atomic
def fill_freed_seats(*, trip_id: int, at: datetime) -> list[Booking]:
    """Seat the groups that wait, one after the other, until one does not fit: nobody is passed over for lack of room.

    Who cannot use the seat (too far away by now, seated at that time elsewhere) keeps their place and holds up nobody.
    Of who may not read of it in time their cadre is asked to tell them.
    """
    trip = locking.trip_alone(Trip(pk=trip_id))
    seated: list[Booking] = []
    if trip.state != TripState.OPEN or trip.departs_at <= at or trip.seated_by_hand_since:
        return seated
    for group in waiting_groups(trip):
        try:
            with transaction.atomic():
                seated += seat_standby(standbys=group, by=None, at=at, passing=True)
        except (TripFull, Busy):
            break
        except Refusal:
            continue
    for booking in _perhaps_unread(seated, at):
        casework.ask_cadre(case=booking.case, reason="seat_given", trip=trip, by=None, at=at)
    return seated


def _perhaps_unread(bookings: list[Booking], at: datetime) -> list[Booking]:
    """Their text is held back, or leaves at night since the morning is too late."""
    texts = Message.objects.about(Booking, [booking.pk for booking in bookings])
    unread = {
        text.about_id for text in texts if text.state == Message.State.SUPPRESSED or (text.wakes and is_quiet(at))
    }
    return [booking for booking in bookings if booking.pk in unread]


@transaction.atomic
def seat_by_list_again(*, trip: Trip, by: User | None, at: datetime) -> Trip:
    """The vehicle goes after all: the standby list gets its free seats as before."""
    trip = locking.trip_before_leaving(trip)
    trip.seated_by_hand_since = None
    trip.save(update_fields=["seated_by_hand_since"])
    offer_freed_seats(trip)
    return trip


def fill_all_freed_seats(*, at: datetime) -> int:
    """For the clock. Says how many got a seat; a trip that somebody is changing waits for the next round."""
    trips = Trip.objects.bookable(at).filter(state=TripState.OPEN).with_people_waiting().order_by("pk")
    count = 0
    for pk in trips.values_list("pk", flat=True):
        with suppress(Busy):
            count += len(fill_freed_seats(trip_id=pk, at=at))
    return count


def waiting_groups(trip: Trip) -> list[list[Standby]]:
    """Households and single people in the order of asking."""
    groups: dict[tuple, list[Standby]] = {}
    for standby in trip.standbys.waiting().in_order().select_related("trip", "worker", "case"):
        household = standby.worker.household_id
        groups.setdefault((household, None if household else standby.pk), []).append(standby)
    return list(groups.values())
