"""Every half minute each queue is asked whether anybody still works on it, and what the tallies noted is added up; each
night all is backed up and the tallies are counted anew."""

from celery import shared_task
from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from kit import tallies
from operations import signs
from operations.backups import keeping, making
from operations.queues import QUEUES, SECONDS_BETWEEN_PULSES

SECONDS_BETWEEN_FOLDS = 30  # right is what is read in between too: that it stays quick, and no more

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
    "operations.fold_tallies": {
        "task": "operations.clock.fold_tallies",
        "schedule": SECONDS_BETWEEN_FOLDS,
        "options": {"expires": SECONDS_BETWEEN_FOLDS},
    },
    "operations.check_tallies": {"task": "operations.clock.check_tallies", "schedule": crontab(hour=4, minute=10)},
}


class TalliesDiffered(Exception):
    """In so many places."""


@shared_task(bind=True)
def pulse(self, *, queue: str) -> None:
    signs.note_pulse(queue=queue, process=self.request.hostname)


@shared_task
def forget_old() -> None:
    signs.forget_old()


@shared_task
def fold_tallies() -> None:
    for tally in tallies.declared():
        tallies.fold(tally)


@shared_task
def check_tallies() -> None:
    """What differs is mended at once, and said: somebody wrote past the triggers."""
    if found := tallies.differences(tallies.declared()):
        for tally in tallies.declared():
            tallies.repair(tally)
        raise TalliesDiffered(len(found))


@shared_task(time_limit=4 * 3600)
def back_up() -> None:
    """Old ones go only once the new one was read back."""
    making.make(settings.WAYFARE_BACKUPS, at=timezone.now())
    keeping.forget_old(settings.WAYFARE_BACKUPS)
