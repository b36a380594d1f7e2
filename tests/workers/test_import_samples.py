"""The two sample rosters, as townships really send them, against the key that says what becomes of every row."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.staff.factories import HUAQI, UserFactory
from tests.workers.factories import WorkerFactory
from tests.workers.rosters import (
    GOOD,
    HEADINGS,
    SAMPLE_CSV,
    SAMPLE_XLSX,
    TODAY,
    check_roster,
    import_roster,
    key_of,
    read_file,
)
from workers import journal
from workers.imports import report
from workers.imports.cells import Cell
from workers.imports.reading import Worksheet
from workers.imports.report import LEFT_OUT
from workers.imports.tables import find_people
from workers.imports.uploads import receive_roster
from workers.models import JournalLine, StatusReport, Worker
from workers.services import report_status

pytestmark = pytest.mark.django_db

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
SAMPLES = pytest.mark.parametrize("path", [SAMPLE_XLSX, SAMPLE_CSV], ids=["xlsx", "gb18030"])


STANDS = {"16": ("phone_stands", "newer_stands"), "24": ("newer_stands",)}
"""What the first roster said of a later day than the second."""


def the_import_of(worksheets, **kwargs):
    return import_roster(find_people(worksheets), at=NOW, **kwargs)


def judgement(verdict) -> tuple:
    return verdict.row.label, verdict.verdict, verdict.issue_names, verdict.field, verdict.duplicate_of


def expected_judgement(line: dict, *, first_file: bool) -> tuple:
    judged = line["verdict"], line["issues"], line["field"]
    if line["verdict"] == "update_existing":
        known = ";".join(["already_registered", *STANDS.get(line["file_row"], ())])
        judged = ("accept", "", "") if first_file else ("update_existing", known, line["field"])
    return line["file_row"], *judged, line["duplicate_of_row"]


def cleaned(verdict) -> dict:
    person = verdict.person
    return {
        "expected_name": person.name,
        "expected_id": person.id_number,
        "expected_sex": person.sex,
        "expected_birth": str(person.birth_date or ""),
        "expected_phone": person.phone,
        "expected_village_code": str(person.village or ""),
        "expected_date": str(person.collected_on or ""),
        "expected_dest_code": str(person.destination or "")[:6],
        "expected_wage": str(person.wage or ""),
    }


@SAMPLES
def test_every_row_gets_the_verdict_of_the_key(path):
    summary = check_roster(read_file(path), by=None, at=NOW)

    expected = [expected_judgement(line, first_file=True) for line in key_of(path).values()]
    assert [judgement(verdict) for verdict in summary.verdicts] == expected


@SAMPLES
def test_every_row_is_cleaned_as_the_key_says(path):
    summary = check_roster(read_file(path), by=None, at=NOW)

    key = key_of(path)
    wrong = {
        verdict.row.label: (said, line[name])
        for verdict in summary.verdicts
        for line in [key[verdict.row.label]]
        for name, said in cleaned(verdict).items()
        if said != line[name]
    }
    assert wrong == {}


@SAMPLES
def test_every_person_in_the_file_is_in_the_report(path):
    sender = UserFactory(supervisor=True)
    upload = receive_roster(content=path.read_bytes(), file_name=path.name, by=sender, at=NOW)

    lines = list(csv.DictReader(report.text([upload]).removeprefix("\ufeff").splitlines()))
    assert [line["file_row"] for line in lines if line["verdict"] != LEFT_OUT] == list(key_of(path))
    assert [value for line in lines for value in line.values() if value[:1] in set("=+-@\t")] == []


def test_rows_that_are_not_about_a_person_are_named():
    summary = check_roster(read_file(SAMPLE_CSV), by=None, at=NOW)

    assert summary.roster.passed_over == [("1", "blank"), ("303", "blank"), ("304", "blank"), ("305", "total")]


def test_the_second_roster_after_the_first_updates_whom_it_knows():
    first = the_import_of(read_file(SAMPLE_XLSX))
    assert not_as_in_the_key(SAMPLE_XLSX) == []

    second = the_import_of(read_file(SAMPLE_CSV))

    expected = [expected_judgement(line, first_file=False) for line in key_of(SAMPLE_CSV).values()]
    assert [judgement(verdict) for verdict in second.verdicts] == expected
    updated = second.counts["update_existing"]
    assert (updated, Worker.objects.count()) == (6, first.saved + second.saved - updated)


def test_the_same_roster_again_changes_nothing(the_beginning):
    the_import_of(the_beginning)
    before = (Worker.objects.count(), StatusReport.objects.count(), JournalLine.objects.count())

    again = the_import_of(the_beginning)

    assert (Worker.objects.count(), StatusReport.objects.count(), JournalLine.objects.count()) == before
    assert again.counts == {
        "reject": 4, "duplicate": 1, "review": 1, "reject_field": 2, "warn": 1, "update_existing": 47
    }  # fmt: skip
    assert list(journal.verify_all()) == []


def test_the_same_roster_again_takes_a_few_looks_and_not_a_few_for_everybody(the_beginning):
    the_import_of(the_beginning)

    with CaptureQueriesContext(connection) as queries:
        again = the_import_of(the_beginning)

    assert (again.saved > 40, len(queries) < 15) == (True, True)


@pytest.mark.parametrize(
    "before, after, change",
    [
        ({"phone": "13800000001"}, {"phone": "13800000002"}, "worker_corrected"),
        ({"lifted_out": "否"}, {"lifted_out": "是"}, "tag_set"),
        ({"status": "未就业"}, {"status": "省外就业", "destination": "浙江永康"}, "status_reported"),
        ({"date": "2026-10-01"}, {"date": "2026-11-01"}, "status_reported"),
        ({"wish": "浙江"}, {"wish": "广东"}, "worker_corrected"),
        ({"wish": "浙江"}, {"wish": ""}, None),
        ({}, {}, None),
    ],
)
def test_of_what_is_new_in_a_second_roster_nothing_is_overlooked(before, after, change):
    the_import_of([a_worksheet(before)])
    known = JournalLine.objects.count()

    the_import_of([a_worksheet(after)])

    told = [line.what for line in JournalLine.objects.order_by("pk")[known:]]
    assert told[:1] == ([change] if change else [])


def test_a_roster_without_dates_may_say_the_same_again_after_something_else_was_said():
    undated = a_worksheet({"date": ""})
    the_import_of([undated])
    worker = Worker.objects.get()
    for days, status in ((1, None), (30, "employed_in_city"), (60, None), (61, None)):
        then = NOW + timedelta(days=days)
        if status:
            report_status(worker=worker, status=status, happened_at=then, by=None, at=then, source="visit")
        else:
            import_roster(find_people([undated]), by=None, at=then)

    said = list(StatusReport.objects.order_by("happened_at").values_list("status", flat=True))
    assert said == ["unemployed_willing", "employed_in_city", "unemployed_willing"]
    assert worker.flags.open().filter(rule="relapsed").exists()


def test_a_row_that_changes_nothing_is_still_refused_to_whom_the_person_is_out_of_reach():
    the_import_of([a_worksheet({})])
    elsewhere = UserFactory(township_cadre=True, posted=HUAQI)

    summary = import_roster(find_people([a_worksheet({})]), by=elsewhere, at=NOW)

    assert summary.saved == 0


def test_a_roster_says_which_of_its_cells_something_newer_stood_against():
    the_import_of([a_worksheet({"date": "2026-11-01", "wish": "浙江"})])

    older = the_import_of(
        [a_worksheet({"date": "2026-10-01", "phone": "13812345679", "wish": "广东", "wish_wage": "5000"})]
    )

    (verdict,) = older.verdicts
    worker = Worker.objects.get()
    assert verdict.issue_names == "already_registered;phone_stands;newer_stands"
    assert (worker.phone, worker.wish_place, worker.wish_wage) == ("+8613812345678", "浙江", 5000)


def a_worksheet(cells: dict) -> Worksheet:
    """One good row, with these cells besides."""
    row = GOOD | cells
    return Worksheet("", [[Cell(HEADINGS[name]) for name in row], [Cell(value) for value in row.values()]])


def test_somebody_registered_in_the_meantime_spoils_nobody_elses_row(the_beginning, monkeypatch):
    """Between the look at the register and the saving, two of the file's people were put on it by hand."""
    known = [verdict.person for verdict in check_roster(the_beginning, by=None, at=NOW).verdicts if verdict.is_saved]
    for person in (known[3], known[30]):
        WorkerFactory(id_number=person.id_number, area=person.area)
    monkeypatch.setattr("workers.imports.saving.find_registered", lambda persons: {})

    summary = the_import_of(the_beginning)

    refused = [verdict for verdict in summary.verdicts if "not_registered" in verdict.issue_names]
    assert [verdict.person.id_number for verdict in refused] == [known[3].id_number, known[30].id_number]
    assert Worker.objects.count() == summary.saved + 2


