"""Time limits that may be meant and are rarely. Pure: the terms of now and those to come are handed in."""

from enum import StrEnum

from cases.choices import Clock
from cases.queue.deadlines import Rule

LONGEST = 92  # days a step may take; the days at work of follow-ups reach further
LATEST_UP = 31  # days
FIRST_AT_WORK = 60  # days until somebody is asked for the first time


class Oddity(StrEnum):
    MUCH_LONGER = "much_longer"
    MUCH_SHORTER = "much_shorter"
    ASKED_LATE = "asked_late"
    TOLD_TO_NOBODY = "told_to_nobody"
    NOT_TO_TOWNSHIP = "not_to_township"
    NOT_TO_COUNTY = "not_to_county"
    GOES_UP_LATE = "goes_up_late"


def is_too_long(clock: str, rule: Rule) -> bool:
    return clock != Clock.FOLLOW_UP and rule.amount > LONGEST


def oddities(clock: str, before: Rule, after: Rule) -> list[Oddity]:
    """What whoever sets `after` is asked about once more. Of follow-ups, the rules of the first day at work."""
    return [*_of_time(clock, before, after), *_of_going_up(before, after)]


def _of_time(clock: str, before: Rule, after: Rule) -> list[Oddity]:
    if clock == Clock.FOLLOW_UP:
        return [Oddity.ASKED_LATE] if after.amount > max(FIRST_AT_WORK, before.amount) else []
    if after.amount > max(2 * before.amount, before.amount + 3):
        return [Oddity.MUCH_LONGER]
    return [Oddity.MUCH_SHORTER] if 3 * after.amount < before.amount else []


def _of_going_up(before: Rule, after: Rule) -> list[Oddity]:
    """Whom nobody told before, nobody has to be asked about."""
    later = [days for days in (after.township_days, after.county_days) if days]
    found = [Oddity.GOES_UP_LATE] if later and max(later) > LATEST_UP else []
    lost_township = bool(before.township_days) and not after.township_days
    lost_county = bool(before.county_days) and not after.county_days
    if not later and (lost_township or lost_county):
        return [Oddity.TOLD_TO_NOBODY]
    gone = [(lost_township, Oddity.NOT_TO_TOWNSHIP), (lost_county, Oddity.NOT_TO_COUNTY)]
    return [*found, *(oddity for is_gone, oddity in gone if is_gone)]
