"""Nobody is woken by a text: between 21:00 and 08:00 local time only those leave that cannot wait. Pure."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from kit.days import local_day, local_moment, local_time

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)
TO_GET_THERE = timedelta(hours=2)


def is_quiet(at: datetime) -> bool:
    return not QUIET_UNTIL <= local_time(at) < QUIET_FROM


@lru_cache(maxsize=1000)  # a crowd is told of the same few moments
def can_wait_till_morning(at: datetime, needed_by: datetime | None) -> bool:
    """Whoever has to be somewhere at `needed_by` is told before they set out, though it be late at night."""
    morning = local_moment(local_day(at) + timedelta(days=local_time(at) >= QUIET_UNTIL), QUIET_UNTIL.hour)
    return needed_by is None or morning + TO_GET_THERE <= needed_by


@lru_cache(maxsize=1000)
def next_loud_moment(at: datetime) -> datetime:
    """`at` itself by day; else eight o'clock in the morning that follows."""
    if not is_quiet(at):
        return at
    is_evening = local_time(at) >= QUIET_FROM
    return local_moment(local_day(at) + timedelta(days=is_evening), QUIET_UNTIL.hour)
