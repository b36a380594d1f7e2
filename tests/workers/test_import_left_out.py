"""What is hidden, half said or damaged in a roster is named, and costs nothing else."""

import io
from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from tests.staff.factories import UserFactory
from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, TODAY, an_xlsx, check_roster, judged, read_content
from tests.workers.test_import_extents import an_ods
from tests.workers.test_import_samples import NOW
from workers.imports import opening, selectors, uploads
from workers.imports.birth_dates import BirthDate, read_birth_date
from workers.imports.cells import cell_of
from workers.imports.left_out import hidden_of, left_out_of
from workers.imports.opening import told_of
from workers.imports.questions import Decisions
from workers.imports.reading import NotASpreadsheet
from workers.imports.tables import EverybodyIsHidden, find_people
from workers.imports.verdicts import Context
from workers.models import RosterUpload

pytestmark = pytest.mark.django_db  # where places are read from

TITLES = [HEADINGS[name] for name in GOOD]
PERSON = list(GOOD.values())
TAKEN: Decisions = {"*": {"hidden": "take_in"}}
WITHOUT = {"id_number": "", "sex": "女"}


def checked(name: str, decisions: Decisions | None = None):
    return check_roster(read_content((ROSTERS / name).read_bytes()), by=None, at=NOW, decisions=decisions)


def names_of(summary) -> list[str]:
    return [verdict.person.name for verdict in summary.verdicts]


# hidden


@pytest.mark.django_db
def test_a_hidden_sheet_is_left_out_and_said_and_taken_in_by_one_press():
    left_out, taken = checked("hidden_sheet.xlsx"), checked("hidden_sheet.xlsx", TAKEN)

    assert (names_of(left_out), left_out.roster.hidden_worksheets) == (["刘测试甲"], ["2024旧名单"])
    assert (names_of(taken), taken.roster.hidden_worksheets) == (["刘测试甲", "刘测试丁"], ["2024旧名单"])


@pytest.mark.django_db
def test_so_is_a_hidden_row_of_an_old_workbook():
    left_out, taken = checked("hidden_row.xls"), checked("hidden_row.xls", TAKEN)

    assert names_of(left_out) == ["张测试甲", "张测试丙"]
    assert (left_out.roster.hidden_worksheets, left_out.roster.hidden_rows) == (["旧名单"], ["2026!3"])
    assert names_of(taken) == ["张测试甲", "张测试乙", "张测试丙", "张测试丙"]


def filtered(*hidden: int) -> bytes:
    workbook = Workbook()
    for row in (TITLES, PERSON, PERSON, ["合计"]):
        workbook.active.append(row)
    for number in hidden:
        workbook.active.row_dimensions[number].hidden = True
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_rows_that_a_filter_hides_are_left_out_and_those_about_nobody_are_no_loss():
    roster = find_people(read_content(filtered(3, 4)))

    assert ([row.label for row in roster.rows], roster.hidden_rows) == (["2"], ["3"])
    assert [row.label for row in find_people(read_content(filtered(3, 4)), takes_hidden=True).rows] == ["2", "3"]


def test_headings_may_be_hidden():
    assert [row.label for row in find_people(read_content(filtered(1))).rows] == ["2", "3"]


def test_a_file_in_which_everybody_is_hidden_says_so():
    with pytest.raises(EverybodyIsHidden):
        find_people(read_content(filtered(2, 3)))


def test_a_hidden_sheet_without_people_is_no_news():
    workbook = Workbook()
    for row in (TITLES, PERSON):
        workbook.active.append(row)
    workbook.create_sheet("选项").sheet_state = "veryHidden"
    out = io.BytesIO()
    workbook.save(out)

    assert not find_people(read_content(out.getvalue())).has_hidden


@pytest.mark.django_db
def test_the_page_says_what_is_hidden_and_has_the_button(client):
    cadre = UserFactory(township_cadre=True)
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")
    content = (ROSTERS / "hidden_sheet.xlsx").read_bytes()
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    page, button = reverse("workers:roster", args=[upload.pk]), reverse("workers:decide_row", args=[upload.pk])

    before = client.get(page).content.decode()
    client.post(button, {"row": "*", "question": "hidden", "choice": "take_in"})
    after = client.get(page).content.decode()

    assert ("2024旧名单" in before, "刘测试丁" in before, "刘测试丁" in after) == (True, False, True)


