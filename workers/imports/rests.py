"""Rows that nobody answered for when the others were saved: kept as a roster of their own, sealed, for some days."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from workers.imports.cells import cell_of
from workers.imports.questions import takes_hidden
from workers.imports.reading import Lines, read_content
from workers.imports.tables import Roster, RosterRow, find_people
from workers.imports.verdicts import Verdict
from workers.models import RosterUpload

KEPT = timedelta(days=14)


def roster_in(upload: RosterUpload) -> Roster:
    """The people of a file, or of what is left of one. Raises a kind of UnreadableRoster."""
    if upload.is_rest:
        return Roster(unpacked(upload.content))
    return find_people(read_content(upload.content), takes_hidden=takes_hidden(upload.decisions))


def keep(upload: RosterUpload, verdicts: Iterable[Verdict], *, at: datetime) -> None:
    """The same rows left twice are one rest: the file was sent again."""
    rows = [verdict.row for verdict in verdicts if verdict.question]
    if not rows:
        return
    content = packed(rows)
    rest = RosterUpload(
        file_name=upload.file_name, sent_at=at, rest_of=upload,
        decisions={row.label: upload.decisions[row.label] for row in rows if row.label in upload.decisions},
    )  # fmt: skip
    rest.seal(content)
    told = ("file_name", "sent_at", "rest_of", "decisions", "content_cipher")
    RosterUpload.objects.get_or_create(
        by=upload.by, digest=hashlib.sha256(content).digest(), saved_at=None,
        defaults={name: getattr(rest, name) for name in told},
    )  # fmt: skip


def rest_of(upload: RosterUpload) -> RosterUpload | None:
    """What still waits of a roster that was saved."""
    return upload.rests.filter(saved_at=None).first() if upload.is_saved else None


def packed(rows: list[RosterRow]) -> bytes:
    """Each with its label, so that the person finds it in the file again."""
    told = [
        {
            "label": row.label, "headings": row.headings, "is_typed": row.is_typed,
            "has_stray_quote": row.has_stray_quote, "lines": row.lines,
            "cells": {name: [cell.text, cell.kind] for name, cell in row.cells.items()},
        }
        for row in rows
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def unpacked(content: bytes) -> list[RosterRow]:
    return [_unpacked_row(**told) for told in json.loads(content)]


def _unpacked_row(*, cells: dict, lines: list | None = None, **told) -> RosterRow:
    return RosterRow(cells={name: cell_of(cell) for name, cell in cells.items()}, lines=lines and Lines(*lines), **told)
