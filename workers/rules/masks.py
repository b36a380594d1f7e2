"""What a screen, a journal line or a log may show of a number."""

import re
import unicodedata

# Half-width or full-width digits, in the groups people write and with one kind of gap: dates and wages stay readable.
YEAR, MONTH, DAY = "(?:18|19|20|１８|１９|２０)\\d\\d", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12]\\d|3[01])"
GAP = "(?:[ \u00a0\u3000]{1,2}|[-\u2010-\u2015\u2212])"
GAP_OR_DOT = f"(?:{GAP}|[.·])"
GAP_OR_MARK = f"(?:{GAP}|[.·、/／*＊])"
LAST = r"[\dXxＸｘ]"
ID_NUMBER_IN_TEXT = re.compile(
    rf"(?<!\d)(?:\d{{17}}"
    rf"|\d{{6}}({GAP_OR_MARK}){YEAR}{MONTH}{DAY}\1\d{{3}}"
    rf"|\d{{6}}({GAP_OR_MARK}){YEAR}\2{MONTH}\2{DAY}\2\d{{3}}"
    rf"|\d{{6}}({GAP_OR_MARK}){YEAR}\3{MONTH}{DAY}\3\d{{3}}"
    rf"|\d{{4}}({GAP_OR_MARK})\d\d(?:18|19|20)\4\d\d{MONTH}\4{DAY}\d\d\4\d"
    rf"|\d{{6}}(?:{GAP_OR_MARK}{YEAR}{MONTH}{DAY}|{YEAR}{MONTH}{DAY}{GAP_OR_MARK})\d{{3}}"
    rf"|\d{{6}}[(（]{YEAR}{MONTH}{DAY}[)）]\d{{3}}|[(（]?\d{{6}}[)）]{GAP}?{YEAR}{MONTH}{DAY}{GAP}?\d{{3}}"
    rf"){LAST}(?![\dXxＸｘ])"
)
OLD_ID_NUMBER_IN_TEXT = re.compile(  # of 15 digits, until 2013
    rf"(?<!\d)[1-8]\d{{5}}(?:\d\d{MONTH}{DAY}|({GAP_OR_MARK})\d\d{MONTH}{DAY}\1)\d{{3}}(?![\dXxＸｘ])"
)
PERMIT_IN_TEXT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}\d{12}(?!\d)")  # the residence card of foreigners before 2023
PHONE_IN_TEXT = re.compile(
    rf"(?<!\d)(?:[+＋]?[8８][6６])?[1１][3-9３-９](?:"
    rf"\d(?![./／]{YEAR}[./／]{MONTH}{DAY})({GAP_OR_MARK}?)\d{{4}}\1\d{{4}}"
    rf"|\d\d({GAP_OR_DOT})\d{{3}}\2\d{{4}}|\d{{5}}{GAP}\d{{4}}|\d{GAP_OR_MARK}(?!{YEAR}{MONTH}{DAY})\d{{8}})(?!\d)"
    rf"|[(（][1１][3-9３-９]\d[)）]{GAP}?\d{{4}}{GAP}?\d{{4}}(?!\d)"
)
UNSEEN_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+(?=[\dXxＸｘ])")


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
    """Free text with every ID number and mobile number in it masked, also where marks nobody sees divide it."""
    closed = UNSEEN_BETWEEN_DIGITS.sub("", text)
    masked = _scrub(closed)
    return text if masked == closed else masked


def _scrub(text: str) -> str:
    text = PERMIT_IN_TEXT.sub(lambda match: id_number(match[0]), text)
    for written in (ID_NUMBER_IN_TEXT, OLD_ID_NUMBER_IN_TEXT):
        text = written.sub(lambda match: id_number(_bare(match[0])), text)
    return PHONE_IN_TEXT.sub(lambda match: phone("+86" + _bare(match[0])[-11:]), text)


def _bare(number: str) -> str:
    return re.sub(r"[^0-9Xx]", "", unicodedata.normalize("NFKC", number))


def scrub_data(value):
    """The same for everything inside a JSON value."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: scrub_data(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [scrub_data(inner) for inner in value]
    return value
