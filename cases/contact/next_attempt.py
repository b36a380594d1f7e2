"""The outcome of a call or visit sets the next one. Pure: the table in `_NEXT`, the times from `time_bands`.

An attempt moves only the day on which to try again; the clock of the first contact runs on, and no attempt is planned
for later than that clock allows.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from areas.working_days import Calendar, add_working_days
from cases.choices import Channel, Outcome
from cases.contact.time_bands import CALL_AT, Band, band_of
from cases.contact.unreachable import Tally
from kit.days import end_of_day, local_day, local_moment, local_time

ANOTHER_BAND = {Band.MORNING: Band.EVENING, Band.AFTERNOON: Band.EVENING, Band.EVENING: Band.MORNING}
DAYS_AFTER_REFUSAL = 3
DAYS_AFTER_EMPTY_HOUSE = 2


@dataclass(frozen=True)
class NextAttempt:
    """`reason` is a word of `cases.reasons`."""

    at: datetime
    channel: str
    reason: str
    data: dict


def next_attempt(
    *,
    outcome: str,
    channel: str,
    happened_at: datetime,
    now: datetime,
    calls: Tally,
    holidays: Calendar,
    due_at: datetime,
    has_new_number: bool = False,
    awaits_result: bool = False,
) -> NextAttempt | None:
    """When and how to try again. `calls` counts this one too. After a talk with the worker None, but where the result
    of a recommendation is awaited: that is asked for again the next working day.

    A new number is called at once. Never in the past: an entry made from paper days later is planned from `now`.
    Never later than `latest_attempt`.
    """
    if outcome not in _NEXT and not awaits_result:
        return None
    if outcome == Outcome.WRONG_NUMBER and has_new_number:
        return NextAttempt(now, Channel.CALL, "new_number", {})
    plan = _NEXT.get(outcome, _ask_for_result_again)(_Tried(channel, happened_at, now, calls, holidays))
    return _in_time(plan, latest_attempt(due_at, now, holidays))


def latest_attempt(due_at: datetime, now: datetime, holidays: Calendar) -> datetime:
    """How long the clock lets the next attempt wait: until the step is due. Whoever is due today or late already is
    tried again by the end of the next working day."""
    if local_day(due_at) > local_day(now):
        return due_at
    return end_of_day(add_working_days(local_day(now), 1, holidays))


def _in_time(plan: NextAttempt, latest: datetime) -> NextAttempt:
    if plan.at <= latest:
        return plan
    clock = local_time(plan.at)
    return replace(plan, at=min(local_moment(local_day(latest), clock.hour, clock.minute), latest))


@dataclass(frozen=True)
class _Tried:
    channel: str
    happened_at: datetime
    now: datetime
    calls: Tally
    holidays: Calendar

    @property
    def today(self) -> date:
        return local_day(self.now)

    def on_day(self, day: date, at: time) -> datetime:
        return local_moment(day, at.hour, at.minute)


def _call_in_another_band(tried: _Tried) -> NextAttempt:
    """A morning call is tried again the same evening, an evening one the next morning; then it is time to visit."""
    data = {"calls": tried.calls.calls}
    if tried.calls.calls_are_enough:
        return NextAttempt(_next_working_morning(tried), Channel.VISIT, "visit_needed", data)
    band = ANOTHER_BAND[band_of(tried.happened_at)]
    when = tried.on_day(tried.today, CALL_AT[band])
    if when <= tried.now or _called_enough_today(tried):
        when += timedelta(days=1)
    return NextAttempt(when, Channel.CALL, "call_again", data)


def _called_enough_today(tried: _Tried) -> bool:
    """Two calls on one day are enough; three days are wanted anyway."""
    return tried.calls.calls > tried.calls.days


def _ask_for_number(tried: _Tried) -> NextAttempt:
    return NextAttempt(_next_working_morning(tried), Channel.VISIT, "ask_for_number", {})


def _ask_for_result_again(tried: _Tried) -> NextAttempt:
    return NextAttempt(_next_working_morning(tried), Channel.CALL, "result_not_known", {})


def _by_another_channel(tried: _Tried) -> NextAttempt:
    other = Channel.VISIT if tried.channel == Channel.CALL else Channel.CALL
    when = tried.on_day(tried.today + timedelta(days=DAYS_AFTER_REFUSAL), CALL_AT[Band.MORNING])
    return NextAttempt(when, other, "try_another_way", {})


def _tomorrow_evening(tried: _Tried) -> NextAttempt:
    when = tried.on_day(tried.today + timedelta(days=1), CALL_AT[Band.EVENING])
    return NextAttempt(when, Channel.CALL, "relative_spoken_to", {})


def _visit_again(tried: _Tried) -> NextAttempt:
    when = tried.on_day(tried.today + timedelta(days=DAYS_AFTER_EMPTY_HOUSE), CALL_AT[Band.MORNING])
    return NextAttempt(when, Channel.VISIT, "visit_again", {})


def _next_working_morning(tried: _Tried) -> datetime:
    return tried.on_day(add_working_days(tried.today, 1, tried.holidays), CALL_AT[Band.MORNING])


_NEXT = {
    Outcome.NO_ANSWER: _call_in_another_band,
    Outcome.SWITCHED_OFF: _call_in_another_band,
    Outcome.WRONG_NUMBER: _ask_for_number,
    Outcome.REFUSED: _by_another_channel,
    Outcome.SPOKE_TO_RELATIVE: _tomorrow_evening,
    Outcome.VISITED_ABSENT: _visit_again,
}
