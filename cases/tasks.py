"""Carried by the clock. Each is safe to run twice: what was done is no longer due."""

from celery import shared_task
from django.utils import timezone

from cases import sweeps


@shared_task(acks_late=True, ignore_result=True)
def escalate_overdue() -> None:
    sweeps.escalate_overdue(at=timezone.now())


@shared_task(acks_late=True, ignore_result=True)
def ask_again() -> None:
    sweeps.ask_again(at=timezone.now())
