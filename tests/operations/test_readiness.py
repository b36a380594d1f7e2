"""`/readyz` names what is wrong, and each thing alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from operations import readiness, words
from operations.models import Process, Pulse
from operations.queues import QUEUES
from operations.signs import CLOCK
from tests.notifications.factories import MessageFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)


@pytest.fixture(autouse=True)
def all_is_well(monkeypatch):
    monkeypatch.setattr(readiness, "_complete", set())
    Process.objects.create(name=CLOCK, pid=1, seen_at=Now())
    Process.objects.create(name="worker-1@here", pid=2, seen_at=Now(), turned_at=Now())
    for queue in QUEUES:
        Pulse.objects.create(queue=queue, process="worker-1@here", pid=2, at=Now())


def no_migration(monkeypatch, settings):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")


def no_queue(monkeypatch, settings):
    settings.BROKER_IS_POSTGRES = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS pgmq")
        cursor.execute("DROP TABLE IF EXISTS pgmq.q_bulk")


def no_worker(monkeypatch, settings):
    Pulse.objects.filter(queue="bulk").update(at=Now() - LONG_AGO)


def no_clock(monkeypatch, settings):
    Process.objects.filter(name=CLOCK).update(seen_at=Now() - LONG_AGO)


def no_text_leaves(monkeypatch, settings):
    MessageFactory(not_before=timezone.now() - LONG_AGO)


def no_room(monkeypatch, settings):
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 10**18)


def no_database(monkeypatch, settings):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")


def no_broker(monkeypatch, settings):
    monkeypatch.setattr(readiness.current_app.conf, "broker_write_url", "redis://127.0.0.1:1")


WRONG = {
    "migrations": (no_migration, "not applied: operations."),
    "broker": (no_queue, "bulk"),
    "heartbeat": (no_worker, "nobody works on: bulk (3600 s ago)"),
    "clock": (no_clock, "last tick: 3600 s ago"),
    "texts": (no_text_leaves, "the oldest has waited 60 minutes"),
    "disk": (no_room, "MB free"),
    "database": (no_database, "does not answer"),
}


def test_ready_when_all_is_well(client):
    answer = client.get("/readyz")

    assert (answer.json(), answer.status_code) == ({"ready": True, "wrong": {}}, 200)


@pytest.mark.parametrize("name", WRONG)
def test_each_thing_that_is_missing_is_named_alone(client, monkeypatch, settings, name):
    break_it, words = WRONG[name]
    break_it(monkeypatch, settings)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert list(answer.json()["wrong"]) == [name]
    assert words in answer.json()["wrong"][name]


def test_a_queue_whose_workers_are_all_at_a_long_task_is_not_called_abandoned(client, monkeypatch, settings):
    no_worker(monkeypatch, settings)
    Process.objects.filter(name="worker-1@here").update(
        busy_with="workers.tasks.import_upload", busy_since=Now() - timedelta(minutes=10)
    )

    assert client.get("/readyz").json() == {"ready": True, "wrong": {}}


def test_alive_is_said_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_each_thing_that_is_looked_at_has_words_on_the_page_of_administrators():
    assert set(words.WRONG) == {"database", *readiness.CHECKS}
