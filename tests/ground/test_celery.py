import pytest

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
