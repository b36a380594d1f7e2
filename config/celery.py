"""Who carries work out of the request: four queues, tasks by id, every one safe to repeat.

An app's tasks live in `tasks.py`. What the clock does lives in `clock.py`, whose `SCHEDULE` has Celery beat's own
form: `{"notifications.sweep": {"task": "notifications.clock.sweep", "schedule": 60}}`.
"""

import os
from importlib import import_module
from importlib.util import find_spec

from celery import Celery, signals
from kombu import Exchange, Queue

from config import environment, logs
from operations.queues import QUEUES, ROSTERS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

LEASE = environment.number("WAYFARE_LEASE_SECONDS", 40)  # how soon the tasks of a dead process come back
ROOMS_WITH_A_CLOCK = ("workers.imports", "workers.journal")  # beside the apps
LONGEST_TASK = 1800  # seconds; a task that may take longer says so. The supervisor ends who takes longer than this.
ROUTES = [
    ("*.clock.*", {"queue": "clock"}),
    ("*.render_*", {"queue": "documents"}),
    ("*.import_*", {"queue": ROSTERS}),
    ("*.bulk_*", {"queue": "bulk"}),
]


class Wayfare(Celery):
    def connection_for_write(self, url=None, **kwargs):
        """Who only sends does not listen. Kombu would open a LISTEN that nobody reads: after some hundred tasks its
        backend is stuck on a full socket for good, and every DROP DATABASE of the cluster waits for it."""
        kwargs["transport_options"] = {**(kwargs.get("transport_options") or {}), "use_notify": False}
        return super().connection_for_write(url, **kwargs)


app = Wayfare("wayfare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_default_queue="interactive",
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    task_routes=(ROUTES,),
    worker_pool="solo",  # a pool's children share a lock that dies with one of them: docs/adr/0066
    worker_concurrency=1,  # or Celery claims as many at once as there are processors, whatever the pool
    worker_prefetch_multiplier=1,  # claims only what it begins at once, so a claim that nobody ended is a failed try
    task_time_limit=LONGEST_TASK,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    beat_scheduler="operations.schedule.Schedule",
    enable_utc=True,
    timezone="Asia/Shanghai",  # crontabs are read in the local time of the house
)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="clock")
app.autodiscover_tasks(ROOMS_WITH_A_CLOCK, related_name="clock")


@app.on_after_configure.connect
def use_postgres_as_broker(sender, **_):
    from django.conf import settings  # not before Django's settings module is named

    from config import databases

    if settings.BROKER_IS_POSTGRES:
        sender.conf.worker_enable_remote_control = False  # its reply queues have longer names than pgmq allows
        sender.conf.broker_transport = "config.carrier:Transport"
        sender.conf.broker_transport_options = broker_options(databases.conninfo(settings.DATABASE))


def broker_options(conninfo: str) -> dict:
    """Kombu's pgmq: the libpq form takes a socket directory, and NOTIFY wakes a worker instead of a poll."""
    return {
        "conn_string": conninfo,
        "init_extension": False,  # installed as plain SQL by `manage.py install_broker`
        "use_notify": True,
        "wait_time_seconds": 0,  # a long poll holds up the other queues, and the worker when it should end
        "pool_size": 4,
        "pool_timeout": 5,
        "visibility_timeout": LEASE,
    }


@app.on_after_finalize.connect
def collect_schedules(sender, **_):
    from django.conf import settings

    for name in (*settings.LOCAL_APPS, *ROOMS_WITH_A_CLOCK):
        if find_spec(f"{name}.clock"):
            sender.conf.beat_schedule.update(getattr(import_module(f"{name}.clock"), "SCHEDULE", {}))


@signals.setup_logging.connect
def keep_djangos_logging(**_):
    """Connected so that Celery leaves logging to Django's settings."""


@signals.worker_process_init.connect
def settle_memory(**_):
    from config import memory

    memory.settle()


@signals.before_task_publish.connect
def carry_the_number_of_the_request(headers, **_):
    logs.carry(headers)


@signals.task_prerun.connect
def follow_the_number_of_the_request(task, **_):
    if not task.request.is_eager:
        logs.follow(task)


@signals.task_postrun.connect
def leave_the_number_of_the_request(task, **_):
    if not task.request.is_eager:
        logs.leave()


@signals.task_prerun.connect
def follow_test_clock(**_):
    """In the browser journeys a worker lives at the time the journey has reached."""
    from django.conf import settings

    if settings.IN_TEST:
        from config import test_clock

        test_clock.follow()
