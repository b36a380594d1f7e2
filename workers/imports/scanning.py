"""Looks through a workbook for where its cells stand, before a table of them is laid out in memory.

A reader makes room for everything up to the last filled cell: one word in XFD1000 costs 16 million cells. Here nothing
is kept but their places, the formulas and which rows and columns are hidden.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

import olefile

from workers.imports.extents import ROOMY, Extent

PIECE = 256 * 1024
PLACE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,15})")
XLSX, ODS = "xl/workbook.xml", "content.xml"
TRUE, MOST_COLUMNS = ("1", "true"), 16384
ODS_CELLS = ("table:table-cell", "table:covered-table-cell")
# Records of the old format: where worksheets begin, begin and end of one, its rows, and whatever fills a cell.
BOUNDSHEET, BOF, EOF, ROW, COLUMNS, MULRK = 0x85, 0x809, 0x0A, 0x208, 0x7D, 0xBD
FILLED = frozenset({0x06, 0x206, 0x406, 0x203, 0xFD, 0x27E, 0x204, 0x205, 0xD6, MULRK})
IS_HIDDEN, ARE_HIDDEN = 0x20, 0x01
EXCEL_97 = 0x0600


class TooOld(Exception):
    """A workbook of before Excel 97, whose names and words are written in another way."""


def extents_in_package(package: zipfile.ZipFile) -> dict[str, Extent]:
    """By the names of the worksheets. Raises KeyError, ExpatError or ParseError for what is no workbook."""
    parts = {name.replace("\\", "/").lower(): name for name in package.namelist()}
    if XLSX in parts:
        files = _worksheet_files(package, parts)
        return {name: _scanned(package, file, _XlsxScan()).extent for name, file in files.items()}
    return _scanned(package, parts[ODS], _OdsScan()).extents


def _worksheet_files(package: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, str]:
    """Without those the workbook names and does not have, such as sheets of macros."""
    relations = ElementTree.fromstring(package.read(parts["xl/_rels/workbook.xml.rels"]))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = [each for each in ElementTree.fromstring(package.read(parts[XLSX])).iter() if _local(each.tag) == "sheet"]
    files = {each.get("name", ""): _in_package(targets.get(_relation(each), "")) for each in sheets}
    return {name: parts[file] for name, file in files.items() if file in parts}


def _relation(sheet: ElementTree.Element) -> str:
    """Strict workbooks have another namespace for it than all the others."""
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


def _in_package(target: str) -> str:
    target = target.replace("\\", "/").lower()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _local(tag: str) -> str:
    return re.split("[:}]", tag)[-1]


def _scanned(package: zipfile.ZipFile, file: str, scan):
    with package.open(file) as xml:
        _parse(xml, scan)
    return scan


def _parse(xml: IO[bytes], scan) -> None:
    """Piece by piece: the whole may be hundreds of megabytes."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    while piece := xml.read(PIECE):
        parser.Parse(piece)
    parser.Parse(b"", True)


class _XlsxScan:
    """One worksheet. A row or cell that does not say where it stands follows the one before."""

    def __init__(self):
        self.extent = Extent()
        self.row = self.column = -1
        self.is_filled, self.is_in_formula, self.formula = False, False, ""

    def start(self, tag: str, told: dict[str, str]) -> None:
        tag = _local(tag) if ":" in tag else tag
        if tag == "c":
            self._begin_cell(told.get("r", ""))
        elif tag in ("v", "is"):
            self.is_filled = True
        elif tag == "f":
            self.is_filled, self.is_in_formula, self.formula = True, True, "="
        elif tag == "row":
            self._begin_row(told)
        elif tag == "col" and told.get("hidden") in TRUE:
            self.extent.hidden_columns.update(range(int(told["min"]) - 1, min(int(told["max"]), MOST_COLUMNS)))

    def text(self, text: str) -> None:
        if self.is_in_formula:
            self.formula += text

    def end(self, tag: str) -> None:
        tag = _local(tag) if ":" in tag else tag
        if tag == "f":
            self.is_in_formula = False
        elif tag == "c" and self.is_filled:
            self.extent.fill(self.row, self.column)
            if self.formula:
                self.extent.formulas[self.row, self.column] = self.formula

    def _begin_row(self, told: dict[str, str]) -> None:
        self.row, self.column = int(told.get("r") or self.row + 2) - 1, -1
        if told.get("hidden") in TRUE:
            self.extent.hidden_rows.add(self.row)

    def _begin_cell(self, place: str) -> None:
        self.is_filled, self.formula = False, ""
        if not place:
            self.column += 1
        elif named := PLACE.fullmatch(place):
            self.row, self.column = int(named[2]) - 1, _column_number(named[1].upper())
        else:
            raise ValueError("a cell stands nowhere")


