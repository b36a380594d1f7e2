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
from transport.forms import GoBackForm
from transport.models import Trip
from transport.selectors.going_back import last_job, trips_that_suit
from transport.views.casework import seated_already
from transport.views.rows import find_case


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def go_back(request, case_id):
    """Three taps when the job is known: the trip, and done."""
    case, now = find_case(request, case_id), timezone.now()
    check_can_place(request.user, case)
    policies.check_can_book(request.user, case)
    if seated := seated_already(request, case):
        return seated
    trips = Trip.objects.visible_to(request.user).bookable(now)
    form = GoBackForm(sent(request), trips=trips, initial=first_answers(case))
    booking, refusal = None, None
    if request.POST.get("deed") == "look":
        form.ask_only_place()
    else:
        booking, refusal = carry_out(form, lambda said: book(request, case, form, now))
    if booking:
        words = _("Seat %(seat)s booked on %(trip)s.") % {"seat": booking.seat.name, "trip": booking.trip.code}
        messages.success(request, words)
        return redirect("cases:case", case.pk)
    place, chosen = place_of_work(case, form), refusal and form.cleaned_data["trip"]
    choices = trips_that_suit(case, request.user, now, place and place.pk, chosen)
    context = {"case": case, "form": form, "refusal": refusal, "choices": choices, "place": place}
    context["reasons"] = form.asked(refusal)
    return render(request, "transport/go_back.html", context, status=status_of(form, refusal=refusal))


def book(request, case, form, now):
    said = form.cleaned_data
    who = {"by": request.user, "at": now, "reasons": form.reasons, "once": said["once"]}
    return services.take_back_to_work(case=case, job=form.job, trip=said["trip"], **who)


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
