"""Reads the cells of a file somebody sent: a small process of its own, which may die of it where the web may not.

`python -m workers.imports.opening LIMITS` takes a file on standard input and prints lines of JSON: what there is to
know of a worksheet, then its rows, many in a line; or at last a refusal. It starts fast because it imports nothing of
Django. `kit/apart/` says what it may use and how it speaks.
"""

import codecs
import csv
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import date, datetime
from mmap import ACCESS_READ, mmap
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kit.apart.inside import Refused, confine, tell_all
from workers.imports import columns
from workers.imports.extents import Extent
from workers.imports.lines import records_in
from workers.imports.scanning import PIECE, TooOld, extents_in_package, extents_in_xls

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REPLACED = "\ufffd"  # what stands where a byte could not be read
LOST = re.compile(REPLACED.encode())  # whoever wrote the file could not read it either
WITHOUT_END = 2**62
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
FEW_BAD, WHOLE_TO_BAD, GOOD_TO_BAD = 3, 50, 4
WIDEST_CELL = 1_000_000
BLOCK = 32 * 1024
"""Characters of the rows that are told at once, or little more."""
CELL = re.compile(rb'[^,;\t\r\n"]+')
LONGEST_HEADING = 60
FIRST_LINES = 32 * 1024
ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = ",\t;"
DAMAGE = (
    CalamineError, zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, expat.ExpatError, OSError,
    EOFError, LookupError, ValueError, RuntimeError,
)  # fmt: skip
Content = bytes | mmap
Told = str | list[str] | None
"""A blank cell, a text, or [text, kind]."""


class Limits(NamedTuple):
    memory: int = 1024 * 1024 * 1024
    seconds: int = 60
    """Of the processor."""
    wait: int = 120
    """Seconds by the clock."""
    unpacked: int = 300 * 1024 * 1024
    strings: int = 64 * 1024 * 1024
    """Of words a workbook keeps in one place; they are all in memory while it is read."""
    filled: int = 3_000_000
    cells: int = 12_000_000
    """Of all worksheets with their gaps; a row counts as one more."""
    told: int = 400 * 1024 * 1024
    """Bytes handed over."""


def worksheets_of(content: Content, limits: Limits) -> Iterator[dict]:
    """What there is to know of each worksheet, followed by its rows. Raises Refused."""
    if content[: len(OLE)].startswith((ZIP, OLE)):
        return _in_blocks(_read_workbook(content[:], limits), limits, _typed_size)
    return _in_blocks(_read_csv(content, limits), limits, _plain_size)


def _plain_size(row: list[str]) -> int:
    return sum(map(len, row))


def _typed_size(row: list[Told]) -> int:
    return sum([len(cell if isinstance(cell, str) else cell[0]) for cell in row if cell])


def _in_blocks(things: Iterable[list[Told] | dict], limits: Limits, size_of: Callable[[list], int]) -> Iterator[dict]:
    """With the rows that follow each other together: a line of JSON for each would take longer than the rows."""
    block, size, cells = [], 0, 0
    for told in things:
        if isinstance(told, dict) or size > BLOCK:
            yield from [{"rows": block}] * bool(block)
            block, size = [], 0
        if isinstance(told, dict):
            yield told
            continue
        block.append(told)
        cells += len(told) + 1
        size += size_of(told) + 1
        if cells > limits.cells:
            raise Refused("TooBig")
    yield from [{"rows": block}] * bool(block)


def _read_workbook(content: bytes, limits: Limits) -> Iterator[list[Told] | dict]:
    try:
        extents = _look_inside(content, limits)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        worksheets = _worksheets(workbook, extents)
        for found in worksheets:
            worksheet, extent = workbook.get_sheet_by_name(found.name), extents[found.name]
            yield {"is_alone": len(worksheets) == 1} | _about(worksheet, found, extent)
            yield from _rows_with_formulas(worksheet, extent)
    except TooOld:
        raise Refused("OfExcel95") from None
    except PasswordError:
        raise Refused("EncryptedFile") from None
    except DAMAGE:
        raise Refused("DamagedFile" if _looks_like_a_workbook(content) else "NotASpreadsheet") from None


