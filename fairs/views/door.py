from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from areas.ranges import in_ranges
from cases.models import Case
from fairs import policies, selectors, services
from fairs.forms import CheckInForm, LiveFilter, NewcomerForm, WalkInForm
from fairs.refusals import SeveralPeople, UnknownCode
from fairs.views.rows import find_fair, find_own_fair, find_referral
from kit.days import local_day
from kit.pages import sent, status_of
from kit.refusals import Refusal
from staff.roles import FAIR_READERS, FAIR_RUNNERS
from workers.models import Worker


@login_required
def check_in(request, fair_id):
    """The door: digits in, a name and the first booth out. Works alone on a phone and inside the fair's page."""
    fair = find_own_fair(request, fair_id)
    form = CheckInForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        return show_door(request, fair, form=form, status=status_of(form))
    typed = form.cleaned_data["digits"]
    try:
        arrival = services.check_in(fair=fair, digits=typed, by=request.user, at=timezone.now())
    except (UnknownCode, SeveralPeople) as refusal:
        return show_choice(request, fair, typed, refusal)
    except Refusal as refusal:
        return show_door(request, fair, refusal=refusal, status=409)
    return show_door(request, fair, arrival=arrival)


@login_required
@require_POST
def walk_in(request, fair_id):
    """Somebody found by name who was not on the list."""
    fair = find_own_fair(request, fair_id)
    form = WalkInForm(request.POST)
    reach = in_ranges("area_id", request.user.ranges_as(*FAIR_RUNNERS))
    case = get_object_or_404(Case.objects.filter(reach), pk=form.cleaned_data["case"] if form.is_valid() else 0)
    return _let_in(request, fair, services.register_walk_in, case=case)


@login_required
@require_POST
def newcomer(request, fair_id):
    """Somebody found by name who never had a case."""
    fair = find_own_fair(request, fair_id)
    form = NewcomerForm(request.POST)
    reach = in_ranges("area_id", request.user.ranges_as(*FAIR_RUNNERS))
    worker = get_object_or_404(Worker.objects.filter(reach), pk=form.cleaned_data["worker"] if form.is_valid() else 0)
    return _let_in(request, fair, services.register_newcomer, worker=worker)


def _let_in(request, fair, register, **who):
    try:
        arrival = register(fair=fair, by=request.user, at=timezone.now(), **who)
    except Refusal as refusal:
        return show_door(request, fair, refusal=refusal, status=409)
    return show_door(request, fair, arrival=arrival)


@login_required
@require_POST
def undo_check_in(request, referral_id):
    referral = find_referral(request, referral_id)
    policies.check_can_run(request.user, referral.fair)
    try:
        services.undo_check_in(referral=referral, by=request.user, at=timezone.now())
    except Refusal as refusal:
        return show_door(request, referral.fair, refusal=refusal, status=409)
    if request.htmx:
        return show_door(request, referral.fair)
    return redirect("fairs:check_in", referral.fair_id)


def show_choice(request, fair, typed, refusal):
    """Nobody fits exactly: who it may be. Finding people is an answer; finding none is the refusal."""
    ranges, today = request.user.ranges_as(*FAIR_RUNNERS), local_day(timezone.now())
    listed, more_listed = selectors.listed_people(fair, typed, ranges, today)
    others, more_others = selectors.strangers(fair, typed, ranges, today)
    ended, more_ended = selectors.ended_people(fair, typed, request.user, today)
    newcomers, more_newcomers = selectors.newcomers(fair, typed, ranges, today)
    if listed or others or ended or newcomers:
        fits_more = more_listed or more_others or more_ended or more_newcomers
        found = {"listed": listed, "strangers": others, "newcomers": newcomers, "ended": ended, "fits_more": fits_more}
        return show_door(request, fair, found=found, typed=typed)
    return show_door(request, fair, refusal=refusal, typed=typed, status=409)


def show_door(request, fair, *, form=None, arrival=None, refusal=None, found=None, typed="", status=200):
    context = {
        "fair": fair,
        "arrival": arrival and selectors.person_of(with_wishes(arrival.referral)),
        "is_replay": bool(arrival and arrival.is_replay),
        "refusal": refusal,
        "typed": typed,
        "check_in_form": form or CheckInForm(),
        "can_answer": True,
        "sees_all": True,
        **(found or {}),
        **board(request, fair),
        "is_in_fair_page": request.htmx.current_url_abs_path == reverse("fairs:fair", args=[fair.pk]),
    }
    template = "fairs/_door_answer.html" if request.htmx else "fairs/check_in.html"
    return render(request, template, context, status=status)


@login_required
@require_safe
def live(request, fair_id):
    """What has changed on the board since the desk last looked; nothing (204) when nothing has."""
    fair, form = find_fair(request, fair_id), LiveFilter(request.GET)
    if form.chosen.get("seen") == selectors.pulse_of(fair):
        return HttpResponse(status=204)
    context = {
        "fair": fair,
        "can_answer": policies.can_send_people(request.user, fair),
        "sees_all": policies.can_see_all_names(request.user, fair),
        **board(request, fair),
    }
    return render(request, "fairs/_live_answer.html", context)


def board(request, fair) -> dict:
    found = selectors.board_of(fair, request.user.ranges_as(*FAIR_READERS))
    return vars(found) | {
        "crowded_booths": selectors.crowded(found.hall),
        "door_is_open": fair.is_running,
        "is_at_door": request.htmx.current_url_abs_path == reverse("fairs:check_in", args=[fair.pk]),
    }


def with_wishes(referral):
    return type(referral).objects.for_page().get(pk=referral.pk)
