"""What a row of Today says of its times: the badge always agrees with the group that the row stands in."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.selectors import TodayRow
from kit import dates
from kit.dates import Due
from kit.days import local_day

CALM_ICON, SOON_ICON, LATE_ICON = "calendar-event", "clock-f", "alert-triangle-f"


def times(row: TodayRow, group: str) -> dict:
    """`badge`, `why` and `by`: the last is said where the step is due on another day than the badge says."""
    badge = _BADGES.get(group, _badge_of_later)(row)
    is_due_then = row.is_overdue or local_day(row.comes_at) == local_day(row.due_at)
    by = "" if is_due_then and not row.is_new else _("by %(day)s") % {"day": dates.day_week(row.due_at)}
    return {"badge": badge, "why": what_and_when(row), "by": by if group != "late" else ""}


def what_and_when(row: TodayRow) -> str:
    """Why they are on the list, or what was tried and when they come back."""
    if not row.tried:
        return row.reason
    words = _("%(tried)s, again %(time)s") if _is_today(row.comes_at) else _("%(tried)s, again on %(time)s")
    return words % {"tried": row.tried, "time": when(row.comes_at)}


def of_done(said: str, row: TodayRow) -> dict:
    """Said of somebody reached: what came of it, and what is next."""
    next_step = _("%(why)s, by %(day)s") % {"why": row.reason, "day": dates.day(row.due_at)}
    return {"badge": _done(), "why": said, "by": next_step}


def of_ended(said: str, how: str) -> dict:
    return {"badge": _done(), "why": said, "by": how}


def _done() -> Due:
    return Due("done", "circle-check-f", _("Done"))


def when(moment: datetime) -> str:
    """The hour when it is today, else the day."""
    return dates.clock(moment) if _is_today(moment) else dates.day(moment)


def _is_today(moment: datetime) -> bool:
    return dates.is_today(moment)


def _badge_of_late(row: TodayRow) -> Due:
    if not row.tried:
        return dates.due(row.due_at)
    words = _("Late, again %(time)s") if _is_today(row.comes_at) else _("Late, again on %(time)s")
    return Due("late", LATE_ICON, words % {"time": when(row.comes_at)})


def _badge_of_today(row: TodayRow) -> Due:
    if row.is_new:
        return Due("soon", SOON_ICON, _("New today"))
    if row.tried:
        return Due("calm", CALM_ICON, dates.clock(row.comes_at))
    return dates.due(row.due_at) if _is_today(row.due_at) else Due("soon", SOON_ICON, _("For today"))


def _badge_of_later(row: TodayRow) -> Due:
    return Due("calm", CALM_ICON, dates.near_day(row.comes_at))


_BADGES = {"late": _badge_of_late, "today": _badge_of_today}
