"""Counting working days with the holiday table. Pure: load `Holiday.objects.as_calendar()` once, hand it in."""

from datetime import date, timedelta

Calendar = frozenset[tuple[date, bool]]

SATURDAY = 5


def is_working_day(day: date, calendar: Calendar) -> bool:
    """A year not yet in the calendar has weekends only."""
    if (day, False) in calendar:
        return False
    return (day, True) in calendar or day.weekday() < SATURDAY


def add_working_days(start: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after `start`; the start itself never counts. With n = 0 it is `start`.

    A flag raised on Friday with one working day to go is due on Monday.
    """
    if n < 0:
        raise ValueError("working days are counted forwards")
    day = start
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar) for day in days)
