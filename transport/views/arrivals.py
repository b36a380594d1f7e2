from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from kit.pages import sent, status_of
from kit.refusals import Refusal
from transport import policies, selectors, services
from transport.forms import ArrivalForm
from transport.models import Booking
from transport.views.rows import find_trip


@login_required
def arrivals(request, trip_id=None):
    """Who left and has not been heard of. Ticking a few and one press confirms them."""
    trip = find_trip(request, trip_id) if trip_id else None
    refusal, form = None, ArrivalForm(sent(request), bookings=confirmable(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            return confirm(request, form, trip)
        except Refusal as refused:
            refusal = refused
    context = {
        "page": selectors.arrivals_page(user=request.user, now=timezone.now(), trip=trip),
        "trip": trip,
        "form": form,
        "refusal": refusal,
        "now": timezone.now(),
    }
    return render(request, "transport/arrivals.html", context, status=status_of(form, refusal=refusal))


def confirm(request, form, trip):
    chosen = list(form.cleaned_data["bookings"])
    for booking in chosen:
        policies.check_can_confirm_arrival(request.user, booking)
    arrived_at = form.cleaned_data["arrived_at"]
    why = form.cleaned_data["why"]
    services.confirm_arrivals(bookings=chosen, by=request.user, at=timezone.now(), arrived_at=arrived_at, why=why)
    words = ngettext("%(n)d arrival confirmed.", "%(n)d arrivals confirmed.", len(chosen)) % {"n": len(chosen)}
    messages.success(request, words)
    if request.POST.get("from") == "case":
        return redirect("cases:case", chosen[0].case_id)
    return redirect("transport:trip_arrivals", trip.pk) if trip else redirect("transport:arrivals")


def confirmable(user):
    """Bookings the reader may know of; what may be done with each is asked of the policy."""
    return Booking.objects.known_to(user).select_related("trip", "case")
