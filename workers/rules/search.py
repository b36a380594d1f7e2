"""What a cadre typed into Find, and the indexed condition it becomes. Nothing here reads the database."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Literal

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from kit.sealing import crypto
from workers.rules import names

Kind = Literal["nothing", "name", "pinyin", "tail", "id_tail", "phone", "id_number"]

MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
WHOLE_ID = re.compile(r"\d{17}[\dX]")
TAIL = re.compile(r"\d{4,17}")
ID_TAIL = re.compile(r"\d{3,16}X")
LV_OR_NV = re.compile(r"(?<![bcdfhjklmpqstvwxyz])([ln])ü")  # lü and nü of pinyin, not the ü of Müller
NAME_AND_AGE = re.compile(r"(\D*[^\d\s])\s*(\d{2})")


@dataclass(frozen=True)
class Search:
    """`text` is normalised for its kind; `age` only ever with a name or pinyin."""

    kind: Kind
    text: str
    age: int | None = None


@dataclass(frozen=True)
class Way:
    """Some of those found, in the order of a column, then of their area and their key."""

    condition: Q
    column: str


def detect(raw: str) -> Search:
    """A kind for any text at all, full width or half, spaces and dashes ignored in numbers."""
    text = unicodedata.normalize("NFKC", names.visible(raw))
    number = re.sub(r"[\s\-()]", "", text).upper()
    if match := MOBILE.fullmatch(number):
        return Search("phone", f"+86{match[1]}")
    for kind, pattern in (("id_number", WHOLE_ID), ("id_tail", ID_TAIL), ("tail", TAIL)):
        if pattern.fullmatch(number):
            return Search(kind, number)
    return _words(text)


def condition(search: Search, today: date | None = None) -> Q:
    """Never anything but a range of an index; `nothing` matches no row."""
    matched = _CONDITIONS[search.kind](search.text)
    if search.age is not None and today is not None:
        matched &= born_for_age(search.age, today)
    return matched


def ways(search: Search, today: date | None = None) -> list[Way]:
    """Whom `condition` finds, taken apart so that each part is a stretch of one index in its order: whose pinyin begins
    so, then by initials, then who may be read otherwise; whose phone ends so, then whose ID number. Nobody is in two
    parts."""
    text = search.text
    if search.kind == "id_tail":
        return [Way(condition(search), "id_tail")]
    if search.kind == "tail":
        of_phone, of_number = Q(phone_tail=text[-4:]), Q(id_tail=text[-4:])
        return [Way(of_phone, "phone_tail"), Way(of_number & ~of_phone, "id_tail")]
    if search.kind != "pinyin":
        return [Way(condition(search, today), "name")]
    whole, initials = Q(name_pinyin__startswith=text), Q(name_initials__startswith=text)
    parts = [
        Way(whole, "name_pinyin"),
        Way(initials & ~whole, "name_initials"),
        Way(_is_read_otherwise(text) & ~whole & ~initials, "name_pinyin"),
    ]
    is_of_age = born_for_age(search.age, today) if search.age is not None and today is not None else Q()
    return [Way(way.condition & is_of_age, way.column) for way in parts]


def whole_id_number(id_number: str) -> Q:
    return Q(id_number_blind=crypto.blind_index(id_number, purpose=crypto.ID_NUMBER))


def whole_phone(phone: str) -> Q:
    return Q(phone_blind=crypto.blind_index(phone, purpose=crypto.PHONE))


def born_for_age(age: int, today: date) -> Q:
    """Birth dates of everyone who is that many whole years old today."""
    return Q(birth_date__gt=_years_before(today, age + 1), birth_date__lte=_years_before(today, age))


def _words(text: str) -> Search:
    age = None
    if match := NAME_AND_AGE.fullmatch(text):
        text, age = match[1], int(match[2])
    if not re.search(r"\w", text) or re.search(r"\d", text):
        return Search("nothing", text)
    letters = names.without_marks(LV_OR_NV.sub(r"\1v", re.sub(r"[\s'\-.·]", "", text.lower())))
    if letters.isascii() and letters.isalpha():
        return Search("pinyin", letters, age)
    return Search("name", re.sub(r"\s", "", names.DOT.sub("·", text)), age)


def _is_spelt_so(text: str) -> Q:
    """With a middle dot or without, on either side: on many lists 吉克·拉且 stands as 吉克拉且. One range for each."""
    return reduce(or_, (Q(name__startswith=name) for name in sorted(names.spellings(text))))


def _is_read_otherwise(text: str) -> Q:
    """Any reading that begins so, of the few people whose name has two. Letters only: it is a query in itself."""
    beginning = SearchQuery(f"{text}:*", config="simple", search_type="raw")
    return ~Q(other_readings="") & Q(other_readings__search=beginning)


def _years_before(day: date, years: int) -> date:
    """29 February becomes 28 February in a year without it."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


_CONDITIONS = {
    "nothing": lambda text: Q(pk__in=[]),
    "name": _is_spelt_so,
    "pinyin": lambda text: (
        Q(name_initials__startswith=text) | Q(name_pinyin__startswith=text) | _is_read_otherwise(text)
    ),
    "tail": lambda text: Q(phone_tail=text[-4:]) | Q(id_tail=text[-4:]),
    "id_tail": lambda text: Q(id_tail=text[-4:]),
    "phone": whole_phone,
    "id_number": whole_id_number,
}
