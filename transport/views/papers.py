from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from staff.models import AccessLog
from staff.services import log_access
from transport import papers, policies
from transport.views.rows import find_booking, find_trip


@login_required
@require_safe
def manifest_pdf(request, trip_id):
    """`copy` is posted (masked, to hang up), sealed (for the leader) or office (to keep). Full copies are logged.

    `car` leaves out the other cars.
    """
    trip = find_trip(request, trip_id)
    copy = request.GET.get("copy", papers.POSTED)
    car = request.GET.get("car", "")
    if copy not in papers.COPIES or (car and car not in [one.name for one in trip.car_list]):
        raise Http404
    policies.check_can_see_all_names(request.user, trip)
    if copy != papers.POSTED:
        policies.check_can_print_full(request.user, trip)
        log_full_copy(request.user, trip, copy, car)
    return pdf(papers.manifest(trip, copy=copy, car=car), papers.file_name(trip, copy, timezone.localtime(), car))


@login_required
@require_safe
def ticket_pdf(request, booking_id):
    booking = find_booking(request, booking_id)
    if not booking.is_active:
        raise Http404
    return pdf(papers.ticket(booking), f"{booking.trip.code}-{booking.seat.label}.pdf")


@transaction.atomic
def log_full_copy(user, trip, copy: str, car: str) -> None:
    at = timezone.now()
    for worker in papers.passengers_named_on(trip, car):
        log_access(user=user, worker_id=worker.pk, what=AccessLog.What.PRINTED, at=at, reason=f"{trip.code} {copy}")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
