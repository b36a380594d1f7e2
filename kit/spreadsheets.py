"""A list as an Excel workbook. Rows are written as they come, so that memory does not grow with the list.

Nothing anybody typed becomes a formula: every text is stored as text, and stays one when somebody edits the cell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from kit.dates import full_moment
from kit.days import local_day
from kit.refusals import Refusal

MOST = 20_000
"""Rows of one workbook: some four seconds of work."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\s]+')
WRONG, OTHERWISE = (PatternFill("solid", start_color=colour) for colour in ("FFF4B6B6", "FFFCEFC7"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyRows(Refusal):
    message = gettext_lazy("An Excel file takes at most 20,000 rows.")
    way_out = gettext_lazy("Narrow the list by its filters first.")


@dataclass(frozen=True)
class Column:
    """`width` in characters."""

    title: str
    width: int = 14


@dataclass(frozen=True)
class Marked:
    """A cell that is to be looked at; one that `is_wrong` catches the eye first."""

    value: Any
    is_wrong: bool = True


def as_xlsx(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    where: object = None,
    title: str = "",
    about: Sequence[tuple[str, Any]] = (),
    by,
    at: datetime,
) -> FileResponse:
    """A file to keep, called by what it lists, of which area and on which day. A second worksheet says what the list
    shows (`title`, where that is more than the name and the area), when, and for whom; then `about`.

    In one transaction, so that what is logged as the rows pass is gone again when there are too many. Like every page
    about people it is kept by no browser and no proxy.
    """
    with transaction.atomic():
        shown = title or " · ".join(str(part) for part in (name, where) if part)
        file = workbook(columns, rows, about=[*told(shown, by=by, at=at), *about])
    response = FileResponse(file, as_attachment=True, filename=file_name(name, where, at), content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(name: str, where: object, at: datetime) -> str:
    parts = (name, where, f"{local_day(at):%Y%m%d}")
    return NOT_IN_A_NAME.sub(" ", "-".join(str(part) for part in parts if part)) + ".xlsx"


def workbook(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, about: Sequence[tuple[str, Any]] = ()
) -> IO[bytes]:
    """A temporary file, at its beginning."""
    book = Workbook(write_only=True)
    with _nothing_left_of(book):
        page = book.create_sheet(_("List"))
        for n, column in enumerate(columns, start=1):
            page.column_dimensions[get_column_letter(n)].width = column.width
        page.freeze_panes = "A2"
        page.append([_bold(page, column.title) for column in columns])
        for row in at_most(rows):
            page.append([_cell(page, value) for value in row])
        note = book.create_sheet(_("About this list"))
        note.column_dimensions["A"].width, note.column_dimensions["B"].width = 24, 60
        for name, said in about:
            note.append([_bold(note, name), _cell(note, said)])
        file = TemporaryFile()  # noqa: SIM115  the response closes it
        book.save(file)
    file.seek(0)
    return file


@contextmanager
def _nothing_left_of(book: Workbook):
    """Each worksheet grows in a temporary file that openpyxl takes away when the book is saved. One that never is, for
    its list is too long, would leave the people in it on the disk for as long as the process lives.
    """
    try:
        yield
    except BaseException:
        for sheet in book.worksheets:
            with suppress(Exception):  # whatever state it was left in: why it was left is what is told
                sheet.close()
                sheet._writer.cleanup()
        raise


def told(title: str, *, by, at: datetime) -> list[tuple[str, str]]:
    """What the second worksheet says of a list."""
    return [(_("List"), title), (_("As of"), full_moment(at)), (_("Exported by"), str(by))]


def at_most(rows: Iterable) -> Iterator:
    for n, row in enumerate(rows):
        if n == MOST:
            raise TooManyRows
        yield row


def every_page(fetch, rows_of) -> Iterator:
    """The rows of a list that is paged by key: `fetch(after)` gives a page of it, `rows_of(page)` the page's rows."""
    after = None
    while True:
        page = fetch(after)
        yield from rows_of(page)
        after = page.next_after
        if after is None:
            return


def _cell(worksheet, value) -> WriteOnlyCell:
    if isinstance(value, Marked):
        cell = _cell(worksheet, "" if value.value is None else value.value)
        cell.fill = WRONG if value.is_wrong else OTHERWISE
        return cell
    if isinstance(value, datetime):
        return WriteOnlyCell(worksheet, value=timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0))
    if value is None or isinstance(value, int | float) or hasattr(value, "isoformat"):
        return WriteOnlyCell(worksheet, value=value)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(worksheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(RISKY)
    return cell


def _bold(worksheet, text: str) -> WriteOnlyCell:
    cell = _cell(worksheet, text)
    cell.font = Font(bold=True)
    return cell