def _worksheets(workbook: CalamineWorkbook, extents: dict[str, Extent]) -> list[SheetMetadata]:
    """Without charts and macros. One that nobody looked through is never read: it could be of any size."""
    found = [worksheet for worksheet in workbook.sheets_metadata if worksheet.typ == SheetTypeEnum.WorkSheet]
    names = [worksheet.name for worksheet in found]
    for name in names:
        if names.count(name) > 1:
            raise Refused("DoubleName", name)
        if name not in extents:
            raise Refused("DamagedFile")
    return found


def _about(worksheet: CalamineSheet, found: SheetMetadata, extent: Extent) -> dict:
    return {
        "name": found.name,
        "merges": [(*first, *last) for first, last in worksheet.merged_cell_ranges or []],
        "is_typed": True,
        "is_hidden": found.visible != SheetVisibleEnum.Visible,
        "hidden_rows": sorted(extent.hidden_rows),
        "hidden_columns": sorted(extent.hidden_columns),
    }


def _rows_with_formulas(worksheet: CalamineSheet, extent: Extent) -> Iterator[list[Told]]:
    formulas: dict[int, dict[int, str]] = {}
    for (row, column), formula in extent.formulas.items():
        formulas.setdefault(row, {})[column] = formula
    count = 0
    for row in _rows(worksheet):
        yield _with_formulas(row, formulas.pop(count, {}))
        count += 1
    for missing in range(count, max(formulas, default=-1) + 1):
        yield _with_formulas([], formulas.get(missing, {}))


def _rows(worksheet: CalamineSheet) -> Iterator[list[Told]]:
    """From A1 on, each up to its last cell with something in it."""
    left = [None] * worksheet.start[1] if worksheet.start else []
    for row in worksheet.iter_rows():
        told = [*left, *map(told_of, row)]
        while told and told[-1] is None:
            told.pop()
        yield told


def _with_formulas(row: list[Told], formulas: dict[int, str]) -> list[Told]:
    for column, formula in formulas.items():
        row += [None] * (column + 1 - len(row))
        row[column] = [formula, "formula"]
    return row


