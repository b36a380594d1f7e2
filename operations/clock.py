"""Every half minute each queue is asked whether anybody still works on it."""

from celery import shared_task
from celery.schedules import crontab

from operations import signs
from operations.queues import QUEUES, SECONDS_BETWEEN_PULSES

SCHEDULE = {
    f"operations.pulse_{queue}": {
        "task": "operations.clock.pulse",
        "schedule": SECONDS_BETWEEN_PULSES,
        "kwargs": {"queue": queue},
        "options": {"queue": queue, "expires": 2 * SECONDS_BETWEEN_PULSES},
    }
    for queue in QUEUES
} | {"operations.forget_old": {"task": "operations.clock.forget_old", "schedule": crontab(hour=3, minute=50)}}


@shared_task(bind=True)
def pulse(self, *, queue: str) -> None:
    signs.note_pulse(queue=queue, process=self.request.hostname)


@shared_task
def forget_old() -> None:
    signs.forget_old()
