"""Rows of one file that have to be compared with one another: found from a few numbers a row. Pure.

A file of a million rows does not fit into the memory, the few that have something in common do. Each chunk is judged
by itself, in whichever process, and leaves its `Outline`; from all outlines it is known which rows to set against each
other; what that adds to them (`Compared`) is all that a process needs to know of the other chunks.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple
from zlib import crc32

from areas.ranges import WIDTHS, Level
from workers.choices import HouseholdRole, Sex
from workers.imports.comparing import compare_rows
from workers.imports.issues import Issue
from workers.imports.questions import Question
from workers.imports.verdicts import Context, Verdict
from workers.rules import likeness, names

WITHOUT_NUMBER = 1 << 62
"""Added to the key of such a row: the others are at most seventeen digits."""
KINDS, NOBODY = "qIIIIbqb", (0,) * 8
FEWEST = 2
MALE = str(Sex.MALE)
MEMBER, IS_HEAD = 1, 2


class Compared(NamedTuple):
    """What the other rows of a file add to the verdict of one."""

    issues: tuple[Issue, ...]
    duplicate_of: str
    question: Question | None
    answered: tuple[Question, ...]

    def added_to(self, verdict: Verdict) -> Verdict:
        return replace(
            verdict,
            issues=(*verdict.issues, *self.issues),
            duplicate_of=self.duplicate_of,
            question=self.question or verdict.question,
            answered=(*verdict.answered, *self.answered),
        )


class Outline(NamedTuple):
    """Of rows in their order, 34 bytes each: who it is, what people of one name are told apart by, and who lives with
    whom.

    Of whoever has an ID number the key is its first 17 digits: it is kept where the rows are kept.
    """

    keys: array
    names: array
    phones: array
    born: array
    townships: array
    sexes: array
    homes: array
    roles: array

    def extend(self, other: "Outline") -> None:
        """By the rows that follow."""
        for column, more in zip(self, other, strict=True):
            column.extend(more)

    def has_number(self, place: int) -> bool:
        return self.keys[place] < WITHOUT_NUMBER

    def traits(self, place: int) -> "Traits":
        born = date.fromordinal(self.born[place])
        return Traits(self.sexes[place], born, self.townships[place], self.phones[place])


class Traits(NamedTuple):
    """Numbers in place of what they stand for. Where two of one number differ, rows are compared in vain."""

    sex: int
    birth_date: date
    township: int
    phone: int


def outline_of(verdicts: Iterable[Verdict] = ()) -> Outline:
    """Of rows judged alone."""
    columns = zip(*(_outlined(verdict) for verdict in verdicts), strict=True)
    return Outline(*(array(kind, next(columns, ())) for kind in KINDS))


def _outlined(verdict: Verdict) -> tuple[int, ...]:
    person = verdict.person
    if not person.is_somebody:
        return NOBODY
    key = int(person.id_number[:17]) if person.id_number else WITHOUT_NUMBER | crc32(person.key.encode())
    name = crc32(names.folded(person.name).encode())
    phone = crc32(person.phone.encode()) or bool(person.phone)
    township = (person.area or 0) // WIDTHS[Level.TOWNSHIP]
    home, role = _at_home(verdict) if person.home else (0, 0)
    return key, name, phone, person.birth_date.toordinal(), township, person.sex == MALE, home, role


def _at_home(verdict: Verdict) -> tuple[int, int]:
    """Whoever is refused belongs to no household."""
    if not (verdict.is_saved or verdict.question):
        return 0, 0
    digest = blake2b(verdict.person.home.encode(), digest_size=8).digest()
    home = int.from_bytes(digest, "big", signed=True) or 1
    return home, IS_HEAD if verdict.person.role == HouseholdRole.HEAD else MEMBER


def akin(outline: Outline) -> list[int]:
    """Places of the rows that `compare_rows` may say something of, and of those it says it because of."""
    somebody = [place for place, key in enumerate(outline.keys) if key]
    found = {place for group in _alike(somebody, outline.keys) for place in group}
    for group in _alike(somebody, outline.names):
        found.update(_akin_in_name(group, outline))
    return sorted(found)


def _alike(places: list[int], column: Sequence[int]) -> Iterator[list[int]]:
    """Groups of at least two."""
    places.sort(key=column.__getitem__)
    groups = (list(group) for _value, group in groupby(places, key=column.__getitem__))
    return (group for group in groups if len(group) >= FEWEST)


def _akin_in_name(group: list[int], outline: Outline) -> Iterator[int]:
    """Of people with one name those without a number, and whoever has a mark that they ask for."""
    asking = [place for place in group if not outline.has_number(place)]
    if not asking:
        return
    marked = {place: likeness.marks(0, outline.traits(place)) for place in group}
    shared = Counter(mark for marks in marked.values() for mark in marks)
    asked = set()
    for place in asking:
        wanted = likeness.marks_asked(0, outline.traits(place))
        if sum(shared[mark] for mark in wanted) > len(marked[place]):
            asked |= wanted
    yield from (place for place, marks in marked.items() if not asked.isdisjoint(marks))


def compare_akin(verdicts: Sequence[Verdict], context: Context) -> dict[str, Compared]:
    """By label, what rows that are akin, judged alone and in the order of the file, add to each other."""
    pairs = zip(verdicts, compare_rows(verdicts, context), strict=True)
    return {alone.row.label: _difference(alone, compared) for alone, compared in pairs if alone is not compared}


def _difference(alone: Verdict, compared: Verdict) -> Compared:
    return Compared(
        compared.issues[len(alone.issues) :],
        compared.duplicate_of,
        compared.question if compared.question is not alone.question else None,
        compared.answered[len(alone.answered) :],
    )


def with_others(verdicts: Iterable[Verdict], compared: Mapping[str, Compared]) -> list[Verdict]:
    """Verdicts of rows judged alone as they are when the whole file is looked at."""
    return [
        compared[verdict.row.label].added_to(verdict) if verdict.row.label in compared else verdict
        for verdict in verdicts
    ]
