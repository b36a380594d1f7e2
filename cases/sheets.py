"""What an outcome sheet says before anything is pressed: when the next attempt would be, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from areas.models import Holiday
from cases import reasons
from cases.choices import OUTCOMES_OF, Channel
from cases.models import Case, ContactAttempt, WorkItem
from cases.next_attempt import NextAttempt, next_attempt
from cases.tallies import CALLS, NOT_REACHED, Tally, tally


@dataclass(frozen=True)
class Suggestion:
    """What happens after one outcome if the cadre changes nothing."""

    outcome: str
    at: datetime
    is_visit: bool
    why: str


@dataclass(frozen=True)
class TalkSheet:
    item: WorkItem | None
    calls: int
    calls_missing: int
    suggestions: list[Suggestion]
    now: datetime


def talk_sheet(case: Case, channel: str, now: datetime) -> TalkSheet:
    """3 queries: the open item, the attempts so far, the holidays."""
    attempts = list(standing_attempts(case))
    tried = tally(attempts)
    holidays = Holiday.objects.as_calendar()
    planned = (
        (outcome, next_attempt(
            outcome=outcome, channel=channel, happened_at=now, now=now,
            calls=with_this_call(tried, attempts, outcome, channel, now), holidays=holidays,
        ))
        for outcome in OUTCOMES_OF[channel]
    )  # fmt: skip
    return TalkSheet(
        item=WorkItem.objects.open().filter(case=case).first(),
        calls=tried.calls,
        calls_missing=max(CALLS - tried.calls, 0),
        suggestions=[suggestion(outcome, plan) for outcome, plan in planned if plan],
        now=now,
    )


def standing_attempts(case: Case) -> QuerySet:
    return case.attempts.standing().filter(happened_at__gte=case.last_reopened_at or case.opened_at)


def suggestion(outcome: str, plan: NextAttempt) -> Suggestion:
    return Suggestion(outcome, plan.at, plan.channel == Channel.VISIT, reasons.text_of(plan.reason, plan.data))


def with_this_call(tried: Tally, attempts, outcome: str, channel: str, now: datetime) -> Tally:
    """The tally as it will stand once this call is entered."""
    if channel != Channel.CALL or outcome not in NOT_REACHED:
        return tried
    return tally([*attempts, ContactAttempt(channel=channel, outcome=outcome, happened_at=now)])
