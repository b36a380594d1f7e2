"""The answer to whoever sent the roster: one line a row, in a CSV that Excel opens and never runs.

Rows without a verdict follow at the end, with why they were left out. Kept are names of issues and their values: the
sentences are those of the reader's language, whoever saved the roster. Reports of earlier versions are kept as one
text: names of issues as JSON, or the CSV they were, in the language they were saved in.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TextIO

from workers.imports.cells import inert
from workers.imports.issues import Issue
from workers.imports.left_out import LeftOut
from workers.imports.packing import issues_of
from workers.imports.verdicts import Judged
from workers.models import RosterUpload

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


def rows_of(upload: RosterUpload) -> Iterator[KeptRow]:
    """In the order of the file."""
    told = upload.verdicts.order_by("no").values_list("label", "issues")
    return (KeptRow(label, issues_of(issues)) for label, issues in told.iterator(chunk_size=2000))


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
    """The report of an earlier version as a file."""
    if not report.startswith(KEPT_AS_CODES):
        return report
    out, (lines, left_out) = io.StringIO(newline=""), read(report)
    _write(out, (*map(_line, lines), *map(_left_out_line, left_out)))
    return out.getvalue()


def text(uploads: list[RosterUpload]) -> str:
    out = io.StringIO(newline="")
    write(out, uploads)
    return out.getvalue()


def write(out: TextIO, uploads: list[RosterUpload]) -> None:
    """Rows of several files are told apart by the names of these."""
    prefixes = [f"{upload.file_name}:" if len(uploads) > 1 else "" for upload in uploads]
    _write(out, chain.from_iterable(map(_told_of, uploads, prefixes)))


def _told_of(upload: RosterUpload, prefix: str) -> Iterator[list[str]]:
    for line in rows_of(upload):
        yield [prefix + line.label, *_line(line)[1:]]
    for label, why in upload.left_out:
        yield _left_out_line(LeftOut(prefix + label, why))


def _write(out: TextIO, rows: Iterable[list[str]]) -> None:
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([inert(value) for value in row] for row in rows)


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
