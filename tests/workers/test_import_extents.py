"""A file costs what is written in it, not what it declares or how far away one cell stands."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, an_xlsx, read_content
from workers.imports import reading
from workers.imports.extents import Extent, name_of
from workers.imports.reading import FarCell, TooBig
from workers.imports.tables import find_people

FEW = 16 * 1024  # kilobytes
MEASURED = """
import sys
import django
django.setup()
from workers.imports.reading import FarCell, worksheets_in

def most():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

content, before = open(sys.argv[1], "rb").read(), most()
try:
    [list(worksheet.rows) for worksheet in worksheets_in(content)]
except FarCell:
    print(most() - before)
"""
TITLES = [HEADINGS[name] for name in GOOD]
PERSON = list(GOOD.values())
STRAY = pytest.mark.parametrize(
    "file, cell", [("stray_XFD1000.xlsx", "XFD1000"), ("stray_IV65536.xls", "IV65536")], ids=["xlsx", "xls"]
)


@STRAY
def test_a_far_cell_is_refused_by_its_name(file, cell):
    with pytest.raises(FarCell) as refused:
        read_content((ROSTERS / file).read_bytes())

    assert (cell in str(refused.value), cell in str(refused.value.way_out)) == (True, True)


@STRAY
def test_and_takes_a_few_megabytes(file, cell):
    asked = [sys.executable, "-c", MEASURED, ROSTERS / file]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])

    assert int(told.stdout) < FEW


@pytest.mark.parametrize("place", ["XFD1000", "A1048576", "XFD1", "XFD1048576"])
def test_a_far_cell_that_only_has_a_colour_is_no_cell(place):
    workbook = load_workbook(io.BytesIO(an_xlsx(表=[TITLES, PERSON])))
    workbook.active[place].fill = PatternFill("solid", fgColor="FFFF00")

    (worksheet,) = read_content(saved(workbook))

    assert [len(row) for row in worksheet.rows] == [len(TITLES)] * 2


@pytest.mark.parametrize("place", ["XFD1000", "A1048576", "ZZ2000", "F200000"])
@pytest.mark.parametrize("value", ["合计", 1, "=1+1"], ids=["words", "number", "formula"])
def test_one_that_is_written_in_is_named_wherever_it_stands(place, value):
    workbook = load_workbook(io.BytesIO(an_xlsx(表=[TITLES, *[PERSON] * 50])))
    workbook.active[place] = value

    with pytest.raises(FarCell) as refused:
        read_content(saved(workbook))

    assert place in str(refused.value)


def test_a_table_with_gaps_is_read():
    workbook = load_workbook(io.BytesIO(an_xlsx(表=[TITLES, PERSON])))
    workbook.active["Z2000"] = "合计"

    (worksheet,) = read_content(saved(workbook))

    assert len(worksheet.rows) == 2000


def test_the_dimension_a_file_declares_says_nothing():
    content = changed(an_xlsx(表=[TITLES, PERSON]), "sheet1.xml", lambda xml: xml.replace(b"A1:F2", b"A1:XFD1048576"))

    assert [row.label for row in find_people(read_content(content)).rows] == ["2"]


def test_cells_that_do_not_say_where_they_stand_follow_each_other():
    content = changed(an_xlsx(表=[TITLES, PERSON]), "sheet1.xml", lambda xml: re.sub(rb' r="[A-Z]?[12]"', b"", xml))

    assert [row.label for row in find_people(read_content(content)).rows] == ["2"]


@pytest.mark.parametrize(
    "limit, most", [("unpacked", 4096), ("strings", 40), ("filled", 11), ("cells", 13), ("told", 99)], ids=str
)
def test_what_unpacks_to_too_much_is_refused_in_words(monkeypatch, limit, most):
    out = io.BytesIO(an_xlsx(表=[TITLES, PERSON]))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/sharedStrings.xml", "<sst><si><t>one of many words</t></si></sst>")
    content = out.getvalue()
    read_content(content)
    limited(monkeypatch, **{limit: most})

    with pytest.raises(TooBig):
        read_content(content)


def test_a_package_that_lies_about_its_sizes_is_counted_all_the_same(monkeypatch):
    content = changed(an_xlsx(表=[TITLES, PERSON]), "sheet1.xml", lambda xml: xml + b" " * 200_000)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = next(each.file_size for each in package.infolist() if each.filename.endswith("sheet1.xml"))
    limited(monkeypatch, unpacked=100_000)

    with pytest.raises(TooBig):
        read_content(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def test_a_csv_of_nothing_but_commas_is_refused(monkeypatch):
    limited(monkeypatch, filled=1000)

    with pytest.raises(TooBig):
        read_content(b"name,number\n" + b"," * 1001)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
CELL = '<table:table-cell{} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ROW = "<table:table-row{}>{}</table:table-row>"
NOTHING = '<table:table-cell table:number-columns-repeated="{}"/>'


def an_ods(*rows: str) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    titles = ROW.format("", "".join(CELL.format("", word) for word in TITLES))
    table = (
        f'<office:spreadsheet><table:table table:name="表">{titles}{"".join(rows)}</table:table></office:spreadsheet>'
    )
    text = f"<office:document-content {spaces}><office:body>{table}</office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", text)
    return out.getvalue()


def test_an_ods_is_measured_with_its_repetitions():
    gap = ROW.format(' table:number-rows-repeated="999"', NOTHING.format(16384))
    far = ROW.format("", NOTHING.format(16383) + CELL.format("", "x"))
    many = ROW.format(' table:number-rows-repeated="900000"', CELL.format(' table:number-columns-repeated="9"', "x"))

    assert [len(worksheet.rows) for worksheet in read_content(an_ods(gap))] == [1]
    with pytest.raises(FarCell, match="XFD1001"):
        read_content(an_ods(gap, far))
    with pytest.raises(TooBig):
        read_content(an_ods(many))


def test_an_old_workbook_is_read_as_before():
    worksheets = read_content((ROSTERS / "hidden_row.xls").read_bytes())

    assert [(worksheet.name, len(worksheet.rows)) for worksheet in worksheets] == [("2026", 4), ("旧名单", 2)]


@pytest.mark.parametrize(
    "place, name", [((0, 0), "A1"), ((999, 16383), "XFD1000"), ((0, 26), "AA1"), ((5, 701), "ZZ6")]
)
def test_a_cell_is_named_as_the_spreadsheet_names_it(place, name):
    assert name_of(*place) == name


def test_nothing_written_is_no_far_cell():
    assert Extent().far_cell == ""


def test_a_merge_to_the_end_of_the_sheet_fills_no_million_rows():
    content = an_xlsx(表=[TITLES, PERSON, ["李四", "", "", "", "", ""]])
    column = "ABCDEFGH"[TITLES.index("户籍地址")]
    merge = f'</sheetData><mergeCells count="1"><mergeCell ref="{column}2:{column}1048576"/></mergeCells>'.encode()

    rows = find_people(
        read_content(changed(content, "sheet1.xml", lambda xml: xml.replace(b"</sheetData>", merge)))
    ).rows

    assert [row.cell("address").text for row in rows] == [GOOD["address"]] * 2


def limited(monkeypatch, **limits: int) -> None:
    monkeypatch.setattr(reading, "LIMITS", reading.LIMITS._replace(**limits))


def changed(content: bytes, part: str, change) -> bytes:
    """The same package with one of its parts written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith(part) else old.read(name))
    return out.getvalue()


def saved(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
