"""Judges one row: what it says about a person, what was wrong with how it says it, and what becomes of it. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from areas.gazetteer import depends_on_places
from workers.choices import Status
from workers.imports import fields
from workers.imports.birth_dates import BirthDate, read_birth_date
from workers.imports.cells import BLANK, Cell
from workers.imports.comparing import compare_rows
from workers.imports.issues import Issue
from workers.imports.opening import REPLACED
from workers.imports.places import home_in, read_destination
from workers.imports.questions import Question, which_birth_date
from workers.imports.relations import HEAD, read_relation
from workers.imports.statuses import read_status
from workers.imports.tables import RosterRow
from workers.imports.verdicts import Context, RosterPerson, Verdict
from workers.imports.wishes import read_wish
from workers.rules import idnumbers, names, phones
from workers.rules.ages import ADULT, RETIREMENT_AGE, WORKING_AGE

ID_NOTES = ("full_width_digits", "lower_case_x", "whitespace", "separators", "excel_text")
MUST_BE_WHOLE = ("name", "id_number")
UNREAD = ("seq", "age", "collector")
PLACES = ("county", "township", "village", "group", "address")
NAMED_BY = ("address", "village", "township", "county")  # whichever there is names what is wrong with an address


LONG = 2000
"""Characters of a row that nothing is remembered of: thousands of them would fill the memory."""


def _read(read: Callable, *told):
    return read(*told)


# A roster says the same few things in thousands of rows. Names and numbers of people are read anew each time.
_recalled = depends_on_places(lru_cache(maxsize=65_536)(_read))


class RowIssues:
    """Collects the issues of a row; knows which heading each field has in this roster."""

    def __init__(self, row: RosterRow, recall: Callable):
        self.row, self.recall, self.issues = row, recall, []
        self.question: Question | None = None
        self.answered: tuple[Question, ...] = ()

    def add(self, name: str, column: str, **values: str) -> None:
        issue = Issue(name, self.row.heading(column), tuple(values.items()))
        if issue not in self.issues:
            self.issues.append(issue)

    def add_all(self, names: Iterable[str], column: str) -> None:
        for name in names:
            self.add(name, column)

    def ask(self, question: Question, name: str, column: str) -> None:
        self.add(name, column)
        self.question = question

    def take(self, read: Callable[..., fields.Read], column: str, *told):
        """What a pure reading finds in this column's cell, given what else it has to be told. None without a column."""
        cell = self.row.cells.get(column)
        if cell is None:
            return None
        value, notes = self.recall(read, cell, *told)
        if notes:
            self.add_all(notes, column)
        return value

    def text(self, column: str, longest: int) -> str:
        return self.take(fields.read_text, column, longest) or ""


def judge_all(rows: Iterable[RosterRow], context: Context) -> list[Verdict]:
    """In the order of the file, each compared with the others."""
    return compare_rows([judge(row, context) for row in rows], context)


def judge(row: RosterRow, context: Context) -> Verdict:
    """One row alone."""
    text = "".join([cell.text for cell in row.cells.values()])
    found = RowIssues(row, _recalled if len(text) < LONG else _read)
    if REPLACED in text:
        row = found.row = _without_damage(row, found)
    told: dict = {"name": _name(found)}
    if row.has_stray_quote:
        found.add("stray_quote", "remark")
    if row.lines:
        found.add("lines_joined" if row.lines.may_hide else "cell_of_lines", "remark", **_lines_of(row))
    for read in (_identity, _phone, _work, _tags_and_wishes, _places, _household):
        told.update(read(found, told, context))
    return Verdict(row, RosterPerson(**told), tuple(found.issues), question=found.question, answered=found.answered)


def _lines_of(row: RosterRow) -> dict[str, str]:
    return {"first": str(row.lines.first), "last": str(row.lines.last)}


