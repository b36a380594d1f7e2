"""What time itself does to fairs."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from fairs import sweeps

SCHEDULE = {
    "fairs.remind_of_tomorrow": {
        "task": "fairs.clock.remind_of_tomorrow",
        "schedule": crontab(minute="*/20", hour="16-20"),
    },
    "fairs.catch_up": {"task": "fairs.clock.catch_up", "schedule": crontab(minute="*/5")},
    "fairs.close_past_fairs": {"task": "fairs.clock.close_past_fairs", "schedule": crontab(minute=30)},
}


@shared_task
def remind_of_tomorrow() -> None:
    sweeps.remind_of_tomorrow(at=timezone.now())


@shared_task
def close_past_fairs() -> None:
    sweeps.close_past_fairs(at=timezone.now())


@shared_task
def catch_up() -> None:
    sweeps.catch_up(at=timezone.now())
