"""What time itself does to rosters that were sent in. Safe to run twice."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from workers.imports import homes, taking_back, traces, uploads

SCHEDULE = {
    "workers.restart_lost": {"task": "workers.imports.clock.restart_lost", "schedule": crontab()},
    "workers.forget_rosters": {"task": "workers.imports.clock.forget_rosters", "schedule": crontab(minute=20)},
}


@shared_task
def forget_rosters() -> None:
    """A file full of ID numbers goes when its day is over, whether or not anybody sends another; so do the records of
    people as they stood before a roster, and what rows left over from one are found by."""
    at = timezone.now()
    uploads.forget_unsaved(at=at)
    traces.forget_old(at=at)
    homes.forget_old(at=at)


@shared_task
def restart_lost() -> None:
    """Each minute: a task that was lost comes again, ten minutes after it was begun."""
    uploads.restart_lost(at=timezone.now())
    taking_back.restart_lost(at=timezone.now())
