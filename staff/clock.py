"""What time does to accounts: sessions that are over are forgotten."""

from celery import shared_task
from celery.schedules import crontab

from staff.signing_in.sessions import forget_expired

SCHEDULE = {"staff.forget_sessions": {"task": "staff.clock.forget_sessions", "schedule": crontab(hour=0, minute=50)}}


@shared_task
def forget_sessions() -> None:
    forget_expired()
