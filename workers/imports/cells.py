"""One cell of a roster, as the file has it: its text, what kind of cell it was, and whether it is a formula."""

import re
from datetime import date
from typing import NamedTuple

from kit.characters import on_one_line, without_unseen
from workers.imports.opening import REPLACED

FORMULA_START = re.compile(r"^\s*[=@＝＠]|^\s*[+\-＋－](?![\d\s.,\-+()（）]*$)|^[\t\r]\S")
LITERAL_FORMULA = re.compile(r'^=\s*"([^"]*)"$')
NOTHING = frozenset({
    "", "-", "--", "---", "—", "——", "/", "\\", "无", "暂无", "没有", "空", "N/A", "n/a", "NULL", "null",
})  # fmt: skip
KINDS = frozenset({"text", "number", "date", "boolean", "formula"})
EXACT_DIGITS = 15  # a spreadsheet number keeps no more
PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fa5]+")
"""Nothing to fold, to hide or to run: the whole of most cells, the beginning of nearly all."""


class Cell(NamedTuple):
    """`kind` is one of KINDS. The text of a formula is the formula, never its result.

    A tuple, because what a cell says is remembered by the cell, and nothing else is found again as fast.
    """

    text: str = ""
    kind: str = "text"
    day: date | None = None

    @property
    def is_blank(self) -> bool:
        return not self.text or not (PLAIN.match(self.text) or self.line)

    @property
    def says_nothing(self) -> bool:
        """Blank, or one of the ways a cadre writes "none"."""
        return self.line in NOTHING

    @property
    def is_formula(self) -> bool:
        """A spreadsheet would run it: a real formula, or text that begins like one. `="5224..."` is only a text."""
        if PLAIN.match(self.text):
            return self.kind == "formula"
        begins_like_one = FORMULA_START.match(without_unseen(self.text))
        return not self.is_text_literal and (self.kind == "formula" or bool(begins_like_one))

    @property
    def is_text_literal(self) -> bool:
        return bool(LITERAL_FORMULA.match(self.text.strip()))

    @property
    def is_damaged(self) -> bool:
        """A byte of it was no character."""
        return REPLACED in self.text

    @property
    def has_lost_digits(self) -> bool:
        """A number too long for a spreadsheet: what is left of it cannot be trusted."""
        return self.kind == "number" and len(self.text.lstrip("-")) > EXACT_DIGITS

    @property
    def line(self) -> str:
        """The text on one line, single-spaced, without marks nobody sees and without the wrapping of ="..."."""
        return self.text if PLAIN.fullmatch(self.text) else on_one_line(self.literal)

    @property
    def literal(self) -> str:
        """Without the wrapping of ="..."."""
        literal = LITERAL_FORMULA.match(self.text.strip()) if "=" in self.text else None
        return literal[1] if literal else self.text


BLANK = Cell()


def cell_of(told: str | list[str] | None) -> Cell:
    """From what the reader of files tells: nothing, a text, or [text, kind]."""
    if told is None:
        return BLANK
    if isinstance(told, str):
        return Cell(told)
    text, kind = told
    return Cell(text, kind, date.fromisoformat(text) if kind == "date" else None)


def inert(text: str) -> str:
    """The same text, with an apostrophe before anything a spreadsheet could take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text
