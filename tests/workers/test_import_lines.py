"""Every line of a CSV is accounted for, whatever its quotation marks do."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.rosters import TODAY, read_content
from workers.imports.lines import records
from workers.imports.packing import Pack, packed
from workers.imports.rows import judge
from workers.imports.tables import find_people
from workers.imports.verdicts import Context

HEAD = "name,number,note"


def read(*lines: str) -> list[list[str]]:
    return [record.cells for record in records("\n".join([HEAD, *lines]) + "\n", ",")][1:]


def stray(*lines: str) -> list[bool]:
    return [record.is_stray for record in records("\n".join([HEAD, *lines]) + "\n", ",")][1:]


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


NARROW_TABLE = "姓名,性别,出生日期,家庭住址,备注"
WIDE_TABLE = "姓名,身份证号,联系电话,家庭住址,就业状态,采集日期,备注"


def names_in(*lines: str) -> list[str]:
    told = list(records("\n".join(lines) + "\n", ","))
    return [record.cells[0] for record in told if record.cells][1:]


@pytest.mark.parametrize("born", ["1988-01-02", "1988.1.2", "1988年1月2日", "88-1-2", "1988.01", "一九八八年一月二日"])
def test_nobody_is_swallowed_in_a_narrow_table_that_has_no_numbers(born):
    people = [f"刘{name},女,{born},猫场镇团结社区," for name in "一二三四五"]
    people[1] += '"外出'
    people[3] += '无"'

    assert names_in(NARROW_TABLE, *people) == ["刘一", "刘二", "刘三", "刘四", "刘五"]


@pytest.mark.parametrize("short", ["刘{},522425198809199026,13812345678,猫场镇", "刘{},138 1234 5678", "刘{},,,猫场镇"])
def test_nor_are_people_whose_lines_are_short(short):
    whole = "刘五,522425198809199042,13812345679,猫场镇,未就业,2026-11-01,"

    told = names_in(WIDE_TABLE, whole + '"外', short.format("六"), short.format("七"), "刘八,,,,,,x" + '"', whole + "x")

    assert told == ["刘五", "刘六", "刘七", "刘八", "刘五"]


@pytest.mark.parametrize("short", ["刘六,138 1234 5678", "刘六,,,猫场镇"])
def test_nor_is_who_stands_alone_in_an_open_quote(short):
    whole = "刘五,522425198809199042,13812345679,猫场镇,未就业,2026-11-01,"

    assert names_in(WIDE_TABLE, whole + '"外', short, '出"', whole) == ["刘五", "刘六", '出"', "刘五"]


def test_a_row_of_several_lines_says_which_and_whether_somebody_could_stand_in_them():
    lines = [
        NARROW_TABLE,
        '甲,女,1988-01-02,猫场镇,"第一',
        '第二"',
        '乙,女,1988-01-02,猫场镇,"会电焊',
        '驾驶,电工"',
        "丙",
    ]

    told = [(record.cells[0], record.first, record.last, record.may_hide) for record in records("\n".join(lines), ",")]

    assert told[1:] == [("甲", 2, 3, False), ("乙", 4, 5, True), ("丙", 6, 6, False)]


@pytest.mark.django_db
def test_and_so_does_its_verdict():
    lines = [
        NARROW_TABLE,
        '甲甲,女,1988-01-02,猫场镇,"第一',
        '第二"',
        '乙乙,女,1989-01-02,猫场镇,"会电焊',
        '驾驶,电工"',
    ]
    roster = find_people(read_content("\n".join(lines).encode()))

    told = [
        {issue.name: dict(issue.values) for issue in judge(row, Context(TODAY)).issues}
        for row in Pack(packed(roster.rows))
    ]

    assert told[0]["cell_of_lines"] == {"first": "2", "last": "3"}
    assert told[1]["lines_joined"] == {"first": "4", "last": "5"}


CELLS = st.text(alphabet='ab ,"\n；', max_size=8)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=3, max_size=8))
def test_what_a_spreadsheet_writes_is_read_as_python_reads_it(rows):
    """But for cells with so many commas in a line of theirs that it looks like a record."""
    rows = [[cell if cell.count(",") < 3 else "" for cell in row] for row in rows]
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    text = "w,x,y,z\n" * 20 + "\n".join(lines) + "\n"

    assert [record.cells for record in records(text, ",")] == list(csv.reader(text.splitlines(keepends=True)))
