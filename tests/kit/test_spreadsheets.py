"""Workbooks: what anybody typed stays text, and memory does not grow with the list."""

import tempfile
import weakref
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
import time_machine
from openpyxl import load_workbook

from kit import spreadsheets
from kit.spreadsheets import Column, TooManyRows, as_xlsx, every_page, told, workbook

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
COLUMNS = [Column("Name", 12), Column("Note", 30)]


def read(rows, about=()):
    return load_workbook(workbook(COLUMNS, rows, about=list(about)))


def cells(rows):
    rows = list(rows)
    sheet = read(rows).worksheets[0]
    found = sheet.iter_rows(min_row=2, max_col=max(map(len, rows), default=1))
    return [list(row) for row in found]


@pytest.mark.parametrize("typed", ["=1+1", "=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_nothing_anybody_typed_becomes_a_formula(typed):
    ((cell,),) = cells([[typed]])

    assert (cell.value, cell.data_type, cell.quotePrefix) == (typed, "s", True)


def test_characters_that_excel_refuses_are_left_out():
    assert cells([["韦\x00海\x1b燕"]])[0][0].value == "韦海燕"


def test_numbers_days_and_moments_are_what_they_are():
    (row,) = cells([[7, 5.5, date(2026, 3, 5), datetime(2026, 3, 5, 4, 7, 9, tzinfo=UTC), None]])

    assert [cell.value for cell in row] == [7, 5.5, datetime(2026, 3, 5), datetime(2026, 3, 5, 12, 7), None]


def test_the_first_row_names_the_columns_and_stays_in_sight():
    sheet = read([["a", "b"]]).worksheets[0]

    assert ([cell.value for cell in sheet[1]], sheet.freeze_panes) == (["Name", "Note"], "A2")


def test_a_second_worksheet_says_what_when_and_for_whom():
    book = read([], told("织金县", by="周丽", at=NOON))

    assert [row[1] for row in book.worksheets[1].iter_rows(values_only=True)][::2] == ["织金县", "周丽"]


def test_rows_are_let_go_of_as_they_are_written():
    class Row:
        def __iter__(self):
            return iter([1, "x"])

    alive, most = weakref.WeakSet(), 0

    def rows():
        nonlocal most
        for _ in range(300):
            row = Row()
            alive.add(row)
            most = max(most, len(alive))
            yield row

    workbook(COLUMNS, rows())

    assert most <= 2


def test_a_list_that_is_too_long_is_refused_by_name_and_nothing_of_it_stays_on_the_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(spreadsheets, "MOST", 3)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert len(cells([[n] for n in range(3)])) == 3
    with pytest.raises(TooManyRows):
        workbook(COLUMNS, [[n] for n in range(4)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_download_is_kept_by_nobody():
    answer = as_xlsx("Cases", COLUMNS, [], where="Zhijin", by="周丽", at=NOON)

    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "where", "called"),
    [
        ("Cases", "Zhijin", "Cases-Zhijin-20260305.xlsx"),
        ("个案", "织金县", "个案-织金县-20260305.xlsx"),
        ("Posts", None, "Posts-20260305.xlsx"),
        ('Fair: 5/6 "big"', "Zhijin", "Fair 5 6 big -Zhijin-20260305.xlsx"),
    ],
)
def test_a_file_is_called_by_what_it_lists_of_where_and_when(name, where, called):
    answer = as_xlsx(name, COLUMNS, [], where=where, by="周丽", at=NOON)

    assert file_name_of(answer) == called


def file_name_of(answer) -> str:
    message = EmailMessage()
    message["Content-Disposition"] = answer["Content-Disposition"]
    return message.get_filename()


@pytest.mark.parametrize("opened", [NOON, NOON + timedelta(days=1), NOON + timedelta(days=400)])
def test_a_file_says_its_moment_in_words_that_stay_true(opened):
    with time_machine.travel(opened, tick=False):
        book = read([], told("织金县", by="周丽", at=NOON))

    assert book.worksheets[1]["B2"].value == "2026年3月5日 12:00"


def test_every_page_of_a_list_is_read_once():
    pages = {None: ([1, 2], "a"), "a": ([3], "b"), "b": ([], None)}

    def fetch(after):
        rows, next_after = pages[after]
        return SimpleNamespace(rows=rows, next_after=next_after)

    assert list(every_page(fetch, lambda page: page.rows)) == [1, 2, 3]
