"""What time itself does to cases."""

from celery.schedules import crontab

SCHEDULE = {
    "cases.escalate_overdue": {
        "task": "cases.tasks.escalate_overdue",
        "schedule": crontab(minute="*/10"),
        "options": {"queue": "clock"},
    },
    "cases.ask_again": {
        "task": "cases.tasks.ask_again",
        "schedule": crontab(minute=5),
        "options": {"queue": "clock"},
    },
}
