"""The evening before: when, where, which seat. Run by the clock; the message's key makes it exactly one each."""

from datetime import datetime, time, timedelta

from django.db import transaction

from kit.days import local_day, local_moment, local_time
from notifications.services import queue_message
from transport import locking
from transport.models import Booking
from transport.services.seats import reminder_key
from transport.texts import facts_of

FROM, UNTIL = time(18), time(21)


def remind_of_departures(*, at: datetime) -> int:
    """Texts for everyone who gathers tomorrow. Says how many bookings it looked at; by day it does nothing."""
    today = local_day(at)
    if not FROM <= local_time(at) < UNTIL:
        return 0
    due = Booking.objects.to_remind(today + timedelta(days=1)).order_by("pk")
    booked_before_tonight = due.filter(booked_at__lt=local_moment(today, FROM.hour))
    return sum(_remind(booking, at=at) for booking in booked_before_tonight)


@transaction.atomic
def _remind(booking: Booking, *, at: datetime) -> bool:
    """Reads the booking under its lock: the seat may have changed since the list was made."""
    booking = locking.booking_of(booking)
    if not booking.is_awaited:
        return False
    queue_message(
        worker=booking.worker,
        template="departure_reminder",
        context=facts_of(booking).for_text(at),
        dedupe_key=reminder_key(booking),
        about=booking,
        at=at,
        not_after=booking.pickup.gather_at,
        needed_by=booking.pickup.gather_at,
    )
    return True
