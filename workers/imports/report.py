"""The answer to whoever sent the roster: one line a row, in a CSV that Excel opens and never runs."""

import csv
import io
from collections.abc import Iterable

from workers.imports.cells import inert
from workers.imports.verdicts import Verdict

COLUMNS = ["file_row", "verdict", "issues", "field", "message"]
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a CSV without it for GBK


def report_text(verdicts: Iterable[Verdict]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for verdict in verdicts:
        writer.writerow([inert(value) for value in line(verdict)])
    return BYTE_ORDER_MARK + out.getvalue()


def line(verdict: Verdict) -> list[str]:
    return [verdict.row.label, verdict.verdict, verdict.issue_names, verdict.field, verdict.message]
