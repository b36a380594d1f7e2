"""The answer to whoever sent the roster: one line a row, in a CSV that Excel opens and never runs.

Rows without a verdict follow at the end, with why they were left out.
"""

import csv
import io

from workers.imports.cells import inert
from workers.imports.importing import ImportSummary
from workers.imports.left_out import LeftOut, left_out_of
from workers.imports.verdicts import Verdict

COLUMNS = ["file_row", "verdict", "issues", "field", "message"]
LEFT_OUT = "left_out"
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a CSV without it for GBK


def report_text(summary: ImportSummary) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for told in (*map(line, summary.verdicts), *map(_left_out_line, left_out_of(summary.roster))):
        writer.writerow([inert(value) for value in told])
    return BYTE_ORDER_MARK + out.getvalue()


def line(verdict: Verdict) -> list[str]:
    return [verdict.row.label, verdict.verdict, verdict.issue_names, verdict.field, verdict.message]


def _left_out_line(row: LeftOut) -> list[str]:
    return [row.label, LEFT_OUT, row.why, "", row.words]
