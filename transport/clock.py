"""What time itself does to trips."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from transport import services

SCHEDULE = {
    "transport.remind_of_departures": {
        "task": "transport.clock.remind_of_departures",
        "schedule": crontab(minute="*/10", hour="18-20"),
    },
    "transport.fill_freed_seats": {"task": "transport.clock.fill_freed_seats", "schedule": crontab(minute="*/5")},
    "transport.chase_arrivals": {"task": "transport.clock.chase_arrivals", "schedule": crontab(minute=15)},
}


@shared_task
def remind_of_departures() -> None:
    services.remind_of_departures(at=timezone.now())


@shared_task
def fill_freed_seats() -> None:
    services.fill_all_freed_seats(at=timezone.now())


@shared_task
def chase_arrivals() -> None:
    services.chase_arrivals(at=timezone.now())
