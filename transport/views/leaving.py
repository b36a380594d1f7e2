"""Leaving, getting there, or not going at all: pages that say first what it means for whom."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kit.pages import carry_out, sent, status_of
from transport import policies, selectors, services
from transport.choices import TripState
from transport.forms import ArriveForm, CancelForm, DepartForm
from transport.refusals import DriversShort, TripMovedOn
from transport.views.rows import act, find_booking, find_own_trip, find_trip, show_trip
from workers.views.dialling import dial


@login_required
def depart(request, trip_id):
    """Names who is not aboard and asks for each; the button on this page is the second press."""
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    now = timezone.now()
    check = selectors.departure_check(trip=trip, now=now)
    form = DepartForm(sent(request), missing=check.missing)
    told, refusal = carry_out(form, lambda said: leave_or_wait(request, trip, form))
    if told:
        messages.success(request, told)
        return redirect("transport:trip", trip.pk)
    if isinstance(refusal, DriversShort | TripMovedOn):
        return show_trip(request, trip, refusal=refusal, status=409)  # the ways out stand there
    if not trip.takes_bookings:
        return redirect("transport:trip", trip.pk)
    context = {"trip": trip, "check": check, "form": form, "refusal": refusal}
    return render(request, "transport/depart.html", context, status=status_of(form, refusal=refusal))


def leave_or_wait(request, trip, form) -> str:
    who = {"trip": trip, "answers": form.answers, "by": request.user, "at": timezone.now()}
    if request.POST.get("deed") == "wait":
        services.note_absences(**who)
        return _("Written down. The trip waits.")
    try:
        said = form.cleaned_data
        services.depart(why=said["why"], minors_with=said["minors_with"], **who)
    except DriversShort:
        services.note_absences(**who)  # nobody is rung up twice because a driver is missing
        raise
    return _("On the road. Whoever stayed behind is back with their cadre.")


@login_required
@require_POST
def undo_departure(request, trip_id):
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    return act(request, trip, services.undo_departure, trip=trip, done=_("It has not left: boarding goes on."))


@login_required
def arrive(request, trip_id):
    """One press; a page that asks how, when the vehicle cannot be there yet."""
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    form = ArriveForm(sent(request))
    done, refusal = carry_out(
        form, lambda said: services.arrive(trip=trip, why=said["why"], by=request.user, at=timezone.now())
    )
    if done:
        messages.success(request, _("Arrived. Now confirm who reached the works."))
        return redirect("transport:trip", trip.pk)
    if isinstance(refusal, TripMovedOn):
        return show_trip(request, trip, refusal=refusal, status=409)
    if trip.state != TripState.DEPARTED:
        return redirect("transport:trip", trip.pk)
    context = {"trip": trip, "form": form, "refusal": refusal}
    return render(request, "transport/arrive.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def undo_arrive(request, trip_id):
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    return act(request, trip, services.undo_arrive, trip=trip, done=_("Still on the road."))


@login_required
def cancel_trip(request, trip_id):
    trip = find_own_trip(request, trip_id)
    form = CancelForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return act(request, trip, services.cancel_trip, trip=trip, why=form.cleaned_data["why"])
    people = trip.bookings.active().count()
    context = {"trip": trip, "form": form, "people": people}
    return render(request, "transport/cancel.html", context, status=status_of(form))


@login_required
@require_POST
def call(request, booking_id):
    """Ring somebody up who is not at the stop: for whoever lets people aboard."""
    booking = find_booking(request, booking_id)
    policies.check_can_board(request.user, booking.trip)
    return dial(request, booking.worker, back_url=reverse("transport:depart", args=[booking.trip_id]))
