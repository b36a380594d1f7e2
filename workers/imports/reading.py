"""Opens a roster, whatever it is: xlsx, xls, ods, or CSV in any encoding in use here. Nothing in it is ever run.

The file is read by a process of its own (`opening.py`) that may use only so much memory and time. Where it dies of a
file, the file is refused in words. What it says is looked through before it is believed.
"""

import logging
import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.apart.outside import Broken, OutOfMemory, OutOfTime, heard
from kit.refusals import Refusal
from workers.imports.cells import BLANK, KINDS, Cell, cell_of
from workers.imports.opening import OLE, Content, Limits
from workers.rules import masks

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LARGEST_FILE = 50 * 1024 * 1024
OPENER = "workers.imports.opening"
WRITTEN = re.compile(rb"[^\0 \t\r\n\xef\xbb\xbf]")
WEB_PAGE = re.compile(rb"\s*<")  # that some systems save as .xls
LIMITS = Limits()
LARGE = Limits(seconds=3600, wait=6 * 3600, filled=10**9, cells=10**9, told=100 * 1024**3)
"""Whoever listens may save people meanwhile. What a workbook may be is still decided by the memory."""
PLAIN_CELLS = frozenset({str, type(None)})
log = logging.getLogger(__name__)


class UnreadableRoster(Refusal):
    """The file as a whole cannot be used; nothing was changed."""

    message = _("This file cannot be read as a roster.")
    way_out = _("Open it in Excel or WPS and save it again as .xlsx, then try once more.")


class EmptyFile(UnreadableRoster):
    message = _("The file is empty.")


class NotASpreadsheet(UnreadableRoster):
    message = _("The file is neither a spreadsheet nor a CSV text.")


class EncryptedFile(UnreadableRoster):
    message = _("The spreadsheet is protected by a password.")
    way_out = _("Open it, remove the password, save it and try once more.")


class DamagedFile(UnreadableRoster):
    message = _("The spreadsheet is damaged or incomplete.")
    way_out = _("Ask for it again: it was probably cut off on the way.")


class TooBig(UnreadableRoster):
    message = _("The file is larger than a roster can be.")
    way_out = _("Send it in parts, one for each township.")


class FarCell(UnreadableRoster):
    """Something is written so far from the table that all the gaps would have to be read too."""

    def __init__(self, cell: str, worksheet: str):
        super().__init__(
            _("Something is written in cell %(cell)s of sheet %(sheet)s, far away from the table.")
            % {"cell": cell, "sheet": worksheet},
            way_out=_("Open the file, go to cell %(cell)s, delete what is there, save it and try once more.")
            % {"cell": cell},
        )


class DoubleName(UnreadableRoster):
    def __init__(self, worksheet: str):
        super().__init__(
            _("Two sheets of this file are called %(sheet)s.") % {"sheet": worksheet},
            way_out=_("Open it, rename one of them, save it and try once more."),
        )


class OfExcel95(UnreadableRoster):
    message = _("This file was saved in the format of Excel 95, which is too old.")


class NeedsTooMuchMemory(UnreadableRoster):
    message = _("This file needs more memory than a roster can.")
    way_out = _("Copy the table into a new file, save it as .xlsx and try once more.")


class TakesTooLong(UnreadableRoster):
    message = _("It takes too long to read this file.")
    way_out = _("Copy the table into a new file, save it as .xlsx and try once more.")


TOLD = {
    kind.__name__: kind
    for kind in (
        NotASpreadsheet,
        EncryptedFile,
        DamagedFile,
        TooBig,
        FarCell,
        DoubleName,
        OfExcel95,
    )
}


class Lines(NamedTuple):
    """Of a file, counted from 1; `may_hide` when one of them could be a row of its own."""

    first: int
    last: int
    may_hide: bool


