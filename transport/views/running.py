"""The organiser's buttons: each is one service, and its answer is the trip's page."""

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from transport import policies, services
from transport.forms import DriverForm
from transport.views.rows import act, find_own_trip, find_trip, show_wrong


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
def seat_by_list(request, trip_id):
    trip = find_own_trip(request, trip_id)
    words = _("Free seats go to the standby list again.")
    return act(request, trip, services.seat_by_list_again, trip=trip, done=words)


@login_required
@require_POST
def add_driver(request, trip_id):
    trip = find_own_trip(request, trip_id)
    form = DriverForm(request.POST)
    if not form.is_valid():
        return show_wrong(request, trip, form)
    return act(request, trip, services.add_driver, trip=trip, done=_("Driver added."), **form.cleaned_data)


@login_required
@require_POST
def park_overnight(request, trip_id):
    trip = find_own_trip(request, trip_id)
    return act(request, trip, services.park_overnight, trip=trip, done=_("Parks overnight; the arrival is later."))
