"""Every minute: what is due leaves, whatever became of the tasks that should have carried it."""

import logging
from contextlib import ExitStack
from datetime import datetime, timedelta

from celery import shared_task
from celery.schedules import crontab
from django.db.models import Max
from django.utils import timezone

from notifications import services
from notifications.models import Message
from notifications.receiving import replies
from notifications.sending import delivery

SCHEDULE = {
    "notifications.sweep": {"task": "notifications.clock.sweep", "schedule": 60},
    "notifications.tidy_up": {"task": "notifications.clock.tidy_up", "schedule": crontab(hour=3, minute=40)},
}
State = Message.State
NUMBERS_KEPT_FOR = timedelta(days=90)
KEYS_AT_ONCE = 20_000  # looked at in one transaction, most of them in vain
NUMBERS_AT_ONCE = 2_000  # written in one
log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """One after the other: a worker locked by a roster for longer than we wait must not keep back other texts."""
    with ExitStack() as each:
        for step in (replies.settle_what_waits, services.hand_over_due, delivery.give_up_on_interrupted):
            each.callback(lambda step=step: step(at=timezone.now()))


@shared_task
def tidy_up() -> None:
    """Every night."""
    bring_all_home()
    forget_numbers(at=timezone.now())


def bring_all_home() -> int:
    """Whatever a move of its worker left behind, stretch by stretch of the keys; how many. No sender waits for all."""
    home, newest = 0, Message.objects.aggregate(newest=Max("pk", default=0))["newest"]
    for start in range(0, newest, KEYS_AT_ONCE):
        home += Message.objects.filter(pk__gt=start, pk__lte=start + KEYS_AT_ONCE).bring_home()
        log.info("Texts looked at up to %s of %s; brought home: %s", min(start + KEYS_AT_ONCE, newest), newest, home)
    return home


def forget_numbers(*, at: datetime) -> int:
    """A text that is over needs no number any more: the last four digits and the blind index stay. Some thousands in a
    transaction; how many. One that is sent again meanwhile keeps its number."""
    due, forgotten = Message.objects.over_with_number().filter(queued_at__lt=at - NUMBERS_KEPT_FOR), 0
    while count := due.filter(pk__in=due.order_by("queued_at").values("pk")[:NUMBERS_AT_ONCE]).update(
        phone_cipher=None
    ):
        forgotten += count
        log.info("Numbers of old texts forgotten: %s so far", forgotten)
    return forgotten
