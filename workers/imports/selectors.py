"""What the pages about a roster show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from areas.ranges import Level, code_at
from staff.models import User
from workers.imports import cutting, packing, rests, saving, taking_back
from workers.imports import report as report_kept
from workers.imports.cells import inert
from workers.imports.issues import NOT_SAVED, VERDICT_LABELS, VERDICTS
from workers.imports.judging import ASKING, RANKS
from workers.imports.left_out import HIDDEN_ROW, HIDDEN_WORKSHEET, IGNORED_WORKSHEET, LeftOut
from workers.imports.progress import Progress, progress_of
from workers.imports.questions import FOR_ALL, QUESTIONS, THE_FILE, Decisions, Option, Question
from workers.imports.report import KeptRow
from workers.imports.rows import judge
from workers.imports.staying import Counts, Staying
from workers.imports.tables import NOT_A_PERSON
from workers.imports.verdicts import Verdict
from workers.models import RosterUpload, RosterVerdict, Worker

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


@dataclass
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
    can_be_typed: bool = False
    """Its paper has no number of 18 digits, and the form of a new person takes over what else the row says."""

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
    heavy = ("content_cipher", "report", "people", "left_out", "told", "decisions", "disputed")
    return list(RosterUpload.objects.filter(by=by).defer(*heavy).order_by("-sent_at", "-pk")[:20])


def roster_page(upload: RosterUpload, *, by: User, chosen: str = "", first: int = 0) -> RosterPage:
    """Of rows that were judged; a few queries, however many there are."""
    if upload.report:
        return _page_of_an_earlier_version(upload, by, chosen, first)
    rest, told = rests.rest_of(upload), progress_of(upload)
    verdicts = _chosen(upload.verdicts.order_by("rank", "no"), chosen)
    left_out = [LeftOut(label, why) for label, why in upload.left_out]
    takes_hidden = upload.told.get("takes_hidden", False)
    hidden = [LeftOut(label, why) for label, why in upload.told.get("hidden", ())]
    return RosterPage(
        lines=_lines(verdicts[first : first + PAGE], upload, by, rest),
        total=upload.rows, saved=told.saved, chips=_chips(told.counts), chosen=chosen, first=first,
        found=_found(told, chosen), left_out=left_out, asked=0 if upload.is_saved else told.asking,
        at_once=[] if upload.is_saved else _at_once(upload), hidden=hidden if takes_hidden else _hidden_among(left_out),
        hidden_columns=upload.told.get("hidden_columns", []),
        damaged_headings=upload.told.get("damaged_headings", []), takes_hidden=takes_hidden, rest=rest,
        kept_until=_kept_until(rest or upload),
    )  # fmt: skip


@dataclass(frozen=True)
class TakeBackPage:
    """What taking a roster back would do, or left as it was; `kept_until` is the last moment to begin."""

    counts: Counts
    lines: list[Staying]
    next_after: int | None
    kept_until: datetime


def take_back_page(upload: RosterUpload, *, by: User, after: int = 0) -> TakeBackPage:
    """3 queries, the first over everybody of the roster."""
    scope = taking_back.scope_of(upload, by)
    lines, next_after = scope.staying(reader=by, after=after)
    return TakeBackPage(scope.counts(), lines, next_after, taking_back.kept_until(upload))


def _chosen(verdicts: QuerySet, chosen: str) -> QuerySet:
    if chosen == ASKED:
        return verdicts.filter(rank=ASKING)
    return verdicts.filter(rank__in=(ASKING, RANKS[chosen]), verdict=chosen) if chosen else verdicts


def _found(told: Progress, chosen: str) -> int:
    if chosen == ASKED:
        return told.asking
    return told.counts.get(chosen, 0) if chosen else sum(told.counts.values())


def _hidden_among(left_out: list[LeftOut]) -> list[LeftOut]:
    return [row for row in left_out if row.why in HIDDEN]


def _page_of_an_earlier_version(upload: RosterUpload, by: User, chosen: str, first: int) -> RosterPage:
    told, left_out = report_kept.read(upload.report)
    lines = [JudgedRow(line.label, "", line.verdict, line.field, line.message) for line in told]
    counts = Counter(line.verdict for line in lines)
    shown = sorted((line for line in lines if chosen in ("", line.verdict)), key=lambda line: RANKS[line.verdict])
    rest = rests.rest_of(upload)
    people = {inert(label): key for label, key in upload.people.items()}
    return RosterPage(
        lines=_with_people(shown[first : first + PAGE], people, by),
        total=len(lines), saved=upload.rows_saved, chips=_chips(counts), chosen=chosen, first=first, found=len(shown),
        left_out=left_out, asked=0, at_once=[], hidden=_hidden_among(left_out), hidden_columns=[], damaged_headings=[],
        takes_hidden=False, rest=rest, kept_until=_kept_until(rest or upload),
    )  # fmt: skip


def row_without_number(upload: RosterUpload, row: str, *, at: datetime) -> dict[str, str]:
    """What the form of a new person takes over from this row (a label as the page shows it); {} when nothing is.

    A roster that is saved has forgotten its people.
    """
    verdict = None if upload.is_saved else upload.verdicts.filter(label=row).first()
    return _without_number(_judged_alone(upload, verdict, at)) if verdict and _has_other_permit(verdict) else {}


def report_of(upload: RosterUpload) -> str:
    """Of what was saved, or of what would be, in the language of now."""
    return report_kept.text_of(upload.report) if upload.report else report_kept.text([upload])


def _lines(
    verdicts: Iterable[RosterVerdict], upload: RosterUpload, by: User, rest: RosterUpload | None
) -> list[JudgedRow]:
    verdicts = list(verdicts)
    registered = saving.registered_by_key(_asked_about(verdicts))
    left = _still_left(verdicts, upload, rest)
    lines = [_line(verdict, upload, registered, is_left=verdict.label in left) for verdict in verdicts]
    people = {verdict.label: verdict.worker_id for verdict in verdicts if upload.is_saved and verdict.is_saved}
    return _with_people(lines, people, by)


def _asked_about(verdicts: list[RosterVerdict]) -> set[int]:
    told = (each for verdict in verdicts for each in (verdict.asks, *(verdict.answered or ())) if each)
    return {key for _about, _name, _choices, keys, _has_number in told for key in keys}


def _still_left(verdicts: list[RosterVerdict], upload: RosterUpload, rest: RosterUpload | None) -> set[str]:
    """Labels of rows that were not saved with the others, and might have been."""
    if upload.cancelled_at and upload.is_saved:
        return {each.label for each in verdicts if not each.is_saved and each.verdict not in NOT_SAVED}
    if rest is None:
        return set()
    return set(rest.verdicts.filter(label__in=[each.label for each in verdicts]).values_list("label", flat=True))


def _line(verdict: RosterVerdict, upload: RosterUpload, registered: dict, *, is_left: bool) -> JudgedRow:
    kept = KeptRow(verdict.label, packing.issues_of(verdict.issues))
    answered = (packing.question_of(each, registered, name=verdict.name) for each in verdict.answered or ())
    return JudgedRow(
        verdict.label,
        verdict.name,
        verdict.verdict,
        kept.field,
        kept.message,
        packing.question_of(verdict.asks, registered, name=verdict.name) if verdict.asks else None,
        tuple(_answer(question, upload.decisions) for question in answered if question),
        is_left,
        can_be_typed=not upload.is_saved and _has_other_permit(verdict),
    )


def _has_other_permit(verdict: RosterVerdict) -> bool:
    return any(name == "id_permit_with_letters" for name, *_rest in verdict.issues)


def _judged_alone(upload: RosterUpload, verdict: RosterVerdict, at: datetime) -> Verdict:
    chunk = upload.chunks.filter(first__lte=verdict.no).order_by("-first").first()
    return judge(cutting.pack_of(chunk)[verdict.no - chunk.first], cutting.context_of(upload, at))


def _without_number(verdict: Verdict) -> dict[str, str]:
    person = verdict.person
    township = code_at(person.area, Level.TOWNSHIP) if person.area else ""
    return {"name": person.name, "township": str(township), "village": str(person.village or "")}


def _answer(question: Question, decisions: Decisions) -> Answer:
    chosen = question.answer(decisions)
    others = tuple(option for option in question.options if option is not chosen)
    return Answer(question, str(chosen.label) if chosen else "", question.own_answer(decisions) is None, others)


def _at_once(upload: RosterUpload) -> list[AtOnce]:
    """Questions that at least two rows ask, and those that were answered for all."""
    told = upload.verdicts.exclude(asks=None, answered=None).values_list("asks", "answered")
    asked, answers = [], []
    for asks, answered in told.iterator():
        asked += [packing.choices_of(asks)] if asks else []
        answers += [packing.choices_of(each) for each in answered or ()]
    given = Counter(each.name for each in answers if each.own_answer(upload.decisions) is None)
    found = [_one_at_once(name, asked, upload.decisions, given[name]) for name in FOR_ALL]
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


def _with_people(lines: list[JudgedRow], people: dict[str, int], by: User) -> list[JudgedRow]:
    """At most one query, and none before it is saved."""
    keys = {people[line.row] for line in lines if line.row in people}
    seen = Worker.objects.visible_to(by).only("name").in_bulk(keys) if keys else {}
    for line in lines:
        line.worker = seen.get(people.get(line.row))
    return lines


def _chips(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(verdict, str(VERDICT_LABELS[verdict]), counts[verdict]) for verdict in VERDICTS if counts.get(verdict)]
