"""One seat: who has it, who could have it, and what may be done about that."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from kit.pages import address
from transport import policies, selectors, services
from transport.choices import TripState
from transport.forms import ChoosePickupForm, MoveForm, ReasonsForm, SeatForm, StandbyMoveForm, SwapForm
from transport.models import Booking, Standby, Trip
from transport.views.rows import act, find_booking, find_own_trip, find_standby, find_trip, show_wrong


@login_required
@require_safe
def seat(request, trip_id, seat_id):
    """A sheet over the trip's page for htmx, a page of its own otherwise."""
    trip = find_trip(request, trip_id)
    chosen = get_object_or_404(trip.seats, pk=seat_id)
    context = {
        "trip": trip,
        "sheet": selectors.seat_sheet(trip=trip, seat=chosen, user=request.user, now=timezone.now()),
        "can_run": policies.can_run(request.user, trip),
        "can_board": policies.can_board(request.user, trip),
        "now": timezone.now(),
    }
    return render(request, "transport/_seat_sheet.html" if request.htmx else "transport/seat.html", context)


@login_required
@require_POST
def give_seat(request, trip_id, seat_id):
    trip = find_own_trip(request, trip_id)
    chosen = get_object_or_404(trip.seats, pk=seat_id)
    form = SeatForm(request.POST, user=request.user)
    if not form.is_valid():
        return show_wrong(request, trip, form)
    said = form.cleaned_data
    case, family = said["case"], []
    wish = {"reasons": form.reasons, "is_there": trip.state == TripState.BOARDING}
    if case in said["together"]:
        family = selectors.family_whom_it_suits(trip=trip, case=case, user=request.user, now=timezone.now())
    if family:
        words = _("%(n)d of the household have seats.") % {"n": len(family) + 1}
        wish |= {"cases": [case, *family], "seat": chosen}
        return act(request, trip, services.book_seats_together, trip=trip, done=words, **wish)
    words = _("%(name)s has seat %(seat)s.") % {"name": case.worker.name, "seat": chosen.name}
    wish |= {"seat": chosen, "once": said["once"]}
    return act(request, trip, services.book_seat, trip=trip, case=case, done=words, **wish)


@login_required
@require_safe
def booking(request, booking_id):
    return redirect("transport:trip", find_booking(request, booking_id).trip_id)


@login_required
@require_safe
def standby(request, standby_id):
    return redirect("transport:trip", find_standby(request, standby_id).trip_id)


@login_required
@require_POST
def confirm_seat(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_change(request.user, booking)
    return act(request, booking.trip, services.confirm_seat, booking=booking)


@login_required
@require_http_methods(["GET", "POST"])
def release_seat(request, booking_id):
    """Where people wait the seat is somebody else's a second later: asked once more, as a cadre always is, on a page of
    its own that reload and a switch of the language find again.
    """
    booking = find_booking(request, booking_id)
    policies.check_can_change(request.user, booking)
    if request.method == "GET":
        return ask_before_release(request, booking)
    came_from = request.POST.get("from", "")
    asks = booking.is_awaited and (came_from == "case" or booking.trip.standbys.waiting().exists())
    if asks and request.POST.get("deed") != "release":
        url = address(request.path, {"from": came_from})
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    words = _("Seat %(seat)s is free again.") % {"seat": booking.seat.name}
    return act(request, booking.trip, services.release_seat, booking=booking, done=words)


def ask_before_release(request, booking: Booking):
    """Of a seat that can no longer be released the trip's page says what became of it."""
    if not booking.is_awaited:
        return redirect("transport:trip", booking.trip_id)
    is_of_cadre, waiting = request.GET.get("from") == "case", booking.trip.standbys.waiting().count()
    context = {"booking": booking, "trip": booking.trip, "waiting": waiting, "is_of_cadre": is_of_cadre}
    return render(request, "transport/release.html", context)


@login_required
@require_POST
def move_seat(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_run(request.user, booking.trip)
    form = MoveForm(request.POST, trip=booking.trip)
    if not form.is_valid():
        return show_wrong(request, booking.trip, form)
    return act(request, booking.trip, services.move_seat, booking=booking, seat=form.cleaned_data["seat"])


@login_required
@require_POST
def choose_pickup(request, booking_id):
    """Another stop of the trip, or the same again because it suits."""
    booking = find_booking(request, booking_id)
    policies.check_can_change(request.user, booking)
    form = ChoosePickupForm(request.POST, trip=booking.trip)
    if not form.is_valid():
        return show_wrong(request, booking.trip, form)
    pickup = form.cleaned_data["pickup"]
    words = _("Gets on at %(stop)s.") % {"stop": pickup.name}
    return act(request, booking.trip, services.choose_pickup, booking=booking, pickup=pickup, done=words)


@login_required
@require_POST
def swap_seats(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_run(request.user, booking.trip)
    form = SwapForm(request.POST, trip=booking.trip)
    if not form.is_valid():
        return show_wrong(request, booking.trip, form)
    return act(request, booking.trip, services.swap_seats, booking=booking, other=form.cleaned_data["other"])


@login_required
@require_POST
def mark_no_show(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_board(request.user, booking.trip)
    words = _("%(name)s is missing; the cadre is asked to call now.") % {"name": booking.worker.name}
    return act(request, booking.trip, services.mark_no_show, booking=booking, done=words)


@login_required
@require_POST
def undo_no_show(request, booking_id):
    booking = find_booking(request, booking_id)
    policies.check_can_board(request.user, booking.trip)
    words = _("%(name)s is expected again.") % {"name": booking.worker.name}
    return act(request, booking.trip, services.undo_no_show, booking=booking, done=words)


@login_required
@require_POST
def seat_standby(request, standby_id):
    """The whole group of the person: a household is not torn apart."""
    standby = find_standby(request, standby_id)
    policies.check_can_run(request.user, standby.trip)
    group = group_of(standby)
    words = _("Seats given to %(n)d from the standby list.") % {"n": len(group)}
    form = ReasonsForm(request.POST)
    if not form.is_valid():
        return show_wrong(request, standby.trip, form)
    wish = {"reasons": form.reasons, "is_there": standby.trip.state == TripState.BOARDING}
    return act(request, standby.trip, services.seat_standby, standbys=group, done=words, **wish)


@login_required
@require_POST
def move_standby(request, standby_id):
    """To a trip with room: seated there, the whole group of the person."""
    standby = find_standby(request, standby_id)
    policies.check_can_run(request.user, standby.trip)
    trips = Trip.objects.bookable_by(request.user, timezone.now())
    form = StandbyMoveForm(request.POST, trips=trips)
    if not form.is_valid():
        return show_wrong(request, standby.trip, form)
    target = form.cleaned_data["trip"]
    words = _("Moved to %(trip)s.") % {"trip": target.code}
    wish = {"trip": target, "reasons": form.reasons}
    return act(request, standby.trip, services.move_standby, standbys=group_of(standby), done=words, **wish)


@login_required
@require_POST
def leave_standby(request, standby_id):
    standby = find_standby(request, standby_id)
    if not policies.can_book(request.user, standby.case):
        policies.check_can_run(request.user, standby.trip)
    return act(request, standby.trip, services.leave_standby, standby=standby)


def group_of(standby: Standby) -> list[Standby]:
    if standby.worker.household_id is None or not standby.is_waiting:
        return [standby]
    waiting = Standby.objects.waiting().filter(trip=standby.trip_id, worker__household=standby.worker.household_id)
    return list(waiting.in_order().select_related("trip", "case", "worker"))
