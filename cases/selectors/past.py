"""What an auditor reads: every line of a worker's journal with what it changed, and the path the case has taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from areas.selectors import place_name
from cases.choices import State
from cases.models import Case
from kit.days import local_day
from workers.choices import Sex, Status
from workers.journal import words as journal_words
from workers.models import JournalLine
from workers.register.journal import FIELDS

# written down this much later than it happened, a line says so; a day later it is worth a question
ENTERED_LATER = timedelta(minutes=10)
ENTERED_VERY_LATE = timedelta(days=1)

STATE_AFTER = {
    "case_opened": State.FLAGGED,
    "case_reopened": State.FLAGGED,
    "case_contacted": State.CONTACTED,
    "case_referred": State.REFERRED,
    "case_not_matched": State.CONTACTED,
    "case_placed": State.PLACED,
    "case_transported": State.TRANSPORTED,
    "case_transport_undone": State.PLACED,
    "case_fell_through": State.CONTACTED,
    "case_settled": State.SETTLED,
    "case_closed": State.CLOSED,
    "case_closed_after_talk": State.CLOSED,
}
UNDONE = "contact_undone"
ATTEMPT = "cases.contactattempt"


@dataclass(frozen=True)
class Change:
    """A fact before and after, in words; `before` is "" when it is new."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryLine:
    """`late` when it was entered later than it happened, `very_late` when by more than a day."""

    seq: int
    icon: str
    sentence: str
    note: str
    changes: tuple[Change, ...]
    happened_at: datetime
    entered_at: datetime
    late: bool
    very_late: bool
    who: str
    short_hash: str


@dataclass(frozen=True)
class Move:
    """One step of the case from a state (None: it was opened) to another, and the day it was entered."""

    source: str | None
    target: str
    on: date


@dataclass(frozen=True)
class History:
    """Lines newest first; moves of this case in order."""

    lines: tuple[HistoryLine, ...]
    moves: tuple[Move, ...]


def history(case: Case) -> History:
    """One query. The lines are the worker's, of every case and app; the moves are this case's."""
    walk = _Walk(case)
    told = [walk.tell(line) for line in _lines(case)]
    return History(tuple(reversed(told)), tuple(walk.moves))


def _lines(case: Case) -> Iterable[JournalLine]:
    return JournalLine.objects.filter(worker=case.worker_id).select_related("by").in_order()


class _Walk:
    """Goes along the lines from the first, so that each change knows what was before it."""

    def __init__(self, case: Case):
        self.case = case
        self.states: dict[int, str] = {}
        self.owners: dict[int, str] = {}
        self.before_attempt: dict[int, str] = {}
        self.moves: list[Move] = []

    def tell(self, line: JournalLine) -> HistoryLine:
        lag = line.entered_at - line.happened_at
        return HistoryLine(
            seq=line.seq,
            icon=journal_words.icon(line.what),
            sentence=journal_words.sentence(line.what, line.data),
            note=line.data.get("note") or "",
            changes=tuple(self._changes(line)),
            happened_at=line.happened_at,
            entered_at=line.entered_at,
            late=lag > ENTERED_LATER,
            very_late=lag > ENTERED_VERY_LATE,
            who=str(line.by) if line.by else str(journal_words.SYSTEM),
            short_hash=bytes(line.hash).hex()[:8],
        )

    def _changes(self, line: JournalLine) -> Iterable[Change]:
        if (state := self._state_after(line)) is not None:
            yield from self._move(line, state)
        if line.what in ("case_assigned", "case_changed_area") and line.data.get("owner"):
            yield from self._give(line)
        if line.what == "status_reported":
            yield _change(_("Status"), _status(line.data.get("previous")), _status(line.data.get("status")))
        if line.what == "worker_corrected":
            yield from _corrections(line.data.get("changed") or {})

    def _state_after(self, line: JournalLine) -> str | None:
        if line.what == UNDONE:
            return self.before_attempt.get(line.about_id)
        return STATE_AFTER.get(line.what)

    def _move(self, line: JournalLine, state: str) -> Iterable[Change]:
        case_id = line.data.get("case")
        before = self.states.get(case_id)
        if line.about_type == ATTEMPT and before:
            self.before_attempt[line.about_id] = before
        if state == before:
            return
        self.states[case_id] = state
        if case_id == self.case.pk:
            self.moves.append(Move(before, state, local_day(line.entered_at)))
        label = pgettext("of a case", "State")
        yield _change(label, str(State(before).label) if before else "", str(State(state).label))

    def _give(self, line: JournalLine) -> Iterable[Change]:
        case_id, owner = line.data.get("case"), line.data["owner"]
        before = self.owners.get(case_id, "")
        self.owners[case_id] = owner
        yield _change(_("Responsible"), before, owner)


def _change(label, before: str, after: str) -> Change:
    return Change(str(label), before, after)


def _corrections(changed: dict) -> Iterable[Change]:
    """{field: [before, after]}; numbers come masked."""
    for name, (before, after) in changed.items():
        yield _change(FIELDS.get(name, name), _spoken(name, before), _spoken(name, after))


def _spoken(name: str, value) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("area", "registered_area"):
        return place_name(value)
    if name == "sex":
        return str(Sex(value).label)
    return str(value)


def _status(value) -> str:
    return str(Status(value).label) if value in Status.values else ""
