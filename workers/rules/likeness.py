"""Whether two records may be about one person, when at least one of them has no ID number. Pure."""

from dataclasses import dataclass
from datetime import date

from workers.rules import names

CLOSE_IN_AGE = 1
"""Years: a birthday by the old calendar falls into the next year at most."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """`phone` may be a number or its hash: it is only compared."""

    name: str
    sex: str
    birth_date: date
    area: int
    phone: str | bytes | None
    has_number: bool


def may_be_same(one: Traits, other: Traits) -> bool:
    """One name, and the phone, the birth date or the village in common. Two who have numbers are told apart by them."""
    if (one.has_number and other.has_number) or not names.are_same(one.name, other.name):
        return False
    if one.phone and one.phone == other.phone:
        return True
    return one.sex == other.sex and (one.birth_date == other.birth_date or _are_neighbours(one, other))


def _are_neighbours(one: Traits, other: Traits) -> bool:
    return one.area == other.area and abs(one.birth_date.year - other.birth_date.year) <= CLOSE_IN_AGE
