"""A task carries the fair's number and decides nothing: the row says what is left. Run twice, nothing changes."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True)
def bulk_catch_up(*, fair_id: int) -> None:
    from fairs import services  # the services hand their work to this module

    services.catch_up(fair_id=fair_id, at=timezone.now())


def hand_over(*, fair_id: int) -> None:
    """One try only: a page must not wait for a broker that is away. The clock finds the fair again."""
    bulk_catch_up.apply_async(kwargs={"fair_id": fair_id}, retry=False)
