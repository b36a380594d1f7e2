"""Finds the people in the worksheets: the heading row by its wording, then every row below that is about somebody."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from operator import itemgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workers.imports import columns
from workers.imports.cells import BLANK, Cell
from workers.imports.columns import USUAL, Words
from workers.imports.extents import name_of
from workers.imports.reading import Lines, UnreadableRoster, Worksheet

SEARCHED_ROWS = 40
A_NUMBER = re.compile(r"\d{6}")
TOTALS = re.compile(r"^(本页|全[县乡镇村])?(合计|总计|小计|共计|总人数|累计)")
SIGNATURES = re.compile(
    r"^(填表|填报|制表|审核|复核|经办|负责|单位负责|主要负责|分管|联系)(人|单位|日期|领导)|^(备注|说明|注)[:：]"
)
FILLED_DOWN = frozenset(
    {
        *("county", "township", "village", "group", "address", "phone", "collector", "date", "relocated"),
        *("household_no", "head_name", "head_id"),
    }
)
NOT_A_PERSON = {
    "blank": pgettext_lazy("roster row", "blank"),
    "total": pgettext_lazy("roster row", "a total"),
    "signature": pgettext_lazy("roster row", "a signature or note"),
    "heading": pgettext_lazy("roster row", "the headings again"),
    "above": pgettext_lazy("roster row", "above the headings"),
}


class NoHeading(UnreadableRoster):
    message = _("No heading row was found: one column must be the name, another the ID number or the address.")
    way_out = _("Put the headings in one row above the people.")


class EverybodyIsHidden(UnreadableRoster):
    message = _("All people of this file stand on hidden sheets or in hidden rows.")
    way_out = _("Open it, show the sheet or take the filter off, save it and try once more.")


class NobodyInIt(UnreadableRoster):
    message = _("There is a heading row and nobody below it.")
    way_out = _("Check that this is the right file.")


@dataclass(slots=True)
class RosterRow:
    """One person's row. `label` is what a report calls it: the row of the worksheet, or worksheet!row among several."""

    label: str
    cells: dict[str, Cell]
    headings: dict[str, str]
    is_typed: bool = False
    has_stray_quote: bool = False
    lines: Lines | None = None

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, BLANK)

    def heading(self, name: str) -> str:
        return self.headings.get(name, "")


@dataclass(frozen=True)
class Roster:
    """`passed_over` names every row that is not about a person, and why: a key of NOT_A_PERSON. Hidden sheets and rows
    with people are left out and named, or taken in and named when somebody says so. Hidden columns are read: what they
    say is of people who are seen."""

    rows: list[RosterRow]
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    ignored_worksheets: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)  # rows of hidden and ignored worksheets
    takes_hidden: bool = False
    damaged_headings: list[str] = field(default_factory=list)
    hidden_worksheets: list[str] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    @property
    def has_hidden(self) -> bool:
        return bool(self.hidden_worksheets or self.hidden_rows)


@dataclass(frozen=True)
class Heading:
    """Rows are counted from 0."""

    fields: dict[int, str]
    texts: dict[str, str]
    first_row: int
    last_row: int

    def cells_of(self, row: list[Cell]) -> dict[str, Cell]:
        """By field; a short row has fewer."""
        width = len(row)
        return {name: row[column] for column, name in self.fields.items() if column < width}


def find_people(worksheets: list[Worksheet], *, takes_hidden: bool = False, words: Words = USUAL) -> Roster:
    """Raises NoHeading, NobodyInIt or EverybodyIsHidden; whatever else is odd about a row is for `judge` to say."""
    found = [(worksheet, heading) for worksheet in worksheets if (heading := find_heading(worksheet, words))]
    if not found:
        raise NoHeading()
    roster = Roster([], takes_hidden=takes_hidden)
    _name_ignored(worksheets, [worksheet for worksheet, _heading in found], roster)
    for worksheet, heading in found:
        if worksheet.is_hidden:
            roster.hidden_worksheets.append(worksheet.name)
            roster.lengths[worksheet.name] = len(worksheet.rows)
        if takes_hidden or not worksheet.is_hidden:
            prefix = f"{worksheet.name}!" if len(found) > 1 else ""
            roster.rows.extend(_collect(worksheet, heading, roster, words, prefix=prefix))
            _name_columns(worksheet, heading, roster, prefix=prefix)
    if not roster.rows:
        raise _nobody_in(roster)
    return roster


