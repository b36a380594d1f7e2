from celery import shared_task
from django.utils import timezone

from fairs import sweeps


@shared_task(acks_late=True)
def remind_of_tomorrow() -> None:
    sweeps.remind_of_tomorrow(at=timezone.now())


@shared_task(acks_late=True)
def finish_past_fairs() -> None:
    sweeps.finish_past_fairs(at=timezone.now())