TITLE = ["织金县猫场镇2026年返乡人员花名册"]


def with_all_kinds() -> tuple[bytes, int]:
    """A file in which rows are lost in every way, and how many rows it has besides the headings."""
    workbook = Workbook()
    people = [TITLE, [], PERSON, TITLES, PERSON, ["", *PERSON[1:]], [], PERSON, PERSON, ["合计"]]
    for row in people:
        workbook.active.append(row)
    workbook.active.row_dimensions[8].hidden = True
    sheets = {"无表头": [PERSON, PERSON, PERSON], "旧": [TITLES, PERSON], "空": [[" "]]}
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    workbook["旧"].sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue(), len(people) - 1 + sum(len(sheets[name]) for name in ("无表头", "旧"))


def told_by_page(page) -> tuple:
    kinds = {row.why: row.label for row in page.left_out}
    return page.total + sum(row.rows for row in page.left_out), page.ignored_worksheets, page.hidden, kinds


@pytest.mark.django_db
def test_every_row_of_the_file_is_accounted_for_before_and_after_saving(client):
    cadre = UserFactory(township_cadre=True)
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")
    content, rows = with_all_kinds()
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    address = reverse("workers:roster", args=[upload.pk])

    told, shown, reports = [], [], []
    for is_saved in (False, True):
        if is_saved:
            RosterUpload.objects.update(started_at=timezone.now())
            uploads.carry_out(upload_id=upload.pk, now=timezone.now)
        upload.refresh_from_db()
        told.append(told_by_page(selectors.roster_page(upload, by=cadre)))
        shown.append(client.get(address).content.decode())
        reports.append(selectors.report_of(upload))

    assert told[0] == told[1]
    assert told[0][0] == rows
    assert told[0][3] == {
        "hidden_worksheet": "旧!1–2", "hidden_row": "Sheet!8", "ignored_worksheet": "无表头!1–3", "above": "Sheet!1",
        "blank": "Sheet!7", "total": "Sheet!10",
    }  # fmt: skip
    assert ["无表头" in page and "旧" in page and "Sheet!10" in page for page in shown] == [True, True]
    assert ["take_in" in page for page in shown] == [True, False]
    assert ["无表头!1–3" in report and "旧!1–2" in report for report in reports] == [True, True]


@pytest.mark.django_db
def test_a_line_break_in_the_name_of_a_sheet_breaks_no_line_of_the_report():
    cadre, name = UserFactory(township_cadre=True), "花\u2028名\x85册"
    content = an_xlsx(**{name: [TITLES, PERSON, []], "二组": [TITLES, PERSON], "说明": [["x"]]})
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    before = told_by_page(selectors.roster_page(upload, by=cadre))
    RosterUpload.objects.update(started_at=timezone.now())

    uploads.carry_out(upload_id=upload.pk, now=timezone.now)
    upload.refresh_from_db()

    assert told_by_page(selectors.roster_page(upload, by=cadre)) == before


def test_a_number_in_the_name_of_a_sheet_stands_in_no_label():
    """The report keeps labels in clear."""
    roster = find_people(read_content(an_xlsx(**{"王芳13800001234": [TITLES, PERSON], "522425198706019028": [PERSON]})))
    more = find_people(read_content(an_xlsx(王芳13800001234=[TITLES, PERSON], 二组=[TITLES, PERSON])))

    assert roster.ignored_worksheets == ["5224**********9028"]
    assert [row.label for row in more.rows] == ["王芳138****1234!2", "二组!2"]


def test_somebody_above_the_headings_is_read_like_everybody():
    roster = find_people(read_content(an_xlsx(表=[TITLE, PERSON, TITLES, PERSON])))

    assert ([row.label for row in roster.rows], roster.passed_over) == (["2", "4"], [("1", "above")])


