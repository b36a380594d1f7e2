"""Back from a backup: all of it or nothing. The database in one transaction, the files beside and then into place."""

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from operations.backups import contents, house, postgres
from operations.backups.reading import feed, look_through
from operations.backups.refusals import AlteredBackup, NewerSeals, PeopleInTheWay, StillInUse
from workers.journal import places
from workers.rules.seals.folder import Folder, PlaceAway

PEOPLE = ("staff_user", "workers_worker")
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
LENGTH_OF_HEAD = 1024  # bytes, in which pg_restore says how the session shall be, and no row stands yet
SETTING = re.compile(rb"^SET (\w+) = [^\n]*;\n", re.MULTILINE)
SCHEMAS = """
SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""


def check_can_restore(path: Path, *, replace: bool) -> dict:
    """Looks at everything and changes nothing; returns the manifest."""
    manifest = look_through(path)
    house.check_can_take(manifest)
    _check_seals(manifest)
    connection.close_pool()
    with postgres.connect() as link:
        if not replace and (_has_people(link) or _has_files()):
            raise PeopleInTheWay
        if link.execute(OTHERS).fetchone()[0]:
            raise StillInUse
    return manifest


def restore(path: Path, *, manifest: dict, at: datetime) -> None:
    """After `check_can_restore`. Files that lay there before are moved aside, never deleted."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".restoring-", dir=settings.MEDIA_ROOT))
    try:
        _restore_into(path, draft, manifest)
        _put_in_place(
            draft / contents.FILES, aside=settings.MEDIA_ROOT / at.astimezone(UTC).strftime(".before-%Y%m%dT%H%M%SZ")
        )
        _put_seals(draft / contents.SEALS)
    finally:
        shutil.rmtree(draft)


def _restore_into(path: Path, draft: Path, manifest: dict) -> None:
    """psql commits when its input ends, and it ends only if all of the backup was read and is what was looked at."""
    with postgres.connect() as link:
        programs = postgres.folder_of_programs(postgres.major_of(link), newest=True)
        cleared = _clearing(link)
        settings_there = {name for (name,) in link.execute("SELECT name FROM pg_settings")}
    to_psql = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--dbname={postgres.target()}")
    with postgres.program(programs, "psql", *to_psql, stdin=subprocess.PIPE) as psql:
        feed(psql, b"BEGIN;\n" + cleared)
        with postgres.program(
            programs,
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--file=-",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as script:
            copying = threading.Thread(target=_copy, args=(script, psql, settings_there))
            copying.start()
            with path.open("rb") as file:
                again = contents.unpack(file, _taker(script, draft))
            script.stdin.close()
            copying.join()
        if again != manifest:
            raise AlteredBackup
        feed(psql, b"\nCOMMIT;\n")


def without_unknown_settings(head: bytes, settings_there: set[str]) -> bytes:
    """A newer pg_restore begins with settings that an older server does not know, and would stop at."""
    return SETTING.sub(lambda line: line[0] if line[1].decode() in settings_there else b"", head)


def _taker(script: subprocess.Popen, draft: Path):
    def take(part: str, name: str, pieces: Iterator[bytes]) -> None:
        if part == contents.DUMP:
            for data in pieces:
                feed(script, data)
            return
        path = draft / part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)

    return take


def _copy(script: subprocess.Popen, psql: subprocess.Popen, settings_there: set[str]) -> None:
    """What psql no longer takes is read all the same, or pg_restore would wait for ever."""
    is_taken = True
    head = without_unknown_settings(script.stdout.read(LENGTH_OF_HEAD), settings_there)
    for data in chain([head], iter(lambda: script.stdout.read1(1 << 18), b"")):
        try:
            if is_taken:
                psql.stdin.write(data)
        except (BrokenPipeError, ValueError):  # it has ended, or its pipe is closed already
            is_taken = False


def _clearing(link: psycopg.Connection) -> bytes:
    names = [name for (name,) in link.execute(SCHEMAS).fetchall()]
    drops = [sql.SQL("DROP SCHEMA {} CASCADE;\n").format(sql.Identifier(name)) for name in names]
    quiet = sql.SQL("SET client_min_messages = warning;\n")
    return (quiet + sql.Composed(drops) + sql.SQL("CREATE SCHEMA public;\n")).as_bytes(link)


def differences(manifest: dict) -> list[str]:
    """Tables that do not hold as many rows as the backup says."""
    with postgres.connect() as link:
        found = house.row_counts(link)
    return [
        f"{table}: {found.get(table)} rows, not {rows}"
        for table, rows in manifest["rows"].items()
        if found.get(table) != rows
    ]


def _check_seals(manifest: dict) -> None:
    """A place that is away is asked again by whoever seals next."""
    for place in places.places():
        with suppress(PlaceAway):
            if max(place.numbers(), default=0) > manifest["newest_seal"]:
                raise NewerSeals


def _put_in_place(new: Path, *, aside: Path) -> None:
    before = [path for path in settings.MEDIA_ROOT.iterdir() if not path.name.startswith(".")]
    if before:
        aside.mkdir()
    for path in before:
        path.rename(aside / path.name)
    for path in new.iterdir() if new.exists() else ():
        path.rename(settings.MEDIA_ROOT / path.name)


def _put_seals(new: Path) -> None:
    """As they lay outside; a seal that lies there already stays as it is, and `verify_journal` judges it."""
    back = Folder(new)
    for place in places.places():
        with suppress(PlaceAway):
            for number in sorted(set(back.numbers()) - set(place.numbers())):
                place.write(number, back.read(number))


def _has_people(link: psycopg.Connection) -> bool:
    return any(
        link.execute("SELECT to_regclass(%s)", [table]).fetchone()[0]
        and link.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))).fetchone()[0]
        for table in PEOPLE
    )


def _has_files() -> bool:
    root = settings.MEDIA_ROOT
    return root.exists() and any(not path.name.startswith(".") for path in root.iterdir())
