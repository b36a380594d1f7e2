"""What the pages about a roster show."""

import csv
from dataclasses import dataclass
from datetime import datetime

from staff.models import User
from workers.imports.importing import ImportSummary, check_roster
from workers.imports.issues import VERDICT_LABELS, VERDICTS
from workers.imports.questions import Decisions, Question, takes_hidden
from workers.imports.reading import read_content
from workers.imports.report import BYTE_ORDER_MARK, report_text
from workers.imports.tables import NOT_A_PERSON, Roster
from workers.imports.verdicts import Verdict
from workers.models import RosterUpload

PAGE = 100
ASKED = "asked"
SHAPES = {
    "reject": "refused", "duplicate": "none", "review": "soon", "reject_field": "soon", "warn": "soon",
    "update_existing": "info", "accept_sanitised": "done", "accept_normalised": "done", "accept": "done",
}  # fmt: skip


@dataclass(frozen=True)
class JudgedRow:
    row: str
    name: str
    verdict: str
    field: str
    message: str
    question: Question | None = None
    answers: tuple[tuple[Question, str], ...] = ()

    def is_in(self, chosen: str) -> bool:
        return self.question is not None if chosen == ASKED else self.verdict == chosen

    @property
    def shape(self) -> str:
        return SHAPES[self.verdict]

    @property
    def label(self) -> str:
        return str(VERDICT_LABELS[self.verdict])


@dataclass(frozen=True)
class RosterPage:
    """`chips` are (verdict, label, count), gravest first. Before saving the names are shown, afterwards rows only.
    `asked` rows wait for an answer; `hidden_...` were left out, or taken in when the sender said so."""

    lines: list[JudgedRow]
    total: int
    saved: int
    chips: list[tuple[str, str, int]]
    chosen: str
    first: int
    found: int
    passed_over: list[tuple[str, str]]
    asked: int
    hidden_worksheets: list[str]
    hidden_rows: list[str]
    hidden_columns: list[str]
    takes_hidden: bool

    @property
    def last(self) -> int:
        return self.first + len(self.lines)

    @property
    def previous(self) -> int:
        return max(self.first - PAGE, 0)


def recent_rosters(by: User) -> list[RosterUpload]:
    """Without their contents."""
    return list(RosterUpload.objects.filter(by=by).defer("content_cipher", "report").order_by("-sent_at", "-pk")[:20])


def roster_page(upload: RosterUpload, *, by: User, at: datetime, chosen: str = "", first: int = 0) -> RosterPage:
    """Judged afresh while it waits, so that the page tells what saving would do now."""
    if upload.is_saved:
        roster, lines, saved = Roster([]), _reported(upload.report), upload.rows_saved
    else:
        summary = _checked(upload, by, at)
        roster, saved = summary.roster, summary.saved
        lines = [_line(verdict, upload.decisions) for verdict in summary.verdicts]
    shown = [line for line in lines if line.is_in(chosen)] if chosen else lines
    shown = sorted(shown, key=lambda line: (line.question is None, VERDICTS.index(line.verdict)))
    return RosterPage(
        lines=shown[first : first + PAGE], total=len(lines), saved=saved, chips=_chips(lines), chosen=chosen,
        first=first, found=len(shown),
        passed_over=[(labels, str(NOT_A_PERSON[why])) for labels, why in _runs(roster.passed_over)],
        asked=sum(line.is_in(ASKED) for line in lines), hidden_worksheets=roster.hidden_worksheets,
        hidden_rows=roster.hidden_rows, hidden_columns=roster.hidden_columns,
        takes_hidden=takes_hidden(upload.decisions),
    )  # fmt: skip


def report_of(upload: RosterUpload, *, by: User, at: datetime) -> str:
    """The report as it was saved, or as it would be."""
    if upload.is_saved:
        return upload.report
    return report_text(_checked(upload, by, at).verdicts)


def _runs(passed_over: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rows that follow each other for the same reason as one: a sheet may end with a thousand blank ones."""
    runs: list[tuple[str, str, str]] = []
    for label, why in passed_over:
        first, last, reason = runs[-1] if runs else ("", "", "")
        if reason == why and _next_label(last) == label:
            runs[-1] = (first, label, why)
        else:
            runs.append((label, label, why))
    return [(first if first == last else f"{first}–{last}", why) for first, last, why in runs]


def _next_label(label: str) -> str:
    worksheet, mark, number = label.rpartition("!")
    return f"{worksheet}{mark}{int(number) + 1}"


def _checked(upload: RosterUpload, by: User, at: datetime) -> ImportSummary:
    return check_roster(read_content(upload.content), by=by, at=at, decisions=upload.decisions)


def _line(verdict: Verdict, decisions: Decisions) -> JudgedRow:
    answers = tuple((question, str(question.answer(decisions).label)) for question in verdict.answered)
    return JudgedRow(
        verdict.row.label,
        verdict.person.name,
        verdict.verdict,
        verdict.field,
        verdict.message,
        verdict.question,
        answers,
    )


def _reported(report: str) -> list[JudgedRow]:
    records = csv.DictReader(report.removeprefix(BYTE_ORDER_MARK).splitlines())
    return [JudgedRow(r["file_row"], "", r["verdict"], r["field"], r["message"]) for r in records]


def _chips(lines: list[JudgedRow]) -> list[tuple[str, str, int]]:
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in VERDICTS}
    return [(verdict, str(VERDICT_LABELS[verdict]), count) for verdict, count in counts.items() if count]
