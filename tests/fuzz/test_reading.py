"""No character of a text and no row of a table is lost between the file and the verdicts, whatever stands in them.

Hypothesis looks for the smallest file that says otherwise; in this process, for reading apart is told elsewhere.
"""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.apart.inside import Refused
from tests.fuzz.test_fuzz import N
from tests.workers.rosters import GOOD, HEADINGS
from tests.workers.strange_rows import ODD, POOLS
from workers.imports.cells import Cell
from workers.imports.left_out import left_out_of
from workers.imports.opening import CONTROL, REPLACED, Limits, worksheets_of
from workers.imports.reading import UnreadableRoster, Worksheet
from workers.imports.tables import SEARCHED_ROWS, find_heading, find_people

TRIED = settings(max_examples=N or 150)
NO_CELL = '",;\t\r\n\ufeff'
"""Characters that part cells and rows, or say how a file is written."""
words = st.sampled_from([*HEADINGS.values(), *(text for pool in POOLS.values() for text in pool), ""])
texts = st.lists(st.one_of(words, st.text(max_size=6), st.sampled_from([*NO_CELL, *ODD, "\x00", "\n"])), max_size=60)
cells = st.one_of(words, words, st.text(max_size=8)).map(Cell)
grids = st.lists(st.lists(cells, max_size=9), max_size=20)
people = st.lists(st.sampled_from(list(POOLS["name"][:6])), min_size=1, max_size=5)


@TRIED
@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_character_of_a_csv_stands_in_some_cell(parts, encoding):
    text = "".join(parts).encode("utf-8", "ignore").decode()
    try:
        told = list(worksheets_of(text.encode(encoding), Limits()))
    except Refused:
        return

    read = Counter(mark for thing in told for row in thing.get("rows", ()) for cell in row for mark in cell)
    expected = Counter(CONTROL.sub(REPLACED, text))
    for mark in NO_CELL:
        read.pop(mark, None), expected.pop(mark, None)
    assert read == expected


@TRIED
@given(grids, st.booleans())
def test_every_row_of_a_table_is_a_person_or_is_named(grid, is_typed):
    worksheet = Worksheet("", grid, is_typed=is_typed, is_alone=True)
    try:
        roster = find_people([worksheet])
    except UnreadableRoster:
        return
    heading = find_heading(worksheet)

    rows = [int(row.label) for row in roster.rows]
    left_out = sum(each.rows for each in left_out_of(roster))
    assert rows == sorted(set(rows))
    assert len(rows) + left_out + heading.last_row - heading.first_row + 1 == len(grid)


@TRIED
@given(st.permutations(list(GOOD)), people, st.integers(0, SEARCHED_ROWS - 1), st.integers(0, 5))
def test_headings_are_found_in_any_order_under_any_titles(names, people, above, left):
    titles = [[Cell("猫场镇务工人员名册")]] * above
    row = [Cell("")] * left
    table = [[HEADINGS[name] for name in names], *[[{**GOOD, "name": who}[name] for name in names] for who in people]]
    worksheet = Worksheet("", [*titles, *[row + [Cell(text) for text in line] for line in table]], is_alone=True)

    found = find_people([worksheet]).rows

    assert [row.cell("name").text for row in found] == people
    assert {name: found[0].cell(name).text for name in names} == {**GOOD, "name": people[0]}
