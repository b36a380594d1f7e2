"""Days of the calendar and times of the clock in Asia/Shanghai, of and as aware datetimes. Pure.

A moment has a day only in a place: `.date()` of what comes from the database is the day in Greenwich, which is
yesterday until eight in the morning.
"""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone, localtime

LAST_MOMENT = time(23, 59, 59)


def local_day(at: datetime) -> date:
    return localtime(at, get_default_timezone()).date()


def local_time(at: datetime) -> time:
    return localtime(at, get_default_timezone()).time()


def local_moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=get_default_timezone())


def start_of_day(day: date) -> datetime:
    return local_moment(day, 0)


def end_of_day(day: date) -> datetime:
    """23:59:59: something due on a day may be done until midnight."""
    return datetime.combine(day, LAST_MOMENT, tzinfo=get_default_timezone())


def last_moment(day: date) -> datetime:
    """After which nothing happened on that day: what the database says is exact to a millionth of a second."""
    return datetime.combine(day, time.max, tzinfo=get_default_timezone())


def as_moment(told: datetime | str | None) -> datetime | None:
    """What a column of JSON keeps of a moment is text."""
    return datetime.fromisoformat(told) if isinstance(told, str) else told


def end_of_week(day: date) -> date:
    """The Sunday of that week."""
    return day + timedelta(days=6 - day.weekday())
