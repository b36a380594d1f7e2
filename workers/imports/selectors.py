"""What the pages about a roster show."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from staff.models import User
from workers.imports import rests
from workers.imports.cells import inert
from workers.imports.importing import ImportSummary, check_people
from workers.imports.issues import VERDICT_LABELS, VERDICTS
from workers.imports.questions import FOR_ALL, QUESTIONS, THE_FILE, Decisions, Option, Question, takes_hidden
from workers.imports.report import BYTE_ORDER_MARK, report_text
from workers.imports.tables import NOT_A_PERSON, Roster
from workers.imports.verdicts import Verdict
from workers.models import RosterUpload

PAGE = 100
MANY = 2
ASKED = "asked"
SHAPES = {
    "reject": "refused", "duplicate": "none", "review": "soon", "reject_field": "soon", "warn": "soon",
    "update_existing": "info", "accept_sanitised": "done", "accept_normalised": "done", "accept": "done",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """`is_for_all` when it was given for all rows that ask alike; `others` are what may be said of this row instead."""

    question: Question
    words: str
    is_for_all: bool
    others: tuple[Option, ...]


@dataclass(frozen=True)
class AtOnce:
    """One question that many rows ask. `offers` are (answer, words, rows it would answer); `given` is what was said of
    all, and how many rows it answers."""

    question: str
    words: str
    offers: list[tuple[str, str, int]]
    given: str
    answered: int


@dataclass(frozen=True)
class JudgedRow:
    row: str
    name: str
    verdict: str
    field: str
    message: str
    question: Question | None = None
    answers: tuple[Answer, ...] = ()
    is_left: bool = False

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
    `asked` rows wait for an answer, in `rest` once the others are saved; `hidden_...` were left out, or taken in when
    the sender said so."""

    lines: list[JudgedRow]
    total: int
    saved: int
    chips: list[tuple[str, str, int]]
    chosen: str
    first: int
    found: int
    passed_over: list[tuple[str, str]]
    asked: int
    at_once: list[AtOnce]
    hidden_worksheets: list[str]
    hidden_rows: list[str]
    hidden_columns: list[str]
    takes_hidden: bool
    rest: RosterUpload | None
    kept_until: datetime | None

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
    rest = rests.rest_of(upload)
    if upload.is_saved:
        roster, lines, saved = Roster([]), _reported(upload.report, rest), upload.rows_saved
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
        asked=sum(line.is_in(ASKED) for line in lines), at_once=_at_once(lines, upload.decisions),
        hidden_worksheets=roster.hidden_worksheets,
        hidden_rows=roster.hidden_rows, hidden_columns=roster.hidden_columns,
        takes_hidden=takes_hidden(upload.decisions), rest=rest, kept_until=_kept_until(rest or upload),
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
    return check_people(rests.roster_in(upload), by=by, at=at, decisions=upload.decisions)


def _line(verdict: Verdict, decisions: Decisions) -> JudgedRow:
    answers = tuple(_answer(question, decisions) for question in verdict.answered)
    return JudgedRow(
        verdict.row.label,
        verdict.person.name,
        verdict.verdict,
        verdict.field,
        verdict.message,
        verdict.question,
        answers,
    )


def _answer(question: Question, decisions: Decisions) -> Answer:
    chosen = question.answer(decisions)
    others = tuple(option for option in question.options if option is not chosen)
    return Answer(question, str(chosen.label), question.own_answer(decisions) is None, others)


def _at_once(lines: list[JudgedRow], decisions: Decisions) -> list[AtOnce]:
    """Questions that at least two rows ask, and those that were answered for all."""
    asked = [line.question for line in lines if line.question]
    given = Counter(answer.question.name for line in lines for answer in line.answers if answer.is_for_all)
    found = [_one_at_once(name, asked, decisions, given[name]) for name in FOR_ALL]
    return [one for one in found if one.given or one.offers]


def _one_at_once(name: str, asked: list[Question], decisions: Decisions, answered: int) -> AtOnce:
    alike = [question for question in asked if question.name == name]
    offers = [
        (said, str(words), count)
        for said, words in FOR_ALL[name].items()
        if (count := sum(question.answer_for_all(said) is not None for question in alike)) >= MANY
    ]
    said = decisions.get(THE_FILE, {}).get(name)
    return AtOnce(name, str(QUESTIONS[name]), offers, str(FOR_ALL[name].get(said, "")), answered)


def _kept_until(upload: RosterUpload) -> datetime | None:
    return upload.sent_at + rests.KEPT if upload.is_rest and not upload.is_saved else None


def _reported(report: str, rest: RosterUpload | None) -> list[JudgedRow]:
    left = {inert(row.label) for row in rests.unpacked(rest.content)} if rest else set()
    records = csv.DictReader(report.removeprefix(BYTE_ORDER_MARK).splitlines())
    return [
        JudgedRow(r["file_row"], "", r["verdict"], r["field"], r["message"], is_left=r["file_row"] in left)
        for r in records
    ]


def _chips(lines: list[JudgedRow]) -> list[tuple[str, str, int]]:
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in VERDICTS}
    return [(verdict, str(VERDICT_LABELS[verdict]), count) for verdict, count in counts.items() if count]
