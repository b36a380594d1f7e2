"""Opens a roster, whatever it is: xlsx, xls, ods, or CSV in any encoding in use here. Nothing in it is ever run.

The file is read by a process of its own (`opening.py`) that may use only so much memory and time. Where it dies of a
file, the file is refused in words. What it says is looked through before it is believed.
"""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.apart.outside import Broken, OutOfMemory, OutOfTime, heard
from kit.refusals import Refusal
from workers.imports.cells import KINDS, Cell, cell_of
from workers.imports.opening import OLE, Limits
from workers.rules import masks

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LARGEST_FILE = 50 * 1024 * 1024
OPENER = "workers.imports.opening"
LIMITS = Limits()
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
    """`rows[0]` is row 1. `merges` are (first row, first column, last row, last column), counted from 0."""

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_typed: bool = False  # cells of a spreadsheet have kinds; those of a CSV are all text
    stray_quotes: frozenset[int] = frozenset()  # rows of a CSV, counted from 0, with a quotation mark that stands alone
    joined_lines: dict[int, Lines] = field(default_factory=dict)  # rows of a CSV that stand on several lines
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # by a filter or by hand, counted from 0
    hidden_columns: frozenset[int] = frozenset()


def read_file(path: Path) -> list[Worksheet]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TooBig()
        content = path.read_bytes()
    except OSError:
        raise UnreadableRoster(_("The file cannot be opened."), way_out=_("Check its name and folder.")) from None
    return read_content(content)


def read_content(content: bytes) -> list[Worksheet]:
    """The worksheets of a workbook, or one for a CSV. Raises a kind of UnreadableRoster."""
    if len(content) > LARGEST_FILE:
        raise TooBig()
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise EmptyFile()
    if content.startswith(OLE) and ENCRYPTED_PACKAGE in content:
        raise EncryptedFile()
    if content.lstrip()[:1] == b"<":  # a web page that some systems save as .xls
        raise NotASpreadsheet()
    try:
        return list(_worksheets(content))
    except OutOfTime:
        raise TakesTooLong from None
    except OutOfMemory:
        raise NeedsTooMuchMemory from None
    except Broken as fault:
        log.error("The process that reads rosters %s", fault)
        raise DamagedFile from None


def _worksheets(content: bytes) -> Iterator[Worksheet]:
    rows: list[list[Cell]] = []
    left = LIMITS.cells
    with closing(heard(OPENER, content, LIMITS, wait=LIMITS.wait, told=LIMITS.told)) as things:
        for told in things:
            if isinstance(told, list):
                left -= len(told) + 1
                rows.append(_row(told, left))
            else:
                yield _worksheet(rows, told)
                rows = []


def _row(told: list, left: int) -> list[Cell]:
    if left < 0 or not all(map(_is_cell, told)):
        raise Broken("said a row that is none")
    try:
        return [cell_of(each) for each in told]
    except ValueError:
        raise Broken("said a day that is none") from None


def _is_cell(told) -> bool:
    if isinstance(told, list):
        return len(told) == 2 and isinstance(told[0], str) and told[1] in KINDS
    return told is None or isinstance(told, str)


def _worksheet(rows: list[list[Cell]], told) -> Worksheet:
    """The name goes into labels of rows, which the report keeps in clear."""
    if isinstance(told, dict) and "refused" in told:
        raise _refusal(told["refused"])
    try:
        return _believed(rows, **told)
    except (TypeError, ValueError):
        raise Broken("said a worksheet that is none") from None


def _refusal(told) -> UnreadableRoster:
    try:
        kind, *words = told
        return TOLD[kind](*map(str, words))
    except (KeyError, TypeError, ValueError):
        raise Broken("refused in words that are none") from None


def _believed(
    rows, *, name, merges=(), joined_lines=(), is_typed=False, is_hidden=False,
    stray_quotes=(), hidden_rows=(), hidden_columns=(),
) -> Worksheet:  # fmt: skip
    """Raises TypeError or ValueError where one of them is not what it should be."""
    return Worksheet(
        masks.scrub(name),
        rows,
        merges=[(top, left, bottom, right) for top, left, bottom, right in map(_numbers, merges)],
        is_typed=is_typed is True,
        stray_quotes=frozenset(_numbers(stray_quotes)),
        joined_lines={
            row: Lines(first, last, may_hide is True) for row, first, last, may_hide in map(_numbers, joined_lines)
        },
        is_hidden=is_hidden is True,
        hidden_rows=frozenset(_numbers(hidden_rows)),
        hidden_columns=frozenset(_numbers(hidden_columns)),
    )


def _numbers(told) -> list[int]:
    if not all(isinstance(each, int) for each in told):
        raise TypeError("not whole numbers")
    return list(told)
