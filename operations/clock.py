"""Every half minute each queue is asked whether anybody still works on it; each night all is backed up."""

from celery import shared_task
from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from operations import signs
from operations.backups import keeping, making
from operations.queues import QUEUES, SECONDS_BETWEEN_PULSES

SCHEDULE = {
    f"operations.pulse_{queue}": {
        "task": "operations.clock.pulse",
        "schedule": SECONDS_BETWEEN_PULSES,
        "kwargs": {"queue": queue},
        "options": {"queue": queue, "expires": 2 * SECONDS_BETWEEN_PULSES},
    }
    for queue in QUEUES
} | {
    "operations.forget_old": {"task": "operations.clock.forget_old", "schedule": crontab(hour=3, minute=50)},
    "operations.back_up": {"task": "operations.clock.back_up", "schedule": crontab(hour=2, minute=30)},
}


@shared_task(bind=True)
def pulse(self, *, queue: str) -> None:
    signs.note_pulse(queue=queue, process=self.request.hostname)


@shared_task
def forget_old() -> None:
    signs.forget_old()


@shared_task(time_limit=4 * 3600)
def back_up() -> None:
    """Old ones go only once the new one was read back."""
    making.make(settings.WAYFARE_BACKUPS, at=timezone.now())
    keeping.forget_old(settings.WAYFARE_BACKUPS)
