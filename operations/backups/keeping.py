"""Which backups lie in the folder, and which of them stay. Their moments are in their names."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from kit import days
from operations.backups.making import NAME

LATE_AFTER = timedelta(hours=36)


def moments(folder: Path) -> dict[datetime, Path]:
    """Newest first. Nothing that is named otherwise is ours."""
    found = {at: path for path in folder.glob("wayfare-*.backup") if (at := _moment(path.name))}
    return dict(sorted(found.items(), reverse=True))


def last() -> tuple[datetime, int] | None:
    """Moment and bytes of the newest in the house's own folder."""
    for at, path in moments(settings.WAYFARE_BACKUPS).items():
        return at, path.stat().st_size
    return None


def is_late(*, at: datetime) -> bool:
    """A house without any has as long for its first one, from the day it was set up."""
    newest = last()
    since = newest[0] if newest else set_up_at()
    return at - since > LATE_AFTER


def forget_old(folder: Path) -> list[Path]:
    """Delete what neither the last days nor the last weeks need; returns what is gone."""
    found = moments(folder)
    stay = staying(found, daily=settings.WAYFARE_BACKUPS_DAILY, weekly=settings.WAYFARE_BACKUPS_WEEKLY)
    gone = [path for at, path in found.items() if at not in stay]
    for path in gone:
        path.unlink()
    return gone


def staying(moments: Iterable[datetime], *, daily: int, weekly: int) -> set[datetime]:
    """The newest of each of the last `daily` days and `weekly` weeks that have one; the newest of all always."""
    newest_first = sorted(moments, reverse=True)
    by_day = {days.local_day(at): at for at in reversed(newest_first)}
    by_week = {days.local_day(at).isocalendar()[:2]: at for at in reversed(newest_first)}
    of_days = sorted(by_day.values(), reverse=True)[:daily]
    of_weeks = sorted(by_week.values(), reverse=True)[:weekly]
    return {*newest_first[:1], *of_days, *of_weeks}


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def set_up_at() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM django_migrations")
        return cursor.fetchone()[0]
