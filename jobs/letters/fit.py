"""How small the words of a letter must be, so that stub and letter each stay on their part of the page. Pure.

The estimate counts characters a line as the three classes of letter.css set them; a test measures the rendered page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

BODY_MM = 56  # between the serial and the code and seal
STUB_MM = 36  # between the head and the perforation
CLOSING_LINES = 3  # validity, "not a promise", "hereby recommended"
STUB_COLUMNS_MM = (62, 66)
PAGE_MM = 170
UNBROKEN = 0.5  # of a line


@dataclass(frozen=True)
class Size:
    """Millimetres: a character and a line of the letter, a character, a line and the space of a row of the stub."""

    name: str
    letter: tuple[float, float]
    stub: tuple[float, float, float]


SIZES = (
    Size("", (4.06, 7.9), (3.39, 4.74, 2.1)),
    Size("long", (3.7, 6.5), (2.96, 3.85, 2.1)),
    Size("longest", (3.0, 4.5), (2.29, 2.87, 1.2)),
)


def size_for(*, employer: str, text: str, stub_rows: Iterable[tuple[str, str]]) -> str:
    """The class of the page, "" for the usual letter; the smallest if even that may be tight."""
    rows = list(stub_rows)
    fitting = (size.name for size in SIZES if _letter_fits(size, employer, text) and _stub_fits(size, rows))
    return next(fitting, SIZES[-1].name)


def _letter_fits(size: Size, employer: str, text: str) -> bool:
    character, line = size.letter
    lines = _lines(employer + "　：", character, PAGE_MM) + _lines("　　" + text, character, PAGE_MM) + CLOSING_LINES
    return lines * line <= BODY_MM


def _stub_fits(size: Size, rows: list[tuple[str, str]]) -> bool:
    character, line, space = size.stub
    lines = [max(_lines(text, character, mm) for text, mm in zip(row, STUB_COLUMNS_MM, strict=True)) for row in rows]
    return sum(lines) * line + len(rows) * space <= STUB_MM


def _lines(text: str, character: float, width: float) -> int:
    """Names, numbers and dates are not broken, which costs up to half a line of a longer text."""
    lines = sum(1 if ord(letter) > 0x2000 else 0.55 for letter in text) * character / width
    return ceil(lines) if lines <= 1 else ceil(lines + UNBROKEN)
