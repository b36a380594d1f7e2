"""What happened, as a page tells it: each thing once, newest first, and under it what came with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from workers.journal import words
from workers.journal.words import Part
from workers.models import JournalLine

# written down this much later than it happened, a line says both times
ENTERED_LATER = timedelta(minutes=10)
# a text that leaves later than this was caused by something else
MOMENTS_AFTER = timedelta(minutes=2)
LINES_AN_ENTRY = 8


@dataclass(frozen=True)
class TimelineLine:
    """A journal line in words. `key` marks a real talk; `entered_at` is set only when it was entered later.

    `folded` are the lines that came with it: one press, one entry. Made for timeline_item.html.
    """

    seq: int
    what: str
    icon: str
    sentence: str
    detail: str
    key: bool
    late: bool
    happened_at: datetime
    entered_at: datetime | None
    written_at: datetime
    who: str
    short_hash: str
    folded: tuple["TimelineLine", ...] = ()


def journal_lines(worker_id: int, *, limit: int | None = None) -> tuple[TimelineLine, ...]:
    """The worker's journal in words, newest first, whichever app wrote it."""
    lines = JournalLine.objects.filter(worker=worker_id).select_related("by").newest_first()
    return tuple(_told(line) for line in lines[:limit])


def timeline(worker_id: int, *, limit: int | None = None) -> tuple[TimelineLine, ...]:
    """What was written in one moment is one entry; at most so many of them, None for all."""
    most = limit and limit * LINES_AN_ENTRY
    lines = journal_lines(worker_id, limit=most)
    moments = [list(group) for _moment, group in groupby(_with_what_came_after(lines), key=itemgetter(0))]
    entries = tuple(_entry([line for _moment, line in moment]) for moment in moments)
    is_cut = len(lines) == most
    return entries[: min(limit, len(entries) - is_cut) or 1] if limit else entries


def lines_told(entries: Sequence[TimelineLine]) -> int:
    return sum(1 + len(entry.folded) for entry in entries)


def _with_what_came_after(lines: Sequence[TimelineLine]) -> Iterator[tuple[datetime, TimelineLine]]:
    """Each line with the moment of its entry: a text that left at once belongs to what was entered before it."""
    waiting = []
    for line in lines:
        waiting.append(line)
        if words.part(line.what) is not Part.AFTERWARDS:
            yield from ((_moment_of(one, line), one) for one in waiting)
            waiting = []
    yield from ((line.written_at, line) for line in waiting)


def _moment_of(line: TimelineLine, cause: TimelineLine) -> datetime:
    return cause.written_at if line.written_at - cause.written_at <= MOMENTS_AFTER else line.written_at


def _entry(lines: list[TimelineLine]) -> TimelineLine:
    """With the note of any of its lines; all but the headline folds under it."""
    head = _headline(lines)
    folded = tuple(line for line in lines if line is not head)
    detail = head.detail or next((line.detail for line in folded if line.detail not in head.sentence), "")
    return replace(head, detail=detail, folded=folded)


def _headline(lines: list[TimelineLine]) -> TimelineLine:
    """The talk, or else what was first written of the worker: not of a text that the machine held back meanwhile."""
    said = [line for line in lines if words.part(line.what) in (Part.TALK, Part.DEED)]
    happened = [line for line in lines if words.part(line.what) not in (Part.MACHINE, Part.AFTERWARDS)]
    return said[0] if said else (happened or lines)[-1]


def _told(line: JournalLine) -> TimelineLine:
    is_late = line.entered_at - line.happened_at > ENTERED_LATER
    return TimelineLine(
        seq=line.seq,
        what=line.what,
        icon=words.icon(line.what),
        sentence=words.sentence(line.what, line.data),
        detail=words.note(line.what, line.data),
        key=words.part(line.what) is Part.TALK,
        late=is_late,
        happened_at=line.happened_at,
        entered_at=line.entered_at if is_late else None,
        written_at=line.entered_at,
        who=str(line.by) if line.by else str(words.SYSTEM),
        short_hash=bytes(line.hash).hex()[:8],
    )
