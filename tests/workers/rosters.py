"""Rosters for tests: the two samples with their keys, and small ones made on the spot."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.utils import timezone
from openpyxl import Workbook

from kit.days import local_day
from staff.roles import ABOVE_VILLAGE
from tests.workers.factories import make_id_number
from workers.imports import cutting, engine, uploads
from workers.imports.cells import Cell, cell_of
from workers.imports.comparing import adds_no_number, compare_with_register, first_others
from workers.imports.issues import VERDICTS
from workers.imports.judging import compared_with_register
from workers.imports.opening import told_of
from workers.imports.questions import takes_hidden
from workers.imports.reading import Worksheet, worksheets_in
from workers.imports.rows import judge, judge_all
from workers.imports.tables import Roster, RosterRow, find_people
from workers.imports.verdicts import Context, Verdict
from workers.models import RosterUpload

ROSTERS = Path(__file__).parent / "data" / "rosters"
SAMPLE_XLSX, SAMPLE_CSV = ROSTERS / "roster_sample.xlsx", ROSTERS / "roster_sample_gb18030.csv"
TODAY = date(2026, 11, 21)

HEADINGS = {
    "name": "姓名", "id_number": "身份证号", "sex": "性别", "phone": "联系电话", "address": "户籍地址",
    "status": "就业状态", "destination": "务工地点", "employer": "务工单位", "wage": "月工资", "industry": "行业",
    "lifted_out": "是否脱贫户", "date": "采集日期", "remark": "备注", "skills": "技能", "birth_date": "出生日期",
    "wish": "就业意愿", "wish_wage": "期望工资", "relocated": "是否搬迁户",
    "household_no": "户编号", "head_name": "户主姓名", "head_id": "户主身份证号", "relation": "与户主关系",
    "county": "县", "township": "乡镇", "village": "村", "group": "组",
}  # fmt: skip
GOOD = {
    "name": "王芳", "id_number": "522425198809199026", "phone": "13812345678", "address": "织金县猫场镇凤坪村",
    "status": "未就业", "date": "2026-11-01",
}  # fmt: skip


def key_of(path: Path) -> dict[str, dict]:
    """The expected line of every row, by file_row."""
    name = path.name.replace(".xlsx", "_key.csv").replace("_gb18030.csv", "_gb18030_key.csv")
    with (ROSTERS / name).open(encoding="utf-8-sig", newline="") as file:
        return {line["file_row"]: line for line in csv.DictReader(file)}


def a_row(*, typed=False, label="2", **cells) -> RosterRow:
    """A good row, with the cells that matter to a test. A field set to None has no column."""
    values = {name: value for name, value in {**GOOD, **cells}.items() if value is not None}
    given = {name: value if isinstance(value, Cell) else cell_of(told_of(value)) for name, value in values.items()}
    return RosterRow(label, given, {name: HEADINGS[name] for name in given}, typed)


def judged(*, typed=False, context=None, **cells):
    context = context or Context(TODAY)
    return compare_with_register(judge(a_row(typed=typed, **cells), context), context)


def verdict_of(*, typed=False, **cells) -> tuple[str, str, str]:
    """(verdict, issues, field), as the report has them."""
    verdict = judged(typed=typed, **cells)
    return verdict.verdict, verdict.issue_names, verdict.field


def an_xlsx(**worksheets: list[list]) -> bytes:
    """A workbook with these sheets; a value beginning with = becomes a real formula."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in worksheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Judgement:
    """A file judged as a whole, in memory."""

    verdicts: list[Verdict]
    roster: Roster

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(verdict.verdict for verdict in self.verdicts)
        return {name: counted[name] for name in VERDICTS if counted[name]}

    @property
    def saved(self) -> int:
        return sum(verdict.is_saved for verdict in self.verdicts)


def check_roster(worksheets, *, by=None, at, decisions=None) -> Judgement:
    """What the engine says of it chunk by chunk."""
    decisions = decisions or {}
    return check_people(
        find_people(worksheets, takes_hidden=takes_hidden(decisions)), by=by, at=at, decisions=decisions
    )


def check_people(roster: Roster, *, by=None, at, decisions) -> Judgement:
    ranges = None if by is None else by.ranges_as(*ABOVE_VILLAGE)
    context = Context(local_day(at), ranges=ranges, decisions=decisions)
    return Judgement(compare_records(compared_with_register(judge_all(roster.rows, context), context)), roster)


def import_roster(roster: Roster, *, by=None, at, size=5000) -> Judgement:
    """And saved, so many rows at once."""
    checked = check_people(roster, by=by, at=at, decisions={}).verdicts
    parts = [checked[start : start + size] for start in range(0, len(checked), size)]
    saved = [verdict for part in parts for verdict in engine.save_rows(part, households={}, by=by, at=at)[0]]
    return Judgement(saved, roster)


def compare_records(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Of two rows that would give one record different ID numbers neither is saved: one of the answers is wrong."""
    disputed = disputed_records(numbers_added(verdicts))
    return [
        adds_no_number(verdict, disputed[verdict.row.label]) if verdict.row.label in disputed else verdict
        for verdict in verdicts
    ]


def numbers_added(verdicts: Iterable[Verdict]) -> Iterator[tuple[int, str]]:
    """(worker, label) of each row that gives a record its ID number."""
    return ((v.existing.worker_id, v.row.label) for v in verdicts if v.adds_number and v.is_saved)


def disputed_records(added: Iterable[tuple[int, str]]) -> dict[str, list[str]]:
    """Label to the first others that give the same record a number, of a whole file in its order."""
    given = defaultdict(list)
    for worker_id, label in added:
        given[worker_id].append(label)
    disputed = {}
    for labels in given.values():
        for label in labels if len(labels) > 1 else ():
            disputed[label] = first_others(labels, label)
    return disputed


def read_content(content: bytes) -> list[Worksheet]:
    """The worksheets of a workbook, or one for a CSV. Raises a kind of UnreadableRoster."""
    return [replace(worksheet, rows=list(worksheet.rows)) for worksheet in worksheets_in(content)]


def read_file(path) -> list[Worksheet]:
    return read_content(path.read_bytes())


def some_people(count: int, first: int = 0, **said) -> list[dict]:
    named = ({"id_number": make_id_number(n=n), "name": f"王{chr(0x4E00 + n)}"} for n in range(first, first + count))
    return [{**GOOD, **each, **said} for each in named]


def sent_roster(by, rows: list[dict], *, size: int = 5000) -> RosterUpload:
    """Looked at, in chunks of so many rows."""
    titles = {name: HEADINGS[name] for row in rows for name in row}
    told = [[row.get(name) for name in titles] for row in rows]
    content = an_xlsx(花名册=[[*titles.values()], *told])
    upload = RosterUpload(by=by, file_name="名册.xlsx", sent_at=timezone.now())
    upload.seal(content)
    upload.save()
    cutting.cut(upload, worksheets_in(content), takes_hidden=False, at=timezone.now(), size=size)
    take_up(upload)
    return upload


def take_up(upload: RosterUpload) -> None:
    while engine.take_up_one(upload.pk, at=timezone.now()):
        pass


def saved_roster(by, rows: list[dict], **how) -> RosterUpload:
    upload = sent_roster(by, rows, **how)
    uploads.start_import(upload=upload, by=by, at=timezone.now())
    take_up(upload)
    upload.refresh_from_db()
    assert upload.is_saved
    return upload
