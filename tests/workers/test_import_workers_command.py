import csv
import io
from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from tests.staff.factories import UserFactory
from tests.workers.rosters import GOOD, HEADINGS, SAMPLE_CSV, SAMPLE_XLSX, an_xlsx, key_of
from workers.models import RosterUpload, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day_of_the_keys")]

TITLES = [HEADINGS[name] for name in GOOD]


@pytest.fixture
def the_day_of_the_keys():
    with time_machine.travel("2026-11-21T18:00:00+08:00", tick=False):
        yield


def run(file, report, **options) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)"""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_workers", file, report=report, stdout=out, stderr=err, no_color=True, **options)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def lines_of(report) -> list[dict]:
    return list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))


def roster(tmp_path, *rows, name="名单.xlsx"):
    path = tmp_path / name
    path.write_bytes(an_xlsx(花名册=[TITLES, *rows]))
    return path


def test_a_sample_roster_is_imported_with_a_line_for_every_row(tmp_path):
    sample = SAMPLE_CSV.read_bytes().splitlines(keepends=True)
    (tmp_path / "花名册.csv").write_bytes(b"".join(sample[:40] + sample[-3:]))
    report = tmp_path / "out.csv"

    code, out, _err = run(tmp_path / "花名册.csv", report, language="en")

    expected = [line for line in key_of(SAMPLE_CSV).values() if int(line["file_row"]) <= 40]
    assert report.read_bytes().startswith(b"\xef\xbb\xbffile_row,verdict,issues,field,message\r\n")
    assert [(line["file_row"], line["verdict"]) for line in lines_of(report) if line["verdict"] != "left_out"] == [
        (line["file_row"], line["verdict"].replace("update_existing", "accept")) for line in expected
    ]
    assert out.splitlines() == [
        "Rows: 38, saved: 36, reject 2, review 1, reject_field 2, warn 1, accept_normalised 2, accept 30",
        f"Number of this roster: {RosterUpload.objects.get().pk}",
        "Row 1 is not about a person: blank",
        "Row 41–42 is not about a person: blank",
        "Row 43 is not about a person: a total",
    ]
    assert (code, Worker.objects.count()) == (0, 36)


def test_a_cell_of_the_report_never_begins_like_a_formula(tmp_path):
    content = an_xlsx(**{"=甲": [TITLES, list(GOOD.values())], "+乙": [TITLES, list(GOOD.values())]})
    (tmp_path / "两表.xlsx").write_bytes(content)

    run(tmp_path / "两表.xlsx", tmp_path / "out.csv")

    assert [line["file_row"] for line in lines_of(tmp_path / "out.csv")] == ["'=甲!2", "'+乙!2"]


def test_a_dry_run_writes_the_report_and_saves_nobody(tmp_path):
    code, _out, _err = run(roster(tmp_path, list(GOOD.values())), tmp_path / "out.csv", dry_run=True)

    assert (code, Worker.objects.count()) == (0, 0)
    assert [line["issues"] for line in lines_of(tmp_path / "out.csv")] == ["date_iso_text"]


def test_only_people_in_the_area_of_the_importer_are_saved(tmp_path):
    UserFactory(township_cadre=True, username="huaqi", posted=520524104000)

    run(roster(tmp_path, list(GOOD.values())), tmp_path / "out.csv", by="huaqi")

    assert [line["issues"] for line in lines_of(tmp_path / "out.csv")] == ["outside_your_area"]
    assert Worker.objects.count() == 0


def test_whoever_imports_is_named_in_the_journal(tmp_path):
    user = UserFactory(township_cadre=True, username="maochang")

    run(roster(tmp_path, list(GOOD.values())), tmp_path / "out.csv", by="maochang")

    worker = Worker.objects.get()
    assert {line.by for line in worker.journal_lines.all()} == {user}
    assert (worker.name, worker.status, worker.status_since) == ("王芳", "unemployed_willing", date(2026, 11, 1))


@pytest.mark.parametrize(
    "name, content",
    [
        ("空.xlsx", b""),
        ("文字.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("文件.pdf", b"%PDF-1.7\n\x00\x01\x02"),
        ("网页.xls", b"<html><table><tr><td>x</td></tr></table></html>"),
        ("截断.xlsx", SAMPLE_XLSX.read_bytes()[:20_000]),
        ("加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")),
        ("没有表头.csv", "一,二,三\n1,2,3\n".encode("gb18030")),
        ("只有表头.csv", "姓名,身份证号,联系电话\n".encode()),
        ("没有表.xlsx", an_xlsx(说明=[["一人一行"]])),
    ],
)
def test_an_unreadable_file_exits_2_with_one_line_and_changes_nothing(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    code, out, err = run(tmp_path / name, tmp_path / "out.csv")

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"{name}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    assert Worker.objects.count() == 0


def test_a_file_that_is_not_there_exits_2(tmp_path):
    assert run(tmp_path / "没有.xlsx", tmp_path / "out.csv")[0] == 2


def test_a_user_who_does_not_exist_exits_2(tmp_path):
    code, _out, err = run(roster(tmp_path, list(GOOD.values())), tmp_path / "out.csv", by="nobody", language="en")

    assert (code, err) == (2, "There is no user named nobody.\n")


def test_a_report_that_cannot_be_written_undoes_the_import(tmp_path):
    code, _out, err = run(roster(tmp_path, list(GOOD.values())), tmp_path / "no" / "out.csv", language="en")

    assert (code, Worker.objects.count()) == (2, 0)
    assert err.startswith("The report cannot be written to ")


def test_a_hidden_column_is_read_and_said(tmp_path):
    code, out, _err = run(SAMPLE_XLSX.with_name("hidden_column.xls"), tmp_path / "out.csv", language="en")

    assert (code, Worker.objects.count()) == (0, 1)
    assert "Column 联系电话 is hidden and was read too." in out.splitlines()
