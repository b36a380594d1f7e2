"""The card that says whether the drivers may drive the run, and draws who drives when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from transport.driver_plans import driver_plan_of, minutes_at_the_wheel
from transport.models import Trip
from transport.rules import driving
from transport.rules.driving import BREAK, DAILY_LIMIT, NIGHT, STANDSTILL, minutes_between

WIDTH = 584
LEFT = 72
HOURS_BETWEEN_TICKS = 4


@dataclass(frozen=True)
class Block:
    x: float
    width: float
    words: str


@dataclass(frozen=True)
class Lane:
    """One driver's line of the drawing; `name` is empty for the line nobody drives."""

    name: str
    y: int
    minutes: int
    blocks: list[Block]
    joins_at: str = ""

    @property
    def hours(self) -> str:
        return hours_words(self.minutes)


@dataclass(frozen=True)
class DriverCard:
    """`missing` minutes nobody may drive; `needed` drivers would do. Coordinates are those of the drawing."""

    is_allowed: bool
    missing: int
    needed: int
    drivers: int
    driving: int
    arrives_at: datetime
    is_late: bool
    lanes: list[Lane]
    ticks: list[tuple[float, str]]
    parked: list[Block]
    nights: list[float]
    height: int

    @property
    def driving_hours(self) -> str:
        return hours_words(self.driving)

    @property
    def missing_hours(self) -> str:
        return hours_words(self.missing)

    @property
    def allowed_hours(self) -> str:
        return hours_words(self.drivers * DAILY_LIMIT)


def hours_words(minutes: int) -> str:
    """21, 4.5"""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def driver_card(trip: Trip) -> DriverCard | None:
    """None when there is nothing to check, see `driver_plan_of`."""
    plan = driver_plan_of(trip)
    if plan is None:
        return None
    departs_at, minutes = localtime(trip.departs_at), minutes_at_the_wheel(trip)
    scale = _Scale(departs_at, plan.arrives_at)
    crew = [*range(plan.drivers), None] if plan.missing else range(plan.drivers)
    lanes = [_lane(plan, scale, driver, trip) for driver in crew]
    return DriverCard(
        is_allowed=plan.is_allowed,
        missing=plan.missing,
        needed=driving.drivers_needed(departs_at=departs_at, driving=minutes, night_stop=trip.night_stop),
        drivers=plan.drivers,
        driving=minutes,
        arrives_at=plan.arrives_at,
        is_late=plan.arrives_at > trip.arrives_at + timedelta(minutes=BREAK),
        lanes=lanes,
        ticks=list(scale.ticks()),
        parked=[scale.block(*window) for window in scale.windows(NIGHT if trip.night_stop else STANDSTILL)],
        nights=[scale.x(moment) for window in scale.windows(NIGHT) for moment in window if scale.shows(moment)],
        height=len(lanes) * 40 + 16,
    )


def _lane(plan: driving.DriverPlan, scale: "_Scale", driver: int | None, trip: Trip) -> Lane:
    index = plan.drivers if driver is None else driver
    person = {"name": "", "joins_at": ""} if driver is None else trip.drivers[driver]
    blocks = [scale.block(s.starts_at, s.ends_at) for s in plan.stretches if s.driver == driver]
    return Lane(person["name"], 16 + 40 * index, plan.driven_by(driver), blocks, person.get("joins_at", ""))


class _Scale:
    """Time from left to right."""

    def __init__(self, begins: datetime, ends: datetime):
        self.begins, self.ends = begins, ends
        self.per_minute = WIDTH / max(minutes_between(begins, ends), 60)

    def x(self, moment: datetime) -> float:
        return round(LEFT + minutes_between(self.begins, moment) * self.per_minute, 1)

    def shows(self, moment: datetime) -> bool:
        return self.begins < moment < self.ends

    def block(self, begins: datetime, ends: datetime) -> Block:
        begins, ends = max(begins, self.begins), min(ends, self.ends)
        return Block(self.x(begins), round(self.x(ends) - self.x(begins), 1), f"{begins:%H:%M}–{ends:%H:%M}")

    def ticks(self):
        moment = self.begins
        while moment <= self.ends:
            yield self.x(moment), f"{moment:%H:%M}"
            moment += timedelta(hours=HOURS_BETWEEN_TICKS)

    def windows(self, clock):
        """Each time of day of the kind that the journey meets, as (begins, ends)."""
        day = self.begins.replace(hour=0, minute=0) - timedelta(days=1)
        while day < self.ends:
            begins = day.replace(hour=clock[0].hour)
            ends = day.replace(hour=clock[1].hour) + timedelta(days=clock[1] < clock[0])
            if begins < self.ends and ends > self.begins:
                yield begins, ends
            day += timedelta(days=1)
