"""A task carries a message id and decides nothing: the row does. Losing one, or running it twice, changes nothing."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery, templates

INTERACTIVE, BULK = "interactive", "bulk"


@shared_task(acks_late=True, ignore_result=True)
def deliver_message(*, message_id: int) -> None:
    delivery.deliver(message_id=message_id, now=timezone.now)


def queue_for(template: str) -> str:
    return BULK if templates.is_bulk(template) else INTERACTIVE


def hand_over(*, message_id: int, queue: str) -> None:
    """One try only: a page must not wait for a broker that is away. The sweep hands over again."""
    deliver_message.apply_async(kwargs={"message_id": message_id}, queue=queue, retry=False)
