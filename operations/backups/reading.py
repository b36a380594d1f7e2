"""A backup is looked through from end to end before anything is believed of it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from operations.backups import contents, postgres
from operations.backups.refusals import AlteredBackup, ToolFailed


def look_through(path: Path) -> dict:
    """Every byte authenticated, every digest compared, the dump read by pg_restore; returns the manifest."""
    with postgres.connect() as link:
        programs = postgres.folder_of_programs(postgres.major_of(link), newest=True)
    with (
        postgres.program(programs, "pg_restore", "--file=/dev/null", stdin=subprocess.PIPE) as restore,
        path.open("rb") as file,
    ):

        def take(part: str, name: str, pieces: Iterator[bytes]) -> None:
            for data in pieces:
                if part == contents.DUMP:
                    feed(restore, data)

        manifest = contents.unpack(file, take)
    if not manifest["parts"][contents.DUMP]["bytes"]:
        raise AlteredBackup
    return manifest


def feed(process: subprocess.Popen, data: bytes) -> None:
    try:
        process.stdin.write(data)
    except BrokenPipeError:
        raise ToolFailed("PostgreSQL's own program ended too early. Nothing was changed.") from None
