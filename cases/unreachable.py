"""The evidence for "unreachable": 3 calls on 3 days in 2 parts of the day, 1 visit, 1 text message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.choices import Channel, Outcome
from cases.local_time import local_day
from cases.models import Case, ContactAttempt
from cases.time_bands import band_of
from notifications.models import Message

CALLS, DAYS, BANDS, VISITS, MESSAGES = 3, 3, 2, 1, 1
NOT_REACHED = frozenset({Outcome.NO_ANSWER, Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.VISITED_ABSENT})
DELIVERED_STATES = ("sent", "delivered")


@dataclass(frozen=True)
class Evidence:
    """How often it has been tried; `missing` is empty when it is enough."""

    calls: int
    days: int
    bands: int
    visits: int
    messages: int

    @property
    def missing(self) -> dict[str, int]:
        wanted = {"calls": CALLS, "days": DAYS, "bands": BANDS, "visits": VISITS, "messages": MESSAGES}
        gaps = {name: amount - getattr(self, name) for name, amount in wanted.items()}
        return {name: gap for name, gap in gaps.items() if gap > 0}


@dataclass(frozen=True)
class Tally:
    """Calls without reaching anybody: how many, on how many days, in how many parts of the day."""

    calls: int
    days: int
    bands: int

    @property
    def is_enough(self) -> bool:
        return self.calls >= CALLS and self.days >= DAYS and self.bands >= BANDS


def tally(attempts: Iterable[ContactAttempt]) -> Tally:
    calls = [a.happened_at for a in attempts if a.channel == Channel.CALL and a.outcome in NOT_REACHED]
    days: set[date] = {local_day(moment) for moment in calls}
    return Tally(len(calls), len(days), len({band_of(moment) for moment in calls}))


def evidence_of(case: Case) -> Evidence:
    """Counted since the case was last opened; undone entries do not count, nor messages that were never sent."""
    since = case.last_reopened_at or case.opened_at
    attempts = list(case.attempts.standing().filter(happened_at__gte=since))
    visits = sum(a.channel == Channel.VISIT and a.outcome in NOT_REACHED for a in attempts)
    messages = Message.objects.filter(
        worker_id=case.worker_id, state__in=DELIVERED_STATES, sent_at__gte=since
    ).count()
    calls = tally(attempts)
    return Evidence(calls.calls, calls.days, calls.bands, visits, messages)
