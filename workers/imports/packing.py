"""Rows of a roster and what is said of them, as text that is kept between processes: compact, and cheap for one row.

A pack is a line for what its rows have in common and a line a row, so that one row is read without the others.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter

from workers.imports import questions
from workers.imports.akin import Compared
from workers.imports.cells import Cell, cell_of
from workers.imports.issues import Issue
from workers.imports.questions import Option, Question, Registered
from workers.imports.reading import Lines
from workers.imports.tables import RosterRow
from workers.imports.verdicts import RosterPerson, Verdict

FAST = 1
MISSING = 0
"""In place of a cell that the row does not have; a blank one is null."""
SAID = tuple(field.name for field in fields(RosterPerson))
DAYS = [place for place, field in enumerate(fields(RosterPerson)) if field.type == date | None]
_said = attrgetter(*SAID)
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def packed(rows: Iterable[RosterRow]) -> bytes:
    """Compressed, not sealed."""
    shapes: dict[tuple, int] = {}
    lines = [_text(_row(row, shapes)) for row in rows]
    heads = [[dict(headings), is_typed] for headings, is_typed in shapes]
    return zlib.compress("\n".join([_text(heads), *lines]).encode(), FAST)


class Pack:
    """What was packed. Rows are made when they are asked for."""

    def __init__(self, content: bytes):
        heads, *self._lines = zlib.decompress(content).decode().split("\n")
        self._shapes = [(headings, list(headings), is_typed) for headings, is_typed in json.loads(heads)]

    @property
    def headings(self) -> list[str]:
        """Of all its worksheets, as they are quoted."""
        return list(dict.fromkeys(text for headings, _names, _is_typed in self._shapes for text in headings.values()))

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[RosterRow]:
        return map(self._made, self._lines)

    def __getitem__(self, place: int) -> RosterRow:
        return self._made(self._lines[place])

    def _made(self, line: str) -> RosterRow:
        label, shape, has_stray_quote, lines, cells = json.loads(line)
        headings, names, is_typed = self._shapes[shape]
        told = {name: cell_of(cell) for name, cell in zip(names, cells, strict=False) if cell != MISSING}
        return RosterRow(label, told, headings, is_typed, bool(has_stray_quote), Lines(*lines) if lines else None)


def _row(row: RosterRow, shapes: dict[tuple, int]) -> list:
    shape = shapes.setdefault((tuple(row.headings.items()), row.is_typed), len(shapes))
    cells = [_cell(row.cells[name]) if name in row.cells else MISSING for name in row.headings]
    return [row.label, shape, int(row.has_stray_quote), row.lines or 0, cells]


def _cell(cell: Cell) -> str | list[str] | None:
    return (cell.text or None) if cell.kind == "text" else [cell.text, cell.kind]


def judged_told(verdicts: Iterable[Verdict]) -> bytes:
    """What rows that ask nothing say by themselves, compressed; of one that asks nothing is kept."""
    return zlib.compress(_text(list(map(_judged, verdicts))).encode(), FAST)


def _judged(verdict: Verdict) -> list | None:
    if verdict.question or verdict.answered:
        return None
    said = list(_said(verdict.person))
    for place in DAYS:
        said[place] = said[place] and said[place].toordinal()
    return [issues_told(verdict.issues), said]


def judged_of(told: bytes, rows: Sequence[RosterRow]) -> list[Verdict | None]:
    """Of the same rows; None for one that asks, to be judged anew."""
    return [told and _verdict(row, *told) for row, told in zip(rows, json.loads(zlib.decompress(told)), strict=True)]


def _verdict(row: RosterRow, issues: list, said: list) -> Verdict:
    for place in DAYS:
        said[place] = said[place] and date.fromordinal(said[place])
    person = RosterPerson(**dict(zip(SAID, said, strict=True)))
    return Verdict(row, person, issues_of(issues) if issues else ())


def issues_told(issues: Iterable[Issue]) -> list:
    return [[issue.name, issue.field, dict(issue.values)] for issue in issues]


def issues_of(told: Iterable) -> tuple[Issue, ...]:
    return tuple(Issue(name, field, tuple(values.items())) for name, field, values in told)


def question_told(question: Question, *, has_number: bool = False) -> list:
    """Without the people it names: their keys. `has_number` says whether the row that asks has an ID number."""
    keys = [option.who.worker_id for option in question.options if option.who]
    return [question.about, question.name, [option.choice for option in question.options], keys, has_number]


def choices_of(told: list) -> Question:
    """What may be answered, without the words."""
    about, asked, choices, _keys, _has_number = told
    return Question(about, asked, tuple(Option(choice, "") for choice in choices))


def question_of(told: list, registered: Mapping[int, Registered], *, name: str = "") -> Question | None:
    """`name` is that of the row that asks. None when a record that it asks about cannot be seen any more."""
    about, asked, choices, keys, has_number = told
    if any(key not in registered for key in keys):
        return None
    match asked:
        case questions.BIRTH:
            return questions.which_birth_date(about, date.fromisoformat(choices[0]))
        case questions.NUMBER:
            return questions.which_row(about, choices[0], choices[1:])
        case questions.NAME:
            return questions.which_name(about, registered[keys[0]], name)
        case questions.IN_FILE:
            return questions.which_row_is_meant(about, [choice.removeprefix("row:") for choice in choices[:-1]])
        case questions.PERSON:
            return questions.which_person(about, tuple(registered[key] for key in keys), has_number=has_number)
    return None


def compared_told(compared: Mapping[str, Compared]) -> dict[str, list]:
    return {
        label: [
            issues_told(each.issues),
            each.duplicate_of,
            question_told(each.question) if each.question else None,
            [question_told(question) for question in each.answered],
        ]
        for label, each in compared.items()
    }


def compared_of(told: Mapping[str, list]) -> dict[str, Compared]:
    return {label: _compared(*each) for label, each in told.items()}


def _compared(issues: list, duplicate_of: str, question: list | None, answered: list) -> Compared:
    """What rows of one file ask of each other names nobody on the register."""
    asked = question_of(question, {}) if question else None
    given = tuple(question_of(each, {}) for each in answered)
    return Compared(issues_of(issues), duplicate_of, asked, given)
