"""Who looked at people's records on a day, and who took lists along: for whoever oversees."""

from datetime import date, timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from kit.dates import full_day
from kit.days import local_day
from kit.pages import address
from kit.spreadsheets import Column, as_xlsx
from staff import policies
from staff.decorators import staff_required
from staff.forms import DayFilter
from staff.models import AccessLog
from staff.roles import OVERSEERS
from staff.selectors import looks_of


@staff_required(policies.check_can_read_accesses)
@require_safe
def accesses(request):
    form, today = DayFilter(request.GET, request.path), local_day(timezone.now())
    day = day_of(form, today)
    lines = looks_of(day, user=request.user)
    context = {
        "form": form,
        "day": day,
        "lines": lines,
        "people": sum(line.people for line in lines if line.kind == AccessLog.What.OPENED_RECORD),
        "exports": sum(line.times for line in lines if line.kind == AccessLog.What.EXPORTED),
        "xlsx_url": address(reverse("staff:accesses_xlsx"), {"day": day.isoformat()}),
        "previous_url": form.url(day=(day - timedelta(days=1)).isoformat()),
        "next_url": form.url(day=(day + timedelta(days=1)).isoformat()) if day < today else "",
    }
    return render(request, "staff/accesses.html", context)


@staff_required(policies.check_can_read_accesses)
@require_safe
def accesses_xlsx(request):
    """It names colleagues and nobody else."""
    now = timezone.now()
    day = day_of(DayFilter(request.GET), local_day(now))
    columns = [
        Column(_("Colleague"), 16), Column(_("What"), 24), Column(_("List"), 30),
        Column(pgettext("how many", "People")), Column(_("Times")), Column(_("Last"), 18),
    ]  # fmt: skip
    found = looks_of(day, user=request.user)
    rows = ([line.name, line.what, line.about, line.people, line.times, line.last_at] for line in found)
    where, about = request.user.home_area_as(*OVERSEERS), [(_("Day"), full_day(day))]
    return as_xlsx(_("Who looked"), columns, rows, where=where, about=about, by=request.user, at=now)


def day_of(form: DayFilter, today: date) -> date:
    """Today unless an earlier day was asked for."""
    return min(form.chosen.get("day") or today, today)
