"""Dates in the words of a cadre: 3月5日 周四, 今天 09:14, 逾期 6 天; in English Thu 5 Mar, Today 09:14."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext

from kit.days import local_day

NEAR_DAYS = 6


@dataclass(frozen=True)
class Due:
    """How a deadline reads: kind is late, soon or calm; icon and words go with it."""

    kind: str
    icon: str
    words: str


def _day_of(value: date | datetime) -> date:
    return local_day(value) if isinstance(value, datetime) else value


def is_today(value: date | datetime) -> bool:
    return _day_of(value) == local_day(timezone.now())


def weekday(value: date | datetime) -> str:
    return _weekdays(get_language())[_day_of(value).weekday()]


@cache
def _weekdays(language: str) -> tuple[str, ...]:
    return (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )


def day(value: date | datetime, today: date | None = None) -> str:
    """The year is said only when it is not this one."""
    on, today = _day_of(value), today or local_day(timezone.now())
    return _written(on, on.year == today.year, get_language())


def full_day(value: date | datetime) -> str:
    """With its year, as on paper."""
    return _written(_day_of(value), False, get_language())


@lru_cache(maxsize=4096)  # a list has a hundred days, and few that differ
def _written(on: date, is_this_year: bool, language: str) -> str:
    if is_this_year:
        return date_format(on, pgettext("date format: day of this year", "j M"))
    return date_format(on, pgettext("date format: day of another year", "j M Y"))


def day_week(value: date | datetime, today: date | None = None) -> str:
    parts = {"weekday": weekday(value), "day": day(value, today)}
    return pgettext("day with its weekday", "%(weekday)s %(day)s") % parts


def near_day(value: date | datetime, today: date | None = None) -> str:
    """Today, tomorrow, yesterday; a weekday in the coming six days; else the date."""
    on, today = _day_of(value), today or local_day(timezone.now())
    away = (on - today).days
    if away in (-1, 0, 1):
        words = (pgettext("a day", "yesterday"), pgettext("a day", "today"), pgettext("a day", "tomorrow"))
        return words[away + 1]
    if 1 < away <= NEAR_DAYS:
        return weekday(on)
    return day(on, today)


def clock(value: datetime) -> str:
    return timezone.localtime(value).strftime("%H:%M")


def moment(value: datetime, today: date | None = None) -> str:
    """Today 09:14, Yesterday 19:40, or the date with the time."""
    on, today = _day_of(value), today or local_day(timezone.now())
    near = near_day(on, today) if abs((on - today).days) <= 1 else day(on, today)
    return pgettext("day with its time", "%(day)s %(time)s") % {"day": near, "time": clock(value)}


def near_clock(value: datetime, today: date | None = None) -> str:
    """The time alone is one of today."""
    return clock(value) if _day_of(value) == (today or local_day(timezone.now())) else moment(value, today)


def full_moment(value: datetime) -> str:
    """For what is read on another day: in a file, on paper."""
    return pgettext("day with its time", "%(day)s %(time)s") % {"day": full_day(value), "time": clock(value)}


def day_or_moment(value: datetime, today: date | None = None) -> str:
    """Midnight is nobody's hour: it stands for the day."""
    return near_day(value, today) if clock(value) == "00:00" else moment(value, today)


def until(value: datetime, now: datetime) -> str:
    """In the largest unit alone: nobody needs the hours beside four days, which are those of the calendar."""
    minutes = max(int((value - now).total_seconds()) // 60, 0)
    if minutes >= 24 * 60:
        days = (local_day(value) - local_day(now)).days
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    if hours := minutes // 60:
        return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours}
    return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}


def due(value: date | datetime, today: date | None = None, again: date | datetime | None = None) -> Due:
    """The one date of a task, in words that say what it is: since when it is late, when it comes back, or else by when
    it is due. `again` is still to come: a moment, or a day where no hour was set."""
    return _due(_day_of(value), today or local_day(timezone.now()), again, get_language())


@lru_cache(maxsize=4096)
def _due(on: date, today: date, again: date | datetime | None, language: str) -> Due:
    late = (today - on).days
    if late > 0:
        return Due("late", "alert-triangle-f", _how_late(late, again, today))
    if again:
        return Due("calm", "calendar-event", capfirst(_hour_or_day(again, today)))
    if late == 0:
        return Due("soon", "clock-f", gettext("Due today"))
    words = gettext("Due tomorrow") if late == -1 else gettext("by %(day)s") % {"day": day(on, today)}
    return Due("calm", "calendar-event", words)


def _how_late(days: int, again: date | datetime | None, today: date) -> str:
    if again is None:
        return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}
    words = gettext("Late, again %(time)s") if _day_of(again) == today else gettext("Late, again on %(time)s")
    return words % {"time": _hour_or_day(again, today)}


def _hour_or_day(value: date | datetime, today: date) -> str:
    if _day_of(value) != today:
        return day(value, today)
    return clock(value) if isinstance(value, datetime) else near_day(value, today)
