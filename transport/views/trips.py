from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kit.pages import sent, status_of
from kit.refusals import Refusal
from kit.spreadsheets import MOST, Column, as_xlsx
from staff.roles import TRIP_READERS
from transport import policies, selectors, services
from transport.choices import StopKind
from transport.forms import TripFilter, TripForm, mark, stop_forms
from transport.views.rows import find_own_trip, find_trip, show_trip


@login_required
@require_safe
def trip_list(request):
    form = TripFilter(request.GET)
    context = {
        "page": selectors.trip_list(user=request.user, **form.chosen),
        "when": form.chosen.get("when", "coming"),
        "form": form,
        "is_filtered": bool(form.chosen.keys() - {"when"}),
        "can_plan": policies.can_plan(request.user),
        "xlsx_url": form.download(reverse("transport:list_xlsx")),
        "now": timezone.now(),
    }
    return render(request, "transport/list.html", context)


@login_required
@require_safe
def trip_list_xlsx(request):
    form, now = TripFilter(request.GET), timezone.now()
    page = selectors.trip_list(user=request.user, most=MOST, **form.chosen)
    columns = [
        Column(_("Trip"), 12), Column(_("Leaves"), 18), Column(_("Arrives"), 18), Column(_("Place of departure"), 16),
        Column(_("Places of arrival"), 36), Column(_("Plate or number"), 14), Column(_("Seats")),
        Column(_("Seats taken")), Column(_("Standby")), Column(_("State")),
    ]  # fmt: skip
    rows = map(trip_cells, page.lines)
    where = request.user.home_area_as(*TRIP_READERS)
    return as_xlsx(_("Trips"), columns, rows, where=where, by=request.user, at=now)


def trip_cells(line) -> list:
    trip, stops = line.trip, ", ".join(stop.name for stop in line.dropoffs)
    return [
        trip.code, trip.departs_at, trip.arrives_at, trip.area, stops, trip.plate, trip.capacity, trip.seats_taken,
        trip.people_waiting, trip.get_state_display(),
    ]  # fmt: skip


@login_required
@require_safe
def trip(request, trip_id):
    return show_trip(request, find_trip(request, trip_id))


@login_required
def add_trip(request):
    policies.check_can_plan(request.user)
    return fill_in(request, None)


@login_required
def edit_trip(request, trip_id):
    return fill_in(request, find_own_trip(request, trip_id))


def fill_in(request, trip):
    """The form of a trip and its two tables of stops, empty or as the trip stands."""
    data = sent(request)
    form = TripForm(data, user=request.user, trip=trip)
    tables = [stop_forms(kind, user=request.user, data=data, trip=trip) for kind in StopKind.values]
    refusal, is_said, is_sound = None, False, [part.is_valid() for part in (form, *tables)]
    if request.method == "POST" and all(is_sound):
        try:
            return redirect("transport:trip", save(request, trip, form, tables).pk)
        except Refusal as refused:
            refusal, is_said = refused, mark(refused, tables)
    context = {"trip": trip, "form": form, "pickups": tables[0], "dropoffs": tables[1]}
    context["refusal"] = None if is_said else refusal
    return render(request, "transport/edit.html", context, status=status_of(form, *tables, refusal=refusal))


def save(request, trip, form, tables):
    stops = [line.stop for table in tables for line in table if line.has_changed() or line.initial.get("name")]
    plan = form.plan([stop for stop in stops if stop])
    if trip is None:
        once = form.cleaned_data["once"]
        return services.plan_trip(plan=plan, by=request.user, at=timezone.now(), once=once)
    return services.change_trip(trip=trip, plan=plan, by=request.user, at=timezone.now())
