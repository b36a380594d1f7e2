from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fairs import papers, policies, selectors, services, texts
from fairs.forms import CallForm, CancelForm, CheckInForm, FairForm, FinishForm, LicenceForm
from fairs.models import Fair
from fairs.refusals import FairMovedOn, PeopleMayStillCome
from fairs.views.rows import find_fair, find_own_fair
from kit.days import local_day
from kit.filters import FilterForm
from kit.pages import carry_out, sent, status_of
from kit.refusals import Refusal
from staff.roles import FAIR_READERS, FAIR_RUNNERS, PLACERS


@login_required
@require_safe
def fair_list(request):
    now, address = timezone.now(), FilterForm(request.GET, request.path)
    page = selectors.fair_list(user=request.user, now=now, after=address.after)
    context = {
        "page": page,
        "upcoming": shown(request, page.upcoming),
        "past": shown(request, page.past),
        **address.pages(page.next_after),
        "can_plan": policies.can_plan(request.user),
        "as_of": now,
    }
    return render(request, "fairs/list.html", context)


@login_required
@require_safe
def fair(request, fair_id):
    return show_fair(request, find_fair(request, fair_id))


@login_required
def add_fair(request):
    policies.check_can_plan(request.user)
    form = FairForm(sent(request), ranges=request.user.ranges_as(*FAIR_RUNNERS))
    planned, refusal = carry_out(
        form,
        lambda said: services.plan_fair(fields=form.columns, by=request.user, at=timezone.now(), once=said["once"]),
    )
    if planned:
        return redirect("fairs:booths", planned.pk)
    context = {"form": form, "refusal": refusal}
    return render(request, "fairs/edit.html", context, status=status_of(form, refusal=refusal))


@login_required
def edit_fair(request, fair_id):
    fair = find_changeable_fair(request, fair_id)
    form = FairForm(sent(request), fair=fair, ranges=request.user.ranges_as(*FAIR_RUNNERS))
    done, refusal = carry_out(
        form, lambda said: services.change_fair(fair=fair, fields=form.columns, by=request.user, at=timezone.now())
    )
    if done:
        messages.success(request, _("Saved."))
        return redirect("fairs:fair", fair.pk)
    context = {"form": form, "fair": fair, "refusal": refusal, "expected_here": fair.referrals.expected().count()}
    return render(request, "fairs/edit.html", context, status=status_of(form, refusal=refusal))


@login_required
def licence(request, fair_id):
    """The police licence of a large fair: until when to apply, with which papers, and what came of it."""
    fair = find_changeable_fair(request, fair_id)
    form = LicenceForm(sent(request), fair=fair)
    done, refusal = carry_out(
        form, lambda said: services.change_fair(fair=fair, fields=said, by=request.user, at=timezone.now())
    )
    if done:
        messages.success(request, _("Saved."))
        return redirect("fairs:fair", fair.pk)
    context = {"form": form, "fair": fair, "refusal": refusal}
    context |= {"days_left": licence_days_left(fair), "needs_licence": services.is_large(fair)}
    return render(request, "fairs/licence.html", context, status=status_of(form, refusal=refusal))


