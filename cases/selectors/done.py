"""What somebody has entered today: calls, visits and follow-ups, each to be taken back while that is still possible."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from areas.selectors import place_name
from cases.choices import TWO_WAY_OUTCOMES, FollowUpResult
from cases.models import ContactAttempt, FollowUp
from cases.querysets import ContactAttemptQuerySet, FollowUpQuerySet
from kit.days import start_of_day
from staff.models import User

REACHED = TWO_WAY_OUTCOMES | (frozenset(FollowUpResult.values) - {FollowUpResult.NOT_REACHED})


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
    """`attempt_id` is set when nothing has happened to the case since, so that the entry can be taken back."""

    case_id: int
    name: str
    place: str
    words: str
    reached: bool
    at: datetime
    attempt_id: int | None


def count_done(user: User, today: date) -> DoneCount:
    """One query."""
    outcomes = _attempts(user, today).values_list("outcome")
    results = _follow_ups(user, today).values_list("result")
    said = [word for (word,) in outcomes.order_by().union(results.order_by(), all=True)]
    reached = sum(word in REACHED for word in said)
    return DoneCount(reached, len(said) - reached)


def done_today(user: User, today: date) -> tuple[DoneEntry, ...]:
    """Newest first. 2 queries."""
    last = ContactAttempt.objects.standing().filter(case=OuterRef("case")).order_by("-pk").values("pk")[:1]
    attempts = _attempts(user, today).select_related("case__worker").annotate(last=Subquery(last))
    follow_ups = _follow_ups(user, today).select_related("case__worker")
    entries = [_of_attempt(a) for a in attempts] + [_of_follow_up(f) for f in follow_ups]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _attempts(user: User, today: date) -> ContactAttemptQuerySet:
    return ContactAttempt.objects.standing().filter(by=user, entered_at__gte=start_of_day(today))


def _follow_ups(user: User, today: date) -> FollowUpQuerySet:
    return FollowUp.objects.filter(by=user, entered_at__gte=start_of_day(today))


def _of_attempt(attempt: ContactAttempt) -> DoneEntry:
    case = attempt.case
    is_undoable = attempt.last == attempt.pk and attempt.state_after == case.state and not attempt.has_ended_a_job
    return DoneEntry(
        case_id=case.pk,
        name=case.worker.name,
        place=place_name(case.area_id),
        words=attempt.told,
        reached=attempt.is_two_way,
        at=attempt.entered_at,
        attempt_id=attempt.pk if is_undoable else None,
    )


def _of_follow_up(row: FollowUp) -> DoneEntry:
    return DoneEntry(
        case_id=row.case_id,
        name=row.case.worker.name,
        place=place_name(row.case.area_id),
        words=row.get_result_display(),
        reached=row.result in REACHED,
        at=row.entered_at,
        attempt_id=None,
    )
