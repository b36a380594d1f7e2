"""Reads one cell each: a name, a yes or no, a date, an amount. Returns the value and what to say about it."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Any, NamedTuple

from workers.choices import Sex
from workers.imports.cells import Cell
from workers.rules import masks, names

YES_PLAIN, NO_PLAIN = {"是", "Y", "脱贫户", "搬迁户"}, {"否", "N", "非脱贫户", "非搬迁户"}
YES = {"1", "√", "✓", "✔", "有", "Y", "YES", "TRUE", "对", "属于", "脱贫", "已脱贫", "脱贫人口", "建档立卡户"}
YES |= {"脱贫不稳定户", "已搬迁"}
NO = {"0", "×", "✗", "✘", "X", "无", "N", "NO", "FALSE", "错", "不是", "不属于", "非脱贫", "一般户", "一般农户"}
NO |= {"没有", "未搬迁"}
MALE, FEMALE = {"男", "男性", "M", "MALE", "1", "1男"}, {"女", "女性", "F", "FEMALE", "2", "2女"}

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})$")
OTHERWISE = re.compile(r"(\d{4})[年.\-/、 ](\d{1,2})[月.\-/、 ](\d{1,2})[日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
SERIAL_ZERO = date(1899, 12, 30)
EARLIEST = date(2000, 1, 1)
NUMERALS = {char: str(n) for n, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
NUMERALS |= {char: str(n) for n, char in enumerate("零壹贰叁肆伍陆柒捌玖")}

AMOUNT = re.compile(
    r"(?:约|大约)?[¥￥]?(\d+(?:\.\d+)?)(万|千|k)?(?:元|块|圆|rmb)?(?:左右)?(?:/月|/每月|每月|一月|月)?$"
)
UNITS = {"万": 10_000, "千": 1_000, "k": 1_000, None: 1}
HIGHEST_WAGE = 200_000
LOWEST_WAGE = 300  # less was perhaps meant by the day, or in thousands


class Read(NamedTuple):
    """`value` is None when the cell says nothing or cannot be read; `notes` are names of issues."""

    value: Any = None
    notes: tuple[str, ...] = ()


def read_name(cell: Cell) -> Read:
    if cell.is_formula:
        return Read(notes=("name_is_formula",))
    try:
        read = names.read_name(cell.literal)
    except names.NameMissing:
        return Read(notes=("name_missing",))
    except names.NotAName:
        return Read(notes=("name_invalid",))
    return Read(read.name, read.notes)


def read_sex(cell: Cell) -> Read:
    """A formula is not read: it is the usual one that computes the sex from the ID number."""
    if cell.is_formula or cell.is_blank:
        return Read()
    text = _key(cell)
    value = Sex.MALE if text in MALE else Sex.FEMALE if text in FEMALE else None
    return Read(value, () if value else ("sex_unreadable",))


def read_boolean(cell: Cell) -> Read:
    text = _key(cell)
    for value, plain, others in ((True, YES_PLAIN, YES), (False, NO_PLAIN, NO)):
        if text in plain:
            return Read(value, () if text == cell.text.strip() else ("boolean_variant",))
        if text in others or text.startswith("是" if value else "否"):
            return Read(value, ("boolean_variant",))
    return Read() if cell.says_nothing else Read(notes=("boolean_unreadable",))


def read_date(cell: Cell, today: date, is_typed: bool) -> Read:
    """In a spreadsheet a date is a date: text that looks like one is noted. In a CSV everything is text."""
    if cell.says_nothing:
        return Read()
    if cell.is_formula:
        return Read(notes=("field_is_formula",))
    day, note = (cell.day, "") if cell.day else date_in(cell.line, is_typed=is_typed)
    if day is None or day < EARLIEST:
        return Read(notes=("date_invalid",))
    if day > today:
        return Read(notes=("date_in_future",))
    return Read(day, (note,) if note else ())


def read_amount(cell: Cell, invalid: str, note: str = "wage_text") -> Read:
    """Whole yuan a month. A range, a daily wage or 面议 is no amount."""
    if cell.says_nothing or cell.line in ("0", "面议"):
        return Read()
    if cell.is_formula:
        return Read(notes=("field_is_formula",))
    folded = re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", cell.line)).lower()
    read = AMOUNT.match(folded)
    told = float(read[1]) * UNITS[read[2]] if read and len(read[1]) < 12 else 0
    amount = round(told)
    if not 0 < amount <= HIGHEST_WAGE or (amount < LOWEST_WAGE and amount != told):
        return Read(notes=(invalid,))
    if amount < LOWEST_WAGE:
        return Read(amount, ("wage_very_low",))
    return Read(amount, () if cell.line == str(amount) or cell.kind == "number" else (note,))


def read_text(cell: Cell, longest: int) -> Read:
    """Free text on one line. Formula text is kept, with an apostrophe that makes it harmless wherever it goes."""
    if cell.says_nothing:
        return Read("")
    if cell.is_formula:
        return Read(f"'{masks.scrub(cell.line)}"[:longest], ("formula_text",))
    notes = ("embedded_comma_quote",) if re.search(r'[,"]', cell.line) else ()
    masked = masks.scrub(cell.line)
    return Read(masked[:longest], (*notes, "number_in_text") if masked != cell.line else notes)


def date_in(text: str, *, is_typed: bool) -> tuple[date | None, str]:
    folded = unicodedata.normalize("NFKC", text).strip()
    if ISO.match(folded) or SLASHED.match(folded):
        note = "date_iso_text" if is_typed else ""
        return _date(re.split(r"[-/]", folded)), note
    if SERIAL.match(folded):
        return SERIAL_ZERO + timedelta(days=int(float(folded))), "date_format"
    numbered = OTHERWISE.match(folded) or COMPACT.match(folded) or OTHERWISE.match(arabic(folded))
    return (_date(numbered.groups()) if numbered else None), "date_format"


def _date(parts) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def arabic(text: str) -> str:
    """二〇二六年九月十日 -> 2026年9月10日"""
    tens = re.sub(r"(?<![一二三四五六七八九])十", "一十", text)
    tens = re.sub(r"十(?![一二三四五六七八九])", "十〇", tens).replace("十", "")
    return "".join(NUMERALS.get(char, char) for char in tens)


def _key(cell: Cell) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell.line)).upper()
