"""What time does to accounts: sessions that are over and old sign-ins are forgotten."""

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from staff.signing_in import alarms
from staff.signing_in.sessions import forget_expired

SCHEDULE = {"staff.forget_sessions": {"task": "staff.clock.forget_sessions", "schedule": crontab(hour=0, minute=50)}}


@shared_task
def forget_sessions() -> None:
    forget_expired()
    alarms.forget_old(at=timezone.now())
