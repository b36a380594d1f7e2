"""What a roster's page asks before a row is saved, and how the answers are kept. Pure.

An answer belongs to a row and a question: decisions are {label of the row: {question: choice}}. One that no longer fits
what is asked says nothing. An answer for all rows that ask alike stands under `THE_FILE`; what is said of a row itself
goes before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from areas.selectors import full_name
from kit import dates

Decisions = Mapping[str, Mapping[str, str]]

NUMBER, NAME, IN_FILE, PERSON, BIRTH, HIDDEN = "number", "name", "in_file", "person", "birth", "hidden"
REGISTER, NEW, ANOTHER, TAKE_IN = "register", "new", "another", "take_in"
SAME, RIGHT = "same", "right"
THE_FILE = "*"
"""In place of the label of a row, for what concerns them all."""
QUESTIONS = {
    BIRTH: _("Is this the birth date?"),
    HIDDEN: _("Take in what is hidden?"),
    NUMBER: _("Which row is right?"),
    NAME: _("Which name is right?"),
    IN_FILE: _("Is it the person of another row?"),
    PERSON: _("Is it the same person?"),
}
FOR_ALL = {
    BIRTH: {RIGHT: _("All these days are right")},
    NAME: {REGISTER: _("The names on the register stand"), NEW: _("They have changed their names: take the new ones")},
    IN_FILE: {SAME: _("They are the people of the other rows"), ANOTHER: _("They are other people")},
    PERSON: {SAME: _("They are the same people"), ANOTHER: _("They are other people")},
}
"""What may be said of many rows at once."""


@dataclass(frozen=True)
class Registered:
    """Somebody on the register already, as far as a row must know."""

    worker_id: int
    name: str
    area_id: int
    birth_date: date | None = None
    has_number: bool = True

    @property
    def facts(self) -> tuple[str, ...]:
        number = _("with an ID number") if self.has_number else _("without an ID number")
        return dates.day(self.birth_date) if self.birth_date else "", full_name(self.area_id), str(number)


@dataclass(frozen=True)
class Option:
    """`who` is the record that the choice is about, shown beside it."""

    choice: str
    label: object
    who: Registered | None = None


@dataclass(frozen=True)
class Question:
    """`about` is the row that the answer is kept under: of several rows with one number it is the first."""

    about: str
    name: str
    options: tuple[Option, ...]

    @property
    def words(self) -> str:
        return str(QUESTIONS[self.name])

    def answer(self, decisions: Decisions) -> Option | None:
        return self.own_answer(decisions) or self.answer_for_all(decisions.get(THE_FILE, {}).get(self.name, ""))

    def own_answer(self, decisions: Decisions) -> Option | None:
        return self._option(decisions.get(self.about, {}).get(self.name))

    def answer_for_all(self, said: str) -> Option | None:
        """What it means here; None where it could mean several, or nothing."""
        if said not in FOR_ALL.get(self.name, ()):
            return None
        if said not in (SAME, RIGHT):
            return self._option(said)
        meant = [option for option in self.options if option.choice != ANOTHER]
        return meant[0] if len(meant) == 1 else None

    def _option(self, choice: str | None) -> Option | None:
        return next((option for option in self.options if option.choice == choice), None)


def which_row(about: str, label: str, others: list[str]) -> Question:
    """As asked in the row `label`: this one is right, or one of the others is."""
    rows = [Option(other, _("Row {row} is right").format(row=other)) for other in others]
    return Question(about, NUMBER, (Option(label, _("This row is right")), *rows))


def said_right(about: str, decisions: Decisions) -> str | None:
    return decisions.get(about, {}).get(NUMBER)


def which_name(about: str, existing: Registered, name: str) -> Question:
    return Question(
        about, NAME,
        (
            Option(REGISTER, _("The name on the register stands: {name}").format(name=existing.name), existing),
            Option(NEW, _("The person has changed the name: take {name}").format(name=name)),
        ),
    )  # fmt: skip


def which_row_is_meant(about: str, rows: list[str]) -> Question:
    """Of the file; who is none of them may still be on the register, which is another question."""
    same = [Option(row_choice(row), _("Yes, the same person as in row {row}").format(row=row)) for row in rows]
    return Question(about, IN_FILE, (*same, Option(ANOTHER, _("No, this is another person"))))


def which_person(about: str, registered: tuple[Registered, ...], *, has_number: bool) -> Question:
    same = [Option(record_choice(who), _same_words(who, has_number), who) for who in registered]
    return Question(about, PERSON, (*same, Option(ANOTHER, _("No, this is another person"))))


def which_birth_date(about: str, day: date) -> Question:
    return Question(about, BIRTH, (Option(day.isoformat(), _("Yes, born on {day}").format(day=dates.day(day))),))


def takes_hidden(decisions: Decisions) -> bool:
    return decisions.get(THE_FILE, {}).get(HIDDEN) == TAKE_IN


def row_choice(label: str) -> str:
    return f"row:{label}"


def record_choice(who: Registered) -> str:
    return f"worker:{who.worker_id}"


def _same_words(who: Registered, has_number: bool):
    adds = has_number and not who.has_number
    return _("Yes, the same: add the number to the record") if adds else _("Yes, the same person")
