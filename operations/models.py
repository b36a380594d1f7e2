"""What the processes say of themselves. Moments are the database's own: no two machines agree on the time."""

from django.db import models
from django.utils.translation import pgettext_lazy

from kit.keys import staff_key


class Process(models.Model):
    """A worker or the clock, as it last wrote of itself.

    `seen_at` is written by a thread of its own, `turned_at` is when a task last ended, a pulse at the least: a process
    that is seen and does not turn hangs, unless it is busy with a task.
    """

    name = models.CharField(max_length=100, primary_key=True)
    pid = models.IntegerField()
    seen_at = models.DateTimeField()
    turned_at = models.DateTimeField(null=True)
    busy_with = models.CharField(max_length=100, blank=True)
    busy_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(busy_with="", busy_since=None)
                | (~models.Q(busy_with="") & models.Q(busy_since__isnull=False)),
                name="process_busy_with_something_since_some_time",
            )
        ]

    def __str__(self):
        return self.name


class Pulse(models.Model):
    """The clock sends one a queue; the worker that carries it out writes down when."""

    queue = models.CharField(max_length=47)
    process = models.CharField(max_length=100)
    pid = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "process"], name="one_pulse_a_queue_and_process")]

    def __str__(self):
        return f"{self.queue} {self.process}"


class ClockRun(models.Model):
    """The last run of each piece of the clock's work; `error` names what it ended with, if it failed."""

    task = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return self.task


class Failure(models.Model):
    """A task that did not end well, and what became of it.

    Of an exception only its kind and place are kept: its words may name a person. `arguments` are ids.
    """

    class Kind(models.TextChoices):
        RAISED = "raised", pgettext_lazy("failed task", "Ended with an error")
        DEADLY = "deadly", pgettext_lazy("failed task", "Ended its process each time")

    task_id = models.CharField(max_length=64, unique=True)
    task = models.CharField(max_length=100)
    queue = models.CharField(max_length=47)
    arguments = models.JSONField(default=dict)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    error = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=1)
    happened_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    again_by = staff_key()

    class Meta:
        indexes = [models.Index(fields=["-happened_at"], condition=models.Q(again_at=None), name="failure_to_see")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(again_at=None, again_by=None)
                | models.Q(again_at__isnull=False, again_by__isnull=False),
                name="failure_tried_again_by_somebody",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["raised", "deadly"]), name="failure_kind_is_known"),
        ]

    def __str__(self):
        return f"{self.task} {self.task_id}"
