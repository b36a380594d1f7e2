import psycopg
import pytest
from django.conf import settings
from django.db import connection
from kombu import Connection

from config import carrier, databases
from config.celery import QUEUES, app, broker_options


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("notifications.tasks.deliver_message", "interactive"),
        ("notifications.clock.sweep", "clock"),
        ("jobs.tasks.render_letter", "documents"),
        ("workers.tasks.import_upload", "rosters"),
        ("fairs.tasks.bulk_catch_up", "bulk"),
    ],
)
def test_a_task_goes_to_the_queue_of_its_kind_and_no_other(task, queue):
    where = app.amqp.Router().route({}, task)["queue"]

    assert (where.name, where.exchange.name, where.routing_key) == (queue, queue, queue)


def test_each_queue_has_its_own_exchange():
    assert [(name, queue.exchange.name) for name, queue in sorted(app.amqp.queues.items())] == [
        (name, name) for name in sorted(QUEUES)
    ]


def test_who_sends_tasks_does_not_listen_for_them():
    options = broker_options("dbname=wayfare")

    sender = app.connection_for_write(transport_options=options)
    worker = app.connection_for_read(transport_options=options)

    assert (sender.transport_options["use_notify"], worker.transport_options["use_notify"]) == (False, True)
    assert sender.transport_options["conn_string"] == "dbname=wayfare"


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    unknown = [entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"] not in app.tasks]

    assert unknown == []


def test_a_task_is_sent_although_the_connection_is_renewed_in_the_middle_of_sending(db, monkeypatch):
    """Kombu renews it for the queue it looks for; who sends holds a channel that is closed by then."""
    look_for_queue, lost = carrier.Channel.queue_declare, iter([True])

    def look_once_in_vain(self, *args, **kwargs):
        if next(lost, False):
            raise psycopg.OperationalError("the server closed the connection")
        return look_for_queue(self, *args, **kwargs)

    monkeypatch.setattr(carrier.Channel, "queue_declare", look_once_in_vain)
    there = databases.conninfo({**settings.DATABASE, "dbname": connection.settings_dict["NAME"]})
    options = broker_options(there)
    with (
        Connection("pgmq://", transport="config.carrier:Transport", transport_options=options) as broker,
        psycopg.connect(there, autocommit=True) as link,
    ):
        app.send_task("operations.clock.pulse", queue="bulk", connection=broker)
        waiting = link.execute("SELECT count(*) FROM pgmq.q_bulk").fetchone()[0]
        link.execute("SELECT pgmq.purge_queue('bulk')")

    assert waiting == 1
