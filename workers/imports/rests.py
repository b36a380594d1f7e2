"""Rows that nobody answered for when the others were saved: kept as a roster of their own, sealed, for some days."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from workers.imports import cutting, packing
from workers.imports.cells import cell_of
from workers.imports.packing import Pack
from workers.imports.questions import Decisions
from workers.imports.reading import Lines
from workers.imports.tables import RosterRow
from workers.models import RosterChunk, RosterUpload

KEPT = timedelta(days=14)


def sealed_rest(chunk: RosterChunk, rows: list[RosterRow]) -> bytes | None:
    """What stays of a chunk that is saved."""
    return cutting.sealed(chunk, "content_cipher", packing.packed(rows)) if rows else None


def left_in(upload: RosterUpload) -> list[RosterRow]:
    """Rows of saved chunks that still ask; nobody is asked about a file that a command reads."""
    if upload.by is None:
        return []
    left = upload.chunks.filter(state=RosterChunk.State.SAVED, content_cipher__isnull=False).order_by("no")
    return [row for chunk in left.iterator(chunk_size=1) for row in cutting.pack_of(chunk)]


def keep(upload: RosterUpload, rows: list[RosterRow], decisions: Decisions, *, at: datetime) -> RosterUpload:
    """Of a roster that is closed: what it leaves may be all it had. The same rows left twice are one rest: the file was
    sent again."""
    content = packing.packed(rows)
    rest = RosterUpload(
        by=upload.by, file_name=upload.file_name, sent_at=at, rest_of=upload,
        decisions={row.label: decisions[row.label] for row in rows if row.label in decisions},
    )  # fmt: skip
    rest.seal(content)
    waiting = RosterUpload.objects.filter(by=upload.by, digest=hashlib.sha256(content).digest(), saved_at=None)
    if first := waiting.first():
        return first
    rest.save()
    cutting.cut_rows(rest, rows, at=at)
    return rest


def rest_of(upload: RosterUpload) -> RosterUpload | None:
    """What still waits of a roster that was saved."""
    return upload.rests.filter(saved_at=None).first() if upload.is_saved else None


def rows_in(rest: RosterUpload) -> Iterable[RosterRow]:
    content = rest.content
    return _kept_by_earlier_versions(content) if content.startswith(b"[") else Pack(content)


def _kept_by_earlier_versions(content: bytes) -> Iterator[RosterRow]:
    for told in json.loads(content):
        cells = {name: cell_of(cell) for name, cell in told.pop("cells").items()}
        lines = told.pop("lines", None)
        yield RosterRow(cells=cells, lines=lines and Lines(*lines), **told)
