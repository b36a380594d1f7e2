"""Opens a roster, whatever it is: xlsx, xls, ods, or CSV in any encoding in use here. Nothing in it is ever run."""

import csv
import io
import re
import struct
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kit.refusals import Refusal
from workers.imports.cells import BLANK, REPLACED, Cell, cell_of
from workers.imports.extents import Extent
from workers.imports.lines import records
from workers.imports.scanning import PIECE, extents_in_package, extents_in_xls

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
LARGEST_STRINGS = 64 * 1024 * 1024
"""Of words a workbook keeps in one place; they are all in memory while it is read."""
MOST_CELLS = 3_000_000
WITHOUT_END = 2**62
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
FEW_BAD, WHOLE_TO_BAD, GOOD_TO_BAD = 3, 50, 4
WIDEST_CELL = 1_000_000
DAMAGE = (
    CalamineError, zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, expat.ExpatError, OSError,
    EOFError, LookupError, ValueError, RuntimeError,
)  # fmt: skip


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


@dataclass(frozen=True)
class Worksheet:
    """`rows[0]` is row 1. `merges` are (first row, first column, last row, last column), counted from 0."""

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_typed: bool = False  # cells of a spreadsheet have kinds; those of a CSV are all text
    stray_quotes: frozenset[int] = frozenset()  # rows of a CSV, counted from 0, with a quotation mark that stands alone
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # by a filter or by hand, counted from 0


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
    if content.startswith((ZIP, OLE)):
        return _read_workbook(content)
    if content.lstrip()[:1] == b"<":  # a web page that some systems save as .xls
        raise NotASpreadsheet()
    return [_read_csv(content)]


def _read_workbook(content: bytes) -> list[Worksheet]:
    try:
        extents = _look_inside(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_read_worksheet(workbook, each, extents.get(each.name, Extent())) for each in _worksheets(workbook)]
    except PasswordError:
        raise EncryptedFile() from None
    except DAMAGE:
        raise (DamagedFile if _looks_like_a_workbook(content) else NotASpreadsheet)() from None


def _worksheets(workbook: CalamineWorkbook) -> list[SheetMetadata]:
    """Without charts and macros."""
    return [worksheet for worksheet in workbook.sheets_metadata if worksheet.typ == SheetTypeEnum.WorkSheet]


def _read_worksheet(workbook: CalamineWorkbook, found: SheetMetadata, extent: Extent) -> Worksheet:
    worksheet = workbook.get_sheet_by_name(found.name)
    rows = [[cell_of(value) for value in row] for row in worksheet.to_python(skip_empty_area=False)]
    for (row, column), formula in extent.formulas.items():
        _put(rows, row, column, Cell(formula, "formula"))
    merges = [(*first, *last) for first, last in worksheet.merged_cell_ranges or []]
    is_hidden = found.visible != SheetVisibleEnum.Visible
    hidden_rows = frozenset(extent.hidden_rows)
    return Worksheet(found.name, rows, merges, is_typed=True, is_hidden=is_hidden, hidden_rows=hidden_rows)


def _put(rows: list[list[Cell]], row: int, column: int, cell: Cell) -> None:
    while len(rows) <= row:
        rows.append([])
    rows[row] += [BLANK] * (column + 1 - len(rows[row]))
    rows[row][column] = cell


def _look_inside(content: bytes) -> dict[str, Extent]:
    """Refuses what would fill the memory."""
    extents = _extents(content)
    if sum(extent.filled for extent in extents.values()) > MOST_CELLS:
        raise TooBig()
    for name, extent in extents.items():
        if extent.far_cell:
            raise FarCell(extent.far_cell, name)
    return extents


def _extents(content: bytes) -> dict[str, Extent]:
    if content.startswith(OLE):
        return extents_in_xls(content)
    with _package(content) as package:
        _refuse_bombs(package)
        return extents_in_package(package)


def _package(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise DamagedFile() from None


def _refuse_bombs(package: zipfile.ZipFile) -> None:
    """By what really comes out: the sizes a package gives are its own words."""
    left = LARGEST_UNPACKED
    for entry in package.infolist():
        size = _unpacked_size(package, entry, left)
        left -= size
        if left < 0 or (entry.filename.lower().endswith("sharedstrings.xml") and size > LARGEST_STRINGS):
            raise TooBig()


def _unpacked_size(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """Counted up to a little more than `most`."""
    honest, size = copy(entry), 0
    honest.file_size = WITHOUT_END
    with package.open(honest) as part:
        while size <= most and (piece := part.read(PIECE)):
            size += len(piece)
    return size


def _looks_like_a_workbook(content: bytes) -> bool:
    return content.startswith(OLE) or b"workbook" in content or b"content.xml" in content


def _read_csv(content: bytes) -> Worksheet:
    text = _decode(content)
    delimiter = _delimiter(text)
    if text.count(delimiter) > MOST_CELLS:
        raise TooBig()
    csv.field_size_limit(WIDEST_CELL)
    try:
        read = list(records(text, delimiter))
    except csv.Error:
        raise DamagedFile() from None
    rows = [[Cell(text) if text else BLANK for text in cells] for cells, _is_stray in read]
    stray = frozenset(number for number, (_cells, is_stray) in enumerate(read) if is_stray)
    return Worksheet("", rows, stray_quotes=stray)


def _decode(content: bytes) -> str:
    """With REPLACED for each byte that is no character. Many of them, or of control characters, are no text at all."""
    text = CONTROL.sub(REPLACED, _decoded(content))
    if text.count(REPLACED) > FEW_BAD + len(text) // WHOLE_TO_BAD:
        raise NotASpreadsheet()
    return text


def _decoded(content: bytes) -> str:
    """GB18030 decodes nearly anything, UTF-8 next to nothing that is not meant: one bad byte leaves it UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    text = content.decode("utf-8-sig", "replace")
    bad, beyond_ascii = text.count(REPLACED), len(content) - len(text)
    return text if bad * GOOD_TO_BAD <= beyond_ascii else content.decode("gb18030", "replace")


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon the first twenty lines have most of."""
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)
