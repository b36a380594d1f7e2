"""Parts of the day in which people can be called. Pure."""

from datetime import datetime, time
from enum import StrEnum

from kit.days import local_time


class Band(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


NOON, EVENING_BEGINS = time(12), time(18)
# when to call in each part: not before eight, not after nine in the evening
CALL_AT = {Band.MORNING: time(9), Band.AFTERNOON: time(14, 30), Band.EVENING: time(18, 30)}


def band_of(moment: datetime) -> Band:
    clock = local_time(moment)
    if clock < NOON:
        return Band.MORNING
    return Band.AFTERNOON if clock < EVENING_BEGINS else Band.EVENING
