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
from tests.workers.factories import NOON
from workers.models import JournalSeal, SealPlace

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)


@pytest.fixture(autouse=True)
def all_is_well(monkeypatch):
    monkeypatch.setattr(readiness, "_complete", set())
    Process.objects.create(name=CLOCK, pid=1, seen_at=Now())
    Process.objects.create(name="worker-1@here", pid=2, seen_at=Now(), turned_at=Now())
    for queue in QUEUES:
        Pulse.objects.create(queue=queue, process="worker-1@here", pid=2, at=Now())
    with connection.cursor() as cursor:  # a house that was set up just now has no seal yet, and no backup
        cursor.execute("UPDATE django_migrations SET applied = %s", [timezone.now()])


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


@pytest.mark.parametrize(
    ("hours", "error", "said"),
    [
        (2, "", None),
        (4, "", "the last is 4 hours old"),
        (1, "SlowDown", "s3://seals: SlowDown"),
        (5, "SlowDown", "the last is 5 hours old; s3://seals: SlowDown"),
    ],
)
def test_a_journal_that_is_not_sealed_everywhere_is_a_warning(client, settings, hours, error, said):
    settings.WAYFARE_SEALS = ["s3://seals"]
    JournalSeal.objects.create(number=1, sealed_at=timezone.now() - timedelta(hours=hours, minutes=1), text="{}")
    SealPlace.objects.create(place="s3://seals", newest=1, kept_at=NOON, tried_at=NOON, error=error)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json().get("warnings")) == (200, {"seals": said} if said else None)


def test_a_place_that_has_not_got_the_last_seal_is_named_before_anybody_tried(client, settings):
    settings.WAYFARE_SEALS = ["/far/away"]
    JournalSeal.objects.create(number=1, sealed_at=timezone.now(), text="{}")

    assert client.get("/readyz").json()["warnings"] == {"seals": "/far/away: has not got the last one"}


def test_alive_is_said_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_each_thing_that_is_looked_at_has_words_on_the_page_of_administrators():
    assert set(words.WRONG) == {"database", *readiness.CHECKS}