def with_a_hidden_column() -> bytes:
    workbook = Workbook()
    for row in (TITLES, PERSON):
        workbook.active.append(row)
    workbook.active.column_dimensions["C"].hidden = True
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def an_ods_with_a_hidden_column() -> bytes:
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ("".join(map(cell.format, row)) for row in (TITLES, PERSON))
    return an_ods(columns, *(f"<table:table-row>{cells}</table:table-row>" for cells in rows))


@pytest.mark.parametrize(
    "content",
    [
        with_a_hidden_column(),
        (ROSTERS / "hidden_column.xls").read_bytes(),
        an_ods_with_a_hidden_column(),
    ],
    ids=["xlsx", "xls", "ods"],
)
def test_a_hidden_column_is_read_and_said(content):
    roster = find_people(read_content(content))

    assert (roster.hidden_columns, roster.rows[0].cell("phone").text) == (["{phone}".format(**HEADINGS)], "13812345678")


# birth dates


@pytest.mark.parametrize(
    "said, day, issue",
    [
        ("1985-03-12", date(1985, 3, 12), ""),
        (datetime(1985, 3, 12), date(1985, 3, 12), ""),
        (19850312, date(1985, 3, 12), ""),
        ("1985.3.12", date(1985, 3, 12), ""),
        ("一九八五年三月十二日", date(1985, 3, 12), ""),
        ("1985.03", None, "birth_day_missing"),
        ("1985年3月", None, "birth_day_missing"),
        ("198503", None, "birth_day_missing"),
        ("1985年", None, "birth_day_missing"),
        ("85.3", None, "birth_day_missing"),
        ("85-3-12", date(1985, 3, 12), "birth_short_year"),
        ("05-3-12", date(2005, 3, 12), "birth_short_year"),
        ("20-3-12", date(1920, 3, 12), "birth_short_year"),
        ("850512", date(1985, 5, 12), "birth_short_year"),
        (850512, date(1985, 5, 12), "birth_short_year"),
        ("19850", None, "birth_five_digits"),
        ("31118", date(1985, 3, 12), ""),
        ("1985年冬月初八", date(1985, 12, 19), "birth_lunar"),
        ("1990年腊月廿三", date(1991, 2, 7), "birth_lunar"),
        ("85-2-30", None, "birth_impossible"),
        ("1985-02-30", None, "birth_impossible"),
        ("19850230", None, "birth_impossible"),
        ("1985年2月30日", None, "birth_impossible"),
        ("2031-01-01", None, "birth_in_future"),
        ("1899-12-31", None, "birth_unreadable"),
        ("属牛", None, "birth_unreadable"),
        ("", None, ""),
        ("1985年农历三月十二", date(1985, 5, 1), "birth_lunar"),
        ("农历1985年3月12日", date(1985, 5, 1), "birth_lunar"),
        ("1985.3.12(阴历)", date(1985, 5, 1), "birth_lunar"),
        ("1984年农历闰十月初十", date(1984, 12, 2), "birth_lunar"),
        ("农历一九九〇年腊月廿三", date(1991, 2, 7), "birth_lunar"),
        ("农历1990年正月初一", date(1990, 1, 27), "birth_lunar"),
        ("1985年农历四月三十", None, "birth_impossible"),
        ("1985年农历闰三月十二", None, "birth_impossible"),
        ("农历三月十二", None, "birth_unreadable"),
    ],
)
def test_a_birth_date_is_read_or_offered_or_its_fault_is_named(said, day, issue):
    assert read_birth_date(cell_of(told_of(said)), TODAY) == BirthDate(day, issue)


@pytest.mark.parametrize("said, offered", [("1985年农历三月十二", date(1985, 5, 1)), ("85-3-12", date(1985, 3, 12))])
def test_an_offered_birth_date_waits_for_a_person(said, offered):
    asked = judged(**WITHOUT, birth_date=said)
    context = Context(TODAY, decisions={"2": {"birth": offered.isoformat()}})
    told = judged(**WITHOUT, birth_date=said, context=context)

    assert (asked.is_saved, asked.person.birth_date, asked.verdict) == (False, None, "review")
    assert "1985" not in asked.message  # it goes into the report, which stays and tells nothing of people
    assert (told.is_saved, told.person.birth_date) == (True, offered)


