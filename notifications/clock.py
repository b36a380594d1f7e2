"""Every minute: what is due leaves, whatever became of the tasks that should have carried it."""

from contextlib import ExitStack
from datetime import datetime, timedelta

from celery import shared_task
from celery.schedules import crontab
from django.db import transaction
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
NOT_OVER = (State.QUEUED, State.SENDING, State.UNKNOWN)
NUMBERS_KEPT_FOR = timedelta(days=90)


@shared_task
def sweep() -> None:
    """One after the other: a worker locked by a roster for longer than we wait must not keep back other texts."""
    with ExitStack() as each:
        for step in (replies.settle_what_waits, services.hand_over_due, delivery.give_up_on_interrupted):
            each.callback(lambda step=step: step(at=timezone.now()))


@shared_task
def tidy_up() -> None:
    """Every night."""
    Message.objects.bring_home()
    forget_numbers(at=timezone.now())


@transaction.atomic
def forget_numbers(*, at: datetime) -> int:
    """A text that is over needs no number any more: the last four digits and the blind index stay."""
    over = Message.objects.exclude(state__in=NOT_OVER).exclude(phone_cipher=None)
    return over.filter(queued_at__lt=at - NUMBERS_KEPT_FOR).update(phone_cipher=None)
