"""What a Prometheus reads, in its own reader, and what nobody else may."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from operations import readiness
from operations.models import ClockRun, Process, Pulse
from tests.notifications.factories import MessageFactory
from tests.operations.factories import FailureFactory
from tests.workers.factories import WorkerFactory

TOKEN = "a-token-of-the-environment"


@pytest.fixture
def scrape(db, client, settings, tmp_path):
    settings.WAYFARE_METRICS_TOKEN = TOKEN
    settings.WAYFARE_BACKUPS = tmp_path

    def scrape() -> dict:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.text)
        return {
            (sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples
        }

    return scrape


def test_it_tells_ages_and_counts_of_the_background_work(scrape):
    ago = timedelta(seconds=90)
    Pulse.objects.create(queue="bulk", process="worker-1@here", pid=1, at=Now() - ago)
    Process.objects.create(name="worker-1@here", pid=1, seen_at=Now() - ago)
    now = timezone.now()
    ClockRun.objects.create(task="cases.clock.hand_on", started_at=now - ago, ended_at=now, error="KeyError at a.py:1")
    FailureFactory()
    MessageFactory(not_before=now - ago)

    told = scrape()

    for name in [("queue_worked_on_seconds", "bulk"), ("process_seen_seconds", "worker-1"),
                 ("clock_run_seconds", "cases.clock.hand_on"), ("oldest_text_seconds",)]:  # fmt: skip
        assert 90 <= told["wayfare_" + name[0], *name[1:]] < 600
    assert told["wayfare_clock_run_failed", "cases.clock.hand_on"] == 1
    assert told["wayfare_failed_tasks",] == 1
    assert told["wayfare_wrong", "clock"] == 1


def test_every_part_that_readiness_looks_at_is_told_also_while_the_database_is_away(scrape, monkeypatch):
    parts = {("wayfare_wrong", name) for name in ["database", *readiness.CHECKS]}
    assert parts | {("wayfare_warning", name) for name in readiness.WARNINGS} < scrape().keys()

    monkeypatch.setattr(readiness, "database", lambda: "does not answer: OperationalError")

    told = scrape()
    assert told["wayfare_wrong", "database"] == 1
    assert "wayfare_failed_tasks" not in {name for name, *_ in told}


def test_the_last_backup_is_told(scrape, settings):
    assert "wayfare_backup_bytes" not in {name for name, *_ in scrape()}
    made_at = timezone.now() - timedelta(hours=1)
    (settings.WAYFARE_BACKUPS / f"wayfare-{made_at:%Y%m%dT%H%M%SZ}.backup").write_bytes(b"12345")

    told = scrape()

    assert told["wayfare_backup_bytes",] == 5
    assert 3600 <= told["wayfare_backup_seconds",] < 4200


def test_nothing_of_people_is_told(scrape, client):
    worker = WorkerFactory()
    MessageFactory(worker=worker)
    scrape()
    body = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    assert worker.name not in body
    assert worker.phone_tail not in body


@pytest.mark.parametrize("told", ["", "Bearer ", "Bearer wrong", TOKEN[:-1]])
def test_without_the_token_nothing_is_here(scrape, client, settings, told):
    assert client.get("/metrics", headers={"Authorization": told}).status_code == 404
    settings.WAYFARE_METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": told}).status_code == 404
