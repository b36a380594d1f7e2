"""Time limits and the calendar: shown to whoever oversees, set by administrators."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from areas.selectors import calendar_end
from cases import policies
from cases.choices import Clock
from cases.forms.settings import ClockForm, DaysForm, FollowUpDaysForm, TakeBackForm
from cases.models import ClockRule
from cases.refusals import FarFromNow
from cases.selectors.settings import clock_tables, days_from, follow_up_days
from cases.services import settings as services
from kit.days import local_day
from kit.pages import carry_out, sent, status_of
from staff.decorators import staff_required

SHOWN_BACK = timedelta(days=60)


@staff_required(policies.check_can_read_settings)
@require_GET
def settings(request):
    return _page(request)


@staff_required(policies.check_can_set)
@require_http_methods(["GET", "POST"])
def change_clock(request, rule_id):
    rule, at = get_object_or_404(ClockRule, pk=rule_id), timezone.now()
    is_follow_up = rule.clock == Clock.FOLLOW_UP
    days = follow_up_days(rule) if is_follow_up else []
    terms = ("amount", "unit", "escalate_township_days", "escalate_county_days")
    shown = {name: getattr(rule, name) for name in terms} | {"valid_from": local_day(at) + timedelta(days=1)}
    form_class, change = (
        (FollowUpDaysForm, services.change_follow_ups) if is_follow_up else (ClockForm, services.change_clock)
    )
    form = form_class(sent(request), initial=shown | {"days": ", ".join(map(str, days))})
    changed, refusal = carry_out(form, lambda said: change(rule=rule, by=request.user, at=at, **said))
    if changed is None:
        odd = form.come_to(refusal.oddities, rule) if isinstance(refusal, FarFromNow) else []
        context = {"form": form, "rule": rule, "days": days, "refusal": refusal, "come_to": odd}
        return render(request, "cases/change_clock.html", context, status=status_of(form, refusal=refusal))
    messages.success(request, _("The new time limit holds from its day on."))
    return redirect("cases:settings")


@staff_required(policies.check_can_set)
@require_POST
def withdraw_clock(request, rule_id):
    services.withdraw_clock(rule=get_object_or_404(ClockRule, pk=rule_id), by=request.user, at=timezone.now())
    messages.success(request, _("The planned change is withdrawn."))
    return redirect("cases:settings")


@staff_required(policies.check_can_set)
@require_POST
def set_days(request):
    form = DaysForm(request.POST)
    days, refusal = carry_out(form, lambda said: services.set_days(**said, by=request.user, at=timezone.now()))
    if days is None:
        return _page(request, form, refusal)
    messages.success(request, _("The days are in the calendar."))
    return redirect("cases:settings")


@staff_required(policies.check_can_set)
@require_POST
def take_back_day(request):
    form = TakeBackForm(request.POST)
    taken, refusal = carry_out(form, lambda said: services.take_back_day(**said, by=request.user, at=timezone.now()))
    if taken is None:
        return _page(request, refusal=refusal, status=status_of(form, refusal=refusal))
    messages.success(request, _("The day is an ordinary one again."))
    return redirect("cases:settings")


def _page(request, form: DaysForm | None = None, refusal=None, *, status: int | None = None):
    today = local_day(timezone.now())
    context = {
        "tables": clock_tables(today),
        "days": days_from(today - SHOWN_BACK, today),
        "calendar": calendar_end(today),
        "form": form or DaysForm(),
        "refusal": refusal,
        "can_set": policies.can_set(request.user),
        "today": today,
    }
    return render(request, "cases/settings.html", context, status=status or status_of(form, refusal=refusal))
