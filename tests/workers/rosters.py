"""Rosters for tests: the two samples with their keys, and small ones made on the spot."""

import csv
import io
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from workers.imports.cells import Cell, cell_of
from workers.imports.comparing import compare_with_register
from workers.imports.opening import told_of
from workers.imports.rows import judge
from workers.imports.tables import RosterRow
from workers.imports.verdicts import Context

ROSTERS = Path(__file__).parent / "data" / "rosters"
SAMPLE_XLSX, SAMPLE_CSV = ROSTERS / "roster_sample.xlsx", ROSTERS / "roster_sample_gb18030.csv"
TODAY = date(2026, 11, 21)

HEADINGS = {
    "name": "姓名", "id_number": "身份证号", "sex": "性别", "phone": "联系电话", "address": "户籍地址",
    "status": "就业状态", "destination": "务工地点", "employer": "务工单位", "wage": "月工资", "industry": "行业",
    "lifted_out": "是否脱贫户", "date": "采集日期", "remark": "备注", "skills": "技能", "birth_date": "出生日期",
    "wish": "就业意愿", "wish_wage": "期望工资", "relocated": "是否搬迁户",
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
