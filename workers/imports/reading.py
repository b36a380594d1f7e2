"""Opens a roster, whatever it is: xlsx, xls, ods, or CSV in any encoding in use here. Nothing in it is ever run."""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from kit.refusals import Refusal
from workers.imports.cells import BLANK, Cell, cell_of
from workers.imports.lines import records

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 500 * 1024 * 1024
WIDEST_CELL = 1_000_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLACE = re.compile(r"([A-Z]+)([0-9]+)")


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


@dataclass(frozen=True)
class Worksheet:
    """`rows[0]` is row 1. `merges` are (first row, first column, last row, last column), counted from 0."""

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_typed: bool = False  # cells of a spreadsheet have kinds; those of a CSV are all text
    stray_quotes: frozenset[int] = frozenset()  # rows of a CSV, counted from 0, with a quotation mark that stands alone


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
    if content.startswith(ZIP):
        _refuse_bombs(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        formulas = _formulas(content) if content.startswith(ZIP) else {}
        return [_read_worksheet(workbook, name, formulas.get(name, {})) for name in _worksheets(workbook)]
    except PasswordError:
        raise EncryptedFile() from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, OSError):
        raise (DamagedFile if _looks_like_a_workbook(content) else NotASpreadsheet)() from None


def _worksheets(workbook: CalamineWorkbook) -> list[str]:
    """Without charts and macros."""
    return [worksheet.name for worksheet in workbook.sheets_metadata if str(worksheet.typ).endswith("WorkSheet")]


def _read_worksheet(workbook: CalamineWorkbook, name: str, formulas: dict[tuple[int, int], str]) -> Worksheet:
    worksheet = workbook.get_sheet_by_name(name)
    rows = [[cell_of(value) for value in row] for row in worksheet.to_python(skip_empty_area=False)]
    for (row, column), formula in formulas.items():
        _put(rows, row, column, Cell(formula, "formula"))
    merges = [(*first, *last) for first, last in worksheet.merged_cell_ranges or []]
    return Worksheet(name, rows, merges, is_typed=True)


def _put(rows: list[list[Cell]], row: int, column: int, cell: Cell) -> None:
    while len(rows) <= row:
        rows.append([])
    rows[row] += [BLANK] * (column + 1 - len(rows[row]))
    rows[row][column] = cell


def _formulas(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Name of a worksheet to {(row, column): "=..."}. The value reader returns results and hides what computed them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if "xl/workbook.xml" not in package.namelist():
            return {}
        files = _worksheet_files(package)
        return {name: _formulas_in(package.read(file)) for name, file in files.items() if file in package.namelist()}


def _worksheet_files(package: zipfile.ZipFile) -> dict[str, str]:
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    worksheets = ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
    return {each.get("name", ""): _in_package(targets.get(each.get(RELATION), "")) for each in worksheets}


def _in_package(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _formulas_in(xml: bytes) -> dict[tuple[int, int], str]:
    if b"<f" not in xml:
        return {}
    found = {}
    for _event, cell in ElementTree.iterparse(io.BytesIO(xml)):
        if cell.tag == f"{MAIN}c":
            formula, place = cell.find(f"{MAIN}f"), PLACE.fullmatch(cell.get("r", ""))
            if formula is not None and place:
                found[int(place[2]) - 1, _column_number(place[1])] = f"={formula.text or ''}"
            cell.clear()
    return found


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > LARGEST_UNPACKED:
                raise TooBig()
    except zipfile.BadZipFile:
        raise DamagedFile() from None


def _looks_like_a_workbook(content: bytes) -> bool:
    return content.startswith(OLE) or b"workbook" in content or b"content.xml" in content


def _read_csv(content: bytes) -> Worksheet:
    text = _decode(content)
    csv.field_size_limit(WIDEST_CELL)
    try:
        read = list(records(text, _delimiter(text)))
    except csv.Error:
        raise DamagedFile() from None
    stray = frozenset(number for number, (_cells, is_stray) in enumerate(read) if is_stray)
    return Worksheet("", [[Cell(text) for text in cells] for cells, _is_stray in read], stray_quotes=stray)


def _decode(content: bytes) -> str:
    """GB18030 decodes nearly anything, so it comes last, and control characters give a binary file away."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif b"\0" in content:
        raise NotASpreadsheet()
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
            return text
    raise NotASpreadsheet()


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon the first twenty lines have most of."""
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)
