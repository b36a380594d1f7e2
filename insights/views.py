from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from areas.models import Area
from cases.choices import State
from insights import policies, selectors
from insights.periods import OFFERED, Period, last_days, read_period
from kit.days import local_day
from kit.pages import address, read_number


@login_required
@require_safe
def overview(request):
    policies.check_can_read_overview(request.user)
    now = timezone.now()
    today, area = local_day(now), chosen_area(request)
    period = read_period(request.GET.get("from"), request.GET.get("to"), today)
    page = selectors.overview(area=area, period=period, user=request.user, today=today)
    context = {
        "now": now, "today": today, "area": area, "page": page, "period": period,
        "crumbs": crumbs(request, area),
        "periods": [shown_period(last_days(n, today), period, area) for n in OFFERED],
        "funnel": [shown_stage(stage) for stage in page.funnel],
        "rows": [{**vars(row), "url": overview_url(row.code, period)} for row in page.rows],
        "most_late": max((row.late.value for row in page.rows), default=0),
        "most_open": max((row.open.value for row in page.rows), default=0),
    }  # fmt: skip
    return render(request, "insights/overview.html", context)


def chosen_area(request) -> Area:
    """The user's own area, or one under it. Anything else does not exist for them."""
    code = request.GET.get("area", "")
    if not code:
        if request.user.home_area is None:
            raise Http404
        return request.user.home_area
    area = Area.objects.select_related("parent").filter(pk=read_number(code)).first()
    if area is None or not request.user.serves(area.pk):
        raise Http404
    return area


def overview_url(code: int, period: Period) -> str:
    return address(reverse("insights:funnel"), {"area": code, **period.query})


def crumbs(request, area: Area) -> list[dict]:
    """The way down from the user's own area."""
    path = []
    while area is not None and request.user.serves(area.pk):
        path.insert(0, {"label": str(area), "url": f"{reverse('insights:funnel')}?area={area.pk}"})
        area = area.parent
    return path


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