def _without_damage(row: RosterRow, found: RowIssues) -> RosterRow:
    """A byte that is no character costs its cell; without a name or with a wrong number there is nobody."""
    damaged = [name for name, cell in row.cells.items() if cell.is_damaged and name not in (*MUST_BE_WHOLE, *UNREAD)]
    found.add_all(["cell_damaged"] * bool(damaged), damaged[0] if damaged else "")
    return replace(row, cells={name: BLANK if name in damaged else cell for name, cell in row.cells.items()})


def _name(found: RowIssues) -> str:
    cell = found.row.cell("name")
    if cell.is_damaged:
        found.add("name_damaged", "name")
        return ""
    name, notes = fields.read_name(cell)
    found.add_all(notes, "name")
    return name or ""


def _identity(found: RowIssues, person: dict, context: Context) -> dict:
    sex = found.take(fields.read_sex, "sex")
    born = found.recall(read_birth_date, found.row.cell("birth_date"), context.today)
    cell = found.row.cell("id_number")
    if cell.is_damaged:
        found.add("id_damaged", "id_number")
        return {}
    if _gives_no_number(cell, is_known_without=bool(sex and born.day)):
        return _without_id(found, sex, born, context)
    told = _id_number(found, cell, context)
    if sex and told.get("sex") and sex != told["sex"]:
        found.add("sex_mismatch", "sex")
    if born.day and not born.is_offered and told.get("birth_date") and born.day != told["birth_date"]:
        found.add("birth_mismatch", "birth_date")
    if told.get("id_number"):
        _judge_age(found, told["birth_date"], "id_number", context)
    return told


def _gives_no_number(cell: Cell, *, is_known_without: bool) -> bool:
    """Of 18 digits. A permit that has another is none where sex and birth date are known."""
    if idnumbers.CLEAN.fullmatch(cell.text):
        return False
    if cell.says_nothing or idnumbers.is_empty(cell.text):
        return True
    return is_known_without and idnumbers.is_permit_with_letters(cell.text)


def _without_id(found: RowIssues, sex: str | None, born: BirthDate, context: Context) -> dict:
    day = _confirmed(found, born, context) if born.is_offered else born.day
    if born.issue and not born.is_offered:
        found.add(born.issue, "birth_date")
    elif not sex or not (day or born.is_offered):
        found.add("id_missing", "id_number")
    elif day:
        found.add("id_not_given", "id_number")
        _judge_age(found, day, "birth_date", context)
    return {"sex": sex or "", "birth_date": day}


def _confirmed(found: RowIssues, born: BirthDate, context: Context) -> date | None:
    question = which_birth_date(found.row.label, born.day)
    if question.answer(context.decisions) is None:
        found.ask(question, born.issue, "birth_date")
        return None
    found.answered = (question,)
    return born.day


def _id_number(found: RowIssues, cell: Cell, context: Context) -> dict:
    if spoilt := _spoilt_by_a_spreadsheet(cell):
        found.add(spoilt, "id_number")
        return {}
    try:
        read = idnumbers.parse_id_number(cell.text, context.today)
    except idnumbers.InvalidIdNumber as refusal:
        found.add(f"id_{refusal.reason}", "id_number")
        return {"sex": getattr(refusal, "sex", ""), "birth_date": getattr(refusal, "birth_date", None)}
    if read.notes:
        found.add_all([note for note in read.notes if note in ID_NOTES], "id_number")
    if read.is_legacy:
        found.add("id_legacy_15_digit", "id_number")
    return {"id_number": read.number, "sex": read.sex, "birth_date": read.birth_date}


def _spoilt_by_a_spreadsheet(cell: Cell) -> str:
    """The issue, or nothing."""
    if cell.kind == "text" and idnumbers.CLEAN.fullmatch(cell.text):
        return ""
    if cell.is_formula:
        return "id_is_formula"
    return "id_lost_digits" if cell.has_lost_digits or phones.SCIENTIFIC.match(cell.line) else ""


def _judge_age(found: RowIssues, born: date, column: str, context: Context) -> None:
    if issue := found.recall(_issue_of_age, born, context.today):
        found.add(issue, column)


