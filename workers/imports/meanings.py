"""What the columns of a roster stand for where their headings do not say so: said once, kept for the whole area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.ranges import Level, code_at
from kit.days import local_day
from staff.models import Posting, User
from staff.roles import ABOVE_VILLAGE
from workers.imports.cells import Cell
from workers.imports.columns import USUAL, Words, heading_text, key_of
from workers.imports.reading import Worksheet, worksheets_in
from workers.imports.tables import SEARCHED_ROWS, find_heading
from workers.models import ColumnMeaning, RosterUpload
from workers.rules import masks

EXAMPLES, LONGEST_EXAMPLE = 3, 24
FEWEST_TEXTS = 3
MOST_COLUMNS = 60
FIELDS = {
    "name": pgettext_lazy("person", "Name"),
    "id_number": _("ID number"),
    "sex": _("Sex"),
    "birth_date": _("Birth date"),
    "phone": _("Mobile number"),
    "county": _("County"),
    "township": _("Township"),
    "village": _("Village"),
    "group": _("Villagers' group"),
    "address": _("Home address"),
    "status": _("Work status"),
    "destination": _("Works in"),
    "employer": _("Employer"),
    "wage": _("Monthly wage, yuan"),
    "industry": _("Industry"),
    "lifted_out": _("Lifted out of poverty"),
    "relocated": _("Relocated"),
    "household_no": _("Household number"),
    "head_name": _("Head of household"),
    "head_id": _("ID number of the head"),
    "relation": _("Relation to the head"),
    "wish": _("Wants to work"),
    "wish_wage": _("Wished wage"),
    "skills": _("Skills"),
    "date": _("Day it was asked"),
    "remark": _("Remark"),
}


@dataclass(frozen=True)
class Column:
    """`field` is what it stands for now, "" for nothing. `examples` are masked."""

    number: int
    heading: str
    field: str
    examples: list[str]


@dataclass(frozen=True)
class ColumnsPage:
    """Of the first worksheet with something in it. Rows are counted from 1; `rows` are the first ones, to choose the
    one with the headings from."""

    worksheet: str
    heading_row: int
    columns: list[Column]
    rows: list[tuple[int, str]]


def words_for(user: User | None, at: datetime) -> Words:
    """The nearest area has the last word."""
    areas = {code for own in _areas_of(user, at) for code in _around(own)}
    if not areas:
        return USUAL
    said = ColumnMeaning.objects.filter(area_id__in=areas).order_by("area_id")
    return Words(dict(said.values_list("heading", "field")))


def columns_page(upload: RosterUpload, *, at: datetime, row: int | None = None) -> ColumnsPage:
    """`row` is where somebody says the headings stand."""
    words = words_for(upload.by, at)
    worksheet = _first_filled(upload)
    place = _heading_place(worksheet, words) if row is None else min(row, len(worksheet.rows)) - 1
    texts = [cell.text for cell in worksheet.rows[place]][:MOST_COLUMNS]
    fields = words.fields_of(texts)
    below = worksheet.rows[place + 1 :]
    return ColumnsPage(
        worksheet.name,
        place + 1,
        [
            Column(number, heading_text(text), fields.get(number, ""), _examples(below, number))
            for number, text in enumerate(texts)
            if key_of(text)
        ],
        [(number, _told(row)) for number, row in enumerate(worksheet.rows[:SEARCHED_ROWS], 1) if _texts(row)],
    )


@transaction.atomic
def keep(columns: list[Column], fields: Mapping[int, str], *, by: User, at: datetime) -> None:
    """`fields` is what each column stands for, by its number. What the heading says by itself is not kept."""
    area = min(_areas_of(by, at))
    for column in columns:
        heading, field = key_of(column.heading)[:200], fields[column.number]
        meaning = ColumnMeaning.objects.filter(area_id=area, heading=heading)
        if field == (USUAL.field_of(column.heading) or ""):
            meaning.delete()
        else:
            told = {"field": field, "said_by": by, "said_at": at}
            ColumnMeaning.objects.update_or_create(area_id=area, heading=heading, defaults=told)


def _areas_of(user: User | None, at: datetime) -> list[int]:
    """Where they take in rosters."""
    if user is None:
        return []
    postings = Posting.objects.current(local_day(at)).in_role(*ABOVE_VILLAGE).filter(user=user)
    return list(postings.values_list("area_id", flat=True))


def _around(code: int) -> set[int]:
    return {code, *(code_at(code, level) for level in (Level.PREFECTURE, Level.COUNTY) if code_at(code, level) <= code)}


def has_columns(upload: RosterUpload) -> bool:
    """Somebody could say what they stand for: something can be seen in its first rows."""
    return _first_filled(upload) is not None


def _first_filled(upload: RosterUpload) -> Worksheet | None:
    """Its first rows."""
    worksheets = (
        Worksheet(each.name, list(islice(each.rows, SEARCHED_ROWS + EXAMPLES + 1)))
        for each in worksheets_in(upload.content)
        if not each.is_hidden
    )
    return next((each for each in worksheets if any(map(_texts, each.rows))), None)


def _heading_place(worksheet: Worksheet, words: Words) -> int:
    if heading := find_heading(worksheet, words):
        return heading.last_row
    likely = (place for place, row in enumerate(worksheet.rows) if len(_texts(row)) >= FEWEST_TEXTS)
    return next(likely, next(place for place, row in enumerate(worksheet.rows) if _texts(row)))


def _texts(row: list[Cell]) -> list[str]:
    return [cell.line for cell in row if cell.line]


def _told(row: list[Cell]) -> str:
    return masks.scrub(" · ".join(_texts(row)))[:80]


def _examples(rows: list[list[Cell]], number: int) -> list[str]:
    texts = [row[number].line for row in rows if number < len(row) and row[number].line]
    return [masks.scrub(text)[:LONGEST_EXAMPLE] for text in texts[:EXAMPLES]]
