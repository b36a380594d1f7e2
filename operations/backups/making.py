"""A backup is made from one state of the database; what its rows name lies on disk before they are committed."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import psycopg
from django.conf import settings

from operations.backups import contents, house, postgres
from operations.backups.reading import look_through
from workers.journal import places
from workers.rules.seals.folder import name_of

DUMP_ARGUMENTS = ("--format=custom", "--no-owner", "--no-privileges", "--no-password")
NAME = "wayfare-%Y%m%dT%H%M%SZ.backup"


def make(folder: Path, *, at: datetime) -> Path:
    """Write, read back, and only then give it its name; returns its path. What fails leaves nothing behind."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / at.astimezone(UTC).strftime(NAME)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            _write(file, at=at)
            file.flush()
            os.fsync(file.fileno())
        look_through(draft)
        os.link(draft, path)
        _keep_name(folder)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _write(file, *, at: datetime) -> None:
    """First the dump, then the files: one that came in between is too much, none is missing."""
    packer = contents.Packer(file)
    with _one_state() as (link, snapshot):
        manifest = _manifest(link, at=at)
        programs = postgres.folder_of_programs(postgres.major_of(link))
        arguments = (*DUMP_ARGUMENTS, f"--snapshot={snapshot}", f"--dbname={postgres.target()}")
        with postgres.program(programs, "pg_dump", *arguments, stdout=subprocess.PIPE) as dump:
            packer.put_stream(dump.stdout)
    for name, path in _files():
        _put(packer, contents.FILES, name, path)
    for name, seal in _seals(manifest["newest_seal"], at=at):
        packer.put(contents.SEALS, name, BytesIO(seal), len(seal))
    packer.finish(manifest)


def _manifest(link: psycopg.Connection, *, at: datetime) -> dict:
    return {
        "version": house.version(),
        "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "migrations": house.migrations(link),
        "rows": house.row_counts(link),
        "newest_seal": house.newest_seal(link),
        "index_key": house.index_key_mark(),
        "postgresql": postgres.major_of(link),
    }


@contextmanager
def _one_state() -> Iterator[tuple[psycopg.Connection, str]]:
    with postgres.connect() as link:
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield link, link.execute("SELECT pg_export_snapshot()").fetchone()[0]


def _files() -> Iterator[tuple[str, Path]]:
    """All below the folder of files; what lies in a folder with a dot is ours and no file of anybody's."""
    root = settings.MEDIA_ROOT
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if not name.parts[0].startswith(".") and path.is_file() and not path.is_symlink():
            yield name.as_posix(), path


def _seals(newest: int, *, at: datetime) -> Iterator[tuple[str, bytes]]:
    """As they lie in the first place that has them all: those that the dump knows, for one made since would be from
    its future. No backup fails because a place is away."""
    whole = {kept.place for kept in places.keep_outside(at=at) if not kept.error}
    for place in [place for place in places.places() if str(place) in whole][:1]:
        for number in place.numbers():
            if number <= newest:
                yield name_of(number), "".join(f"{line}\n" for line in place.read(number)).encode()


def _put(packer: contents.Packer, part: str, name: str, path: Path) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:  # deleted since the folder was read
        return
    with file:
        packer.put(part, name, file, os.fstat(file.fileno()).st_size)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
