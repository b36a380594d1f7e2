"""Which rows of a roster are one household, as the file says it. Pure.

By the number of the household, without one by the ID number of the head, without that by the head's name: then as far
as the rows stand one below the other. Often only the row of the head says it and the others follow, each with its
relation. A household stands in one village, so the same number in another village is another household.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby

from workers.choices import HouseholdRole
from workers.imports.akin import IS_HEAD, Outline
from workers.imports.cells import Cell
from workers.imports.relations import HEAD, role_in
from workers.imports.tables import RosterRow
from workers.imports.verdicts import Verdict
from workers.rules import idnumbers, names

COLUMNS = ("household_no", "head_id", "head_name", "relation")
HOUSEHOLD = "household"
"""The cell that a row is given: which household it is of, within the file."""
BY_NUMBER, BY_HEAD, BY_PLACE = "n", "h", "r"
LONGEST_NUMBER = 40
MOST_MEMBERS = 30
"""Rows of one household; more were never one."""
Odd = tuple[str, int | None, list[int]]
"""The name of an issue, the place of the row that it names, and the places of those that it is said of."""


def together(rows: Iterable[RosterRow], *, roster: int, today: date) -> Iterator[RosterRow]:
    """Each with its household, in their order. `roster` tells households apart that only their place tells apart."""
    above, worksheet, headings = _Above(roster, today), None, None
    for row in rows:
        if row.headings is not worksheet:
            above, worksheet, headings = _Above(roster, today), row.headings, _with_household(row.headings)
        if headings is not None:
            row.headings = headings
            row.cells[HOUSEHOLD] = Cell(above.household_of(row))
        yield row


def _with_household(headings: dict[str, str]) -> dict[str, str] | None:
    """None where nothing is said of households, or it was said when the row was cut first."""
    said = next((headings[name] for name in COLUMNS if name in headings), None)
    return None if said is None or HOUSEHOLD in headings else {**headings, HOUSEHOLD: said}


class _Above:
    """The household of the row above, and who is its head, as far as the rows have said so."""

    def __init__(self, roster: int, today: date):
        self._roster, self._today = roster, today
        self._home = self._name = self._number = ""

    def household_of(self, row: RosterRow) -> str:
        """A word for it, "" for none."""
        name, number = names.folded(_text(row, "head_name")), self._id_number(row, "head_id")
        relation = row.cell("relation")
        is_head = not relation.says_nothing and role_in(relation) == HEAD
        if is_head and not (name or number):
            name, number = names.folded(_text(row, "name")), self._id_number(row, "id_number")
        home = self._home_of(_text(row, "household_no")[:LONGEST_NUMBER].upper(), number, name, row.label)
        if not home and not relation.says_nothing:
            return self._home
        if home != self._home:
            self._name = self._number = ""
        self._home, self._name, self._number = home, name or self._name, number or self._number
        return home

    def _home_of(self, household: str, number: str, name: str, label: str) -> str:
        if household:
            return f"{BY_NUMBER}|{household}"
        if number:
            return self._home if number == self._number else f"{BY_HEAD}|{number}"
        if name:
            return self._home if name == self._name else f"{BY_PLACE}|{self._roster}!{label}"
        return ""

    def _id_number(self, row: RosterRow, column: str) -> str:
        """ "" for one that is none."""
        text = _text(row, column)
        try:
            return idnumbers.parse_id_number(text, self._today).number if text else ""
        except idnumbers.InvalidIdNumber:
            return ""


def _text(row: RosterRow, column: str) -> str:
    cell = row.cell(column)
    if cell.is_blank or cell.says_nothing or cell.is_formula or cell.is_damaged:
        return ""
    return "".join(unicodedata.normalize("NFKC", cell.line).split())


def oddities(outline: Outline, *, is_whole: bool) -> Iterator[Odd]:
    """`is_whole` unless rows of these households were saved before."""
    homes, roles = outline.homes, outline.roles
    places = [place for place, home in enumerate(homes) if home]
    places.sort(key=homes.__getitem__)
    for _home, group in groupby(places, key=homes.__getitem__):
        members = list(group)
        heads = [place for place in members if roles[place] == IS_HEAD]
        others = [place for place in heads if outline.keys[place] != outline.keys[heads[0]]]
        if len(members) > MOST_MEMBERS:
            yield "household_too_large", None, members
        elif others:
            yield "two_heads", heads[0], others
        elif is_whole and not heads:
            yield "head_in_no_row", None, members


def with_oddities(verdicts: list[Verdict], odd: Iterable[tuple[str, str, list[int]]]) -> list[Verdict]:
    """Verdicts of one chunk; of `odd` the label of the row that is named, and places in the chunk."""
    for name, label, places in odd:
        values = {"row": label} if label else {}
        for place in places:
            if verdicts[place].is_saved or verdicts[place].question:
                verdicts[place] = _told(verdicts[place], name, values)
    return verdicts


def _told(verdict: Verdict, name: str, values: dict[str, str]) -> Verdict:
    changes = {"two_heads": {"role": HouseholdRole.OTHER}, "household_too_large": {"home": "", "role": ""}}
    person = replace(verdict.person, **changes.get(name, {}))
    return replace(verdict.with_issue(name, HOUSEHOLD, **values), person=person)
