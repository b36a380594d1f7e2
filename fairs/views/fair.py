from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from areas.refusals import Refusal
from fairs import policies, selectors, services
from fairs.forms import CancelForm, CheckInForm, FairForm
from fairs.models import Fair

PAST_SHOWN = 20


@login_required
@require_safe
def fair_list(request):
    now = timezone.now()
    fairs = Fair.objects.visible_to(request.user).select_related("area").with_counts()
    return render(
        request,
        "fairs/list.html",
        {
            "upcoming": fairs.upcoming(now).order_by("starts_at"),
            "past": fairs.past(now).order_by("-starts_at")[:PAST_SHOWN],
            "can_add": request.user.has_role(*policies.RUNNERS),
            "as_of": now,
        },
    )


@login_required
@require_safe
def fair(request, fair_id):
    return show_fair(request, find_fair(request, fair_id))


@login_required
def add_fair(request):
    policies.check_can_run_fairs(request.user)
    form = FairForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        planned = services.plan_fair(
            fields=form.fair_fields, by=request.user, at=timezone.now(), once=form.cleaned_data["once"]
        )
        return redirect("fairs:booths", planned.pk)
    return render(request, "fairs/edit.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def edit_fair(request, fair_id):
    fair = find_own_fair(request, fair_id)
    form = FairForm(request.POST or None, instance=fair, user=request.user)
    if request.method == "POST" and form.is_valid():
        return act(request, fair, services.change_fair, fields=form.fair_fields)
    return render(
        request, "fairs/edit.html", {"form": form, "fair": fair}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def open_fair(request, fair_id):
    return act(request, find_own_fair(request, fair_id), services.open_fair)


@login_required
@require_POST
def start_fair(request, fair_id):
    return act(request, find_own_fair(request, fair_id), services.start_fair)


@login_required
@require_POST
def finish_fair(request, fair_id):
    return act(request, find_own_fair(request, fair_id), services.finish_fair)


@login_required
def cancel_fair(request, fair_id):
    fair = find_own_fair(request, fair_id)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return act(request, fair, services.cancel_fair, why=form.cleaned_data["why"])
    waiting = fair.referrals.waiting().count()
    context = {"form": form, "fair": fair, "waiting": waiting}
    return render(request, "fairs/cancel.html", context, status=422 if form.errors else 200)


def act(request, fair, service, **what):
    """One step of the fair, then its page; a refusal is shown on that page."""
    try:
        service(fair=fair, by=request.user, at=timezone.now(), **what)
    except Refusal as refusal:
        return show_fair(request, fair, refusal=refusal, status=409)
    return redirect("fairs:fair", fair.pk)


def show_fair(request, fair, *, refusal=None, status=200):
    context = {
        "fair": fair,
        "page": selectors.fair_page(fair, request.user),
        "can_run": policies.can_run_fair(request.user, fair),
        "check_in_form": CheckInForm(),
        "refusal": refusal,
        "now": timezone.now(),
    }
    return render(request, "fairs/fair.html", context, status=status)


def find_fair(request, fair_id) -> Fair:
    return get_object_or_404(Fair.objects.visible_to(request.user).select_related("area"), pk=fair_id)


def find_own_fair(request, fair_id) -> Fair:
    """404 outside the area, 403 for who may look but not change."""
    fair = find_fair(request, fair_id)
    policies.check_can_run_fair(request.user, fair)
    return fair
