"""The page of administrators: what runs, what failed, and trying it again."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from config.celery import app
from operations import words
from operations.models import ClockRun, Process
from tests.notifications.factories import MessageFactory
from tests.operations.factories import FailureFactory
from tests.staff.factories import BIJIE, UserFactory
from tests.workers.factories import NOON
from workers.models import JournalSeal, SealPlace

pytestmark = pytest.mark.django_db

PAGE = "/operations/"


def test_all_that_the_clock_does_has_words():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} - words.TASKS.keys() == set()


@pytest.fixture
def admin(client):
    admin = UserFactory(administrator=True, posted=BIJIE)
    client.force_login(admin)
    return admin


@pytest.fixture
def sent():
    """What stands in the queue of papers, taken out of it."""

    def take() -> list[tuple]:
        with app.connection_for_read() as broker:
            channel = broker.default_channel
            channel.queue_declare("documents")
            messages = iter(lambda: channel.basic_get("documents", no_ack=True), None)
            return [(message.headers["task"], message.payload[1]) for message in messages]

    take()
    return take


def press(client, failure):
    return client.post(reverse("operations:try_again", args=[failure.pk]), follow=True)


def test_it_shows_what_runs_what_failed_and_how_the_phone_network_answers(client, admin):
    Process.objects.create(name="worker-1@here", pid=1, seen_at=Now(), turned_at=Now())
    Process.objects.create(name="worker-2@here", pid=2, seen_at=Now() - timedelta(hours=3))
    ClockRun.objects.create(task="cases.clock.hand_on", started_at=NOON, ended_at=NOON, error="KeyError at a.py:1")
    FailureFactory()
    message = MessageFactory()
    message.attempts.create(round=1, number=1, gateway="sandbox", started_at=NOON)

    page = client.get(PAGE).content.decode()

    words = ("worker-1", "3 小时前", "KeyError at a.py:1", "rendering.py:12", "sandbox")
    assert [word for word in words if word not in page] == []


def test_it_shows_the_last_seal_and_which_place_has_not_got_it(client, admin, settings):
    settings.WAYFARE_SEALS = ["/var/backups/seals", "s3://seals/bijie"]
    JournalSeal.objects.create(number=1, sealed_at=NOON, text="{}")
    for place, error in zip(settings.WAYFARE_SEALS, ("", "EndpointConnectionError"), strict=True):
        SealPlace.objects.create(place=place, newest=1, kept_at=NOON, tried_at=NOON, error=error)

    page = client.get(PAGE).content.decode()

    words = ("第 1 号", *settings.WAYFARE_SEALS, "EndpointConnectionError")
    assert [word for word in words if word not in page] == []
    assert (page.count("没有这次封存"), page.count("已有这次及以前的封存")) == (1, 1)


def test_nobody_else_sees_it(client):
    for trait in ("supervisor", "auditor", "township_cadre"):
        client.force_login(UserFactory(**{trait: True}))
        assert client.get(PAGE).status_code == 403
        assert press(client, FailureFactory()).status_code == 403


def test_an_administrator_of_a_county_sees_it_and_sets_nothing_off_for_everybody(client, sent):
    client.force_login(UserFactory(administrator=True))
    failure = FailureFactory()

    page = client.get(PAGE)

    assert (page.status_code, "rendering.py:12" in page.content.decode()) == (200, True)
    assert reverse("operations:try_again", args=[failure.pk]) not in page.content.decode()
    assert (press(client, failure).status_code, sent()) == (403, [])


def test_a_failed_task_is_tried_again_once_however_often_it_is_pressed(client, admin, sent):
    failure = FailureFactory(arguments={"letter_id": 7})

    for _ in range(2):
        assert press(client, failure).status_code == 200

    failure.refresh_from_db()
    assert sent() == [("jobs.tasks.render_letter", {"letter_id": 7})]
    assert failure.again_by == admin
    assert "rendering.py:12" not in client.get(PAGE).content.decode()


def test_a_task_that_is_no_part_of_the_product_any_more_is_refused_in_words(client, admin, sent):
    failure = FailureFactory(task="gone.tasks.away")

    assert press(client, failure).status_code == 409

    failure.refresh_from_db()
    assert (failure.again_at, sent()) == (None, [])
