"""Nobody is woken by a text: between 21:00 and 08:00 local time only urgent ones leave. Pure."""

from datetime import datetime, time, timedelta

from django.utils import timezone

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)


def is_quiet(at: datetime) -> bool:
    local = timezone.localtime(at).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def next_loud_moment(at: datetime) -> datetime:
    """`at` itself by day; else eight o'clock in the morning that follows."""
    if not is_quiet(at):
        return at
    local = timezone.localtime(at)
    morning = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return timezone.make_aware(datetime.combine(morning, QUIET_UNTIL), local.tzinfo)
