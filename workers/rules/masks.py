"""What a screen, a journal line or a log may show of a number."""

import re
import unicodedata

# A number is known by its digits, whatever stands between them: up to three marks that are no letter and no digit.
# Phones come in the groups people write, so that dates and amounts stay readable; an ID number is known by its province
# and a birth date before 2020, however it is divided.
GAP, MARK, TIGHT = r"[\W_]{0,3}", r"[\W_]{1,3}", r"[ \u00a0\u3000.·_\-\u2010-\u2015\u2212]{1,2}"
PROVINCE = rf"(?:[13]{GAP}[1-7]|2{GAP}[1-3]|[4-6]{GAP}[0-6]|7{GAP}1|8{GAP}[1-3]|9{GAP}[1-7])"
YEAR, MONTH = rf"(?:1{GAP}[89]{GAP}\d|2{GAP}0{GAP}[01]){GAP}\d", rf"(?:0{GAP}[1-9]|1{GAP}[0-2])"
DAY = rf"(?:0{GAP}[1-9]|[12]{GAP}\d|3{GAP}[01])"
MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
A_DATE = rf"(?:{MARK}(?:19|20)\d\d|[./](?:19|20)\d\d[./]){MONTH_AND_DAY}(?!\d)"
AMOUNTS = rf"{MARK}[1-9]\d00{MARK}[1-9]\d00(?!\d)"
A_DECIMAL = r"\d{4}\.\d{4}"


def _digits(count: int) -> str:
    return GAP.join([r"\d"] * count)


ID_NUMBER = GAP.join([PROVINCE, _digits(4), YEAR, MONTH, DAY, _digits(3), r"[\dX]"]) + r"|\d{17}[\dX]"
OLD_ID_NUMBER = rf"[1-8]\d{{5}}{GAP}\d\d{MONTH_AND_DAY}{GAP}\d{{3}}"  # of 15 digits, until 2013
PERMIT = GAP.join([r"[A-Z]{3}", _digits(6), MONTH, DAY, _digits(2)])  # of foreigners, before 2023
PHONE = (
    rf"(?:(?:(?:\+|00){GAP})?86{GAP}|0{GAP})?(?:"
    rf"1[3-9]\d(?!{A_DATE}|{A_DECIMAL})(?:(?=(?P<one>[ -])\d{{4}}(?P=one))|(?!{AMOUNTS})){GAP}\d{{4}}{GAP}\d{{4}}"
    rf"|1[3-9]\d(?:\d(?P<two>{TIGHT})\d{{3}}(?P=two)\d{{4}}|(?P<three>{TIGHT})\d{{3}}(?P=three)\d{{5}})"
    rf"|1[3-9]\d(?:[ .-]\d\d){{4}}"
    rf"|1{MARK}[3-9](?:{MARK}\d){{9}})"
)
PERMIT_IN_TEXT = re.compile(rf"(?<![A-Z0-9]){PERMIT}(?!\d)")
NUMBERS_IN_TEXT = re.compile(
    rf"(?<!\d)(?:[(（](?=\d{{3,6}}[)）]))?(?:{ID_NUMBER}|{OLD_ID_NUMBER}|{PHONE}){{1,4}}(?!\d)"
)
FEWEST_DIGITS = 11  # a mobile number's
A_PHONE = re.compile(r"(?:(?:00)?86|0)?(1[3-9]\d{9})")


def id_number(value: str) -> str:
    """5224**********9028: the prefix tells the county of birth, the tail tells namesakes apart."""
    return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) > 8 else "*" * len(value)


def phone(value: str) -> str:
    """138****1234 for a mainland mobile in E.164; any other number keeps its last four."""
    local = value.removeprefix("+86")
    if len(local) == 11 and local.startswith("1"):
        return f"{local[:3]}****{local[-4:]}"
    return f"{'*' * max(len(local) - 4, 0)}{local[-4:]}"


def grouped(value: str) -> str:
    """In full, in the groups people read aloud: 138 0000 1234, or 522425 19870601 9028."""
    local = value.removeprefix("+86")
    cuts = {11: (3, 7), 18: (6, 14)}.get(len(local), ())
    return " ".join(local[start:end] for start, end in zip((0, *cuts), (*cuts, None), strict=True))


def scrub(text: str) -> str:
    """Free text with every ID number, permit and mobile number in it masked, also where they stand side by side."""
    if len(text) < FEWEST_DIGITS or sum(map(str.isnumeric, text)) < FEWEST_DIGITS:
        return text
    plain = text.upper() if text.isascii() else "".join(map(_plain, text))
    for numbers in (PERMIT_IN_TEXT, NUMBERS_IN_TEXT):
        for found in reversed(list(numbers.finditer(plain))):
            start, end = found.span()
            masked = _masked(re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text[start:end])))
            text, plain = (f"{each[:start]}{masked}{each[end:]}" for each in (text, plain))
    return text


def _plain(character: str) -> str:
    """One for one, so that places stay: digits of any script, Latin letters without width and case."""
    digit = unicodedata.decimal(character, None)
    folded = unicodedata.normalize("NFKC", character).upper() if digit is None else str(digit)
    return folded if len(folded) == 1 else character


def _masked(number: str) -> str:
    is_phone = A_PHONE.fullmatch(number)
    return phone(f"+86{is_phone[1]}") if is_phone else id_number(number)


def scrub_data(value):
    """The same for everything inside a JSON value."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: scrub_data(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [scrub_data(inner) for inner in value]
    return value
