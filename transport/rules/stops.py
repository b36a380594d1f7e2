"""Which stop is near, and who can be there in time. Pure: by the division tree, and by distance where that is known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from areas.ranges import WIDTHS, Level, Range, code_at, is_inside, range_of
from kit.days import local_day, local_moment

TOWNSHIP, COUNTY, PREFECTURE = 4, 3, 2
"""How many divisions two places of one township, county, prefecture share."""

ROAD = 1.4
"""Kilometres of mountain road for each as the crow flies."""

NEAR_KM = 20
KM_BY_GUESS = {TOWNSHIP: 10, COUNTY: 60, PREFECTURE: 150}
FARTHEST_KM = 400
GET_READY = timedelta(minutes=30)
KM_AN_HOUR = 30
WORK_BEGINS = 8


class StopLike(Protocol):
    area_id: int
    at: datetime


class NamedStop(StopLike, Protocol):
    name: str
    landmark: str


@dataclass(frozen=True)
class Way:
    """From home to a stop. `km` of road, None where it is not known; `shared` as `closeness` counts."""

    km: int | None
    shared: int

    @property
    def is_in_township(self) -> bool:
        return self.shared >= TOWNSHIP

    @property
    def is_near(self) -> bool:
        return self.is_in_township or (self.km is not None and self.km <= NEAR_KM)

    @property
    def takes(self) -> timedelta:
        """Packing, and a motorcycle or a country bus; a way that is not known is taken for a long one."""
        return GET_READY + timedelta(hours=self._km_reckoned / KM_AN_HOUR)

    @property
    def rank(self) -> tuple[bool, float]:
        """The larger the nearer."""
        return (self.is_in_township, -self._km_reckoned)

    @property
    def km_by_guess(self) -> int | None:
        """For a place whose point nobody knows: by the finest division that holds both; None beyond a prefecture."""
        return KM_BY_GUESS.get(min(self.shared, TOWNSHIP)) if self.km is None else None

    @property
    def is_in_county(self) -> bool:
        return self.shared >= COUNTY

    @property
    def _km_reckoned(self) -> int:
        return (self.km_by_guess or FARTHEST_KM) if self.km is None else self.km


def way_between(stop: int, home: int | None, straight_km: float | None) -> Way:
    shared = closeness(stop, home)
    is_known = straight_km is not None and shared < TOWNSHIP
    return Way(round(straight_km * ROAD) if is_known else None, shared)


def nearest_stop(stops: Sequence[StopLike], code: int | None) -> StopLike:
    """The stop sharing the finest division with the area; of equals the first, and the first when nothing is known."""
    return max(stops, key=lambda stop: closeness(stop.area_id, code))


def nearest_by_way(stops: Sequence[StopLike], way_to: Callable[[StopLike], Way]) -> StopLike:
    """Of equally near ones the first on the way."""
    return max(stops, key=lambda stop: way_to(stop).rank)


def likeness(one: NamedStop, other: NamedStop) -> int:
    """2 for the same place, 1 for another one of the same area, 0 for any other.

    Of two trips planned apart one may name the county where the other names the township, and the landmark with the
    name.
    """
    is_named_alike = _names_of(one) & _names_of(other) and closeness(one.area_id, other.area_id) >= COUNTY
    return 2 if is_named_alike else int(one.area_id == other.area_id)


def stop_like(stops: Sequence[NamedStop], known: NamedStop) -> NamedStop | None:
    """The stop of another trip that is most like the known one, None where none is."""
    alike = [stop for stop in stops if likeness(stop, known)]
    return max(alike, key=lambda stop: likeness(stop, known), default=None)


def stop_where_they_stand(stops: Sequence[NamedStop], known: NamedStop, way_to: Callable[[StopLike], Way]) -> NamedStop:
    """For people at the known stop: that stop, else the nearest to it."""
    return stop_like(stops, known) or nearest_by_way(stops, way_to)


def _names_of(stop: NamedStop) -> set[str]:
    return {"".join(name.split()).casefold() for name in (stop.name, stop.name + stop.landmark)}


def still_ahead(stops: Sequence[StopLike], at: datetime) -> Sequence[StopLike]:
    """Stops the vehicle has not left by plan; all of them once it should be gone, for it may be late."""
    return [stop for stop in stops if stop.at >= at] or stops


def within_reach(stops: Sequence[StopLike], way_to: Callable[[StopLike], Way], at: datetime) -> Sequence[StopLike]:
    """Stops that somebody who sets off from home now reaches before the vehicle leaves them."""
    return [stop for stop in stops if at + way_to(stop).takes <= stop.at]


def arrives_before_work(arrives_at: datetime, start_on: date | None, at: datetime) -> bool:
    """By eight on the first day. A job whose first day has come waits for them anyway."""
    if start_on is None or start_on <= local_day(at):
        return True
    return arrives_at <= local_moment(start_on, WORK_BEGINS)


def closeness(one: int, other: int | None) -> int:
    """0 for different provinces, 5 for the same village."""
    return 0 if other is None else sum(code_at(one, level) == code_at(other, level) for level in WIDTHS)


def goes_there(stops: Sequence[StopLike], place: int | None) -> bool:
    """Some stop lies in the prefecture of the place of work. An unknown place is not held against the trip."""
    if place is None:
        return True
    return any(is_inside(stop.area_id, [_city_of(place)]) for stop in stops)


def _city_of(place: int) -> Range:
    """The prefecture; all of the province where nothing finer was named."""
    level = Level.PROVINCE if place == code_at(place, Level.PROVINCE) else Level.PREFECTURE
    return range_of(code_at(place, level), level)


def cities_of(places: Iterable[int]) -> list[Range]:
    """The prefectures that hold them, for a query that asks as `goes_there` does."""
    return sorted({_city_of(place) for place in places})
