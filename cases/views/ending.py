from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from areas.refusals import Refusal
from cases import policies, selectors, services
from cases.forms import AssignForm, CloseForm
from cases.views.finding import find_case


@login_required
def close(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_work_on(request.user, case)
    form, refusal = CloseForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            services.close_case(case=case, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("The case has ended."))
            return redirect("cases:case", case.pk)
    context = {"case": case, "form": form, "refusal": refusal, "missing": missing_words(refusal)}
    return render(request, "cases/close.html", context, status=status_of(form, refusal))


@login_required
def reopen(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_work_on(request.user, case)
    refusal = None
    if request.method == "POST":
        try:
            services.reopen_case(case=case, by=request.user, at=timezone.now())
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("cases:case", case.pk)
    context = {"case": case, "refusal": refusal}
    return render(request, "cases/reopen.html", context, status=409 if refusal else 200)


@login_required
def assign(request, case_id):
    case = find_case(request, case_id)
    policies.check_can_assign(request.user, case)
    form = AssignForm(request.POST or None, owners=selectors.owners_for(case.area_id, timezone.localdate()))
    refusal = None
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            services.assign(case=case, owner=owner, by=request.user, at=timezone.now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("%(name)s is responsible now.") % {"name": owner})
            return redirect("cases:case", case.pk)
    context = {"case": case, "form": form, "refusal": refusal}
    return render(request, "cases/assign.html", context, status=status_of(form, refusal))


@login_required
@require_POST
def travel_alone(request, case_id):
    case = find_case(request, case_id)
    services.mark_travelling_alone(case=case, by=request.user, at=timezone.now())
    messages.success(request, _("Goes by their own means: no seat is needed."))
    return redirect("cases:case", case.pk)


def status_of(form, refusal) -> int:
    return 409 if refusal else 422 if form.errors else 200


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
