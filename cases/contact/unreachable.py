"""When somebody counts as unreachable: CALLS calls on DAYS days in BANDS parts of the day, VISITS visit, MESSAGES text.

Pure. `cases.selectors.attempts` reads what was tried.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.choices import Channel, Outcome
from cases.contact.time_bands import band_of
from kit.days import local_day
from kit.refusals import Refusal

CALLS, DAYS, BANDS, VISITS, MESSAGES = 3, 3, 2, 1, 1
WANTED = {"calls": CALLS, "days": DAYS, "bands": BANDS, "visits": VISITS, "messages": MESSAGES}
NOT_REACHED = frozenset({Outcome.NO_ANSWER, Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.VISITED_ABSENT})


@dataclass(frozen=True)
class Tally:
    """Calls without reaching anybody: how many, on how many days, in how many parts of the day."""

    calls: int
    days: int
    bands: int

    @property
    def calls_are_enough(self) -> bool:
        """Time to visit."""
        return self.calls >= CALLS and self.days >= DAYS and self.bands >= BANDS


@dataclass(frozen=True)
class Evidence(Tally):
    """Everything that was tried; `missing` is empty when it is enough to close the case."""

    visits: int
    messages: int

    @property
    def missing(self) -> dict[str, int]:
        gaps = {name: amount - getattr(self, name) for name, amount in WANTED.items()}
        return {name: gap for name, gap in gaps.items() if gap > 0}


class UnreachableNeedsEvidence(Refusal):
    """`missing` says what is still to be done: {"calls": 1, "days": 0, "bands": 1, "visits": 1, "messages": 0}."""

    message = format_lazy(
        _(
            "Unreachable needs {calls} calls on {days} days in {bands} parts of the day, "
            "{visits} visit and {messages} text message."
        ),
        **WANTED,
    )
    way_out = _("Do what is still missing, then close the case.")

    def __init__(self, message=None, *, way_out=None, missing=None):
        self.missing = missing or {}
        super().__init__(message, way_out=way_out)


def tally(attempts: Iterable) -> Tally:
    """Of contact attempts, or of anything with their `channel`, `outcome` and `happened_at`."""
    calls = [a.happened_at for a in attempts if a.channel == Channel.CALL and a.outcome in NOT_REACHED]
    days = {local_day(moment) for moment in calls}
    return Tally(len(calls), len(days), len({band_of(moment) for moment in calls}))


def evidence(attempts: Iterable, *, messages: int) -> Evidence:
    """`messages` is how many texts were sent meanwhile."""
    attempts = list(attempts)
    calls = tally(attempts)
    visits = sum(a.channel == Channel.VISIT and a.outcome in NOT_REACHED for a in attempts)
    return Evidence(calls.calls, calls.days, calls.bands, visits, messages)
