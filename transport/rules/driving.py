"""May these drivers drive this run? Pure. All durations are minutes.

The rules (Road Transport Regulation and the 2012 State Council opinion on road safety): at most 4 h at a
stretch by day and 2 h by night (22:00-06:00), then 20 minutes of rest; 8 h a driver in 24 h; a
long-distance coach stands still from 02:00 to 05:00, or the drivers are relieved.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

DAY_STRETCH = 240
NIGHT_STRETCH = 120
BREAK = 20
DAILY_LIMIT = 480
SHORTEST_STRETCH = 20
NIGHT = (time(22), time(6))
STANDSTILL = (time(2), time(5))
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """One driver at the wheel. `driver` counts from 0; None means nobody is left to drive it."""

    driver: int | None
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class DriverPlan:
    """The run, stretch by stretch, as the rules let these drivers drive it."""

    drivers: int
    stretches: tuple[Stretch, ...] = ()
    stops: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def missing(self) -> int:
        return self.driven_by(None)

    @property
    def is_allowed(self) -> bool:
        return not self.missing

    @property
    def arrives_at(self) -> datetime | None:
        return self.stretches[-1].ends_at if self.stretches else None

    def driven_by(self, driver: int | None) -> int:
        return sum(stretch.minutes for stretch in self.stretches if stretch.driver == driver)


def plan_drivers(*, departs_at: datetime, driving: int, drivers: int, night_stop: bool = False) -> DriverPlan:
    """Hand the wheel on as the rules demand. `departs_at` is local time; `night_stop` parks from 22:00 to 06:00.

    A driver's 8 hours come back only after a night stop: a seat on a moving coach is not rest.
    """
    plan, now, left = DriverPlan(drivers), departs_at.replace(second=0, microsecond=0), driving
    parked = NIGHT if night_stop else STANDSTILL
    while left:
        plan, now = _stand_still(plan, now, left, parked)
        driver, minutes = _next_stretch(plan, now, left, parked)
        ends_at = now + timedelta(minutes=minutes)
        plan = replace(plan, stretches=(*plan.stretches, Stretch(driver, now, ends_at)))
        now, left = ends_at + timedelta(minutes=BREAK), left - minutes
    return plan


def drivers_needed(*, departs_at: datetime, driving: int, night_stop: bool = False) -> int:
    """The smallest crew that may drive the run."""
    crew = 1
    while not plan_drivers(departs_at=departs_at, driving=driving, drivers=crew, night_stop=night_stop).is_allowed:
        crew += 1
    return crew


def runs_at_night(departs_at: datetime, arrives_at: datetime) -> bool:
    """Whether any part lies between 22:00 and 06:00, local time."""
    return _is_within(departs_at, NIGHT) or _until(departs_at, NIGHT[0]) < arrives_at


def minutes_between(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(minutes=1)


def _stand_still(plan: DriverPlan, now: datetime, left: int, parked: tuple[time, time]) -> tuple[DriverPlan, datetime]:
    """Park through the window, and a little early rather than drive the last few minutes before it."""
    before = minutes_between(now, _until(now, parked[0]))
    if not _is_within(now, parked) and before >= min(SHORTEST_STRETCH, left):
        return plan, now
    parked_at = plan.stretches[-1].ends_at if plan.stretches else now
    until = _until(now, parked[1])
    return replace(plan, stops=(*plan.stops, (parked_at, until))), until


def _next_stretch(plan: DriverPlan, now: datetime, left: int, parked) -> tuple[int | None, int]:
    """Who drives, and for how many minutes, before a break, a standstill or the end of the run."""
    longest = min(left, _longest_stretch(now), minutes_between(now, _until(now, parked[0])))
    crew = sorted(range(plan.drivers), key=lambda driver: _weariness(plan, driver, now))
    driver = crew[0] if crew else None
    rested = 0 if driver is None else DAILY_LIMIT - _driven_lately(plan, driver, now)
    if rested < min(SHORTEST_STRETCH, left):
        return None, longest
    return driver, min(longest, rested)


def _longest_stretch(now: datetime) -> int:
    """By day up to four hours, but never so far into the night that the stretch breaks the night rule."""
    if _is_within(now, NIGHT):
        return NIGHT_STRETCH
    return max(min(DAY_STRETCH, minutes_between(now, _until(now, NIGHT[0]))), NIGHT_STRETCH)


def _weariness(plan: DriverPlan, driver: int, now: datetime) -> tuple[bool, int, int]:
    """The one who just drove comes last, then whoever drove most."""
    just_drove = bool(plan.stretches) and plan.stretches[-1].driver == driver
    driven = _driven_lately(plan, driver, now)
    return (driven > DAILY_LIMIT - SHORTEST_STRETCH, driven + just_drove * DAY_STRETCH, driver)


def _driven_lately(plan: DriverPlan, driver: int, now: datetime) -> int:
    has_rested = any(minutes_between(*stop) >= DAILY_LIMIT for stop in plan.stops)
    since = now - DAY if has_rested else datetime.min.replace(tzinfo=now.tzinfo)
    return sum(
        minutes_between(max(stretch.starts_at, since), stretch.ends_at)
        for stretch in plan.stretches
        if stretch.driver == driver and stretch.ends_at > since
    )


def _is_within(moment: datetime, window: tuple[time, time]) -> bool:
    begins, ends = window
    clock = moment.timetz().replace(tzinfo=None)
    return begins <= clock < ends if begins < ends else clock >= begins or clock < ends


def _until(moment: datetime, clock: time) -> datetime:
    """The next time after `moment` that the clock shows `clock`."""
    target = moment.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return target if target > moment else target + DAY
