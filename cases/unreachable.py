"""The evidence for "unreachable": 3 calls on 3 days in 2 parts of the day, 1 visit, 1 text message."""

from dataclasses import dataclass
from datetime import datetime

from cases.choices import Channel
from cases.local_time import local_day, start_of_day
from cases.models import Case, ContactAttempt
from cases.tallies import BANDS, CALLS, DAYS, NOT_REACHED, tally
from notifications.models import Message

VISITS, MESSAGES = 1, 1
LEFT_THE_HOUSE = ("sent", "delivered")


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

    @property
    def is_enough(self) -> bool:
        return not self.missing


def attempts_in_vain(case: Case) -> list[ContactAttempt]:
    """Since the case was opened (again) and since the last talk with the worker; undone entries do not count.

    What counts is when it happened: a call of the case's first life is no evidence in the second, however late it
    was written down.
    """
    since = case.last_reopened_at or start_of_day(local_day(case.opened_at))
    attempts = list(case.attempts.standing().filter(happened_at__gte=since).order_by("happened_at", "pk"))
    talks = [attempt.happened_at for attempt in attempts if attempt.is_two_way]
    return [attempt for attempt in attempts if not talks or attempt.happened_at > talks[-1]]


def evidence_of(case: Case) -> Evidence:
    """Messages count once they were sent; one that was held back reached nobody."""
    attempts = attempts_in_vain(case)
    visits = sum(a.channel == Channel.VISIT and a.outcome in NOT_REACHED for a in attempts)
    calls = tally(attempts)
    return Evidence(calls.calls, calls.days, calls.bands, visits, _messages_since(case, _since(case, attempts)))


def _since(case: Case, attempts: list[ContactAttempt]) -> datetime:
    return min([attempt.happened_at for attempt in attempts], default=case.last_reopened_at or case.opened_at)


def _messages_since(case: Case, since: datetime) -> int:
    sent = Message.objects.filter(worker_id=case.worker_id, state__in=LEFT_THE_HOUSE, sent_at__gte=since)
    return sent.count()
