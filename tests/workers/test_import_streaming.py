"""People come out of a file one after the other: the same as when it is read as a whole."""

import json

import pytest
from openpyxl import Workbook

from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, an_xlsx, read_content
from tests.workers.test_import_extents import limited, saved
from workers.imports import reading
from workers.imports.reading import DamagedFile, NeedsTooMuchMemory, UnreadableRoster, worksheets_in
from workers.imports.tables import EverybodyIsHidden, NobodyInIt, NoHeading, find_people, people_in

TITLES, PERSON = [HEADINGS[name] for name in GOOD], list(GOOD.values())


def one_by_one(content: bytes, **asked):
    roster, people = people_in(worksheets_in(content), **asked)
    rows = list(people)
    return rows, roster


def whole(content: bytes, **asked):
    roster = find_people(read_content(content), **asked)
    return roster.rows, roster


def told(read, content: bytes, **asked) -> tuple:
    try:
        rows, roster = read(content, **asked)
    except UnreadableRoster as refusal:
        return (type(refusal),)
    return rows, {name: value for name, value in vars(roster).items() if name != "rows"}


@pytest.mark.parametrize("takes_hidden", [False, True])
@pytest.mark.parametrize("file", sorted(ROSTERS.glob("*.[cx]*")), ids=lambda path: path.name)
def test_one_after_the_other_they_are_the_same(file, takes_hidden):
    content = file.read_bytes()

    assert told(one_by_one, content, takes_hidden=takes_hidden) == told(whole, content, takes_hidden=takes_hidden)


def test_what_is_written_once_for_many_rows_is_handed_down_as_they_come():
    workbook = Workbook()
    worksheet = workbook.active
    for row in ([*TITLES], PERSON, *[[PERSON[0], PERSON[1]]] * 4):
        worksheet.append(row)
    address, phone = TITLES.index("户籍地址") + 1, TITLES.index("联系电话") + 1
    worksheet.merge_cells(start_row=2, end_row=4, start_column=address, end_column=address)
    worksheet.merge_cells(start_row=2, end_row=900, start_column=phone, end_column=phone)
    content = saved(workbook)

    rows, _roster = one_by_one(content)

    assert [row.cell("address").text for row in rows] == [GOOD["address"]] * 3 + [""] * 2
    assert [row.cell("phone").text for row in rows] == [GOOD["phone"]] * 5
    assert told(one_by_one, content) == told(whole, content)


def test_people_of_several_sheets_are_called_by_their_sheets():
    content = an_xlsx(甲=[TITLES, PERSON], 说明=[["一人一行"]], 乙=[TITLES, PERSON])

    rows, roster = one_by_one(content)

    assert ([row.label for row in rows], roster.ignored_worksheets) == (["甲!2", "乙!2"], ["说明"])


@pytest.mark.parametrize(
    "rows, refusal", [([["说明"]], NoHeading), ([TITLES], NobodyInIt), ([TITLES, ["合计", "1"]], NobodyInIt)]
)
def test_a_file_without_people_is_refused_at_its_end(rows, refusal):
    with pytest.raises(refusal):
        one_by_one(an_xlsx(表=rows))


def test_hidden_people_alone_are_refused_too():
    workbook = Workbook()
    for row in (TITLES, PERSON):
        workbook.active.append(row)
    workbook.active.row_dimensions[2].hidden = True

    with pytest.raises(EverybodyIsHidden):
        one_by_one(saved(workbook))


def test_the_first_people_come_before_the_last_are_read(monkeypatch):
    """The reader ends without its last word; what came before is not taken for all."""
    monkeypatch.setattr(reading, "OPENER", "tests.kit.opened_badly")
    limited(monkeypatch, memory=64 * 1024 * 1024, seconds=1, wait=60, told=100_000)
    said = [{"name": "", "is_alone": True}, {"rows": [TITLES, *[PERSON] * 60]}]

    _roster, people = people_in(worksheets_in("".join(f"{json.dumps(each)}\n" for each in said).encode()))

    assert next(people).label == "2"
    with pytest.raises(DamagedFile):
        list(people)


def test_a_reader_that_dies_between_two_rows_is_a_refusal(monkeypatch):
    limited(monkeypatch, memory=26 * 1024 * 1024)
    people = "\n".join(",".join(row) for row in [TITLES, *[PERSON] * 200_000])

    with pytest.raises(NeedsTooMuchMemory):
        one_by_one(people.encode())


@pytest.mark.parametrize(
    "said",
    [
        {"rows": 5}, {"rows": [5]}, {"rows": [["1"], [["1"]]]}, {"stray_quotes": ["1"], "joined_lines": []},
        {"stray_quotes": [], "joined_lines": [[1, 2]]}, {"rows": [["1"] * 6]}, {"rows": [], "name": ""},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_what_is_said_of_rows_is_looked_through(monkeypatch, said):
    limited(monkeypatch, cells=6)
    monkeypatch.setattr(reading, "heard", lambda *_args, **_limits: (each for each in [{"name": ""}, said]))

    with pytest.raises(DamagedFile):
        read_content(b"x")
