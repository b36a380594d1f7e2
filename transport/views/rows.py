"""Rows for the views: outside the area they do not exist (404); what the role does not include is a 403."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cases.views.rows import find_case
from kit.days import local_day
from kit.refusals import Refusal
from transport import policies, selectors
from transport.forms import DriverForm
from transport.forms.reasons import PREFIX
from transport.models import Booking, Standby, Trip
from workers.rules import masks

__all__ = ["act", "find_booking", "find_case", "find_own_trip", "find_standby", "find_trip", "show_trip", "show_wrong"]

PASSENGERS_SHOWN = 14


def find_trip(request, trip_id: int) -> Trip:
    trips = Trip.objects.visible_to(request.user).select_related("area", "leader", "deputy")
    return get_object_or_404(trips, pk=trip_id)


def find_own_trip(request, trip_id: int) -> Trip:
    trip = find_trip(request, trip_id)
    policies.check_can_run(request.user, trip)
    return trip


def find_booking(request, booking_id: int) -> Booking:
    """Somebody the reader may know of: their own person, or anybody on a trip whose names they see."""
    rows = Booking.objects.known_to(request.user)
    related = rows.select_related("trip__area", "seat", "pickup", "dropoff", "case", "worker__area__parent")
    return get_object_or_404(related, pk=booking_id)


def find_standby(request, standby_id: int) -> Standby:
    rows = Standby.objects.known_to(request.user).select_related("trip", "case", "worker")
    return get_object_or_404(rows, pk=standby_id)


def act(request, trip: Trip, service, /, *, done: str = "", **what):
    """One deed, then the trip's page, or the case's when the button stood there. A refusal is shown on the trip's."""
    try:
        service(by=request.user, at=timezone.now(), **what)
    except Refusal as refusal:
        return show_refused(request, trip, refusal)
    if done:
        messages.success(request, done)
    booking = what.get("booking")
    if booking and request.POST.get("from") == "case":
        return redirect("cases:case", booking.case_id)
    return redirect("transport:trip", trip.pk)


@dataclass(frozen=True)
class Again:
    """A deed to be sent once more: one question with what was answered before, without any number, and the other
    `answers` as they were.
    """

    name: str
    question: str
    answer: str
    answers: list[tuple[str, str]]


def show_wrong(request, trip: Trip, form):
    """A wrong answer in one of the small forms of the trip's page, whose own place for it is gone: said at the top.

    A reason is asked for there again.
    """
    name, [error, *_] = next(iter(form.errors.items()))
    again = once_more(request, name, form.fields[name].label) if name.startswith(PREFIX) else None
    return show_trip(request, find_trip(request, trip.pk), refusal=Refusal(error), again=again, status=422)


def show_refused(request, trip: Trip, refusal: Refusal):
    asks_why = getattr(refusal, "asks_why", False)
    again = once_more(request, f"{PREFIX}{refusal.code}", refusal.question) if asks_why else None
    return show_trip(request, find_trip(request, trip.pk), refusal=refusal, again=again, status=409)


def once_more(request, name: str, question: str) -> Again:
    sent = [(other, text) for other, texts in request.POST.lists() for text in texts]
    others = [(other, text) for other, text in sent if other not in ("csrfmiddlewaretoken", name)]
    return Again(name, question, masks.scrub(request.POST.get(name, "")), others)


def show_trip(request, trip: Trip, *, refusal=None, again: Again | None = None, status: int = 200):
    now = timezone.now()
    page = selectors.trip_page(trip=trip, user=request.user, now=now)
    shows_all = "all" in request.GET or len(page.passengers) <= PASSENGERS_SHOWN + 2
    needing = sum(person.attention[0] < 3 for person in page.passengers)
    shown = page.passengers if shows_all else page.passengers[: max(PASSENGERS_SHOWN, needing)]
    context = {
        "trip": trip,
        "page": page,
        "looks": page.looks,
        "passengers": shown,
        "more_passengers": len(page.passengers) - len(shown),
        "can_run": policies.can_run(request.user, trip),
        "can_board": policies.can_board(request.user, trip),
        "sees_all": policies.can_see_all_names(request.user, trip),
        "driver_form": DriverForm(),
        "can_take_back": trip.taken_back_until is not None and now <= trip.taken_back_until,
        "can_take_back_arrival": trip.arrived_at is not None and now <= trip.arrival_taken_back_until,
        "refusal": refusal,
        "again": again,
        "now": now,
        "today": local_day(now),
    }
    return render(request, "transport/trip.html", context, status=status)
