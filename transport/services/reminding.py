"""The evening before: when, where, which seat. Run by the clock; the message's key makes it exactly one each."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction

from kit.days import local_day, local_moment, local_time
from kit.locks.sweeping import sweep_patiently
from notifications.sending.writing import Draft
from notifications.services import keys_queued, queue_many
from transport import locking
from transport.models import Booking
from transport.services.seats import reminder_key
from transport.texts import facts_of

FROM, UNTIL = time(18), time(21)
AT_ONCE = 1000


def remind_of_departures(*, at: datetime) -> int:
    """Texts for everyone who gathers tomorrow; how many are new. By day it does nothing.

    Some thousand in a transaction. A booking that somebody is changing is waited for when the others are through.
    """
    today = local_day(at)
    if not FROM <= local_time(at) < UNTIL:
        return 0
    due = Booking.objects.to_remind(today + timedelta(days=1))
    booked_before_tonight = due.filter(booked_at__lt=local_moment(today, FROM.hour))
    return sweep_patiently(
        booked_before_tonight,
        wanted=_untold,
        some=partial(_remind, at=at),
        one=partial(_wait_and_remind, at=at),
        size=AT_ONCE,
        what="Reminded of their departure",
    )


def _untold(keys: list[int]) -> list[int]:
    """Nobody is locked for having been reminded: this runs every ten minutes. 2 queries."""
    rows = Booking.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "departs_at")
    key_of = {pk: reminder_key(pk, departs_at) for pk, departs_at in rows}
    told = keys_queued(key_of.values())
    return [pk for pk, key in key_of.items() if key not in told]


@transaction.atomic
def _remind(keys: list[int], *, at: datetime) -> tuple[int, list[int]]:
    """How many are new, and whom somebody else holds. Read under the lock: seats may have changed since."""
    bookings = locking.bookings_nobody_changes(keys)
    told = queue_many(_drafts(bookings, at), template="departure_reminder", at=at)
    return told, sorted(set(keys) - {booking.pk for booking in bookings})


@transaction.atomic
def _wait_and_remind(key: int, *, at: datetime) -> int:
    return queue_many(_drafts([locking.booking_of(Booking(pk=key))], at), template="departure_reminder", at=at)


def _drafts(bookings: Iterable[Booking], at: datetime) -> list[Draft]:
    return [
        Draft(
            worker=booking.worker,
            context=facts_of(booking).for_text(at),
            dedupe_key=reminder_key(booking.pk, booking.departs_at),
            about=booking,
            not_after=booking.pickup.gather_at,
            needed_by=booking.pickup.gather_at,
        )
        for booking in bookings
        if booking.is_awaited
    ]
