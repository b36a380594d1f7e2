"""What the pages about a roster show."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from areas.ranges import Level, code_at
from staff.models import User
from workers.imports import report as report_kept
from workers.imports import rests
from workers.imports.cells import inert
from workers.imports.importing import ImportSummary, check_people
from workers.imports.issues import VERDICT_LABELS, VERDICTS
from workers.imports.left_out import (
    HIDDEN_ROW,
    HIDDEN_WORKSHEET,
    IGNORED_WORKSHEET,
    LeftOut,
    hidden_of,
    left_out_of,
)
from workers.imports.questions import FOR_ALL, QUESTIONS, THE_FILE, Decisions, Option, Question, takes_hidden
from workers.imports.tables import NOT_A_PERSON, Roster
from workers.imports.verdicts import Verdict
from workers.models import RosterUpload, Worker

PAGE = 100
MANY = 2
ASKED = "asked"
HIDDEN = (HIDDEN_ROW, HIDDEN_WORKSHEET)
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
    worker: Worker | None = None
    """Whom the saved row is about, for whoever may see them."""
    without_number: dict[str, str] | None = None
    """What the form of a new person takes over from a row whose paper has no number of 18 digits."""

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
    """`chips` are (verdict, label, count), gravest first. Before saving the names are shown, afterwards
    those of people whom the reader may see.
    `asked` rows wait for an answer, in `rest` once the others are saved; `left_out` rows have no verdict; `hidden` are
    among them, or taken in when the sender said so."""

    lines: list[JudgedRow]
    total: int
    saved: int
    chips: list[tuple[str, str, int]]
    chosen: str
    first: int
    found: int
    left_out: list[LeftOut]
    asked: int
    at_once: list[AtOnce]
    hidden: list[LeftOut]
    hidden_columns: list[str]
    damaged_headings: list[str]
    takes_hidden: bool
    rest: RosterUpload | None
    kept_until: datetime | None

    @property
    def last(self) -> int:
        return self.first + len(self.lines)

    @property
    def passed_over(self) -> list[LeftOut]:
        return [row for row in self.left_out if row.why in NOT_A_PERSON]

    @property
    def ignored_worksheets(self) -> list[LeftOut]:
        return [row for row in self.left_out if row.why == IGNORED_WORKSHEET]

    @property
    def hidden_worksheets(self) -> list[str]:
        return [row.worksheet for row in self.hidden if row.why == HIDDEN_WORKSHEET]

    @property
    def hidden_rows(self) -> list[str]:
        return [row.label for row in self.hidden if row.why == HIDDEN_ROW]

    @property
    def hidden_count(self) -> int:
        return sum(row.rows for row in self.hidden if row.why == HIDDEN_ROW)

    @property
    def previous(self) -> int:
        return max(self.first - PAGE, 0)


def recent_rosters(by: User) -> list[RosterUpload]:
    """Without their contents."""
    return list(
        RosterUpload.objects.filter(by=by).defer("content_cipher", "report", "people").order_by("-sent_at", "-pk")[:20]
    )


def roster_page(upload: RosterUpload, *, by: User, at: datetime, chosen: str = "", first: int = 0) -> RosterPage:
    """Judged afresh while it waits, so that the page tells what saving would do now."""
    rest = rests.rest_of(upload)
    if upload.is_saved:
        lines, left_out = _reported(upload.report, rest)
        roster, saved = Roster([]), upload.rows_saved
    else:
        summary = _checked(upload, by, at)
        roster, saved, left_out = summary.roster, summary.saved, left_out_of(summary.roster)
        lines = [_line(verdict, upload.decisions) for verdict in summary.verdicts]
    shown = [line for line in lines if line.is_in(chosen)] if chosen else lines
    shown = sorted(shown, key=lambda line: (line.question is None, VERDICTS.index(line.verdict)))
    return RosterPage(
        lines=_with_people(shown[first : first + PAGE], upload, by),
        total=len(lines), saved=saved, chips=_chips(lines), chosen=chosen, first=first, found=len(shown),
        left_out=left_out,
        asked=sum(line.is_in(ASKED) for line in lines), at_once=_at_once(lines, upload.decisions),
        hidden=hidden_of(roster) if roster.takes_hidden else [row for row in left_out if row.why in HIDDEN],
        hidden_columns=roster.hidden_columns, damaged_headings=roster.damaged_headings,
        takes_hidden=takes_hidden(upload.decisions), rest=rest, kept_until=_kept_until(rest or upload),
    )  # fmt: skip


def row_without_number(upload: RosterUpload, row: str, *, by: User, at: datetime) -> dict[str, str]:
    """What the form of a new person takes over from this row (a label as the page shows it); {} when nothing is.

    A roster that is saved has forgotten its people.
    """
    if upload.is_saved:
        return {}
    verdicts = _checked(upload, by, at).verdicts
    return next((_without_number(verdict) or {} for verdict in verdicts if verdict.row.label == row), {})


def report_of(upload: RosterUpload, *, by: User, at: datetime) -> str:
    """Of what was saved, or of what would be, in the language of now."""
    if upload.is_saved:
        return report_kept.text_of(upload.report)
    return report_kept.report_text(_checked(upload, by, at))


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
        without_number=_without_number(verdict),
    )


def _without_number(verdict: Verdict) -> dict[str, str] | None:
    if not any(issue.name == "id_permit_with_letters" for issue in verdict.issues):
        return None
    person = verdict.person
    township = code_at(person.area, Level.TOWNSHIP) if person.area else ""
    return {"name": person.name, "township": str(township), "village": str(person.village or "")}


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


def _reported(report: str, rest: RosterUpload | None) -> tuple[list[JudgedRow], list[LeftOut]]:
    still_asking = {inert(row.label) for row in rests.unpacked(rest.content)} if rest else set()
    told, left_out = report_kept.read(report)
    lines = [
        JudgedRow(line.label, "", line.verdict, line.field, line.message, is_left=line.label in still_asking)
        for line in told
    ]
    return lines, left_out


def _with_people(lines: list[JudgedRow], upload: RosterUpload, by: User) -> list[JudgedRow]:
    """At most one query, and none before it is saved."""
    people = {inert(label): key for label, key in upload.people.items()}
    keys = {people[line.row] for line in lines if line.row in people}
    seen = Worker.objects.visible_to(by).only("name").in_bulk(keys) if keys else {}
    return [replace(line, worker=seen.get(people.get(line.row))) for line in lines]


def _chips(lines: list[JudgedRow]) -> list[tuple[str, str, int]]:
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in VERDICTS}
    return [(verdict, str(VERDICT_LABELS[verdict]), count) for verdict, count in counts.items() if count]
