from collections import Counter
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from areas.models import Area
from cases import policies, selectors, services
from cases.choices import ServiceGroup, State
from cases.forms import ReassignForm
from cases.selectors import CaseFilters
from cases.services import Verdict
from staff.models import User


@login_required
@require_safe
def case_list(request):
    now = timezone.now()
    today, filters = timezone.localdate(now), read_filters(request)
    page = selectors.case_list(filters, user=request.user, today=today, after=request.GET.get("after"))
    area = chosen_area(request, filters)
    context = {
        "now": now, "today": today, "page": page, "filters": filters,
        "filter_words": filter_words(filters, area),
        "is_filtered": filters != CaseFilters(),
        "areas": area_choices(request, area),
        "states": [*State.choices, ("at_work", _("At work")), ("ended", _("Ended"))],
        "service_groups": ServiceGroup.choices,
        "owners": selectors.owners_for(area.pk, today) if area else (),
        "extra_filters": extra_filters(request),
        "can_assign": request.user.has_role(*policies.ASSIGNERS),
        "here": request.get_full_path(),
        **pager(request, page),
    }  # fmt: skip
    return render(request, "cases/list.html", context)


@login_required
@require_POST
def reassign(request):
    """Hand the chosen cases over; each answers for itself."""
    back = safe_back(request)
    form = ReassignForm(request.POST, owners=User.objects.filter(is_active=True))
    if not form.is_valid():
        messages.warning(request, _("Choose at least one case and the person who takes them."))
        return redirect(back)
    owner = form.cleaned_data["owner"]
    results = services.reassign_many(
        case_ids=form.cleaned_data["cases"], owner=owner, by=request.user, at=timezone.now()
    )
    say_results(request, results, owner)
    return redirect(back)


def say_results(request, results, owner) -> None:
    counts = Counter(result.verdict for result in results)
    done = counts.pop(Verdict.ASSIGNED, 0)
    words = ngettext("%(n)d case handed to %(name)s.", "%(n)d cases handed to %(name)s.", done)
    messages.success(request, words % {"n": done, "name": owner})
    for verdict, n in counts.items():
        messages.warning(request, f"{n} · {verdict_words(verdict)}")


def verdict_words(verdict: Verdict) -> str:
    words = {
        Verdict.UNCHANGED: _("already with this person"),
        Verdict.NOT_ALLOWED: _("you may not hand these over"),
        Verdict.ENDED: _("the case has ended"),
        Verdict.OWNER_OUTSIDE_AREA: _("this person does not serve there; choose somebody who does"),
        Verdict.BUSY: _("somebody is saving it right now; try again"),
        Verdict.NOT_FOUND: _("not in your area"),
    }
    return words[verdict]


def read_filters(request) -> CaseFilters:
    get = request.GET.get
    return CaseFilters(
        area_code=int(get("area")) if get("area", "").isascii() and get("area", "").isdigit() else None,
        state=get("state", ""),
        due=get("due", ""),
        owner=get("owner", ""),
        group=get("group", ""),
        reached=get("reached", ""),
        opened_from=read_day(get("from")),
        opened_to=read_day(get("to")),
    )


def read_day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None


def chosen_area(request, filters) -> Area | None:
    if filters.area_code is None:
        return request.user.home_area
    area = Area.objects.select_related("parent").filter(pk=filters.area_code).first()
    return area if area and request.user.serves(area.pk) else request.user.home_area


def area_choices(request, area) -> list[dict]:
    """The user's own area, the chosen one's way up, and what lies under it."""
    home = request.user.home_area
    if home is None:
        return []
    above = [a for a in way_up(area) if request.user.serves(a.pk)] if area else []
    below = list(area.children.order_by("code")) if area else []
    shown = {a.pk: a for a in [home, *above, *below]}
    return [{"code": a.pk, "label": str(a)} for a in shown.values()]


def way_up(area) -> list[Area]:
    path = []
    while area is not None:
        path.insert(0, area)
        area = area.parent
    return path


def extra_filters(request) -> list[tuple[str, str]]:
    """What a figure's link asked for stays while other filters change."""
    return [(name, request.GET[name]) for name in ("from", "to", "reached") if request.GET.get(name)]


def filter_words(filters, area) -> str:
    parts = [str(area) if area else _("Nothing: you have no posting")]
    if filters.opened_from or filters.opened_to:
        days = {"start": filters.opened_from or "…", "end": filters.opened_to or "…"}
        parts.append(_("opened %(start)s to %(end)s") % days)
    if filters.reached in State.values:
        parts.append(_("came as far as “%(stage)s”") % {"stage": State(filters.reached).label})
    return " · ".join(parts)


def pager(request, page) -> dict:
    query = {name: value for name, value in request.GET.items() if name != "after"}
    first = f"{reverse('cases:list')}?{urlencode(query)}"
    return {
        "next_url": f"{reverse('cases:list')}?{urlencode({**query, 'after': page.more})}" if page.more else "",
        "previous_url": first if request.GET.get("after") else "",
        "pager_words": _("%(n)d on this page") % {"n": len(page.rows)},
    }


def safe_back(request) -> str:
    back = request.POST.get("back", "")
    is_safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_safe else reverse("cases:list")
