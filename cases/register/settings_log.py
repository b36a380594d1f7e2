"""How a change of time limits and of the calendar is said to the auditor."""

from collections.abc import Mapping

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from cases.choices import Clock, ServiceGroup, Unit
from kit.dates import day
from staff.register import settings_log
from staff.register.settings_log import Said


def clock_changed(data: Mapping) -> Said:
    words = {"before": _terms(data["before"]), "after": _terms(data["after"]), "day": _day(data["valid_from"])}
    return Said(_clock(data), _("From %(day)s on: %(after)s. Before: %(before)s.") % words)


def clock_withdrawn(data: Mapping) -> Said:
    words = {"terms": _terms(data["terms"]), "day": _day(data["valid_from"])}
    return Said(_clock(data), _("Withdrew the change that was planned from %(day)s on: %(terms)s.") % words)


def days_set(data: Mapping) -> Said:
    words = {"name": data["name"], "first": _day(data["first"]), "last": _day(data["last"])}
    if data["is_working_day"]:
        return Said(_("Calendar"), _("Worked in exchange, %(name)s: %(first)s to %(last)s.") % words)
    return Said(_("Calendar"), _("Free, %(name)s: %(first)s to %(last)s.") % words)


def day_taken_back(data: Mapping) -> Said:
    words = {"name": data["name"], "day": _day(data["day"])}
    return Said(_("Calendar"), _("Made %(day)s (%(name)s) an ordinary day again.") % words)


def _clock(data: Mapping) -> str:
    return _("%(clock)s: %(group)s") % {
        "clock": Clock(data["clock"]).label,
        "group": ServiceGroup(data["service_group"]).label,
    }


def _terms(terms: Mapping) -> str:
    """As the page of settings shows them. Of follow-ups all days at work in one."""
    if len(terms["amounts"]) > 1 or terms["is_follow_up"]:
        said = [_("days at work: %(days)s") % {"days": str(_(", ")).join(map(str, terms["amounts"]))}]
    else:
        said = [f"{terms['amounts'][0]} {Unit(terms['unit']).label}"]
    if up := terms["escalate_township_days"]:
        said.append(_("township +%(n)s") % {"n": up})
    if up := terms["escalate_county_days"]:
        said.append(_("county +%(n)s") % {"n": up})
    return str(_("; ")).join(said)


def _day(text: str) -> str:
    return day(parse_date(text))


settings_log.register(
    {
        "clock_changed": clock_changed,
        "clock_withdrawn": clock_withdrawn,
        "days_set": days_set,
        "day_taken_back": day_taken_back,
    }
)
