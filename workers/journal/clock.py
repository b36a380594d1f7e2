"""Each hour the journal is sealed; what is written between two seals is vouched for by its marks alone."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from workers.journal import seals

SCHEDULE = {
    "workers.seal_journal": {"task": "workers.journal.clock.seal_journal", "schedule": crontab(minute=5)},
}


class ChainsLeftOut(Exception):
    """The seal was made without them; `manage.py verify_journal` tells more."""


@shared_task
def seal_journal() -> None:
    """Fails, and is shown as failed, also when a chain is left out."""
    sealing = seals.seal(at=timezone.now())
    seals.keep_outside()
    if sealing.left_out:
        raise ChainsLeftOut("; ".join(map(str, sealing.left_out[:20])))