def test_it_makes_no_difference_how_many_are_saved_at_once(the_beginning, monkeypatch):
    def written() -> list[tuple]:
        lines = JournalLine.objects.order_by("worker__name", "worker__birth_date", "seq")
        return list(lines.values_list("worker__name", "seq", "what", "happened_at"))

    with transaction.atomic():
        sevens = [judgement(verdict) for verdict in the_import_of(the_beginning, size=7).verdicts], written()
        transaction.set_rollback(True)
    monkeypatch.setattr("workers.imports.saving.enrol", lambda *args, **kwargs: None)

    singles = [judgement(verdict) for verdict in the_import_of(the_beginning).verdicts], written()

    assert sevens == singles


@pytest.fixture
def the_beginning():
    """The first sample's first sixty rows: every kind of verdict is among them."""
    (worksheet, *_others) = read_file(SAMPLE_XLSX)
    return [replace(worksheet, rows=worksheet.rows[:60])]


def not_as_in_the_key(path) -> list[str]:
    """ID numbers of the plainly accepted whose record differs from the key."""
    saved = {worker.id_number: worker for worker in Worker.objects.all()}
    names = ("name", "sex", "birth", "phone", "village_code")
    return [
        line["expected_id"]
        for line in key_of(path).values()
        if line["verdict"] == "accept"
        for worker in [saved[line["expected_id"]]]
        if [worker.name, worker.sex, str(worker.birth_date), worker.phone, str(worker.area_id)]
        != [line[f"expected_{name}"] for name in names]
    ]
