"""What somebody has entered today: calls, visits and follow-ups, each to be taken back while that is still possible."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest

from areas.selectors import place_name
from cases.choices import TWO_WAY_OUTCOMES, FollowUpResult
from cases.models import ContactAttempt, FollowUpEntry
from cases.querysets import EntryQuerySet
from kit.days import start_of_day
from staff.models import User

REACHED = TWO_WAY_OUTCOMES | (frozenset(FollowUpResult.values) - {FollowUpResult.NOT_REACHED})
Entry = ContactAttempt | FollowUpEntry


@dataclass(frozen=True)
class DoneCount:
    """Entries of the day: talks with the worker, and everything else."""

    reached: int
    missed: int

    @property
    def all(self) -> int:
        return self.reached + self.missed


@dataclass(frozen=True)
class DoneEntry:
    """`undoable` is set when nothing has happened to the case since, so that the entry can be taken back."""

    case_id: int
    name: str
    place: str
    words: str
    reached: bool
    at: datetime
    undoable: Entry | None


def count_done(user: User, today: date) -> DoneCount:
    """One query."""
    outcomes = _of_today(ContactAttempt, user, today).values_list("outcome")
    results = _of_today(FollowUpEntry, user, today).values_list("result")
    said = [word for (word,) in outcomes.order_by().union(results.order_by(), all=True)]
    reached = sum(word in REACHED for word in said)
    return DoneCount(reached, len(said) - reached)


def done_today(user: User, today: date) -> tuple[DoneEntry, ...]:
    """Newest first, tries in vain included. 2 queries."""
    entries = [entry for kind in (ContactAttempt, FollowUpEntry) for entry in _with_the_last(kind, user, today)]
    return tuple(sorted(map(_told, entries), key=lambda entry: entry.at, reverse=True))


def _of_today(kind: type[Entry], user: User, today: date) -> EntryQuerySet:
    return kind.objects.standing().filter(by=user, entered_at__gte=start_of_day(today))


def _with_the_last(kind: type[Entry], user: User, today: date) -> EntryQuerySet:
    """Each with the last one about its case, and when there was one of either kind."""
    last_at = Greatest(_last(ContactAttempt, "entered_at"), _last(FollowUpEntry, "entered_at"))
    entries = _of_today(kind, user, today).select_related("case__worker")
    return entries.annotate(last_at=last_at, last_pk=_last(kind, "pk"))


def _last(kind: type[Entry], column: str) -> Subquery:
    return Subquery(kind.objects.standing().filter(case=OuterRef("case")).order_by("-pk").values(column)[:1])


def _told(entry: Entry) -> DoneEntry:
    case = entry.case
    is_last = (entry.pk, entry.entered_at) == (entry.last_pk, entry.last_at)
    is_undoable = is_last and entry.state_after == case.state and not entry.has_ended_a_job
    return DoneEntry(
        case_id=case.pk,
        name=case.worker.name,
        place=place_name(case.area_id),
        words=entry.told,
        reached=entry.is_reached,
        at=entry.entered_at,
        undoable=entry if is_undoable else None,
    )