class _OdsScan:
    """All worksheets. What repeats is written once, with a count."""

    def __init__(self):
        self.extents: dict[str, Extent] = {}
        self.extent = Extent()
        self.row = self.column = self.head = 0
        self.rows = self.columns = 1
        self.is_filled = False

    def start(self, tag: str, told: dict[str, str]) -> None:
        if tag == "table:table":
            self.extent = self.extents.setdefault(told.get("table:name", ""), Extent())
            self.row = self.head = 0
        elif tag == "table:table-column":
            self._pass_column(told)
        elif tag == "table:table-row":
            self.column, self.rows = 0, int(told.get("table:number-rows-repeated", 1))
            if told.get("table:visibility", "visible") != "visible":
                self.extent.hidden_rows.update(range(self.row, self.row + min(self.rows, ROOMY)))
        elif tag in ODS_CELLS:
            self.columns = int(told.get("table:number-columns-repeated", 1))
            self.is_filled = "table:formula" in told or any(name.startswith("office:") for name in told)
        elif tag == "text:p":
            self.is_filled = True

    def _pass_column(self, told: dict[str, str]) -> None:
        after = min(self.head + int(told.get("table:number-columns-repeated", 1)), MOST_COLUMNS)
        if told.get("table:visibility", "visible") != "visible":
            self.extent.hidden_columns.update(range(self.head, after))
        self.head = after

    def text(self, text: str) -> None:
        """What is written in a cell is read later."""

    def end(self, tag: str) -> None:
        if tag in ODS_CELLS:
            if self.is_filled:
                self.extent.fill(self.row + self.rows - 1, self.column + self.columns - 1, self.rows * self.columns)
            self.column, self.is_filled = self.column + self.columns, False
        elif tag == "table:table-row":
            self.row += self.rows


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def extents_in_xls(content: bytes) -> dict[str, Extent]:
    """The same of a workbook of Excel 97 to 2003. Raises TooOld, or OSError or struct.error for what is none."""
    with olefile.OleFileIO(io.BytesIO(content)) as file:
        stream = file.openstream("Workbook" if file.exists("Workbook") else "Book").read()
    if struct.unpack_from("<H", stream, 4)[0] < EXCEL_97:
        raise TooOld
    return {
        _xls_name(record[6:]): _xls_extent(stream, struct.unpack_from("<I", record)[0])
        for code, record in _records(stream, 0)
        if code == BOUNDSHEET and record[5] == 0
    }


def _xls_name(said: bytes) -> str:
    length, is_wide, letters = said[0], said[1] & 1, said[2:]
    return letters[: length * 2].decode("utf-16-le") if is_wide else letters[:length].decode("latin-1")


def _xls_extent(stream: bytes, start: int) -> Extent:
    extent = Extent()
    for code, record in _records(stream, start):
        if code in FILLED:
            row, column = struct.unpack_from("<HH", record)
            last = struct.unpack_from("<H", record, len(record) - 2)[0] if code == MULRK else column
            for each in range(column, last + 1):
                extent.fill(row, each)
        elif code == ROW and struct.unpack_from("<H", record, 12)[0] & IS_HIDDEN:
            extent.hidden_rows.add(struct.unpack_from("<H", record)[0])
        elif code == COLUMNS and struct.unpack_from("<H", record, 8)[0] & ARE_HIDDEN:
            first, last = struct.unpack_from("<HH", record)
            extent.hidden_columns.update(range(first, last + 1))
    return extent


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) from a place to the end of what begins there; charts inside begin and end too."""
    depth = 0
    while start + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, start)
        depth += (code == BOF) - (code == EOF)
        yield code, stream[start + 4 : start + 4 + length]
        start += 4 + length
        if depth <= 0:
            return
