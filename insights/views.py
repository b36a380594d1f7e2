from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from areas.models import Area
from areas.selectors import calendar_end
from cases.choices import State
from cases.views.filters import chosen_area, way_down
from insights import policies, selectors
from insights.forms import OverviewFilter
from insights.periods import OFFERED, Period, last_days
from kit.dates import full_day
from kit.days import local_day
from kit.pages import address
from kit.spreadsheets import Column, as_xlsx
from staff import navigation
from staff.models import User


@login_required
@require_safe
def overview(request):
    policies.check_can_read_overview(request.user)
    now = timezone.now()
    today, form = local_day(now), OverviewFilter(request.GET)
    area, period = find_area(request.user, form), form.period(today)
    page = selectors.overview(area=area, period=period, user=request.user, today=today)
    context = {
        "calendar": calendar_end(today), "settings_url": settings_url(request.user),
        "now": now, "today": today, "area": area, "page": page, "period": period,
        "crumbs": crumbs(request.user, area),
        "xlsx_url": address(reverse("insights:overview_xlsx"), {"area": area.pk, **period.query}),
        "periods": [shown_period(last_days(n, today), period, area) for n in OFFERED],
        "funnel": [shown_stage(stage) for stage in page.funnel],
        "rows": [{**vars(row), "url": overview_url(row.code, period)} for row in page.rows],
        "most_late": max((row.late.value for row in page.rows), default=0),
        "most_open": max((row.open.value for row in page.rows), default=0),
    }  # fmt: skip
    return render(request, "insights/overview.html", context)


@login_required
@require_safe
def overview_xlsx(request):
    """The table by place, with everything together below it, and the funnel beside it. It names nobody."""
    policies.check_can_read_overview(request.user)
    now, form = timezone.now(), OverviewFilter(request.GET)
    area, today = find_area(request.user, form), local_day(now)
    period = form.period(today)
    page = selectors.overview(area=area, period=period, user=request.user, today=today)
    columns = [
        Column(_("Place"), 24), Column(_("Open cases")), Column(_("Overdue")),
        Column(pgettext("cases", "Never spoken to"), 16),
    ]  # fmt: skip
    rows = [[row.name, row.open.value, row.late.value, row.uncontacted.value] for row in page.rows]
    rows.append([_("Total"), page.open.value, page.late.value, page.uncontacted.value])
    about = funnel_in_words(page, period)
    return as_xlsx(pgettext("navigation", "Overview"), columns, rows, where=area, about=about, by=request.user, at=now)


def funnel_in_words(page: selectors.Overview, period: Period) -> list[tuple[str, object]]:
    """What the page shows of a period; the table itself is of today."""
    days = {"start": full_day(period.first), "end": full_day(period.last)}
    opened = (_("From flag to settled"), _("cases opened %(start)s to %(end)s") % days)
    return [opened, *((stage["label"], stage["figure"].value) for stage in map(shown_stage, page.funnel))]


def find_area(user: User, form: OverviewFilter) -> Area:
    """The user's own area, or one under it. Anything else does not exist for them."""
    area = None if form.has_error("area") else chosen_area(user, form.chosen.get("area"))
    if area is None:
        raise Http404
    return area


def settings_url(user: User) -> str:
    """Of the calendar, "" for who may not open it."""
    may_read = user.has_role_anywhere(*navigation.SETTINGS.roles)
    return navigation.url_of(navigation.SETTINGS.url_name) if may_read else ""


def overview_url(code: int, period: Period) -> str:
    return address(reverse("insights:funnel"), {"area": code, **period.query})


def crumbs(user: User, area: Area) -> list[dict]:
    list_url = reverse("insights:funnel")
    return [{"label": place.name, "url": f"{list_url}?area={place.code}"} for place in way_down(user, area)]


def shown_period(period: Period, current: Period, area: Area) -> dict:
    words = ngettext("%(n)d day", "%(n)d days", period.days) % {"n": period.days}
    is_current = (period.first, period.last) == (current.first, current.last)
    return {"label": words, "url": overview_url(area.pk, period), "current": is_current, "count": None}


def shown_stage(stage: selectors.Stage) -> dict:
    labels = {
        "": pgettext("funnel", "Opened"),
        State.CONTACTED: State.CONTACTED.label,
        State.REFERRED: State.REFERRED.label,
        State.PLACED: State.PLACED.label,
        State.SETTLED: State.SETTLED.label,
    }
    reasons = {
        State.CONTACTED: _("never spoken to"),
        State.REFERRED: _("spoken to, no job recommended"),
        State.PLACED: _("recommended, not placed"),
        State.SETTLED: _("placed, follow-up still running or left"),
    }
    return {
        "label": labels[stage.name],
        "figure": stage.figure,
        "lost": stage.lost,
        "why": reasons.get(stage.name, ""),
    }
