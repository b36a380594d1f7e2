"""What Celery tells of its processes and tasks, heard here. None of it may disturb a task: what fails is logged."""

import logging
from contextlib import contextmanager

from celery import signals
from django.db import DatabaseError

from operations import clock_runs, failures, signs

log = logging.getLogger(__name__)
CLOCK_QUEUE = "clock"
PULSE = "operations.clock.pulse"


@contextmanager
def undisturbed():
    try:
        yield
    except DatabaseError as error:
        log.warning("What became of a task could not be written down: %s", type(error).__name__)


@signals.worker_ready.connect(dispatch_uid="operations.signs")
def a_worker_is_ready(sender, **_):
    signs.keep_writing(sender.hostname)


@signals.beat_init.connect(dispatch_uid="operations.clock")
def the_clock_is_ready(**_):
    signs.own.is_clock = True


@signals.after_task_publish.connect(dispatch_uid="operations.tick")
def the_clock_has_ticked(sender, **_):
    """Written by the clock itself, and only once the broker has what it sent."""
    if signs.own.is_clock and sender == PULSE:
        signs.write_anyhow(signs.CLOCK)


@signals.task_prerun.connect(dispatch_uid="operations.begin")
def a_task_begins(task, **_):
    signs.own.begin(task.name)
    if _is_the_clocks(task):
        with undisturbed():
            clock_runs.begin(task.name)


@signals.task_postrun.connect(dispatch_uid="operations.end")
def a_task_is_over(task, state, **_):
    signs.own.end()
    if _is_the_clocks(task) and state == "SUCCESS":
        with undisturbed():
            clock_runs.end(task.name)


@signals.task_failure.connect(dispatch_uid="operations.failure")
def a_task_has_failed(sender, task_id, exception, kwargs, **_):
    """The clock's work comes again by itself; anything else waits for a person."""
    with undisturbed():
        if _is_the_clocks(sender):
            clock_runs.end(sender.name, error=failures.kind_and_place(exception))
        elif _queue_of(sender):
            failures.note_raised(
                task_id=task_id,
                task=sender.name,
                queue=_queue_of(sender),
                arguments=kwargs or {},
                error=exception,
            )


def _is_the_clocks(task) -> bool:
    return _queue_of(task) == CLOCK_QUEUE and task.name != PULSE


def _queue_of(task) -> str:
    """Empty for what runs in this process without a queue, as `manage.py tick` does it."""
    return "" if task.request.is_eager else (task.request.delivery_info or {}).get("routing_key") or ""
