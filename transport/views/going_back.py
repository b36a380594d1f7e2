"""The page where somebody who goes back to their job gets the seat."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jobs.policies import check_can_place
from kit.pages import carry_out, sent, status_of
from transport import policies, services
from transport.forms import GoBackDeed, GoBackForm
from transport.models import Trip
from transport.selectors.going_back import last_job, trips_that_suit
from transport.views.casework import seated_already
from transport.views.rows import find_case


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def go_back(request, case_id):
    """Three taps when the job is known: the trip, and done. Where no seat is free they wait for one."""
    case, now = find_case(request, case_id), timezone.now()
    check_can_place(request.user, case)
    policies.check_can_book(request.user, case)
    if seated := seated_already(request, case):
        return seated
    trips = Trip.objects.bookable_by(request.user, now)
    form = GoBackForm(sent(request), trips=trips, deed=request.POST.get("deed", ""), initial=first_answers(case))
    told, refusal = None, None
    if form.deed == GoBackDeed.LOOK:
        form.ask_only_place()
    else:
        told, refusal = carry_out(form, lambda said: book(request, case, form, now))
    if told:
        messages.success(request, told)
        return redirect("cases:case", case.pk)
    place, chosen = place_of_work(case, form), refusal and form.cleaned_data["trip"]
    choices = trips_that_suit(case, request.user, now, place and place.pk, chosen)
    context = {"case": case, "form": form, "refusal": refusal, "choices": choices, "place": place}
    context |= {"reasons": form.asked(refusal), "has_trips": bool(choices) or trips.exists()}
    context["may_wait"] = any(not choice.has_room for choice in choices)
    return render(request, "transport/go_back.html", context, status=status_of(form, refusal=refusal))


def book(request, case, form, now) -> str:
    """The one deed that was asked for, and how to say that it is done."""
    said = form.cleaned_data
    who = {"case": case, "job": form.job, "by": request.user, "at": now, "once": said["once"]}
    if form.deed == GoBackDeed.LATER:
        services.confirm_old_job(**who)
        return _("The job is confirmed. A seat is still to be arranged.")
    wish = {"trip": said["trip"], "reasons": form.reasons}
    if form.deed == GoBackDeed.WAIT:
        services.wait_to_go_back(**wish, **who)
        return _("On the standby list of %(trip)s.") % {"trip": said["trip"].code}
    booking = services.take_back_to_work(**wish, **who)
    return _("Seat %(seat)s booked on %(trip)s.") % {"seat": booking.seat.name, "trip": booking.trip.code}


def place_of_work(case, form):
    """As typed; before that, where they worked last."""
    if form.is_bound:
        return form.cleaned_data.get("area")
    job = last_job(case)
    return job and job.destination


def first_answers(case) -> dict:
    """What was said of the job before need not be typed again."""
    job = last_job(case)
    if job is None:
        return {}
    place = job.destination.name if job.destination else ""
    return {"employer_name": job.employer_name, "area": place, "wage": job.wage}
