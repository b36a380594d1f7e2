"""What was said of each row, in a workbook where the cells that it is said of are marked."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kit import spreadsheets
from tests.staff.factories import UserFactory
from tests.workers.rosters import GOOD, HEADINGS, an_xlsx
from workers import tasks
from workers.imports import uploads

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

TITLES = [HEADINGS[name] for name in GOOD]
BAD = {**GOOD, "name": "李四", "id_number": "522425198809199027", "remark": "=1+1"}


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def signed_in(client, cadre):
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")
    return client


def received(by, *rows):
    content = an_xlsx(花名册=[[HEADINGS[name] for name in BAD], *rows])
    return uploads.receive_roster(content=content, file_name="名册.xlsx", by=by, at=timezone.now())


def sheet_of(answer):
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]


def test_the_cells_that_something_is_said_of_are_marked(cadre, signed_in):
    upload = received(cadre, [*GOOD.values(), "=1+1"], list(BAD.values()))

    sheet = sheet_of(signed_in.get(reverse("workers:roster_workbook", args=[upload.pk])))

    titles = [cell.value for cell in sheet[1]]
    assert titles[3:] == [HEADINGS[name] for name in BAD]
    marked = {
        (row[0].value, titles[cell.column - 1]): cell.fill.start_color.rgb
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fill_type
    }
    assert marked["3", HEADINGS["id_number"]] == "FFF4B6B6"
    assert ("2", HEADINGS["id_number"]) not in marked
    assert marked["2", HEADINGS["date"]] == "FFFCEFC7"
    assert sheet.cell(3, titles.index(HEADINGS["id_number"]) + 1).value == BAD["id_number"]


def test_nothing_of_it_is_a_formula(cadre, signed_in):
    upload = received(cadre, list(BAD.values()))

    sheet = sheet_of(signed_in.get(reverse("workers:roster_workbook", args=[upload.pk])))

    assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}


def test_once_it_is_saved_it_has_the_verdicts_and_nobody(cadre, signed_in):
    upload = received(cadre, [*GOOD.values(), ""], list(BAD.values()))
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    tasks.import_upload(upload_id=upload.pk)

    sheet = sheet_of(signed_in.get(reverse("workers:roster_workbook", args=[upload.pk])))

    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["2", "3"]
    assert sheet.max_column == 3


def test_of_a_long_roster_only_the_rows_to_be_looked_at(cadre, signed_in, monkeypatch):
    upload = received(cadre, [*GOOD.values(), ""], list(BAD.values()))
    monkeypatch.setattr(spreadsheets, "MOST", 1)

    sheet = sheet_of(signed_in.get(reverse("workers:roster_workbook", args=[upload.pk])))

    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["3"]


def test_somebody_elses_is_not_found(cadre, client):
    upload = received(cadre, list(BAD.values()))
    client.force_login(UserFactory(township_cadre=True), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("workers:roster_workbook", args=[upload.pk])).status_code == 404
