"""Opens a roster, whatever it is: xlsx, xls, ods, or CSV in any encoding in use here. Nothing in it is ever run.

The file is read by a process of its own (`opening.py`) that may use only so much memory and time. Where it dies of a
file, the file is refused in words.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from workers.imports.cells import Cell, cell_of
from workers.imports.opening import OLE, OUT_OF_MEMORY, Limits
from workers.rules import masks

HOUSE = Path(__file__).resolve().parents[2]
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LARGEST_FILE = 50 * 1024 * 1024
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
        NeedsTooMuchMemory,
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
    return list(_worksheets(content))


def _worksheets(content: bytes) -> Iterator[Worksheet]:
    rows: list[list[Cell]] = []
    for told in map(json.loads, _lines(content)):
        if isinstance(told, list):
            rows.append([cell_of(each) for each in told])
        elif "refused" in told:
            kind, *words = told["refused"]
            raise TOLD[kind](*words)
        else:
            yield _worksheet(rows, **told)
            rows = []


PLACES = ("hidden_rows", "hidden_columns", "stray_quotes")


def _worksheet(rows: list[list[Cell]], *, name: str, merges=(), joined_lines=(), **told) -> Worksheet:
    """The name goes into labels of rows, which the report keeps in clear."""
    places = {name: frozenset(told.pop(name, ())) for name in PLACES}
    lines = {row: Lines(*rest) for row, *rest in joined_lines}
    spans = [tuple(span) for span in merges]
    return Worksheet(masks.scrub(name), rows, merges=spans, joined_lines=lines, **places, **told)


def _lines(content: bytes) -> Iterator[bytes]:
    """What the process prints. It takes in the whole file before it says anything, so neither waits for the other."""
    command = [sys.executable, "-m", "workers.imports.opening", json.dumps(LIMITS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=HOUSE, **pipes) as process:
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(content)
                process.stdin.close()
            yield from (line for line in process.stdout if line.endswith(b"\n"))
            _refuse_if_it_died(process.wait())
        finally:
            process.kill()


def _refuse_if_it_died(code: int) -> None:
    """Ended by a signal it had no memory or time left; by anything else, something in the file was not foreseen."""
    if code < 0 or code == OUT_OF_MEMORY:
        raise NeedsTooMuchMemory()
    if code:
        log.error("The process that reads rosters ended with %s", code)
        raise DamagedFile()
