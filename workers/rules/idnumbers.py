"""ID numbers of 18 characters (GB 11643): read, checked, and what they say about a person.

Those of residents, of residents from Hong Kong, Macao and Taiwan (81, 82, 83), and of foreigners with the permanent
residence card of 2023: 9, the province that issued the first card, three digits of nationality, then as everybody's.

Normalised first, since numbers arrive full-width, spaced, hyphenated and with chat-app marks. A prefix that is not
one of Bijie's is a note and never an error: most adults carry 5224xx from before 2011, many were born elsewhere.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.characters import without_unseen
from kit.refusals import Refusal
from workers.choices import Sex
from workers.rules.masks import id_number as mask_id

__all__ = ["BIJIE_PREFIXES", "IdNumber", "InvalidIdNumber", "age_on", "mask_id", "parse_id_number"]

CLEAN = re.compile(r"[0-9]{17}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
SEXES = (Sex.FEMALE, Sex.MALE)
OLDEST = 120  # years

BIJIE_PREFIXES = frozenset({
    "522401", "522421", "522422", "522423", "522424", "522425", "522426", "522427", "522428",  # before 2011
    "520502", "520521", "520522", "520523", "520524", "520525", "520526", "520527", "520581",
})  # fmt: skip
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71")
RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})  # Hong Kong, Macao, Taiwan residents
FOREIGNER = re.compile(r"9(\d\d)(?!000)\d{3}")  # province, then nationality by ISO 3166
PERMIT_WITH_LETTERS = re.compile(
    r"[A-Z]{1,3}[0-9]{6,12}[A-Z]?|(?!19|20)[0-9]{8}"
)  # the residence card before 2023, passports, travel permits
DIRECTLY_GOVERNED = "90"
LAST_PREFECTURE = 70

SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212'\"`\u2018\u2019]")
EXCEL_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


class InvalidIdNumber(Refusal):
    """Base of what can be wrong. `reason` is the word for reports; the message never repeats the number."""

    reason = "invalid"
    message = _("This ID number is not valid.")
    way_out = _("Check it against the ID card, character by character.")


class Empty(InvalidIdNumber):
    reason = "empty"
    message = _("There is no ID number.")
    way_out = _("Leave it empty only if the card is not at hand; add it later.")


class BadLength(InvalidIdNumber):
    reason = "bad_length"
    message = _("An ID number has 18 characters.")
    way_out = _("In a spreadsheet, format the column as text before typing; 5.22E+17 has lost its digits.")


class PermitWithLetters(InvalidIdNumber):
    reason = "permit_with_letters"
    message = _("This is the number of a passport or of another permit, without 18 digits. Register without a number.")
    way_out = _("Sex and birth date will do; add the number when there is a card with 18 digits.")


class BadCharacter(InvalidIdNumber):
    reason = "bad_char"
    message = _("An ID number has digits only; the last place may be X.")
    way_out = _("Look for the letter O in place of a zero, and for asterisks.")


class BadDate(InvalidIdNumber):
    reason = "bad_date"
    message = _("The birth date inside this ID number does not exist.")


class BirthInFuture(InvalidIdNumber):
    reason = "birth_in_future"
    message = _("The birth date inside this ID number lies in the future.")


class ImplausibleAge(InvalidIdNumber):
    reason = "implausible_age"
    message = _("By this ID number the person would be more than 120 years old.")


class UnknownRegion(InvalidIdNumber):
    reason = "unknown_region"
    message = _("The first six digits of this ID number are not those of any county.")


class BadChecksum(InvalidIdNumber):
    """Carries what the number would say, so that a report can show it beside the doubt."""

    reason = "bad_checksum"
    message = _("The last character does not fit the rest: a digit of this ID number is mistyped.")

    def __init__(self, number: str):
        super().__init__()
        self.birth_date, self.sex = _date(number[6:14]), _sex(number)


class IdNumber(NamedTuple):
    """`number` is the 18-character form. `notes` say what was forgiven or should be known:

    full_width_digits, lower_case_x, whitespace, separators, excel_text, legacy_15_digit (converted; not valid for
    use since 2013), prefix_elsewhere (outside Bijie, or of a foreigner), prefix_unknown (Bijie's, but of no county).
    """

    number: str
    birth_date: date
    sex: str
    prefix: str
    notes: tuple[str, ...] = ()

    @property
    def is_legacy(self) -> bool:
        return "legacy_15_digit" in self.notes


def parse_id_number(raw: str, today: date) -> IdNumber:
    """Raises a kind of InvalidIdNumber; 15 digits come back converted to 18 with the note `legacy_15_digit`."""
    number, notes = _normalise(raw)
    if not CLEAN.fullmatch(number):
        number, notes = _lengthened(number), [*notes, "legacy_15_digit"]
    birth_date = _birth_date(number[6:14], today)
    if number[17] != _check_character(number):
        raise BadChecksum(number)
    return IdNumber(number, birth_date, _sex(number), number[:6], (*notes, *_prefix_notes(number[:6])))


def _lengthened(number: str) -> str:
    """Before 1999 numbers had a two-digit year and no check character. Raises what is wrong with any other."""
    if re.fullmatch(r"[0-9]{15}", number):
        digits = f"{number[:6]}19{number[6:]}"
        return digits + _check_character(digits)
    if not number:
        raise Empty()
    if is_permit_with_letters(number):
        raise PermitWithLetters()
    raise BadLength() if len(number) != 18 else BadCharacter()


def is_empty(raw: str) -> bool:
    """Nothing is left without dashes, quotes, spaces and invisible characters."""
    return not _normalise(raw)[0]


def is_permit_with_letters(raw: str) -> bool:
    return bool(PERMIT_WITH_LETTERS.fullmatch(_normalise(raw)[0]))


def age_on(birth_date: date, today: date) -> int:
    """Whole years; a birthday on 29 February is kept on 1 March of a common year."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def _normalise(raw: str) -> tuple[str, list[str]]:
    if CLEAN.fullmatch(raw):
        return raw, []
    notes = []
    visible = without_unseen(raw)
    folded = unicodedata.normalize("NFKC", visible)
    if re.search(r"[０-９Ｘｘ]", raw):
        notes.append("full_width_digits")
    if wrapped := EXCEL_TEXT.match(folded.strip()):
        folded = wrapped[1]
        notes.append("excel_text")
    joined = SEPARATORS.sub("", folded)
    if joined != folded or visible != raw:
        only_space = visible == raw and re.sub(r"\s", "", folded) == joined
        notes.append("whitespace" if only_space else "separators")
    if joined.endswith("x"):
        notes.append("lower_case_x")
    return joined.upper(), notes


@lru_cache(maxsize=32_768)
def _birth_date(digits: str, today: date) -> date:
    """From eight digits."""
    try:
        born = _date(digits)
    except ValueError:
        raise BadDate() from None
    if born > today:
        raise BirthInFuture()
    if age_on(born, today) > OLDEST:
        raise ImplausibleAge()
    return born


def _date(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _check_character(number: str) -> str:
    """Of 17 ASCII digits, whatever follows them."""
    total = sum(map(mul, WEIGHTS, number.encode())) - ord("0") * sum(WEIGHTS)
    return CHECK_CHARACTERS[total % 11]


def _sex(number: str) -> str:
    return SEXES[int(number[16]) % 2]


def _prefix_notes(prefix: str) -> list[str]:
    if prefix in BIJIE_PREFIXES:
        return []
    if not _could_be_a_county(prefix):
        raise UnknownRegion()
    return ["prefix_unknown" if prefix[:4] in {"5205", "5224"} else "prefix_elsewhere"]


def _could_be_a_county(prefix: str) -> bool:
    """By the build of GB/T 2260, not by a list: thousands of old codes are on living people's cards."""
    if foreigner := FOREIGNER.fullmatch(prefix):
        return bool(PROVINCE.fullmatch(foreigner[1]))
    if prefix in RESIDENCE_PERMITS:
        return True
    prefecture, county = prefix[2:4], prefix[4:]
    is_prefecture = 0 < int(prefecture) <= LAST_PREFECTURE or prefecture == DIRECTLY_GOVERNED
    return bool(PROVINCE.fullmatch(prefix[:2])) and is_prefecture and county != "00"
