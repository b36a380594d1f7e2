"""Each night a backup, of which some stay; whoever watches is told when the last one is old."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config.celery import app
from operations import clock
from operations.backups import keeping, making
from tests.staff.factories import UserFactory

NIGHT = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)  # half past two in Shanghai, a Friday


@pytest.fixture
def folder(settings, tmp_path):
    settings.WAYFARE_BACKUPS, settings.MEDIA_ROOT, settings.WAYFARE_SEALS = tmp_path / "kept", tmp_path / "files", []
    settings.WAYFARE_BACKUPS.mkdir()
    return settings.WAYFARE_BACKUPS


def lay(folder, at):
    path = folder / at.astimezone(UTC).strftime(making.NAME)
    path.write_bytes(b"backup")
    return path


def test_seven_days_and_four_weeks_stay():
    nights = [NIGHT - timedelta(days=n) for n in range(60)]

    stay = keeping.staying(nights, daily=7, weekly=4)

    assert sorted((NIGHT - at).days for at in stay) == [0, 1, 2, 3, 4, 5, 6, 12, 19]


def test_the_newest_stays_whatever_is_set():
    assert keeping.staying([NIGHT, NIGHT - timedelta(days=1)], daily=0, weekly=0) == {NIGHT}


def test_what_is_named_otherwise_is_not_deleted(folder, settings):
    settings.WAYFARE_BACKUPS_DAILY, settings.WAYFARE_BACKUPS_WEEKLY = 1, 0
    old, new, other = lay(folder, NIGHT - timedelta(days=1)), lay(folder, NIGHT), folder / "wayfare-mine.backup"
    other.touch()

    assert keeping.forget_old(folder) == [old]
    assert set(folder.iterdir()) == {new, other}


def test_the_clock_makes_one_and_forgets_old_ones(db, folder, settings):
    settings.WAYFARE_BACKUPS_DAILY, settings.WAYFARE_BACKUPS_WEEKLY = 1, 0
    old = lay(folder, timezone.now() - timedelta(days=3))

    clock.back_up()

    assert [path == old for path in folder.iterdir()] == [False]
    assert "operations.back_up" in app.conf.beat_schedule


@pytest.mark.parametrize("hours, said", [(35, None), (37, {"backup": "the last is 37 hours old"})])
def test_an_old_backup_is_a_warning(db, client, folder, hours, said):
    lay(folder, timezone.now() - timedelta(hours=hours, minutes=1))

    assert client.get("/readyz").json().get("warnings") == said


@pytest.mark.parametrize("age, said", [(1, None), (48, {"backup": "there is none", "seals": "there is none"})])
def test_a_house_without_any_is_warned_after_a_day_and_a_half(db, client, folder, age, said):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = %s", [timezone.now() - timedelta(hours=age)])

    assert client.get("/readyz").json().get("warnings") == said


@pytest.mark.parametrize("hours, words", [(2, 0), (40, 1)])
def test_administrators_see_the_last_one(db, client, folder, hours, words):
    client.force_login(UserFactory(administrator=True))
    lay(folder, timezone.now() - timedelta(hours=hours))

    page = client.get("/operations/").content.decode()

    assert (page.count("最近一次备份"), page.count("该备份了")) == (1, words)
