"""Ending a case, taking it up again, giving it to somebody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases import policies, selectors, services
from cases.forms import AssignForm, CloseForm
from cases.refusals import CaseEnded
from cases.views.rows import find_case, place_for
from kit.days import local_day
from kit.pages import carry_out, sent, status_of
from kit.refusals import Refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request, case_id):
    case, now = find_case(request, case_id), timezone.now()
    policies.check_can_work_on(request.user, case)
    today = local_day(now)
    initial = {"reason": request.GET.get("reason", "")}
    form, refusal = CloseForm(sent(request), today=today, age=case.worker.age(today), initial=initial), None
    if request.method == "POST" and form.is_valid():
        try:
            services.close_case(case=case, by=request.user, at=now, **form.cleaned_data)
        except CaseEnded as refused:
            refusal = None if is_my_own_end(case, form, request.user) else refused
        except Refusal as refused:
            refusal = refused
        if refusal is None:
            messages.success(request, _("The case has ended."))
            return redirect("cases:case", case.pk)
    context = {"case": case, "form": form, "refusal": refusal, "missing": missing_words(refusal)}
    return show(request, "cases/close.html", context)


def is_my_own_end(case, form, user) -> bool:
    """The second press of the same button finds its own work done."""
    case.refresh_from_db()
    return (case.closed_by_id, case.closed_because) == (user.pk, form.cleaned_data["reason"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_work_on(request.user, case)
    refusal, now = None, timezone.now()
    if request.method == "POST" and not case.is_open:
        try:
            case = services.reopen_case(case=case, by=request.user, at=now)
        except Refusal as refused:
            refusal = refused
    if case.is_open:
        messages.success(request, _("The case is open."))
        return redirect("cases:case", case.pk)
    goes_on_by = services.item_it_goes_on_by(case, now)
    return show(
        request, "cases/reopen.html", {"case": case, "form": None, "refusal": refusal, "goes_on_by": goes_on_by}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_assign(request.user, case)
    owners = selectors.owners_for(case.area_id, local_day(timezone.now()))
    form = AssignForm(sent(request), owners=owners, has_it=case.owner_id)
    done, refusal = carry_out(
        form, lambda said: services.assign(case=case, owner=said["owner"], by=request.user, at=timezone.now())
    )
    if done:
        messages.success(request, _("%(name)s is responsible now.") % {"name": form.cleaned_data["owner"]})
        return redirect("cases:case", case.pk)
    return show(request, "cases/assign.html", {"case": case, "form": form, "refusal": refusal})


def show(request, template: str, context: dict):
    context |= {"place": place_for(request.user, context["case"].area_id)}
    return render(request, template, context, status=status_of(context["form"], refusal=context["refusal"]))


def missing_words(refusal) -> list[str]:
    """What "unreachable" still lacks, one sentence each."""
    missing = getattr(refusal, "missing", None) or {}
    sentences = {
        "calls": lambda n: ngettext("%(n)d more call", "%(n)d more calls", n),
        "days": lambda n: ngettext("on %(n)d more day", "on %(n)d more days", n),
        "bands": lambda n: ngettext("in %(n)d more part of the day", "in %(n)d more parts of the day", n),
        "visits": lambda n: ngettext("%(n)d visit", "%(n)d visits", n),
        "messages": lambda n: ngettext("%(n)d SMS", "%(n)d SMS", n),
    }
    return [sentences[name](n) % {"n": n} for name, n in missing.items()]
