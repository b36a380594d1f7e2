"""What time itself does to cases. Work that was put off needs no sweep: lists leave it out until its time.

Every task is safe to run twice: what was done is no longer due.
"""

from datetime import datetime

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from cases import services
from cases.models import Case
from kit.days import local_day
from kit.refusals import Refusal
from staff.appointing.handing_over import hand_on_after_last_day

SCHEDULE = {
    "cases.escalate_overdue": {"task": "cases.clock.escalate_overdue", "schedule": crontab(minute="*/10")},
    "cases.hand_on": {"task": "cases.clock.hand_on", "schedule": crontab(hour=0, minute=10)},
    "cases.release_left_behind": {"task": "cases.clock.release_left_behind", "schedule": crontab(hour=0, minute=20)},
    "cases.forget_handovers": {"task": "cases.clock.forget_handovers", "schedule": crontab(hour=0, minute=40)},
    "cases.ask_again": {"task": "cases.clock.ask_again", "schedule": crontab(minute=5)},
}


@shared_task
def escalate_overdue() -> None:
    services.escalate_due(at=timezone.now())


@shared_task
def hand_on() -> None:
    """What colleagues had in hand whose last day was yesterday."""
    hand_on_after_last_day(at=timezone.now())


@shared_task
def release_left_behind() -> None:
    """What nobody took over of theirs: it stands on the lists of township and county."""
    services.release_all_left_behind(at=timezone.now())


@shared_task
def forget_handovers() -> None:
    services.forget_handovers(at=timezone.now())
    services.forget_selections(at=timezone.now())


@shared_task
def ask_again() -> None:
    reopen_to_ask(at=timezone.now())


def reopen_to_ask(*, at: datetime) -> int:
    """Take up the cases of people who did not want to work and were to be asked again by now; returns how many."""
    due = Case.objects.to_ask_again(local_day(at)).order_by("pk")
    return sum(_reopen(case, at) for case in due)


def _reopen(case: Case, at: datetime) -> bool:
    """Somebody may have taken the case up meanwhile, or be saving it: the next hour looks again, the others go on."""
    try:
        services.reopen_case(case=case, reason="asked_again", by=None, at=at)
    except Refusal:
        return False
    return True
