"""A task carries ids of messages and decides nothing: the rows do. Losing one, or running it twice, changes nothing."""

from contextlib import ExitStack

from celery import shared_task
from django.utils import timezone

from notifications import templates
from notifications.sending import delivery
from notifications.sending.courier import Courier

INTERACTIVE, BULK = "interactive", "bulk"


@shared_task
def deliver_message(*, message_id: int) -> None:
    delivery.deliver(message_id=message_id, now=timezone.now)


@shared_task
def deliver_messages(*, message_ids: list[int]) -> None:
    """One after the other; whatever goes wrong with one of them, the others have had their turn before it is told."""
    with ExitStack() as each:
        for message_id in reversed(message_ids):
            each.callback(deliver_message, message_id=message_id)


def queue_for(template: str) -> str:
    return BULK if templates.is_bulk(template) else INTERACTIVE


def hand_over(*, message_id: int, queue: str) -> None:
    """After commit. A page does not wait for the broker, and a broker that is away does not disturb it."""
    courier.take(message_id=message_id, queue=queue)


def _tell_broker(message_ids: list[int], queue: str) -> None:
    """One try only: the sweep hands over again."""
    deliver_messages.apply_async(kwargs={"message_ids": message_ids}, queue=queue, retry=False)


courier = Courier(_tell_broker)
