"""How often somebody has been called in vain. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.choices import Channel, Outcome
from cases.local_time import local_day
from cases.time_bands import band_of

CALLS, DAYS, BANDS = 3, 3, 2
NOT_REACHED = frozenset({Outcome.NO_ANSWER, Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.VISITED_ABSENT})


@dataclass(frozen=True)
class Tally:
    """Calls without reaching anybody: how many, on how many days, in how many parts of the day."""

    calls: int
    days: int
    bands: int

    @property
    def is_enough(self) -> bool:
        return self.calls >= CALLS and self.days >= DAYS and self.bands >= BANDS


def tally(attempts: Iterable) -> Tally:
    """Of contact attempts, or of anything with their `channel`, `outcome` and `happened_at`."""
    calls = [a.happened_at for a in attempts if a.channel == Channel.CALL and a.outcome in NOT_REACHED]
    days = {local_day(moment) for moment in calls}
    return Tally(len(calls), len(days), len({band_of(moment) for moment in calls}))
