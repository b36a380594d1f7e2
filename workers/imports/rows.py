"""Judges one row: what it says about a person, what was wrong with how it says it, and what becomes of it. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import product

from areas.addresses import Resolution, resolve_home
from areas.destinations import resolve_destination
from areas.ranges import Level, Range, code_at, is_inside
from workers.choices import Status
from workers.imports import fields
from workers.imports.birth_dates import BirthDate, read_birth_date
from workers.imports.cells import BLANK
from workers.imports.comparing import compare_rows
from workers.imports.issues import Issue
from workers.imports.questions import Question, which_birth_date
from workers.imports.statuses import status_of
from workers.imports.tables import RosterRow
from workers.imports.verdicts import Context, RosterPerson, Verdict
from workers.imports.wishes import read_wish
from workers.rules import idnumbers, masks, phones
from workers.rules.ages import ADULT, RETIREMENT_AGE, WORKING_AGE

ID_NOTES = ("full_width_digits", "lower_case_x", "whitespace", "separators", "excel_text")
HERE = re.compile(r"^(本(地|村|乡|镇|县|组)|当地|县内|家(里|中)?$|在家)")
MUST_BE_WHOLE = ("name", "id_number")
UNREAD = ("seq", "age", "collector")
PARTS = ("county", "township", "village", "group")


class RowIssues:
    """Collects the issues of a row; knows which heading each field has in this roster."""

    def __init__(self, row: RosterRow):
        self.row, self.issues = row, []
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

    def take(self, read: fields.Read, column: str):
        self.add_all(read.notes, column)
        return read.value


def judge_all(rows: Iterable[RosterRow], context: Context) -> list[Verdict]:
    """In the order of the file, each compared with the others."""
    return compare_rows([judge(row, context) for row in rows], context)


def judge(row: RosterRow, context: Context) -> Verdict:
    """One row alone."""
    found = RowIssues(row)
    row = _without_damage(found, row)
    person = RosterPerson(name=_name(found, row))
    if row.has_stray_quote:
        found.add("stray_quote", "remark")
    if row.lines:
        found.add("lines_joined" if row.lines.may_hide else "cell_of_lines", "remark", **_lines_of(row))
    for read in (_identity, _phone, _work, _tags_and_wishes, _home, _status):
        person = replace(person, **read(found, row, person, context))
    return Verdict(row, person, tuple(found.issues), question=found.question, answered=found.answered)


def _lines_of(row: RosterRow) -> dict[str, str]:
    return {"first": str(row.lines.first), "last": str(row.lines.last)}


def _without_damage(found: RowIssues, row: RosterRow) -> RosterRow:
    """A byte that is no character costs its cell; without a name or with a wrong number there is nobody."""
    damaged = [name for name, cell in row.cells.items() if cell.is_damaged and name not in (*MUST_BE_WHOLE, *UNREAD)]
    found.add_all(["cell_damaged"] * bool(damaged), damaged[0] if damaged else "")
    return replace(row, cells={name: BLANK if name in damaged else cell for name, cell in row.cells.items()})


def _name(found: RowIssues, row: RosterRow) -> str:
    cell = row.cell("name")
    if cell.is_damaged:
        found.add("name_damaged", "name")
        return ""
    return found.take(fields.read_name(cell), "name") or ""


def _identity(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    sex = found.take(fields.read_sex(row.cell("sex")), "sex")
    born = read_birth_date(row.cell("birth_date"), context.today)
    cell = row.cell("id_number")
    if cell.is_damaged:
        found.add("id_damaged", "id_number")
        return {}
    if cell.says_nothing or idnumbers.is_empty(cell.text):
        return _without_id(found, sex, born, context)
    if sex and born.day and idnumbers.is_permit_with_letters(cell.text):
        return _without_id(found, sex, born, context)
    told = _id_number(found, row, context)
    if sex and told.get("sex") and sex != told["sex"]:
        found.add("sex_mismatch", "sex")
    if born.day and not born.is_offered and told.get("birth_date") and born.day != told["birth_date"]:
        found.add("birth_mismatch", "birth_date")
    if told.get("id_number"):
        _judge_age(found, told["birth_date"], "id_number", context)
    return told


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


def _id_number(found: RowIssues, row: RosterRow, context: Context) -> dict:
    cell = row.cell("id_number")
    if cell.is_formula:
        found.add("id_is_formula", "id_number")
        return {}
    if cell.has_lost_digits or phones.SCIENTIFIC.match(cell.line):
        found.add("id_lost_digits", "id_number")
        return {}
    try:
        read = idnumbers.parse_id_number(cell.text, context.today)
    except idnumbers.InvalidIdNumber as refusal:
        found.add(f"id_{refusal.reason}", "id_number")
        return {"sex": getattr(refusal, "sex", ""), "birth_date": getattr(refusal, "birth_date", None)}
    found.add_all([note for note in read.notes if note in ID_NOTES], "id_number")
    if read.is_legacy:
        found.add("id_legacy_15_digit", "id_number")
    return {"id_number": read.number, "sex": read.sex, "birth_date": read.birth_date}


def _judge_age(found: RowIssues, born: date, column: str, context: Context) -> None:
    age = idnumbers.age_on(born, context.today)
    if age < WORKING_AGE:
        found.add("under_16", column)
    elif age < ADULT:
        found.add("age_16_17", column)
    elif age > RETIREMENT_AGE:
        found.add("over_60", column)


def _phone(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    cell = row.cell("phone")
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
    has_prefix = "phone_prefix" in read.notes
    found.add_all([note for note in read.notes if not (has_prefix and note == "separators")], "phone")
    return {"phone": read.e164}


def _work(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    read_date = fields.read_date(row.cell("date"), context.today, is_typed=row.is_typed)
    return {
        "employer": found.take(fields.read_text(row.cell("employer"), 80), "employer"),
        "wage": found.take(fields.read_amount(row.cell("wage"), "wage_invalid"), "wage"),
        "industry": found.take(fields.read_text(row.cell("industry"), 40), "industry"),
        "skills": found.take(fields.read_text(row.cell("skills"), 80), "skills"),
        "collected_on": found.take(read_date, "date"),
        "remark": found.take(fields.read_text(row.cell("remark"), 250), "remark"),
    }


def _tags_and_wishes(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    return {
        "lifted_out": found.take(fields.read_boolean(row.cell("lifted_out")), "lifted_out"),
        "relocated": found.take(fields.read_boolean(row.cell("relocated")), "relocated"),
        "willing": found.take(read_wish(row.cell("wish"), row.heading("wish")), "wish"),
        "wish": found.take(fields.read_text(row.cell("wish"), 60), "wish"),
        "wish_wage": found.take(fields.read_amount(row.cell("wish_wage"), "wish_wage_invalid"), "wish_wage"),
    }


def _home(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    column = next((name for name in ("address", "village", "township", "county") if row.heading(name)), "address")
    home = _resolve(row, context.ranges or ())
    if home.nearest is None:
        found.add("area_unknown", column)
        return {}
    found.add_all([note for note in home.notes if home.code], column)
    if home.code is None:
        found.add("village_unresolved", column, nearest=str(home.nearest))
    if context.ranges is not None and not is_inside(home.nearest, context.ranges):
        found.add("outside_your_area", column)
    group_no = masks.scrub(home.detail)[:20] if home.code else ""
    return {"area": home.nearest, "village": home.code, "group_no": group_no}


def _resolve(row: RosterRow, ranges: tuple[Range, ...]) -> Resolution:
    """The address may be in one column, in four, or partly in each."""
    in_parts = "".join(row.cell(name).line for name in PARTS)
    whole = row.cell("address").line
    texts = dict.fromkeys(text for text in (in_parts, whole, in_parts + whole) if text)
    tried = []
    for within, text in product(dict.fromkeys([(), ranges]), texts):
        home = resolve_home(text, within=within)
        if home.code:
            return home
        tried.append(home)
    return max(tried, key=lambda home: _depth(home.nearest), default=Resolution(None))


def _depth(code: int | None) -> int:
    """A county is more than nothing, a township more than a county."""
    return 0 if code is None else 1 + (code != code_at(code, Level.COUNTY))


def _status(found: RowIssues, row: RosterRow, person: RosterPerson, context: Context) -> dict:
    destination = _destination(found, row, person)
    cell = row.cell("status")
    if cell.is_formula:
        found.add("field_is_formula", "status")
        return {"destination": destination, "status": Status.UNKNOWN}
    text = "" if cell.says_nothing and cell.line not in ("无", "没有") else cell.line
    status = status_of(text, home=person.area, destination=destination, is_willing=person.willing)
    if status is None:
        found.add("status_unreadable", "status")
    return {"destination": destination, "status": status or Status.UNKNOWN}


def _destination(found: RowIssues, row: RosterRow, person: RosterPerson) -> int | None:
    cell = row.cell("destination")
    if cell.says_nothing:
        return None
    if cell.is_formula:
        found.add("field_is_formula", "destination")
        return None
    if HERE.match(cell.line) and person.area:
        return code_at(person.area, Level.COUNTY)
    code = resolve_destination(cell.line)
    if code is None:
        found.add("destination_unresolved", "destination")
    return code
