"""Every line of a CSV is accounted for, whatever its quotation marks do."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.imports.lines import records

HEAD = "name,number,note"


def read(*lines: str) -> list[list[str]]:
    return [cells for cells, _is_stray in records("\n".join([HEAD, *lines]) + "\n", ",")][1:]


def stray(*lines: str) -> list[bool]:
    return [is_stray for _cells, is_stray in records("\n".join([HEAD, *lines]) + "\n", ",")][1:]


def test_an_open_quote_swallows_nobody():
    lines = ["a,138001,fine", 'b,138002,"away', "c,138003,none", "d,138004,none"]

    assert read(*lines) == [line.replace('"', "").split(",") for line in lines]
    assert stray(*lines) == [False, True, False, False]


@pytest.mark.parametrize("closing", ['c,138003,away"', 'c,138003,"away', 'c,138003,"', '"c",138003,x'])
def test_nor_when_a_line_below_has_another_one(closing):
    told = read('b,138002,"away', closing, "d,138004,none")

    assert [cells[0].strip('"') for cells in told] == ["b", "c", "d"]


def test_a_quoted_word_with_words_behind_it_keeps_its_words():
    assert read('a,1,"TV" is broken', "b,2,x") == [["a", "1", "TV is broken"], ["b", "2", "x"]]
    assert stray('a,1,"TV" is broken', "b,2,x") == [True, False]


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        (['a,1,"one', 'two"'], ["a", "1", "one\ntwo"]),
        (['"one', 'two",1,x'], ["one\ntwo", "1", "x"]),
        (['a,"one, with comma', "", 'three",x'], ["a", "one, with comma\n\nthree", "x"]),
        (['a,1,"he said ""yes"""'], ["a", "1", 'he said "yes"']),
    ],
)
def test_a_cell_may_have_lines_commas_and_quotes_of_its_own(lines, cells):
    assert read(*lines, "z,9,y") == [cells, ["z", "9", "y"]]
    assert stray(*lines, "z,9,y") == [False, False]


@pytest.mark.parametrize("line", ['"a","1","he said "good" and left"', '"a" ,"1","x"', '"a,1,x', '"a","1,2","x'])
def test_a_quote_too_many_spoils_no_other_cell(line):
    told, _ = read(line, "b,2,y"), stray(line, "b,2,y")

    assert (told[0][0].strip().strip('"'), told[0][1][:1], told[1], _) == ("a", "1", ["b", "2", "y"], [True, False])


def test_a_line_whose_quote_stands_inside_a_cell_says_so():
    assert stray('c,138003,good"') == [True]


def test_a_remark_of_several_lines_and_commas_is_one_cell():
    assert read('a,1,"first', 'welder,electrician,anything"') == [["a", "1", "first\nwelder,electrician,anything"]]


def test_an_empty_line_stays_a_row_so_that_the_numbers_of_rows_are_those_of_the_file():
    assert read("a,1,x", "", "b,2,y") == [["a", "1", "x"], [], ["b", "2", "y"]]


CELLS = st.text(alphabet='ab ,"\n；', max_size=8)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=3, max_size=8))
def test_what_a_spreadsheet_writes_is_read_as_python_reads_it(rows):
    """But for cells with so many commas in a line of theirs that it looks like a record."""
    rows = [[cell if cell.count(",") < 3 else "" for cell in row] for row in rows]
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    text = "w,x,y,z\n" * 20 + "\n".join(lines) + "\n"

    assert [cells for cells, _is_stray in records(text, ",")] == list(csv.reader(text.splitlines(keepends=True)))