def people_in(
    worksheets: Iterator[Worksheet], *, takes_hidden: bool = False, words: Words = USUAL
) -> tuple[Roster, Iterator[RosterRow]]:
    """The same while a file is read: a roster without rows, which is whole when the last row has come, and the rows.

    A file of one worksheet is never in memory as a whole. Of several all are read first: whether people of more than
    one are found in it decides what their rows are called.
    """
    first = next(worksheets)
    if first.is_hidden or not first.is_alone:
        whole = [replace(each, rows=list(each.rows)) for each in chain([first], worksheets)]
        roster = find_people(whole, takes_hidden=takes_hidden, words=words)
        return replace(roster, rows=[]), iter(roster.rows)
    rows = iter(first.rows)
    head = replace(first, rows=list(islice(rows, SEARCHED_ROWS + 1)))
    heading = find_heading(head, words)
    if heading is None:
        raise NoHeading()
    roster = Roster([], takes_hidden=takes_hidden)
    _name_columns(head, heading, roster)
    people = _collect(replace(head, rows=chain(head.rows, rows)), heading, roster, words)
    return roster, _people_of_one(people, roster, worksheets)


def _people_of_one(people: Iterator[RosterRow], roster: Roster, rest: Iterator[Worksheet]) -> Iterator[RosterRow]:
    is_empty = True
    for row in people:
        is_empty = False
        yield row
    deque(rest, maxlen=0)  # a refusal may stand behind the last row
    if is_empty:
        raise _nobody_in(roster)


def _nobody_in(roster: Roster) -> UnreadableRoster:
    return EverybodyIsHidden() if roster.has_hidden else NobodyInIt()


def _name_columns(worksheet: Worksheet, heading: Heading, roster: Roster, *, prefix: str = "") -> None:
    """Headings that cannot be read, and columns that nobody sees."""
    roster.damaged_headings.extend(f"{prefix}{name}" for name in _damaged_headings(worksheet, heading))
    hidden = sorted(worksheet.hidden_columns & heading.fields.keys())
    roster.hidden_columns.extend(f"{prefix}{heading.texts[heading.fields[column]]}" for column in hidden)


def _name_ignored(worksheets: list[Worksheet], read: list[Worksheet], roster: Roster) -> None:
    """Those in which something is written."""
    for worksheet in worksheets:
        if worksheet not in read and any(not cell.is_blank for row in worksheet.rows for cell in row):
            roster.ignored_worksheets.append(worksheet.name)
            roster.lengths[worksheet.name] = len(worksheet.rows)


def find_heading(worksheet: Worksheet, words: Words = USUAL) -> Heading | None:
    """The first row that reads like headings; the row below it may name more columns under merged headings."""
    for number, row in enumerate(worksheet.rows[:SEARCHED_ROWS]):
        texts = [cell.text for cell in row]
        next_row = worksheet.rows[number + 1] if number + 1 < len(worksheet.rows) else []
        joined = _joined(texts, next_row, words)
        alone, both = words.fields_of(texts), words.fields_of(joined)
        if columns.is_heading(both) and _is_second_half(next_row, alone, both, words):
            return _heading(both, joined, number, number + 1)
        if columns.is_heading(alone):
            return _heading(alone, texts, number, number)
    return None


def _damaged_headings(worksheet: Worksheet, heading: Heading) -> Iterator[str]:
    """Cells with a byte that was no character, as the file names them, where no known word is left."""
    for number in range(heading.first_row, heading.last_row + 1):
        for column, cell in enumerate(worksheet.rows[number]):
            if cell.is_damaged and column not in heading.fields:
                yield name_of(number, column)


def _is_second_half(row: list[Cell], above: dict[int, str], both: dict[int, str], words: Words) -> bool:
    """It adds columns, loses none, and is not simply the heading row itself below a title."""
    is_heading_itself = columns.is_heading(words.fields_of([cell.text for cell in row]))
    return len(both) > len(above) and set(above.values()) <= set(both.values()) and not is_heading_itself


def _heading(fields: dict[int, str], texts: list[str], first_row: int, last_row: int) -> Heading:
    named = {name: columns.heading_text(texts[column]) for column, name in fields.items()}
    return Heading(fields, named, first_row, last_row)


