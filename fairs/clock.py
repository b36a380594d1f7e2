"""What time itself does to fairs."""

from celery.schedules import crontab

SCHEDULE = {
    "fairs.remind_of_tomorrow": {
        "task": "fairs.tasks.remind_of_tomorrow",
        "schedule": crontab(minute=0, hour="9-20"),
        "options": {"queue": "clock"},
    },
    "fairs.finish_past_fairs": {
        "task": "fairs.tasks.finish_past_fairs",
        "schedule": crontab(minute=30),
        "options": {"queue": "clock"},
    },
}
