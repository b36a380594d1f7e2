"""The whole journal as a file, with a seal over exactly what is in it."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from workers.journal import seals
from workers.journal.places import check_places
from workers.models import JournalLine
from workers.rules.seals import export as exports


def export(file: Path, *, at: datetime) -> tuple[int, seals.Sealing]:
    """Both from one state of the database, so a line that the seal does not cover was not written by Wayfare."""
    check_places()
    with seals.alone():
        is_outermost = not connection.in_atomic_block
        with transaction.atomic():
            if is_outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            sealing = seals.seal_alone(at=at)
            return _write(file), sealing


def _write(file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for line in JournalLine.objects.order_by("worker_id", "seq").iterator(chunk_size=5000):
            out.write(exports.written(line) + "\n")
            count += 1
    return count
