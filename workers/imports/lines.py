"""The records of a CSV text. A quotation mark without a partner costs nobody their line.

A cell in quotes may hold line breaks, so an open quote swallows the lines below it up to the next one, and with them
the people who stand there. Here it may not: no line inside a cell looks like a record of its own, and a record of
several lines says which they are.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")
BREAK = re.compile(r"\r\n|\n|\r")
DATE = (
    r"(?<!\d)(?:\d\d)?\d\d[年./-]\d{1,2}[月./-]\d{1,2}(?!\d)|(?:19|20)\d\d[年.]\d{1,2}(?!\d)"
    r"|[〇零○一二三四五六七八九]{4}年"
)
NUMBER_OR_DATE = re.compile(rf"\d{{6}}|\d{{3}}[ -]\d{{4}}|{DATE}")
QUOTED = re.compile(r'^\s*"(.*)"\s*$')
MOST_LINES = 30
"""Of one cell; a longer one is an open quote."""
LINES_AHEAD = 200
"""Read at once; how wide a table is shows in the first of them."""
WITHOUT_END = 2**62
NARROW = 5
"""Columns, at most, of a table so narrow that a remark of several lines and commas may look like its lines."""


class Record(NamedTuple):
    """`is_stray` when a quotation mark stands alone; `first` and `last` are lines of the file, counted from 1.
    `may_hide` when a line inside a cell has cells of its own, though nothing that makes it somebody's."""

    cells: list[str]
    is_stray: bool
    first: int
    last: int
    may_hide: bool


def records(text: str, delimiter: str) -> Iterator[Record]:
    """In order. Raises csv.Error for a cell too wide."""
    return records_in([text], delimiter)


def records_in(pieces: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The same of a text that comes piece by piece, as few lines at once as one record may have."""
    coming = _lines_in(pieces)
    lines, at, passed = list(islice(coming, LINES_AHEAD)), 0, 0
    width = _usual_width(lines, delimiter)
    while at < len(lines):
        if '"' in lines[at]:
            record = _record_with_quotes(lines, at, delimiter, width)
        else:
            record = Record(_split(lines[at], delimiter), False, 1, 1, False)
        yield record._replace(first=passed + at + 1, last=passed + at + record.last)
        at += record.last
        if at > len(lines) - MOST_LINES:
            passed += at
            lines, at = [*lines[at:], *islice(coming, LINES_AHEAD)], 0


def _lines_in(pieces: Iterable[str]) -> Iterator[str]:
    """A line may be cut by the end of a piece, and so may the two characters of its own end."""
    begun: list[str] = []
    for piece in pieces:
        begun.append(piece)
        if BREAK.search(piece):
            *lines, rest = LINE.findall("".join(begun))
            begun = [rest]
            yield from lines
    yield from LINE.findall("".join(begun))


def _record_with_quotes(lines: list[str], at: int, delimiter: str, width: int) -> Record:
    """As if its line were the first."""
    cells, used = _quoted(lines, at, delimiter, width)
    fits = cells is not None and (used > 1 or lines[at].count('"') % 2 == 0)
    told = cells if cells is not None else _as_it_stands(lines[at], delimiter, width)
    may_hide = used > 1 and any(delimiter in line for line in _inner_lines(told))
    return Record(told, not fits, 1, used, may_hide)


def _usual_width(lines: list[str], delimiter: str) -> int:
    """Cells of most lines that have any delimiter."""
    counts = Counter(line.count(delimiter) + 1 for line in lines if delimiter in line)
    return counts.most_common(1)[0][0] if counts else 1


def _quoted(lines: list[str], at: int, delimiter: str, width: int) -> tuple[list[str] | None, int]:
    """The record that begins in this line and how many lines it has; None when its quotes do not fit."""
    reader = csv.reader(lines[at : at + MOST_LINES], delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        if "field larger" in str(error):
            raise
        return None, 1
    return (None, 1) if _swallows(cells, delimiter, width) else (cells, reader.line_num)


def _swallows(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a line in one of the cells looks like a record: with a number or a date among its own cells, or, unless
    the table is narrow, with half as many cells."""
    most = width // 2 if width > NARROW else WITHOUT_END
    return any(line.count(delimiter) >= (1 if NUMBER_OR_DATE.search(line) else most) for line in _inner_lines(cells))


def _inner_lines(cells: list[str]) -> Iterator[str]:
    return (line for cell in cells for line in BREAK.split(cell)[1:])


def _split(line: str, delimiter: str) -> list[str]:
    line = line.rstrip("\r\n")
    cells = line.split(delimiter) if line else []
    if len(line) > csv.field_size_limit() < max(map(len, cells)):
        raise csv.Error("field larger than field limit")
    return cells


def _as_it_stands(line: str, delimiter: str, width: int) -> list[str]:
    """By the quotes that fit, when that makes as many cells as there are columns; or else by the delimiters alone."""
    cells = [cell.rstrip("\r\n") for cell in next(csv.reader([line], delimiter=delimiter))]
    return cells if len(cells) == width else [QUOTED.sub(r"\1", cell) for cell in _split(line, delimiter)]
