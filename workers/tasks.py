from celery import shared_task
from django.utils import timezone

from workers.imports import taking_back, uploads


@shared_task(time_limit=3600)  # a chunk takes seconds; to compare a file of a million rows takes longer
def import_upload(*, upload_id: int) -> None:
    uploads.carry_out(upload_id=upload_id, now=timezone.now)


@shared_task(time_limit=3600)
def take_back_roster(*, upload_id: int) -> None:
    taking_back.carry_out(upload_id=upload_id, now=timezone.now)
