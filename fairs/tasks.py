"""A task carries the fair's number and decides nothing: the row says what is left. Run twice, nothing changes."""

from celery import shared_task
from django.utils import timezone

from fairs import services


@shared_task
def bulk_catch_up(*, fair_id: int) -> None:
    services.catch_up(fair_id=fair_id, at=timezone.now())
