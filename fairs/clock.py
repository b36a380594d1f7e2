"""What time itself does to fairs. Every task is safe to run twice."""

from datetime import datetime, timedelta

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from fairs import services
from fairs.models import Fair
from kit.days import local_day
from kit.refusals import Refusal

SCHEDULE = {
    "fairs.remind_of_tomorrow": {
        "task": "fairs.clock.remind_of_tomorrow",
        "schedule": crontab(minute="*/20", hour="16-20"),
    },
    "fairs.catch_up": {"task": "fairs.clock.catch_up", "schedule": crontab(minute="*/5")},
    "fairs.close_past_fairs": {"task": "fairs.clock.close_past_fairs", "schedule": crontab(minute=30)},
}
REPORT_TIME = timedelta(hours=3)
"""After closing, the organiser has this long to enter results before the fair closes itself."""


@shared_task
def remind_of_tomorrow() -> None:
    now = timezone.now()
    services.remind_of(day=local_day(now) + timedelta(days=1), at=now)


@shared_task
def close_past_fairs() -> None:
    finish_left_open(at=timezone.now())


@shared_task
def catch_up() -> None:
    catch_up_with_all(at=timezone.now())


def finish_left_open(*, at: datetime) -> int:
    """Finish fairs nobody finished, so that no one waits for a result that will not come; returns how many."""
    return sum(_finish(fair, at) for fair in Fair.objects.left_open(at - REPORT_TIME))


def catch_up_with_all(*, at: datetime) -> int:
    """Fairs whose task was lost, or met somebody busy. Returns how many people were looked at."""
    return sum(services.catch_up(fair_id=fair.pk, at=at) for fair in Fair.objects.behind())


def _finish(fair: Fair, at: datetime) -> bool:
    """False while somebody is changing it: the next round looks again."""
    try:
        services.finish_fair(fair=fair, by=None, at=at)
    except Refusal:
        return False
    return True
