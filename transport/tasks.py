"""A task carries the trip's number and decides nothing: the list says who is next. Run twice, nothing changes."""

from celery import shared_task
from django.utils import timezone

from transport import services


@shared_task
def fill_freed_seats(*, trip_id: int) -> None:
    services.fill_freed_seats(trip_id=trip_id, at=timezone.now())
