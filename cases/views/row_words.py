"""What a row of Today says of its times: the badge always agrees with the group that the row stands in."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.selectors import TodayRow
from cases.views.map_pins import Pin
from kit import dates
from kit.dates import Due

SOON_ICON = "clock-f"


def times(row: TodayRow, group: str) -> dict:
    """`badge`, `why` and `by`: one date a row, so the last is said only where the badge says none."""
    badge, has_date = _badge(row, group)
    by = "" if has_date else _("by %(day)s") % {"day": dates.day_week(row.due_at)}
    return {"badge": badge, "why": what_and_when(row), "by": by}


def _badge(row: TodayRow, group: str) -> tuple[Due, bool]:
    """And whether it says a date."""
    if group == "today" and row.is_new:
        return Due("soon", SOON_ICON, _("New today")), False
    if group == "today" and not row.tried and not _is_today(row.due_at):
        return Due("soon", SOON_ICON, _("For today")), False
    return dates.due(row.due_at, again=row.comes_back), True


def what_and_when(row: TodayRow) -> str:
    """Why they are on the list, or what was tried and when they come back."""
    if not row.tried:
        return row.reason
    words = _("%(tried)s, again %(time)s") if _is_today(row.comes_at) else _("%(tried)s, again on %(time)s")
    return words % {"tried": row.tried, "time": when(row.comes_at)}


def on_the_map(name: str, pin: Pin | None) -> dict:
    """The pin, and what it says to a screen reader."""
    if pin is None:
        return {"pin": None}
    alone = _("On the map, the %(place)s only: %(name)s") if pin.stand_in else _("On the map: %(name)s")
    return {"pin": pin, "pin_words": alone % {"place": pin.stand_in, "name": name}}


def of_calling(name: str) -> dict:
    """What the phone and the pencil say to a screen reader."""
    pencil = _("Write down a talk with %(name)s without dialling") % {"name": name}
    return {"call_words": _("Call %(name)s") % {"name": name}, "pencil_words": pencil}


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
