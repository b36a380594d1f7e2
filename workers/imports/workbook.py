"""A roster as a workbook with what was said of each row, and while it waits with the rows themselves: the cells that
something is said of are marked, so that whoever sent it puts them right and sends it again."""

from collections.abc import Iterator
from datetime import datetime

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kit import spreadsheets
from kit.spreadsheets import Column, Marked
from staff.models import User
from workers.imports import cutting, packing
from workers.imports.issues import VERDICT_LABELS, Issue
from workers.imports.packing import Pack
from workers.imports.report import KeptRow
from workers.models import RosterChunk, RosterUpload

WRONG = frozenset({"reject", "duplicate", "review", "reject_field", "warn"})
"""Verdicts that somebody should look at. Of a long roster only their rows are in the workbook."""


def of(upload: RosterUpload, *, by: User, at: datetime) -> FileResponse:
    """Raises TooManyRows."""
    packs = {} if upload.started_at else {chunk.pk: cutting.pack_of(chunk) for chunk in upload.chunks.order_by("no")}
    headings = list(dict.fromkeys(text for pack in packs.values() for text in pack.headings))
    columns = [
        Column(pgettext("roster", "Row"), 10),
        Column(_("Verdict"), 16),
        Column(pgettext("roster", "Why"), 50),
        *(Column(heading, 18) for heading in headings),
    ]
    name = upload.file_name.rpartition(".")[0] or upload.file_name
    return spreadsheets.as_xlsx(name, columns, _rows(upload, packs, headings), by=by, at=at)


def _rows(upload: RosterUpload, packs: dict[int, Pack], headings: list[str]) -> Iterator[list]:
    for chunk in upload.chunks.order_by("no").only("first", "rows"):
        for no, kept in _verdicts(upload, chunk):
            told = [kept.label, str(VERDICT_LABELS[kept.verdict]), kept.message]
            yield told + (_cells(packs[chunk.pk], no - chunk.first, kept.issues, headings) if packs else [])


def _verdicts(upload: RosterUpload, chunk: RosterChunk) -> Iterator[tuple[int, KeptRow]]:
    verdicts = upload.verdicts.filter(no__gte=chunk.first, no__lt=chunk.first + chunk.rows).order_by("no")
    if upload.rows > spreadsheets.MOST:
        verdicts = verdicts.filter(verdict__in=WRONG)
    for no, label, issues in verdicts.values_list("no", "label", "issues"):
        yield no, KeptRow(label, packing.issues_of(issues))


def _cells(pack: Pack, place: int, issues: tuple[Issue, ...], headings: list[str]) -> list:
    row = pack[place]
    texts = {row.headings[name]: cell.text for name, cell in row.cells.items()}
    wrong = {issue.field for issue in issues if issue.verdict in WRONG}
    noted = {issue.field for issue in issues}
    return [
        Marked(texts.get(heading), is_wrong=heading in wrong) if heading in noted else texts.get(heading)
        for heading in headings
    ]