def _joined(texts: list[str], below: list[Cell], words: Words) -> list[str]:
    """Where the lower row has a word it names the column: 联系方式 above, 手机 and 家庭电话 below."""
    width = max(len(texts), len(below))
    upper, lower = texts + [""] * (width - len(texts)), [cell.text for cell in below] + [""] * (width - len(below))
    return [low if words.field_of(low) else up for up, low in zip(upper, lower, strict=True)]


def _collect(
    worksheet: Worksheet, heading: Heading, roster: Roster, words: Words, *, prefix: str = ""
) -> Iterator[RosterRow]:
    """The people of a worksheet; every other row is named in the roster."""
    filled = _FilledDown(worksheet, heading)
    for place, row in enumerate(worksheet.rows):
        written_above = filled.down_to(place, row)
        if heading.first_row <= place <= heading.last_row:
            continue
        label, cells = f"{prefix}{place + 1}", heading.cells_of(row)
        if why := _why_left_out(row, cells, words, is_above=place < heading.first_row):
            roster.passed_over.append((label, why))
            continue
        if place in worksheet.hidden_rows:
            roster.hidden_rows.append(label)
            if not roster.takes_hidden:
                continue
        for name, cell in written_above.items():
            if cells.get(name, BLANK).is_blank:
                cells[name] = cell
        has_stray_quote, lines = place in worksheet.stray_quotes, worksheet.joined_lines.get(place)
        yield RosterRow(label, cells, heading.texts, worksheet.is_typed, has_stray_quote, lines)


class _FilledDown:
    """A household's address written once in merged cells belongs to every member; a name or number never does."""

    def __init__(self, worksheet: Worksheet, heading: Heading):
        self.beginning, self.open = defaultdict(list), []
        order = list(heading.fields)
        for number, (top, left, bottom, right) in enumerate(worksheet.merges):
            is_down_one_column = left == right and bottom > top > heading.last_row
            if is_down_one_column and (name := heading.fields.get(left)) in FILLED_DOWN:
                self.beginning[top].append(((order.index(left), number), name, left, bottom))

    def down_to(self, place: int, row: list[Cell]) -> dict[str, Cell]:
        """What is written above this row for it. Asked of every row, in their order."""
        if not self.open and place not in self.beginning:
            return {}
        self.open = [merge for merge in self.open if place <= merge[2]]
        written = {name: cell for _order, name, _bottom, cell in self.open}
        new = self.beginning.pop(place, ())
        self.open += [(order, name, bottom, row[left]) for order, name, left, bottom in new if left < len(row)]
        if new:
            self.open.sort(key=itemgetter(0))
        return written


def _why_left_out(row: list[Cell], cells: dict[str, Cell], words: Words, *, is_above: bool) -> str:
    """Above the headings stand titles; somebody only with a name and a number or a birth date."""
    if not is_above and _is_known_by_number(cells):
        return ""
    why = _why_not_a_person(row, cells, words)
    is_somebody = not cells.get("name", BLANK).is_blank and (
        _is_known_by_number(cells) or re.search(r"\d{4}", cells.get("birth_date", BLANK).text)
    )
    return "above" if is_above and why != "blank" and not is_somebody else why


def _is_known_by_number(cells: dict[str, Cell]) -> bool:
    is_number = A_NUMBER.search
    return bool(is_number(cells.get("id_number", BLANK).text) or is_number(cells.get("phone", BLANK).text))


def _why_not_a_person(row: list[Cell], cells: dict[str, Cell], words: Words) -> str:
    texts = [cell.text.strip() for cell in row if not cell.is_blank]
    told = [name for name, cell in cells.items() if name != "seq" and not cell.is_blank]
    if not texts or (not told and set(texts) <= {cells.get("seq", BLANK).text.strip()}):
        return "blank"
    if not _is_known_by_number(cells):
        if TOTALS.match(_bare(texts[0])) or (len(texts) > 1 and TOTALS.match(_bare(texts[1]))):
            return "total"
        if SIGNATURES.match(_bare(texts[0])):
            return "signature"
        if columns.is_heading(words.fields_of([cell.text for cell in row])):
            return "heading"
    return ""


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
