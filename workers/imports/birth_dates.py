"""What a cell says of a birth date. Where it says nearly enough a date is offered, for a person to confirm."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from lunardate import LunarDate

from workers.imports.cells import Cell
from workers.imports.fields import arabic, date_in
from workers.rules.ages import WORKING_AGE
from workers.rules.idnumbers import age_on

EARLIEST = 1900
GAP = r"[年月.\-/、 ]"
WHOLE = re.compile(rf"(\d{{4}}){GAP}(\d{{1,2}}){GAP}(\d{{1,2}})[日号]?$|(\d{{4}})(\d\d)(\d\d)$")
SHORT = re.compile(rf"(\d\d){GAP}(\d{{1,2}}){GAP}(\d{{1,2}})[日号]?$")
SIX_DIGITS = re.compile(r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])$)(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
YEAR_AND_A_DIGIT = re.compile(r"(?:19|20)\d{3}$")  # a day of 1954 in a spreadsheet's count, and more likely a slip
WITHOUT_DAY = re.compile(rf"(?:\d\d)?\d\d(?:{GAP}(?:0?[1-9]|1[0-2])|年)[月年]?$|\d{{4}}(?:0[1-9]|1[0-2])?$")
BY_OLD_CALENDAR = re.compile(r"农历|阴历|旧历|老历|夏历")
SAID_OLD = re.compile(r"[正冬腊]月|初[一二三四五六七八九十]|廿|卅")  # words of the old calendar alone
LUNAR = re.compile(rf"(\d{{4}}){GAP}?(闰?)(\d{{1,2}}){GAP}(\d{{1,2}})[日号]?$")
OLD_WORDS = (("正月", "一月"), ("冬月", "十一月"), ("腊月", "十二月"), ("初", ""), ("廿", "二十"), ("卅", "三十"))


@dataclass(frozen=True)
class BirthDate:
    """`issue` is the name of one, or nothing; a day beside `birth_lunar` or `birth_short_year` is only offered."""

    day: date | None = None
    issue: str = ""

    @property
    def is_offered(self) -> bool:
        return bool(self.day and self.issue)


def read_birth_date(cell: Cell, today: date) -> BirthDate:
    if cell.is_formula or cell.says_nothing:
        return BirthDate()
    return _judged(BirthDate(cell.day), today) if cell.day else read_birth_words(cell.line, today)


def read_birth_words(text: str, today: date) -> BirthDate:
    """As typed into a form."""
    text = unicodedata.normalize("NFKC", text).strip()
    return _judged(_by_old_calendar(text) or _by_new_calendar(text, today), today)


def _judged(read: BirthDate, today: date) -> BirthDate:
    if read.day and read.day > today:
        return BirthDate(issue="birth_in_future")
    if read.day and read.day.year < EARLIEST:
        return BirthDate(issue="birth_unreadable")
    return read


def _by_new_calendar(text: str, today: date) -> BirthDate:
    if YEAR_AND_A_DIGIT.match(text):
        return BirthDate(issue="birth_five_digits")
    written = arabic(text)
    if short := SIX_DIGITS.match(written):
        return _of_short_year(*map(int, short.groups()), today)
    day = date_in(text, is_typed=False)[0]
    if day:
        return BirthDate(day)
    if WHOLE.match(written):
        return BirthDate(issue="birth_impossible")
    if short := SHORT.match(written):
        return _of_short_year(*map(int, short.groups()), today)
    return BirthDate(issue="birth_day_missing" if WITHOUT_DAY.match(written) else "birth_unreadable")


def _of_short_year(year: int, month: int, day: int, today: date) -> BirthDate:
    """The later century, unless that makes a child."""
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if age_on(born, today) >= WORKING_AGE:
            return BirthDate(born, "birth_short_year")
    return BirthDate(issue="birth_impossible")


def _by_old_calendar(text: str) -> BirthDate | None:
    """1985年农历三月十二 is 1 May 1985. None for a date that does not say it is by the old calendar."""
    if not BY_OLD_CALENDAR.search(text) and not SAID_OLD.search(text):
        return None
    plain = re.sub(r"[()\[\]\s]", "", BY_OLD_CALENDAR.sub("", text))
    for old, new in OLD_WORDS:
        plain = plain.replace(old, new)
    read = LUNAR.match(arabic(plain))
    if read is None:
        return BirthDate(issue="birth_unreadable")
    year, leap, month, day = read.groups()
    try:
        return BirthDate(LunarDate(int(year), int(month), int(day), bool(leap)).to_solar_date(), "birth_lunar")
    except ValueError:
        return BirthDate(issue="birth_impossible")