def told_of(value) -> Told:
    """From what a spreadsheet reader returns: text, number, truth value, day or moment, or nothing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return ["1" if value else "0", "boolean"]
    if isinstance(value, datetime):
        return [value.date().isoformat(), "date"]
    if isinstance(value, date):
        return [value.isoformat(), "date"]
    if isinstance(value, int | float):
        return [_plain_number(value), "number"]
    return None if value is None else str(value)


def _plain_number(value: float) -> str:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return str(int(value)) if value == int(value) else repr(value)


def _look_inside(content: bytes, limits: Limits) -> dict[str, Extent]:
    """Refuses what would fill the memory."""
    extents = _extents(content, limits)
    if sum(extent.filled for extent in extents.values()) > limits.filled:
        raise Refused("TooBig")
    for name, extent in extents.items():
        if extent.far_cell:
            raise Refused("FarCell", extent.far_cell, name)
    if sum(extent.room for extent in extents.values()) > limits.cells:
        raise Refused("TooBig")
    return extents


def _extents(content: bytes, limits: Limits) -> dict[str, Extent]:
    if content.startswith(OLE):
        return extents_in_xls(content)
    with _package(content) as package:
        _refuse_bombs(package, limits)
        return extents_in_package(package)


def _package(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise Refused("DamagedFile") from None


def _refuse_bombs(package: zipfile.ZipFile, limits: Limits) -> None:
    """By what really comes out: the sizes a package gives are its own words."""
    _refuse_overlaps(package)
    left = limits.unpacked
    for entry in package.infolist():
        size = _unpacked_size(package, entry, left)
        left -= size
        if left < 0 or (entry.filename.lower().endswith("sharedstrings.xml") and size > limits.strings):
            raise Refused("TooBig")


def _refuse_overlaps(package: zipfile.ZipFile) -> None:
    """Entries that share their bytes: a few kilobytes may be unpacked a thousand times over."""
    end = 0
    for entry in sorted(package.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused("DamagedFile")
        end = entry.header_offset + zipfile.sizeFileHeader + entry.compress_size


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


def _read_csv(content: Content, limits: Limits) -> Iterator[list[Told] | dict]:
    """Read three times and never whole in memory: for its encoding, for what is in it, and at last."""
    head = _with_mended_headings(content[:FIRST_LINES])
    encoding = _encoding(content, head)
    delimiter = _looked_through(_texts(content, head, encoding), limits)
    csv.field_size_limit(WIDEST_CELL)
    yield {"name": "", "is_alone": True}
    try:
        for number, record in enumerate(records_in(_texts(content, head, encoding), delimiter)):
            if record.is_stray or record.last > record.first:
                joined = [[number, record.first, record.last, record.may_hide]] if record.last > record.first else []
                yield {"stray_quotes": [number] if record.is_stray else [], "joined_lines": joined}
            yield record.cells
    except csv.Error:
        raise Refused("DamagedFile") from None


def _looked_through(texts: Iterable[str], limits: Limits) -> str:
    """The delimiter. Many bytes that are no characters, or many control characters, are no text at all."""
    head, length, replaced, marks = "", 0, 0, Counter()
    for text in texts:
        head += text[: WIDEST_CELL - len(head)]
        length, replaced = length + len(text), replaced + text.count(REPLACED)
        marks.update({mark: text.count(mark) for mark in DELIMITERS + "\r\n"})
    if replaced > FEW_BAD + length // WHOLE_TO_BAD:
        raise Refused("NotASpreadsheet")
    delimiter = _delimiter(head)
    if marks[delimiter] + marks["\n"] + marks["\r"] > limits.filled:
        raise Refused("TooBig")
    return delimiter


def _texts(content: Content, head: bytes, encoding: str) -> Iterator[str]:
    """Piece by piece, with REPLACED for each byte that is no character and each control character."""
    return (CONTROL.sub(REPLACED, text) for text in _decoded(content, head, encoding))


def _encoding(content: Content, head: bytes) -> str:
    """GB18030 decodes nearly anything, UTF-8 next to nothing that is not meant: one bad byte leaves it UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    bad = -len(LOST.findall(content))
    beyond_ascii = len(content) - FIRST_LINES + len(head) if len(content) > FIRST_LINES else len(head)
    for text in _decoded(content, head, "utf-8-sig"):
        bad, beyond_ascii = bad + text.count(REPLACED), beyond_ascii - len(text)
    return "utf-8-sig" if bad * GOOD_TO_BAD <= beyond_ascii else "gb18030"


def _decoded(content: Content, head: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(head)
    for start in range(FIRST_LINES, len(content), PIECE):
        yield decoder.decode(content[start : start + PIECE])
    yield decoder.decode(b"", True)


def _with_mended_headings(content: bytes) -> bytes:
    """In the first lines a byte too many is left out of a cell where that makes it a heading."""
    head = re.match(rb"(?:[^\n]*\n){0,40}", content[:FIRST_LINES])[0]
    return CELL.sub(lambda cell: _mended(cell[0]), head) + content[len(head) :]


def _mended(cell: bytes) -> bytes:
    if len(cell) > LONGEST_HEADING or any(_strictly(cell, encoding) for encoding in ENCODINGS):
        return cell
    shorter = (cell[:place] + cell[place + 1 :] for place in range(len(cell)))
    known = (each for each in shorter for encoding in ENCODINGS if columns.field_of(_strictly(each, encoding)))
    return next(known, cell)


def _strictly(cell: bytes, encoding: str) -> str:
    """Nothing where a byte is no character."""
    try:
        return cell.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon the first twenty lines have most of."""
    head = "\n".join(text.splitlines()[:20])
    return max(DELIMITERS, key=head.count)


def main() -> None:
    limits = Limits(*json.loads(sys.argv[1]))
    confine(memory=limits.memory, seconds=limits.seconds, wait=limits.wait)
    tell_all(_worksheets_sent(limits), told=limits.told)


def _worksheets_sent(limits: Limits) -> Iterator[dict]:
    try:
        content = mmap(sys.stdin.fileno(), 0, access=ACCESS_READ)
    except OSError:
        raise MemoryError from None
    yield from worksheets_of(content, limits)


if __name__ == "__main__":
    main()
