"""What an auditor reads: every line of a worker's journal with what it changed, and the path the case has taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from areas.selectors import place_name
from cases.models import Case, CaseMove
from workers.choices import Sex, Status
from workers.journal import words as journal_words
from workers.models import JournalLine
from workers.register.journal import FIELDS

# written down this much later than it happened, a line says so; a day later it is worth a question
ENTERED_LATER = timedelta(minutes=10)
ENTERED_VERY_LATE = timedelta(days=1)


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
class History:
    """Lines newest first; moves of this case in order."""

    lines: tuple[HistoryLine, ...]
    moves: tuple[CaseMove, ...]


def history(case: Case) -> History:
    """Two queries. The lines are the worker's, of every case and app; the moves are this case's."""
    moves = list(CaseMove.objects.filter(case__worker=case.worker_id).order_by("pk"))
    walk = _Walk({move.line_id: move for move in moves})
    lines = JournalLine.objects.filter(worker=case.worker_id).select_related("by").in_order()
    told = [walk.tell(line) for line in lines]
    return History(tuple(reversed(told)), tuple(move for move in moves if move.case_id == case.pk))


class _Walk:
    """Goes along the lines from the first, so that each new owner stands with the one before."""

    def __init__(self, moves: dict[int | None, CaseMove]):
        self.moves = moves
        self.owners: dict[int, str] = {}

    def tell(self, line: JournalLine) -> HistoryLine:
        lag = line.entered_at - line.happened_at
        return HistoryLine(
            seq=line.seq,
            icon=journal_words.icon(line.what),
            sentence=journal_words.sentence(line.what, line.data),
            note=journal_words.note(line.what, line.data),
            changes=tuple(self._changes(line)),
            happened_at=line.happened_at,
            entered_at=line.entered_at,
            late=lag > ENTERED_LATER,
            very_late=lag > ENTERED_VERY_LATE,
            who=str(line.by) if line.by else str(journal_words.SYSTEM),
            short_hash=bytes(line.hash).hex()[:8],
        )

    def _changes(self, line: JournalLine) -> Iterable[Change]:
        if move := self.moves.get(line.pk):
            label = pgettext("of a case", "State")
            yield _change(label, move.get_from_state_display(), move.get_to_state_display())
        if line.what in ("case_assigned", "case_changed_area") and "owner" in line.data:
            yield from self._give(line)
        if line.what == "status_reported":
            yield _change(_("Status"), _status(line.data.get("previous")), _status(line.data.get("status")))
        if line.what == "worker_corrected":
            yield from _corrections(line.data.get("changed") or {})

    def _give(self, line: JournalLine) -> Iterable[Change]:
        case_id, owner = line.data.get("case"), line.data["owner"] or ""
        before = line.data.get("was", self.owners.get(case_id, ""))
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
