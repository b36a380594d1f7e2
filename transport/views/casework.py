"""What the cadre does about travel, from the case page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.choices import State
from kit.dates import moment
from kit.pages import carry_out, sent, status_of
from transport import policies, selectors, services
from transport.forms import BookForm
from transport.models import Trip
from transport.services.casework import STOP_QUESTIONED
from transport.views.rows import find_case


@login_required
def book_for_case(request, case_id):
    """Choose a trip; the seat and the stops follow. On a full trip the same button joins the standby list."""
    case = find_case(request, case_id)
    policies.check_can_book(request.user, case)
    if seated := seated_already(request, case):
        return seated
    now = timezone.now()
    trips = Trip.objects.bookable_by(request.user, now)
    form = BookForm(sent(request), trips=trips, relatives=selectors.relatives_without_a_seat(case, request.user))
    told, refusal = carry_out(form, lambda said: book(request, case, form))
    if told:
        messages.success(request, told)
        return redirect("cases:case", case.pk)
    choices = selectors.trip_choices(case=case, user=request.user, now=now)
    suitable = [choice for choice in choices if choice.fit.suits]
    unsuitable = [choice for choice in choices if not choice.fit.suits]
    chosen = form["trip"].value()
    context = {
        "case": case,
        "form": form,
        "choices": choices,
        "more": trips.count() - len(choices),
        "suitable": suitable,
        "unsuitable": unsuitable,
        "opens_unsuitable": not suitable or chosen in [str(choice.trip.pk) for choice in unsuitable],
        "relatives": selectors.with_their_work(form.fields["along"].queryset),
        "refusal": refusal,
        "reasons": form.asked(refusal),
    }
    return render(request, "transport/book.html", context, status=status_of(form, refusal=refusal))


def seated_already(request, case):
    """Who comes back to the form after it was sent is told so, on the page of the case; None where there is no seat."""
    booking = selectors.case_travel(case).booking if request.method == "GET" else None
    if booking is None or not booking.is_active:
        return None
    words = {"name": case.worker.name, "seat": booking.seat.name, "trip": booking.trip.code}
    messages.warning(request, _("%(name)s has seat %(seat)s on %(trip)s already.") % words)
    return redirect("cases:case", case.pk)


def book(request, case, form) -> str:
    """The one deed that was asked for, and how to say that it is done."""
    entered, who = form.cleaned_data, {"by": request.user, "at": timezone.now(), "reasons": form.reasons}
    trip, along = entered["trip"], list(entered["along"])
    if request.POST.get("deed") == "wait":
        services.join_standby_together(trip=trip, cases=[case, *along], **who)
        return _("On the standby list of %(trip)s.") % {"trip": trip.code}
    if along:
        bookings = services.book_seats_together(trip=trip, cases=[case, *along], pickup=entered["pickup"], **who)
        seats = ", ".join(booking.seat.name for booking in bookings)
        return _("Seats %(seats)s booked on %(trip)s.") % {"seats": seats, "trip": trip.code}
    wish = {"pickup": entered["pickup"], "once": entered["once"]}
    luggage = 1 if entered["luggage"] is None else entered["luggage"]
    booking = services.book_seat(trip=trip, case=case, luggage=luggage, **wish, **who)
    return _("Seat %(seat)s booked on %(trip)s.") % {"seat": booking.seat.name, "trip": trip.code}


@login_required
@require_safe
def panel(request, case_id):
    """Travel, for the case page: one line says it all."""
    case = find_case(request, case_id)
    travel = selectors.case_travel(case)
    context = {
        "case": case,
        "travel": travel,
        "relatives": selectors.relatives_without_a_seat(case, request.user) if travel.has_seat else [],
        **stop_of(request.user, case, travel),
        "can_book": policies.can_book(request.user, case) and case.state == State.PLACED and case.needs_transport,
        "panel_icon": "bus",
        "panel_title": _("Travel"),
        "panel_state": state_words(case, travel),
        "panel_open": bool(travel.booking and travel.booking.is_active),
        "back_url": reverse("cases:case", args=[case.pk]),
    }
    return render(request, "transport/_panel.html", context)


def stop_of(user, case, travel) -> dict:
    """The stops to choose from, and whether theirs is questioned since they moved."""
    booking = travel.booking
    if booking is None or not (booking.is_awaited and booking.trip.has_not_left):
        return {}
    asks_stop = case.work_items.open().filter(reason=STOP_QUESTIONED).exists()
    stops = selectors.pickup_choices(booking, timezone.now()) if policies.can_change(user, booking) else []
    return {"asks_stop": asks_stop, "stops": stops if asks_stop or len(stops) > 1 else []}


def state_words(case, travel) -> str:
    booking = travel.booking
    if booking and booking.is_active:
        words = {"trip": booking.trip.code, "seat": booking.seat.name, "when": moment(booking.pickup.gather_at)}
        return _("%(trip)s, seat %(seat)s, gathers %(when)s") % words
    if travel.waiting:
        return _("on the standby list of %(trip)s") % {"trip": travel.waiting[0].trip.code}
    if case.state == State.PLACED and case.needs_transport:
        return _("no seat yet")
    return _("no seat needed now") if booking is None else booking.get_state_display()
