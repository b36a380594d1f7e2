"""The answer to whoever sent the roster: one line a row, in a CSV that Excel opens and never runs.

Rows without a verdict follow at the end, with why they were left out. Kept are names of issues and their values: the
sentences are those of the reader's language, whoever saved the roster. Reports of earlier versions are kept as the CSV
they were, in the language they were saved in.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from workers.imports.cells import inert
from workers.imports.importing import ImportSummary
from workers.imports.issues import Issue
from workers.imports.left_out import LeftOut, left_out_of
from workers.imports.verdicts import Judged

COLUMNS = ["file_row", "verdict", "issues", "field", "message"]
LEFT_OUT = "left_out"
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a CSV without it for GBK
KEPT_AS_CODES = "{"


class ReportRow(Protocol):
    label: str
    verdict: str
    issue_names: str
    field: str
    message: str


@dataclass(frozen=True)
class KeptRow(Judged):
    """A row as it was kept."""

    label: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class OldRow:
    """A row of an earlier version's report."""

    label: str
    verdict: str
    issue_names: str
    field: str
    message: str


def report_text(summary: ImportSummary) -> str:
    return _text(_lines_of(summary), left_out_of(summary.roster))


def kept(summary: ImportSummary) -> str:
    """As it is stored: rows as [label, [[issue, field, {value by name}]]], those left out as [label, why]."""
    rows = [[line.label, [[i.name, i.field, dict(i.values)] for i in line.issues]] for line in _lines_of(summary)]
    left_out = [[row.label, row.why] for row in left_out_of(summary.roster)]
    return json.dumps({"rows": rows, LEFT_OUT: left_out}, ensure_ascii=False)


def read(report: str) -> tuple[list[ReportRow], list[LeftOut]]:
    """What was kept, with sentences in the language of now. Labels are as the report has them."""
    if not report.startswith(KEPT_AS_CODES):
        return _read_old(report)
    told = json.loads(report)
    lines = [
        KeptRow(inert(label), tuple(Issue(name, field, tuple(values.items())) for name, field, values in issues))
        for label, issues in told["rows"]
    ]
    return lines, [LeftOut(inert(label), why) for label, why in told[LEFT_OUT]]


def text_of(report: str) -> str:
    """The kept report as a file."""
    return _text(*read(report)) if report.startswith(KEPT_AS_CODES) else report


def _lines_of(summary: ImportSummary) -> list[KeptRow]:
    return [KeptRow(verdict.row.label, verdict.issues) for verdict in summary.verdicts]


def _text(lines: Iterable[ReportRow], left_out: Iterable[LeftOut]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for told in (*map(_line, lines), *map(_left_out_line, left_out)):
        writer.writerow([inert(value) for value in told])
    return BYTE_ORDER_MARK + out.getvalue()


def _line(line: ReportRow) -> list[str]:
    return [line.label, line.verdict, line.issue_names, line.field, line.message]


def _left_out_line(row: LeftOut) -> list[str]:
    return [row.label, LEFT_OUT, row.why, "", row.words]


def _read_old(report: str) -> tuple[list[ReportRow], list[LeftOut]]:
    records = list(csv.DictReader(io.StringIO(report.removeprefix(BYTE_ORDER_MARK), newline="")))
    lines = [
        OldRow(r["file_row"], r["verdict"], r["issues"], r["field"], r["message"])
        for r in records
        if r["verdict"] != LEFT_OUT
    ]
    return lines, [LeftOut(r["file_row"], r["issues"]) for r in records if r["verdict"] == LEFT_OUT]