@login_required
@never_cache
@require_safe
def licence_pdf(request, fair_id):
    fair = find_own_fair(request, fair_id)
    response = HttpResponse(papers.licence_application(fair), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="licence-{fair.pk}.pdf"'
    return response


def licence_days_left(fair) -> int:
    """Until the police can no longer be asked in time; negative when it is too late."""
    return (fair.licence_last_day - local_day(timezone.now())).days


@login_required
@require_POST
def open_fair(request, fair_id):
    return act(request, fair_id, services.open_fair, _("Open: cadres can refer people now."))


@login_required
@require_POST
def start_fair(request, fair_id):
    return act(request, fair_id, services.start_fair, _("The doors are open."))


@login_required
def finish_fair(request, fair_id):
    """Asked once more, and twice while people may still come: who is not here becomes "did not come" for good."""
    fair, now = find_own_fair(request, fair_id), timezone.now()
    form = FinishForm(sent(request))
    done, refusal = carry_out(form, lambda said: services.finish_fair(fair=fair, by=request.user, at=now, **said))
    if done:
        messages.success(request, _("Closed. Who did not come is back with the cadre."))
        return redirect("fairs:fair", fair.pk)
    if refusal and not isinstance(refusal, PeopleMayStillCome):
        return show_fair(request, fair, refusal=refusal)
    if not fair.takes_referrals:
        raise FairMovedOn
    expected = fair.referrals.expected()
    missing, untold = expected.count(), texts.count_unheard_of(expected)
    context = {
        "fair": fair,
        "refusal": refusal,
        "missing": missing - untold,
        "untold": untold,
        "undecided": fair.referrals.inside().count(),
        "is_early": now < fair.ends_at and missing,
    }
    return render(request, "fairs/finish.html", context, status=status_of(refusal=refusal))


@login_required
@require_POST
def call_missing(request, fair_id):
    form = CallForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    return act(request, fair_id, services.call_the_missing, _("Those who are missing get a text."), seen=seen)


@login_required
def cancel_fair(request, fair_id):
    """With people in the hall the first press only says so, and the second one cancels."""
    fair = find_own_fair(request, fair_id)
    form = CancelForm(sent(request))
    done, refusal = carry_out(
        form, lambda said: services.cancel_fair(fair=fair, by=request.user, at=timezone.now(), **said)
    )
    if done:
        messages.success(request, _("Cancelled. Everybody invited gets a text."))
        return redirect("fairs:fair", fair.pk)
    if not fair.is_not_over:
        raise FairMovedOn
    inside, undecided = fair.referrals.inside().count(), fair.referrals.undecided().count()
    context = {"form": form, "fair": fair, "refusal": refusal, "inside": inside, "undecided": undecided}
    return render(request, "fairs/cancel.html", context, status=status_of(form, refusal=refusal))


def act(request, fair_id, service, said, **what):
    """One step of the fair, then its page; a refusal is shown on that page."""
    fair = find_own_fair(request, fair_id)
    try:
        service(fair=fair, by=request.user, at=timezone.now(), **what)
    except Refusal as refusal:
        return show_fair(request, find_fair(request, fair_id), refusal=refusal)
    messages.success(request, said)
    return redirect("fairs:fair", fair.pk)


def show_fair(request, fair, *, refusal=None):
    now, can_run = timezone.now(), policies.can_run(request.user, fair)
    sends_people = policies.can_send_people(request.user, fair)
    page = selectors.fair_page(fair, request.user.ranges_as(*FAIR_READERS))
    context = {
        "fair": fair,
        "page": page,
        "crowded_booths": selectors.crowded(page.hall),
        "pulse": selectors.pulse_of(fair),
        "can_run": can_run,
        "can_print": sends_people,
        "can_refer_many": request.user.has_role_in(fair.area_id, *PLACERS),
        "can_answer": sends_people,
        "sees_all": policies.can_see_all_names(request.user, fair),
        "door_is_open": can_run and fair.is_running,
        "days_left": licence_days_left(fair),
        "needs_licence": services.is_large(fair),
        "has_many_left": services.has_many_left(fair, at=now),
        "is_the_day": local_day(fair.starts_at) <= local_day(now),
        "check_in_form": CheckInForm(),
        "refusal": refusal,
        "now": now,
    }
    return render(request, "fairs/fair.html", context, status=status_of(refusal=refusal))


def shown(request, fairs: list[Fair]) -> list[Fair]:
    """A figure is a link where its list shows as many."""
    for fair in fairs:
        fair.sees_all = policies.can_see_all_names(request.user, fair)
    return fairs


def find_changeable_fair(request, fair_id) -> Fair:
    fair = find_own_fair(request, fair_id)
    if not fair.is_not_over:
        raise FairMovedOn
    return fair
