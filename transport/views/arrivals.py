from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kit.pages import sent, status_of
from kit.refusals import Refusal
from kit.spreadsheets import Column, as_xlsx
from staff.network import address_of
from staff.roles import TRIP_READERS
from staff.services import log_export
from transport import policies, selectors, services
from transport.forms import ArrivalForm
from transport.models import Booking
from transport.views.rows import find_booking, find_trip, show_trip


@login_required
def arrivals(request, trip_id=None):
    """Who left and has not been heard of. Ticking a few and one press confirms them."""
    trip = find_trip(request, trip_id) if trip_id else None
    form = ArrivalForm(sent(request), bookings=confirmable(request.user))
    refused = confirm(request, form) if request.method == "POST" and form.is_valid() else None
    if refused == []:
        return after_confirming(request, form, trip)
    refusal = refused[0].refusal if refused else None
    context = {
        "page": selectors.arrivals_page(user=request.user, now=timezone.now(), trip=trip),
        "trip": trip,
        "form": form,
        "refusal": refusal,
        "refused": refused,
        "xlsx_url": xlsx_url(trip),
        "now": timezone.now(),
    }
    return render(request, "transport/arrivals.html", context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def undo_arrival(request, booking_id):
    """Somebody was ticked who is not there."""
    booking = find_booking(request, booking_id)
    policies.check_can_confirm_arrival(request.user, booking)
    try:
        services.undo_arrival(booking=booking, by=request.user, at=timezone.now())
    except Refusal as refusal:
        return show_trip(request, find_trip(request, booking.trip_id), refusal=refusal, status=409)
    messages.success(request, _("%(name)s is on the road again.") % {"name": booking.worker.name})
    return redirect("transport:trip_arrivals", booking.trip_id)


def xlsx_url(trip) -> str:
    return reverse("transport:trip_arrivals_xlsx", args=[trip.pk]) if trip else reverse("transport:arrivals_xlsx")


@login_required
@require_safe
def arrivals_xlsx(request, trip_id=None):
    """Everybody the page counts, who has arrived too; each of them stands in the log of who saw whom."""
    trip, now = find_trip(request, trip_id) if trip_id else None, timezone.now()
    page = selectors.arrivals_page(user=request.user, now=now, trip=trip)
    seen = ((p.booking.worker_id, arrival_cells(p)) for found in page.trips for p in found.people)
    name = f"{_('Arrivals')}-{trip.code}" if trip else _("Arrivals")
    rows = log_export(seen, user=request.user, at=now, reason=trip.code if trip else name, ip=address_of(request))
    columns = [
        Column(_("Trip"), 16), Column(_("Planned arrival"), 18), Column(_("Seat"), 8), Column(_("Name"), 12),
        Column(_("Lives in"), 28), Column(_("Employer"), 30), Column(_("Gets off at"), 20), Column(_("State"), 12),
        Column(_("Arrived at"), 18), Column(_("Not heard of for 48 hours"), 12),
    ]  # fmt: skip
    where = trip.area if trip else request.user.home_area_as(*TRIP_READERS)
    return as_xlsx(name, columns, rows, where=where, by=request.user, at=now)


def arrival_cells(arrival) -> list:
    booking = arrival.booking
    return [
        booking.trip.code, booking.dropoff.at, booking.seat.name, booking.worker.name,
        f"{booking.worker.area.parent} {booking.worker.area}", arrival.employer, booking.dropoff.name,
        booking.get_state_display(), booking.arrived_at, _("Yes") if arrival.is_overdue else "",
    ]  # fmt: skip


def confirm(request, form):
    """Returns those who cannot be there, and why."""
    chosen = list(form.cleaned_data["bookings"])
    for booking in chosen:
        policies.check_can_confirm_arrival(request.user, booking)
    arrived_at = form.cleaned_data["arrived_at"]
    why = form.cleaned_data["why"]
    said = {"by": request.user, "at": timezone.now(), "arrived_at": arrived_at, "why": why}
    refused = services.confirm_arrivals(bookings=chosen, **said)
    if done := len(chosen) - len(refused):
        words = ngettext("%(n)d arrival confirmed.", "%(n)d arrivals confirmed.", done) % {"n": done}
        messages.success(request, words)
    return refused


def after_confirming(request, form, trip):
    if request.POST.get("from") == "case":
        return redirect("cases:case", form.cleaned_data["bookings"][0].case_id)
    return redirect("transport:trip_arrivals", trip.pk) if trip else redirect("transport:arrivals")


def confirmable(user):
    """Bookings the reader may know of; what may be done with each is asked of the policy."""
    return Booking.objects.known_to(user).select_related("trip", "case")
