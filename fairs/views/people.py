from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from areas.refusals import Refusal
from cases.models import Case
from fairs import papers, policies, selectors, services
from fairs.forms import ReferForm, ResultForm
from fairs.models import Fair, FairReferral
from fairs.views.fair import find_fair

PAGE = 50


@login_required
@require_safe
def people(request, fair_id):
    fair = find_fair(request, fair_id)
    chosen = request.GET.get("show", "")
    after = int(request.GET["after"]) if request.GET.get("after", "").isdigit() else 0
    rows = selectors.people_page(fair, request.user, filter_by=chosen, after=after, size=PAGE)
    context = {
        "fair": fair,
        "people": rows[:PAGE],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "show": chosen,
        "numbers": selectors.numbers_of(fair),
        "can_run": policies.can_run_fair(request.user, fair),
    }
    return render(request, "fairs/people.html", context)


@login_required
def refer(request, case_id):
    """The cadre's page: choose a fair and up to three posts."""
    policies.check_can_refer(request.user)
    case = find_case(request, case_id)
    now = timezone.now()
    fairs = Fair.objects.visible_to(request.user).taking_referrals(now).order_by("starts_at")
    form = ReferForm(request.POST or None, fairs=fairs)
    refusal = None
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("fair", "wishes")}
        try:
            services.refer_to_fair(case=case, by=request.user, at=now, **chosen)
            return redirect("cases:case", case.pk)
        except Refusal as refused:
            refusal = refused
    context = {"case": case, "form": form, "fairs": selectors.fairs_to_choose(fairs), "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "fairs/refer.html", context, status=status)


@login_required
def result(request, referral_id):
    referral = find_referral(request, referral_id)
    policies.check_can_record_result(request.user)
    form = ResultForm(request.POST or None, fair=referral.fair)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            services.record_result(
                referral=referral, outcome=form.outcome, by=request.user, at=timezone.now()
            )
            return redirect(*next_page(request, referral))
        except Refusal as refused:
            refusal = refused
    context = {"referral": referral, "fair": referral.fair, "form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "fairs/result.html", context, status=status)


@login_required
@require_safe
def slip_pdf(request, referral_id):
    referral = find_referral(request, referral_id)
    return pdf(papers.slips([referral]), f"slip-{referral.fair_id}-{referral.code}.pdf")


@login_required
@require_safe
def slips_pdf(request, fair_id):
    """All slips of the fair the user may see, in the order of the villages."""
    fair = find_fair(request, fair_id)
    people = selectors.with_wishes(fair.referrals.waiting().visible_to(request.user))
    return pdf(papers.slips(list(people.order_by("worker__area_id", "pk"))), f"slips-{fair.pk}.pdf")


@login_required
@require_safe
def panel(request, case_id):
    """The fairs of one case, for the case page."""
    case = find_case(request, case_id)
    referrals = list(selectors.with_wishes(case.fair_referrals.order_by("-referred_at")))
    context = {
        "referrals": referrals,
        "panel_icon": "building-store",
        "panel_title": _("Job fairs"),
        "panel_state": referrals[0].fair.title if referrals else _("none yet"),
        "panel_open": any(referral.is_waiting for referral in referrals),
        "back_url": reverse("cases:case", args=[case.pk]),
    }
    return render(request, "fairs/_panel.html", context)


def find_case(request, case_id) -> Case:
    return get_object_or_404(
        Case.objects.visible_to(request.user).select_related("worker__area__parent"), pk=case_id
    )


def find_referral(request, referral_id) -> FairReferral:
    people = selectors.with_wishes(FairReferral.objects.visible_to(request.user))
    return get_object_or_404(people, pk=referral_id)


def next_page(request, referral):
    """Back to the fair for its organiser, to the case for the cadre."""
    if policies.can_run_fair(request.user, referral.fair):
        return "fairs:people", referral.fair_id
    return "cases:case", referral.case_id


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
