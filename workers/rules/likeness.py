"""Whether two records may be about one person, when at least one of them has no ID number. Pure."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from itertools import count, product
from typing import Any, Protocol

from areas.ranges import Level, code_at
from workers.rules import names

CLOSE_IN_AGE = 2
"""Years: an age by the old way of counting is up to two years more."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """`phone` may be a number or its hash: it is only compared. Of the `area` its township counts: one record knows the
    village, another does not yet. `home` is the household, "" where it is not known."""

    name: str
    sex: str
    birth_date: date
    area: int
    phone: str | bytes | None
    has_number: bool
    home: Hashable = ""

    @property
    def township(self) -> int:
        return code_at(self.area, Level.TOWNSHIP)


def may_be_same(one: Traits, other: Traits) -> bool:
    """One name, and the phone, the birth date or, at about one age, the township in common. Two who have numbers are
    told apart by them. A household shares its phone: between two of its members the phone says nothing."""
    if (one.has_number and other.has_number) or not names.are_same(one.name, other.name):
        return False
    if one.phone and one.phone == other.phone and not (one.home and one.home == other.home):
        return True
    return one.sex == other.sex and (one.birth_date == other.birth_date or _are_neighbours(one, other))


def _are_neighbours(one: Traits, other: Traits) -> bool:
    return one.township == other.township and abs(one.birth_date.year - other.birth_date.year) <= CLOSE_IN_AGE


class Gathering:
    """Many records, each compared only with those that have something in common with it."""

    MOST = 5
    """As many are named: nobody chooses among more, and of two thousand with one name a whole village is alike."""

    def __init__(self):
        self._found: dict[Hashable, list[tuple[int, Traits, Any]]] = defaultdict(list)
        self._names: set[str] = set()
        self._places = count()

    def add(self, traits: Traits, record: Any) -> None:
        place = next(self._places)
        self._names.add(names.folded(traits.name))
        for mark in marks(names.folded(traits.name), traits):
            self._found[mark, traits.has_number].append((place, traits, record))

    def like(self, traits: Traits) -> list:
        """The first of those who may be the same, in the order they came."""
        if (name := names.folded(traits.name)) not in self._names:
            return []
        kinds = (False,) if traits.has_number else (False, True)
        near = {
            place: record
            for mark, kind in product(marks_asked(name, traits), kinds)
            for place, other, record in self._found.get((mark, kind), ())[: self.MOST]
            if may_be_same(traits, other)
        }
        return [near[place] for place in sorted(near)[: self.MOST]]


class Marked(Protocol):
    """What marks are made of. Every part is only compared and may be a number in its place."""

    sex: Hashable
    birth_date: date
    township: int
    phone: Hashable


def marks(name: Hashable, traits: Marked) -> list[Hashable]:
    """Two who may be the same have one of these in common, or the last of them but for the year. `name` is folded."""
    sex, born = traits.sex, traits.birth_date
    by_birth = [(name, sex, born), (name, sex, traits.township, born.year)]
    return [(name, traits.phone), *by_birth] if traits.phone else by_birth


def marks_asked(name: Hashable, traits: Marked) -> set[Hashable]:
    """Those of whoever may be the same as this one."""
    born = traits.birth_date.year
    years = range(born - CLOSE_IN_AGE, born + CLOSE_IN_AGE + 1)
    return {*marks(name, traits), *((name, traits.sex, traits.township, year) for year in years)}