def test_an_answer_about_another_day_says_nothing():
    context = Context(TODAY, decisions={"2": {"birth": "1999-01-01"}})

    assert not judged(**WITHOUT, birth_date="85-3-12", context=context).is_saved


@pytest.mark.parametrize("said", ["1985.03", "85-3-12", "1985年农历三月十二", "1985-02-30"])
def test_beside_an_id_number_an_unclear_birth_date_is_no_matter(said):
    assert judged(birth_date=said).issue_names == ""


@pytest.mark.django_db
def test_of_seven_birth_dates_three_are_saved_and_the_others_say_why():
    summary = checked("birth_without_id.xlsx")

    assert [(verdict.issue_names, verdict.is_saved) for verdict in summary.verdicts] == [
        ("birth_day_missing", False),
        ("birth_short_year", False),
        ("birth_lunar", False),
        ("id_not_given", True),
        ("id_not_given", True),
        ("id_not_given", True),
        ("birth_impossible", False),
    ]


# bytes


@pytest.mark.django_db
def test_one_bad_byte_costs_one_cell_with_its_row_named():
    summary = checked("gbk_0x80.csv")

    assert [(v.row.label, v.issue_names, v.field, v.is_saved) for v in summary.verdicts] == [
        ("2", "", "", True),
        ("3", "name_damaged", "姓名", False),
    ]


@pytest.mark.parametrize(
    "encoding, bad", [("gb18030", b"\x80"), ("gb18030", b"\xe5"), ("utf-8", b"\x80"), ("utf-8", b"\0")]
)
@pytest.mark.parametrize(
    "column, verdict, issue, saved",
    [
        ("remark", "reject_field", "cell_damaged", True),
        ("phone", "reject_field", "cell_damaged", True),
        ("id_number", "reject", "id_damaged", False),
    ],
)
def test_whichever_cell_and_encoding_it_is(encoding, bad, column, verdict, issue, saved):
    cells = GOOD | {"remark": "会驾驶"}
    titles = ",".join(HEADINGS[name] for name in cells).encode(encoding)
    values = [value.encode(encoding) + bad * (name == column) for name, value in cells.items()]

    (row,) = find_people(read_content(b"\r\n".join([titles, b",".join(values)]))).rows
    found = judged(**row.cells)

    assert (found.verdict, found.issue_names, found.is_saved, found.person.name) == (verdict, issue, saved, "王芳")


@pytest.mark.parametrize(
    "told, labels",
    [
        ({"id_number": "", "phone": "", "birth_date": "1987年6月"}, ["1", "3"]),
        ({"id_number": "", "phone": "", "birth_date": "出生"}, ["3"]),
        ({"name": ""}, ["3"]),
        ({"name": "填表人王芳", "id_number": "", "phone": ""}, ["3"]),
    ],
)
def test_above_the_headings_somebody_has_a_name_and_a_number_or_a_birth_date(told, labels):
    cells = GOOD | {"birth_date": ""}
    titles = [HEADINGS[name] for name in cells]
    people = [list((cells | each).values()) for each in (told, {})]

    roster = find_people(read_content(an_xlsx(表=[people[0], titles, people[1]])))

    assert [row.label for row in roster.rows] == labels


def test_what_was_hidden_and_is_taken_in_is_not_left_out_any_more():
    worksheets = read_content((ROSTERS / "hidden_sheet.xlsx").read_bytes())
    left_out, taken = (find_people(worksheets, takes_hidden=takes) for takes in (False, True))

    assert [[row.why for row in left_out_of(roster)] for roster in (left_out, taken)] == [["hidden_worksheet"], []]
    assert [row.worksheet for row in hidden_of(taken)] == ["2024旧名单"]


@pytest.fixture
def shows(client, db):
    """The page of a roster, after these answers."""
    cadre = UserFactory(township_cadre=True, language="en")
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")

    def shown(content: bytes, *answers: dict) -> str:
        upload = uploads.receive_roster(content=content, file_name="x.csv", by=cadre, at=timezone.now())
        for answer in answers:
            client.post(reverse("workers:decide_row", args=[upload.pk]), answer)
        return " ".join(client.get(reverse("workers:roster", args=[upload.pk])).content.decode().split())

    return shown


