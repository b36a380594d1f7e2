"""Opening files and finding the people in them: headings in any words and order, sheets, merges, totals."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.workers.rosters import GOOD, HEADINGS, SAMPLE_XLSX, an_xlsx, read_content
from workers.imports import reading
from workers.imports.columns import field_of
from workers.imports.reading import DamagedFile, EncryptedFile, NotASpreadsheet, TooBig, UnreadableRoster
from workers.imports.tables import NoHeading, find_people

TITLES = [HEADINGS[name] for name in GOOD]
PERSON = list(GOOD.values())


def people(content: bytes):
    return find_people(read_content(content))


def a_csv(*rows, encoding="utf-8", delimiter=",") -> bytes:
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


@pytest.mark.parametrize(
    "heading, field",
    [
        ("姓名", "name"), ("务工人员姓名", "name"), ("姓 名*", "name"), ("身份\n证号", "id_number"),
        ("公民身份号码", "id_number"), ("身份证号码（18位）", "id_number"), ("居民身份证", "id_number"),
        ("联系电话 ", "phone"), ("手机号", "phone"), ("本人联系电话", "phone"), ("联系方式", "phone"),
        ("户籍地址/村", "address"), ("户籍所在村", "address"), ("家庭住址", "address"), ("现居住地址", "address"),
        ("乡镇（街道）", "township"), ("村（社区）", "village"), ("县（市、区）", "county"), ("村民组", "group"),
        ("目前就业状况", "status"), ("务工地点", "destination"), ("务工单位", "employer"), ("月收入（元）", "wage"),
        ("脱贫户标识", "lifted_out"), ("是否脱贫户", "lifted_out"), ("易地搬迁", "relocated"),
        ("采集日期", "date"), ("登记时间", "date"), ("期望工资", "wish_wage"), ("备  注", "remark"),
        ("从事行业", "industry"),
        ("户编号", "household_no"), ("户号", "household_no"), ("户主姓名", "head_name"), ("户主", "head_name"),
        ("户主身份证号", "head_id"), ("与户主关系", "relation"), ("是否户主", "relation"), ("关系", None),
        ("户主联系电话", None), ("配偶姓名", None), ("紧急联系人电话", None), ("基本信息", None),
        ("监护人联系电话", None), ("", None), ("民族", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_by_its_wording(heading, field):
    assert field_of(heading) == field


def test_columns_may_stand_in_any_order():
    order = ["remark", "status", "phone", "id_number", "name"]
    values = {**GOOD, "remark": "会驾驶"}
    content = an_xlsx(表=[[HEADINGS[name] for name in order], [values[name] for name in order]])

    (row,) = people(content).rows

    assert {name: cell.text for name, cell in row.cells.items()} == {name: values[name] for name in order}


def test_titles_above_the_headings_are_passed():
    content = an_xlsx(表=[["2026年务工人员花名册"], ["填报单位：猫场镇"], ["基本信息", "", "就业意愿"], TITLES, PERSON])

    assert [row.label for row in people(content).rows] == ["5"]


def test_headings_may_fill_two_rows():
    upper = ["序号", "姓名", "证件", "联系方式", ""]
    lower = ["", "", "身份证号", "手机号码", "户籍地址"]
    content = an_xlsx(表=[upper, lower, ["1", "王芳", GOOD["id_number"], GOOD["phone"], GOOD["address"]]])

    (row,) = people(content).rows

    assert (row.label, row.cell("id_number").text, row.cell("address").text) == (
        "3",
        GOOD["id_number"],
        GOOD["address"],
    )


def test_every_sheet_with_headings_is_read_and_rows_are_told_apart():
    content = an_xlsx(猫场镇=[TITLES, PERSON], 说明=[["一人一行，不得重复"]], 化起镇=[["标题"], TITLES, PERSON])

    roster = people(content)

    assert [row.label for row in roster.rows] == ["猫场镇!2", "化起镇!3"]
    assert roster.ignored_worksheets == ["说明"]


def test_rows_that_are_about_nobody_are_named_and_not_judged():
    content = an_xlsx(
        表=[
            ["序号", *TITLES],
            ["1", *PERSON],
            [],
            ["2"],
            ["序号", *TITLES],
            ["3", *PERSON],
            ["合计", "2人"],
            ["填表人：陈建国", "", "审核人：李萍"],
        ]
    )

    roster = people(content)

    assert [row.label for row in roster.rows] == ["2", "6"]
    assert roster.passed_over == [
        ("3", "blank"), ("4", "blank"), ("5", "heading"), ("7", "total"), ("8", "signature"),
    ]  # fmt: skip


def test_somebody_whose_name_reads_like_a_total_is_still_a_person():
    content = an_xlsx(表=[TITLES, ["合计", *PERSON[1:]]])

    assert [row.label for row in people(content).rows] == ["2"]


def test_an_address_merged_down_belongs_to_the_whole_household():
    workbook = Workbook()
    worksheet = workbook.active
    for row in ([*TITLES], PERSON, [*PERSON], [*PERSON]):
        worksheet.append(row)
    address, name = TITLES.index("户籍地址") + 1, TITLES.index("姓名") + 1
    worksheet.merge_cells(start_row=2, end_row=4, start_column=address, end_column=address)
    worksheet.merge_cells(start_row=2, end_row=3, start_column=name, end_column=name)
    out = io.BytesIO()
    workbook.save(out)

    rows = people(out.getvalue()).rows

    assert [row.cell("address").text for row in rows] == [GOOD["address"]] * 3
    assert [row.cell("name").text for row in rows] == ["王芳", "", "王芳"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"], ids=["UTF-8", "with BOM", "GB 18030", "UTF-16"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_a_csv_in_any_encoding_is_read(encoding, delimiter):
    person = ["王𠅤", *PERSON[1:]]

    (row,) = people(a_csv(TITLES, person, encoding=encoding, delimiter=delimiter)).rows

    assert [row.cell(name).text for name in GOOD] == person


def test_a_text_whose_writer_lost_characters_is_still_of_its_encoding():
    """Read as GB 18030 they would be other characters, and pass for a name."""
    (row,) = people("name,phone,id\n\ufffd\ufffd,13812345678,1".encode()).rows

    assert (row.cell("name").text, row.cell("name").is_damaged) == ("\ufffd\ufffd", True)


def test_a_line_break_inside_quotes_stays_in_its_cell():
    content = ('姓名,身份证号,备注\r\n"王\n芳",1,"一\r\n二"\r\n').encode("gb18030")

    (row,) = people(content).rows

    assert (row.label, row.cell("name").text, row.cell("remark").text) == ("2", "王\n芳", "一\r\n二")


def test_formulas_are_seen_as_formulas_and_never_as_their_results():
    content = an_xlsx(表=[TITLES, ["=1+1", *PERSON[1:]]])

    (row,) = people(content).rows

    assert (row.cell("name").text, row.cell("name").kind, row.cell("name").is_formula) == ("=1+1", "formula", True)


@pytest.mark.parametrize(
    "content, refusal",
    [
        (b"PK\x03\x04 but no more", DamagedFile),
        (SAMPLE_XLSX.read_bytes()[:-4000], DamagedFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, DamagedFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), EncryptedFile),
        (b"GIF89a\x01\x00\x01\x00", NotASpreadsheet),
        (b"<!DOCTYPE html><table></table>", NotASpreadsheet),
        ("就业名单".encode(), NoHeading),
    ],
    ids=["no workbook", "cut off", "no old workbook", "password", "picture", "web page", "no headings"],
)
def test_what_cannot_be_read_says_why(content, refusal):
    with pytest.raises(refusal) as refused:
        people(content)

    assert "" not in (str(refused.value), str(refused.value.way_out))


def test_a_file_that_would_unpack_to_more_than_a_roster_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "LIMITS", reading.LIMITS._replace(unpacked=1024 * 1024))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * (1024 * 1024 + 1))

    with pytest.raises(TooBig):
        read_content(out.getvalue())


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))
def test_any_bytes_are_a_roster_or_a_named_refusal(content, magic):
    try:
        read = read_content(magic + content)
    except UnreadableRoster as refusal:
        read = refusal

    assert isinstance(read, list | UnreadableRoster)


@settings(max_examples=40)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_a_workbook_with_spoilt_insides_is_a_named_refusal_or_is_read(place, noise):
    try:
        read = read_content(spoilt(an_xlsx(表=[TITLES, PERSON]), place, noise))
    except UnreadableRoster as refusal:
        read = refusal

    assert isinstance(read, list | UnreadableRoster)


def spoilt(content: bytes, place: int, noise: bytes) -> bytes:
    """The same package with noise inside a sheet, packed again so that its checksums hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(("sheet1.xml", "workbook.xml")):
                part = part[: place % len(part)] + noise + part[place % len(part) + len(noise) :]
            new.writestr(name, part)
    return out.getvalue()


def test_a_stray_quote_costs_nobody_their_row_and_puts_no_number_into_a_note():
    """Eight people; the third has an open quote in the remark, which used to swallow the five below."""
    content = SAMPLE_XLSX.with_name("quote_in_remark.csv").read_bytes()

    roster = people(content)

    assert len(roster.rows) + len(roster.passed_over) + 1 == len(content.decode("gb18030").splitlines())
    assert [row.label for row in roster.rows if row.has_stray_quote] == ["3", "4"]
    assert [row.cell("remark").text for row in roster.rows] == ["正常", "电视机坏了", "打工", *["无"] * 5]
