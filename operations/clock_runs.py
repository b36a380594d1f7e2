"""When each piece of the clock's work last ran, and how it ended."""

from django.db.models.functions import Now

from operations.models import ClockRun


def begin(task: str) -> None:
    ClockRun.objects.update_or_create(task=task, defaults={"started_at": Now(), "ended_at": None, "error": ""})


def end(task: str, *, error: str = "") -> None:
    ClockRun.objects.filter(task=task).update(ended_at=Now(), error=error)
