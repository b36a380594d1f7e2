"""Whatever a file makes its reader do, the file is refused in words and the process that asked lives on."""

import io
import struct
import zipfile
from xml.sax.saxutils import quoteattr

import pytest

from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, read_content
from tests.workers.test_import_extents import ROW, an_ods, limited
from workers.imports import reading
from workers.imports.reading import DoubleName, FarCell, NeedsTooMuchMemory, TooBig, UnreadableRoster

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'
PEOPLE = [
    [HEADINGS[name] for name in ("name", "id_number")],
    [GOOD["name"], GOOD["id_number"]],
]


def far(place: str) -> str:
    return f'{FIRST}<row r="300"><c r="{place}"><v>1</v></c></row>'


def a_package(*worksheets: str, names: list[str] | None = None, relations=RELATIONS) -> bytes:
    """The least that a reader takes for an xlsx."""
    names = names or [f"S{number}" for number in range(len(worksheets))]
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n + 1}" r:id="rId{n}"/>' for n, name in enumerate(names))
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(len(worksheets))
    )
    root = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{relations}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>',
    }
    for number, rows in enumerate(worksheets):
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def an_xls_that_declares(rows: int, columns: int) -> bytes:
    """A reader lays out a table by these two numbers."""
    content = bytearray((ROSTERS / "hidden_row.xls").read_bytes())
    at = content.index(b"\x00\x02\x0e\x00")
    struct.pack_into("<IIHH", content, at + 4, 0, rows, 0, columns)
    return bytes(content)


@pytest.mark.parametrize("place", ["xfd300", "xFd300", "XFD00000300"])
def test_a_far_cell_is_seen_however_its_place_is_written(place):
    with pytest.raises(FarCell, match="XFD300"):
        read_content(a_package(far(place)))


def test_a_place_that_is_none_is_no_workbook():
    with pytest.raises(UnreadableRoster):
        read_content(a_package(far("300XFD")))


def test_two_sheets_of_one_name_are_refused_by_it():
    with pytest.raises(DoubleName, match="名单"):
        read_content(a_package(far("XFD300"), FIRST, names=["名单", "名单"]))


def test_a_strict_workbook_is_looked_through_like_any_other():
    told = "".join(f'<c r="{place}1" t="inlineStr"><is><t>x</t></is></c>' for place in "AB")
    hidden = '<row r="2" hidden="1"><c r="A2" t="str"><f>1+1</f><v>2</v></c></row>'

    (worksheet,) = read_content(a_package(f'<row r="1">{told}</row>{hidden}', relations=STRICT))

    assert (worksheet.hidden_rows, worksheet.rows[1][0].kind) == ({1}, "formula")
    with pytest.raises(FarCell):
        read_content(a_package(far("XFD300"), relations=STRICT))


def test_many_sheets_cost_what_one_of_their_size_would():
    corner = f'{FIRST}<row r="1000"><c r="CV1000"><v>1</v></c></row>'

    with pytest.raises(TooBig):
        read_content(a_package(*[corner] * 200))


@pytest.mark.parametrize("kind", ["value", "string-value", "boolean-value", "date-value"])
def test_what_an_ods_repeats_counts_without_a_kind_too(kind):
    cells = f'<table:table-cell table:number-columns-repeated="16384" office:{kind}="1"/>'

    with pytest.raises(UnreadableRoster) as refused:
        read_content(an_ods(ROW.format(' table:number-rows-repeated="300"', cells)))

    assert refused.type in (TooBig, FarCell)


def test_an_old_workbook_that_declares_a_table_without_end_is_refused():
    with pytest.raises(NeedsTooMuchMemory):
        read_content(an_xls_that_declares(65535 * 16, 65535))


def test_a_workbook_of_excel_95_is_told_to_be_so():
    content = (ROSTERS / "hidden_row.xls").read_bytes()

    with pytest.raises(reading.OfExcel95):
        read_content(content.replace(b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x10\x00\x00\x05"))


def test_a_list_of_sheets_that_fills_the_memory_is_refused(monkeypatch):
    limited(monkeypatch, memory=128 * 1024 * 1024)
    sheets = '<sheet name="a"/>' * 600_000

    with pytest.raises(NeedsTooMuchMemory):
        read_content(
            packed({"xl/workbook.xml": f"<workbook><sheets>{sheets}</sheets></workbook>",
                    "xl/_rels/workbook.xml.rels": "<R/>"})
        )  # fmt: skip


def test_a_csv_of_nothing_but_lines_is_refused():
    with pytest.raises(TooBig):
        read_content("姓名,身份证号\n".encode() + b"\n" * 9_000_000)


def test_a_reader_at_the_end_of_its_memory_is_a_refusal(monkeypatch):
    limited(monkeypatch, memory=26 * 1024 * 1024)

    with pytest.raises(NeedsTooMuchMemory):
        read_content("\n".join(",".join(row) for row in [PEOPLE[0], *[PEOPLE[1]] * 200_000]).encode())


def test_a_package_whose_entries_lie_over_each_other_is_no_workbook():
    with pytest.raises(UnreadableRoster):
        read_content(overlapping(a_package(FIRST)))


def test_a_package_in_a_package_is_never_unpacked():
    """A bomb of forty megabytes in a part that nobody reads."""
    bomb = packed({"bomb.xml": "0" * 40_000_000})

    (worksheet,) = read_content(with_part(a_package(FIRST), "xl/media/more.zip", bomb))

    assert [cell.text for cell in worksheet.rows[0]] == ["1"]


def overlapping(content: bytes, times: int = 50) -> bytes:
    """With many more entries in its directory, all of which point at the same bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        at = package.start_dir
        entries = [entry.filename for entry in package.infolist()]
    end = content.rindex(b"PK\x05\x06")
    directory = content[at:end]
    count, size = len(entries) * (times + 1), len(directory) * (times + 1)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, size, at, 0)
    return content[:at] + directory * (times + 1) + tail


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, part)
    return out.getvalue()
