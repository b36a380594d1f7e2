"""The organiser's buttons: each is one service, and its answer is the trip's page."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kit.pages import sent, status_of
from transport import policies, services
from transport.forms import CancelForm, DriverForm
from transport.views.rows import act, find_own_trip, find_trip, show_trip


@login_required
@require_POST
def open_trip(request, trip_id):
    trip = find_own_trip(request, trip_id)
    return act(request, trip, services.open_trip, trip=trip, done=_("Seats can be booked now."))


@login_required
@require_POST
def start_boarding(request, trip_id):
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    return act(request, trip, services.start_boarding, trip=trip)


@login_required
@require_POST
def depart(request, trip_id):
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    words = _("On the road. Whoever stayed behind is back with their cadre.")
    return act(request, trip, services.depart, trip=trip, done=words)


@login_required
@require_POST
def arrive(request, trip_id):
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    return act(request, trip, services.arrive, trip=trip, done=_("Arrived. Now confirm who reached the works."))


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
def add_driver(request, trip_id):
    trip = find_own_trip(request, trip_id)
    form = DriverForm(request.POST)
    if not form.is_valid():
        return show_trip(request, trip, status=422)
    return act(request, trip, services.add_driver, trip=trip, done=_("Driver added."), **form.cleaned_data)


@login_required
@require_POST
def park_overnight(request, trip_id):
    trip = find_own_trip(request, trip_id)
    return act(request, trip, services.park_overnight, trip=trip, done=_("Parks overnight; the arrival is later."))