def _issue_of_age(born: date, today: date) -> str:
    age = idnumbers.age_on(born, today)
    if age < WORKING_AGE:
        return "under_16"
    if age < ADULT:
        return "age_16_17"
    return "over_60" if age > RETIREMENT_AGE else ""


def _phone(found: RowIssues, person: dict, context: Context) -> dict:
    cell = found.row.cell("phone")
    if cell.is_blank:
        return {}
    if cell.is_formula:
        found.add("field_is_formula", "phone")
        return {}
    try:
        read = phones.parse_phone(cell.text)
    except phones.InvalidPhone as refusal:
        found.add("phone_invalid", "phone", why=str(refusal))
        return {}
    if not read.is_mobile:
        found.add("phone_landline", "phone")
        return {}
    if cell.kind == "number":
        found.add("phone_numeric_cell", "phone")
    if read.notes:
        has_prefix = "phone_prefix" in read.notes
        found.add_all([note for note in read.notes if not (has_prefix and note == "separators")], "phone")
    return {"phone": read.e164}


def _work(found: RowIssues, person: dict, context: Context) -> dict:
    return {
        "employer": found.text("employer", 80),
        "wage": found.take(fields.read_amount, "wage", "wage_invalid"),
        "industry": found.text("industry", 40),
        "skills": found.text("skills", 80),
        "collected_on": found.take(fields.read_date, "date", context.today, found.row.is_typed),
        "remark": found.text("remark", 250),
    }


def _tags_and_wishes(found: RowIssues, person: dict, context: Context) -> dict:
    return {
        "lifted_out": found.take(fields.read_boolean, "lifted_out"),
        "relocated": found.take(fields.read_boolean, "relocated"),
        "willing": found.take(read_wish, "wish", found.row.heading("wish")),
        "wish": found.text("wish", 60),
        "wish_wage": found.take(fields.read_amount, "wish_wage", "wish_wage_invalid"),
    }


def _places(found: RowIssues, person: dict, context: Context) -> dict:
    home = found.recall(home_in, *map(found.row.cell, PLACES), context.ranges)
    if home.issues:
        column = next((name for name in NAMED_BY if found.row.heading(name)), "address")
        for name, values in home.issues:
            found.add(name, column, **dict(values))
    destination = found.take(read_destination, "destination", home.county)
    status = found.take(read_status, "status", home.county, destination, person["willing"])
    return {
        "area": home.area, "village": home.village, "group_no": home.group_no,
        "destination": destination, "status": status or Status.UNKNOWN,
    }  # fmt: skip


def _household(found: RowIssues, person: dict, context: Context) -> dict:
    """Which household the row is of was found when the file was cut (`families.py`)."""
    if "household" not in found.row.cells:
        return {}
    home, relation = found.row.cell("household").text, found.take(read_relation, "relation") or ""
    _judge_head(found, context)
    if relation and not home:
        found.add("relation_without_head", "relation")
    if not home or person["area"] is None:
        return {}
    return {"home": f"{person['area']}|{home}", "role": HEAD if _is_head(found.row, person, relation) else relation}


def _judge_head(found: RowIssues, context: Context) -> None:
    cell = found.row.cell("head_id")
    if cell.says_nothing:
        return
    if cell.is_formula or _spoilt_by_a_spreadsheet(cell):
        found.add("head_id_unreadable", "head_id")
        return
    try:
        idnumbers.parse_id_number(cell.text, context.today)
    except idnumbers.InvalidIdNumber:
        found.add("head_id_unreadable", "head_id")


def _is_head(row: RosterRow, person: dict, relation: str) -> bool:
    """Without a relation by being the one whose number, or else whose name, stands there as the head's."""
    if relation:
        return relation == HEAD
    if not (number := row.cell("head_id")).says_nothing:
        return bool(person.get("id_number")) and person["id_number"] == number.line.upper()
    head = row.cell("head_name")
    return not head.says_nothing and names.are_same(person["name"], head.line)
