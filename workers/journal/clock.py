"""Each hour the journal is sealed; what is written between two seals is vouched for by its marks alone."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from workers.journal import seals
from workers.journal.places import keep_outside

SCHEDULE = {
    "workers.seal_journal": {"task": "workers.journal.clock.seal_journal", "schedule": crontab(minute=5)},
}


class ChainsLeftOut(Exception):
    """The seal was made without them; `manage.py verify_journal` tells more."""


class NotKeptEverywhere(Exception):
    """The seal was made, and a place does not have it yet; it is tried again with the next one."""


@shared_task
def seal_journal() -> None:
    """Fails, and is shown as failed, also when a chain is left out or a place did not take the seal."""
    now = timezone.now()
    sealing = seals.seal(at=now)
    not_kept = [str(kept) for kept in keep_outside(at=now) if kept.error]
    if sealing.left_out:
        raise ChainsLeftOut("; ".join(map(str, sealing.left_out[:20])))
    if not_kept:
        raise NotKeptEverywhere("; ".join(not_kept))
