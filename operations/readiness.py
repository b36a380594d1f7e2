"""What `/readyz` says: whether everything that the product needs is there, and in words what is not."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from kit.static_files import not_collected
from notifications.models import Message
from operations import watching
from operations.backups import keeping
from operations.queues import QUEUES
from operations.sealing import is_late, last_seal
from workers.journal.places import states

SECONDS_TO_CONNECT = 3
ARCHIVE_STANDS_STILL = """
SELECT coalesce(last_archived_time, stats_reset) FROM pg_stat_archiver
WHERE last_failed_time > coalesce(last_archived_time, '-infinity')
"""
CLOCK_IS_LATE_AFTER = timedelta(minutes=2)
TEXTS_ARE_LATE_AFTER = timedelta(minutes=15)
LEAST_FREE_BYTES = 500_000_000


def what_is_wrong(*, at: datetime) -> dict[str, str]:
    """By the name of what was looked at; empty when all is well."""
    if wrong := database():
        return {"database": wrong} | ({"disk": full} if (full := disk()) else {})
    return {name: wrong for name, check in CHECKS.items() if (wrong := _answer(check, at))}


def what_to_look_after(*, at: datetime) -> dict[str, str]:
    """What is no reason to send nobody here, but to send for somebody."""
    return {name: late for name, check in WARNINGS.items() if (late := _answer(check, at))}


def database() -> str:
    """Asked with a connection of its own: the pool would wait 20 s for a database that is away."""
    wanted = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
        wanted.pop(name, None)
    try:
        psycopg.connect(**wanted | {"connect_timeout": SECONDS_TO_CONNECT}).close()
    except psycopg.Error as error:
        return f"does not answer: {type(error).__name__}"
    return ""


def migrations(at: datetime) -> str:
    return f"not applied: {', '.join(missing)}" if (missing := _known("migrations", _unapplied)) else ""


def static_files(at: datetime) -> str:
    if missing := _known("static files", not_collected):
        return f"not collected: {missing[0]}" + (f" and {len(missing) - 1} more" if missing[1:] else "")
    return ""


def broker(at: datetime) -> str:
    if not settings.BROKER_IS_POSTGRES:
        return _other_broker()
    with connection.cursor() as cursor:
        cursor.execute("SELECT q FROM unnest(%s::text[]) q WHERE to_regclass('pgmq.q_' || q) IS NULL", [list(QUEUES)])
        missing = [queue for (queue,) in cursor.fetchall()]
    return f"queues are missing: {', '.join(missing)}" if missing else ""


def heartbeat(at: datetime) -> str:
    late = [f"{queue} ({_seconds(ago)})" for queue, ago in watching.late_queues().items()]
    return f"nobody works on: {', '.join(late)}" if late else ""


def clock(at: datetime) -> str:
    ago = watching.last_tick()
    return "" if ago is not None and ago <= CLOCK_IS_LATE_AFTER else f"last tick: {_seconds(ago)}"


def texts(at: datetime) -> str:
    oldest = Message.objects.due(at - TEXTS_ARE_LATE_AFTER).order_by("not_before").values_list("not_before").first()
    return f"the oldest has waited {(at - oldest[0]) // timedelta(minutes=1)} minutes" if oldest else ""


def disk(at: datetime | None = None) -> str:
    free = shutil.disk_usage(settings.BASE_DIR if not settings.MEDIA_ROOT.exists() else settings.MEDIA_ROOT).free
    return f"only {free // 1_000_000} MB free" if free < LEAST_FREE_BYTES else ""


def backup(at: datetime) -> str:
    if not keeping.is_late(at=at):
        return ""
    newest = keeping.last()
    return f"the last is {(at - newest[0]) // timedelta(hours=1)} hours old" if newest else "there is none"


def archive(at: datetime) -> str:
    """Of the database's log: what is not put away is missing when somebody has to go back to a moment."""
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVE_STANDS_STILL)
        since = cursor.fetchone()
    return f"stands still for {(at - since[0]) // timedelta(minutes=1)} minutes" if since else ""


def seals(at: datetime) -> str:
    """Of the journal: what was written since the last one can be rewritten by who has the key ring and the database."""
    late = [f"{place.place}: {place.error or 'has not got the last one'}" for place in states() if place.is_behind]
    if is_late(at=at):
        last = last_seal()
        ago = f"the last is {(at - last.sealed_at) // timedelta(hours=1)} hours old" if last else "there is none"
        late.insert(0, ago)
    return "; ".join(late)


WARNINGS = {"backup": backup, "archive": archive, "seals": seals}
CHECKS = {
    "migrations": migrations,
    "static files": static_files,
    "broker": broker,
    "heartbeat": heartbeat,
    "clock": clock,
    "texts": texts,
    "disk": disk,
}
_complete: set[str] = set()


def _answer(check: Callable[[datetime], str], at: datetime) -> str:
    try:
        return check(at)
    except DatabaseError as error:
        return f"could not be looked at: {type(error).__name__}"


def _known(what: str, look: Callable[[], list[str]]) -> list[str]:
    """What is missing; not looked for again once nothing is, for new code comes with a new process."""
    if what in _complete:
        return []
    if not (missing := look()):
        _complete.add(what)
    return missing


def _unapplied() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _other_broker() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=SECONDS_TO_CONNECT) as link:
            link.ensure_connection(max_retries=1, timeout=SECONDS_TO_CONNECT)
    except Exception as error:
        return f"does not answer: {type(error).__name__}"
    return ""


def _seconds(ago: timedelta | None) -> str:
    return "never" if ago is None else f"{int(ago.total_seconds())} s ago"