@dataclass(frozen=True)
class Worksheet:
    """`rows[0]` is row 1. `merges` are (first row, first column, last row, last column), counted from 0.

    As it is read (`worksheets_in`) its rows come one after the other, and what there is to know of one comes before it.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_typed: bool = False  # cells of a spreadsheet have kinds; those of a CSV are all text
    is_alone: bool = False  # the only one of its file
    stray_quotes: set[int] = field(default_factory=set)  # rows of a CSV with a quotation mark that stands alone
    joined_lines: dict[int, Lines] = field(default_factory=dict)  # rows of a CSV that stand on several lines
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # by a filter or by hand, counted from 0
    hidden_columns: frozenset[int] = frozenset()


def read_content(content: bytes) -> list[Worksheet]:
    """The worksheets of a workbook, or one for a CSV. Raises a kind of UnreadableRoster."""
    return [replace(worksheet, rows=list(worksheet.rows)) for worksheet in worksheets_in(content)]


def worksheets_in(content: Content) -> Iterator[Worksheet]:
    """The same while they are read: the rows of one before the next. Whatever is left is not read when it is closed."""
    if len(content) > LARGEST_FILE:
        raise TooBig()
    return _worksheets(content, LIMITS)


def worksheets_in_file(path: Path) -> Iterator[Worksheet]:
    """Of a file that whoever runs the server names: a CSV may have millions of rows. Little of it is in memory."""
    if not path.stat().st_size:
        raise EmptyFile()
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        yield from _worksheets(content, LARGE)


def _worksheets(content: Content, limits: Limits) -> Iterator[Worksheet]:
    if not WRITTEN.search(content):
        raise EmptyFile()
    if content[: len(OLE)] == OLE and content.find(ENCRYPTED_PACKAGE) >= 0:
        raise EncryptedFile()
    if WEB_PAGE.match(content):
        raise NotASpreadsheet()
    with closing(heard(OPENER, content, limits, wait=limits.wait, told=limits.told)) as things:
        yield from _Listener(things, limits.cells).worksheets()


@contextmanager
def _deaths_in_words() -> Iterator[None]:
    try:
        yield
    except OutOfTime:
        raise TakesTooLong from None
    except OutOfMemory:
        raise NeedsTooMuchMemory from None
    except Broken as fault:
        log.error("The process that reads rosters %s", fault)
        raise DamagedFile from None


class _Listener:
    """Makes worksheets of what the process says, and believes none of it unseen."""

    def __init__(self, things: Iterator, cells: int):
        self.things, self.left = things, cells
        self.next: list = []

    def worksheets(self) -> Iterator[Worksheet]:
        """Rows that nothing was said before are those of a sheet without a name."""
        with _deaths_in_words():
            self.next = list(islice(self.things, 1))
        while self.next:
            (told,) = self.next
            with _deaths_in_words():
                worksheet = Worksheet("", []) if isinstance(told, list) else _worksheet(told)
            rows = self._rows(worksheet, self.next if isinstance(told, list) else [])
            self.next = []
            yield replace(worksheet, rows=rows)
            deque(rows, maxlen=0)

    def _rows(self, worksheet: Worksheet, said: list) -> Iterator[list[Cell]]:
        """Up to what is said of the next worksheet. One may be told alone or many together."""
        with _deaths_in_words():
            for told in chain(said, self.things):
                kind = told.keys() if isinstance(told, dict) else ()
                if kind == {"rows"}:
                    yield from self._block(told["rows"])
                elif isinstance(told, list):
                    yield from self._block([told])
                elif kind == {"stray_quotes", "joined_lines"}:
                    _add_lines(worksheet, **told)
                else:
                    self.next = [told]
                    return

    def _block(self, rows) -> list[list[Cell]]:
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise Broken("said rows that are none")
        self.left -= sum(map(len, rows)) + len(rows)
        if self.left < 0:
            raise Broken("said more cells than a roster has")
        return list(map(_row, rows))


def _row(told: list) -> list[Cell]:
    if set(map(type, told)) <= PLAIN_CELLS:
        return [Cell(text) if text else BLANK for text in told]
    if not all(map(_is_cell, told)):
        raise Broken("said a row that is none")
    try:
        return [cell_of(each) for each in told]
    except ValueError:
        raise Broken("said a day that is none") from None


def _is_cell(told) -> bool:
    if isinstance(told, list):
        return len(told) == 2 and isinstance(told[0], str) and told[1] in KINDS
    return told is None or isinstance(told, str)


def _worksheet(told) -> Worksheet:
    """The name goes into labels of rows, which the report keeps in clear."""
    if isinstance(told, dict) and "refused" in told:
        raise _refusal(told["refused"])
    try:
        return _believed(**told)
    except (TypeError, ValueError):
        raise Broken("said a worksheet that is none") from None


def _refusal(told) -> UnreadableRoster:
    try:
        kind, *words = told
        return TOLD[kind](*map(str, words))
    except (KeyError, TypeError, ValueError):
        raise Broken("refused in words that are none") from None


def _believed(
    *, name, merges=(), is_typed=False, is_alone=False, is_hidden=False, hidden_rows=(), hidden_columns=()
) -> Worksheet:
    """Raises TypeError or ValueError where one of them is not what it should be."""
    return Worksheet(
        masks.scrub(name),
        [],
        merges=[(top, left, bottom, right) for top, left, bottom, right in map(_numbers, merges)],
        is_typed=is_typed is True,
        is_alone=is_alone is True,
        is_hidden=is_hidden is True,
        hidden_rows=frozenset(_numbers(hidden_rows)),
        hidden_columns=frozenset(_numbers(hidden_columns)),
    )


def _add_lines(worksheet: Worksheet, *, stray_quotes, joined_lines) -> None:
    """Of rows that follow."""
    try:
        worksheet.stray_quotes.update(_numbers(stray_quotes))
        for row, first, last, may_hide in map(_numbers, joined_lines):
            worksheet.joined_lines[row] = Lines(first, last, may_hide is True)
    except (TypeError, ValueError):
        raise Broken("said lines that are none") from None


def _numbers(told) -> list[int]:
    if not all(isinstance(each, int) for each in told):
        raise TypeError("not whole numbers")
    return list(told)