def test_the_page_counts_the_hidden_rows_and_has_the_button(shows):
    workbook = Workbook()
    for row in (TITLES, PERSON, PERSON, PERSON):
        workbook.active.append(row)
    for number in (3, 4):
        workbook.active.row_dimensions[number].hidden = True
    out = io.BytesIO()
    workbook.save(out)

    page = shows(out.getvalue())

    assert ("2 rows hidden by a filter or by hand: 3–4" in page, 'value="take_in"' in page) == (True, True)


def test_and_the_one_that_leaves_it_out_again(shows):
    page = shows((ROSTERS / "hidden_sheet.xlsx").read_bytes(), {"row": "*", "question": "hidden", "choice": "take_in"})

    assert ("Leave it out again" in page, 'value="take_in"' in page) == (True, False)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("title, place", [("姓名", 0), ("身份证号", 0), ("身份证号", 4), ("户籍地址", 2)])
def test_a_bad_byte_in_a_heading_costs_nothing(encoding, title, place):
    spoilt = [each.encode(encoding) for each in TITLES]
    word = spoilt[TITLES.index(title)]
    spoilt[TITLES.index(title)] = word[:place] + b"\xb2" + word[place:]

    lines = [TITLE[0].encode(encoding), b",".join(spoilt), ",".join(PERSON).encode(encoding)]
    (row,) = find_people(read_content(b"\r\n".join(lines))).rows

    assert {name: cell.text for name, cell in row.cells.items()} == GOOD


def test_headings_are_mended_where_they_stand_and_a_huge_file_costs_no_minute_of_it(monkeypatch):
    mended = []
    monkeypatch.setattr(opening, "_mended", lambda cell: mended.append(cell) or cell)
    lines = b"1,2,3,4\n" * 10_000

    assert opening._with_mended_headings(lines + b"1," * 1_000_000) == lines + b"1," * 1_000_000
    assert opening._with_mended_headings(b"1," * 1_000_000 + lines) == b"1," * 1_000_000 + lines
    assert len(mended) == 4 * 40


def test_a_heading_that_cannot_be_read_is_named():
    titles = ",".join(TITLES).encode().replace("联系".encode(), b"\xb2")
    roster = find_people(read_content(titles.replace("电话".encode(), b"\xb2") + b"\n" + ",".join(PERSON).encode()))

    assert (roster.damaged_headings, roster.rows[0].cell("phone").text) == (["C1"], "")


def test_and_the_page_says_so(shows):
    titles = ",".join(TITLES).encode().replace("联系电话".encode(), b"\xb2")

    assert "The heading in C1 could not be read" in shows(titles + b"\n" + ",".join(PERSON).encode())


def test_a_heading_is_named_with_its_sheet_and_one_that_is_known_in_spite_is_not():
    titles = [f"{title}\ufffd" if title == "姓名" else title for title in TITLES]
    titles[TITLES.index("联系电话")] = "\ufffd"

    roster = find_people(read_content(an_xlsx(一=[titles, PERSON], 二=[TITLES, PERSON])))

    assert roster.damaged_headings == ["一!C1"]


def test_a_heading_without_bad_bytes_stays_as_it_is():
    assert opening._mended("x姓名".encode()) == "x姓名".encode()


def test_a_file_of_bad_bytes_is_no_text():
    with pytest.raises(NotASpreadsheet):
        read_content("姓名,身份证号,手机号".encode("gb18030") + b"\x80\x81\xff" * 40)


# characters that no font has


@pytest.mark.django_db
def test_a_character_that_no_font_prints_is_named_at_the_import():
    rows = [[name, *PERSON[1:]] for name in ("王\ue123", "王喆")]

    summary = check_roster(read_content(an_xlsx(表=[TITLES, *rows])), by=None, at=NOW)

    told = [{issue.name: dict(issue.values) for issue in verdict.issues} for verdict in summary.verdicts]
    assert [issues.get("unprintable_character") for issues in told] == [{"characters": "\ue123 (U+E123)"}, None]
