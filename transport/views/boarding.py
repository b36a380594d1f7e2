"""Letting people aboard: digits in, a name and a seat out, big enough to read at arm's length."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kit.pages import carry_out, status_of
from transport import policies, selectors, services
from transport.forms import CodeForm
from transport.views.rows import act, find_booking, find_trip


@login_required
def board(request, trip_id):
    """Works alone on a phone. A scanned ticket opens it with the code filled in; pressing is still the leader's."""
    trip = find_trip(request, trip_id)
    policies.check_can_board(request.user, trip)
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm(initial={"code": request.GET.get("code")})
    boarding, refusal = carry_out(
        form, lambda said: services.board(trip=trip, code=said["code"], by=request.user, at=timezone.now())
    )
    context = {
        "trip": find_trip(request, trip_id),
        "form": CodeForm() if boarding else form,
        "boarding": boarding,
        "refusal": refusal,
        **selectors.people_to_board(trip=trip),
    }
    template = "transport/_boarding.html" if request.htmx else "transport/board.html"
    return render(request, template, context, status=status_of(form, refusal=refusal))


@login_required
@require_POST
def board_from_list(request, booking_id):
    """They have no text and no ticket at hand, but everybody knows them."""
    booking = find_booking(request, booking_id)
    policies.check_can_board(request.user, booking.trip)
    if request.POST.get("at") == "boarding":
        return board_here(request, booking)
    return act(request, booking.trip, services.board, trip=booking.trip, code=booking.code)


@login_required
@require_POST
def undo_board(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_board(request.user, booking.trip)
    words = _("%(name)s is not aboard any more.") % {"name": booking.worker.name}
    if request.POST.get("at") == "boarding":
        services.undo_board(booking=booking, by=request.user, at=timezone.now())
        messages.success(request, words)
        return redirect("transport:board", booking.trip_id)
    return act(request, booking.trip, services.undo_board, booking=booking, done=words)


def board_here(request, booking):
    """On the boarding page itself, as if the code had been typed there."""
    request.POST = request.POST.copy()
    request.POST["code"] = booking.code
    return board(request, booking.trip_id)
