"""The townships and villages somebody may register people in, for a pair of selects. Costs no query."""

from functools import lru_cache

from areas.gazetteer import Place, depends_on_places, places
from areas.ranges import Level, Range, is_inside, range_of
from areas.selectors import spoken

Choice = tuple[int, str]


def townships_in(ranges: tuple[Range, ...]) -> list[Choice]:
    """Those inside the ranges, and those that contain a village of the ranges."""
    found = (place for place in _townships() if _meets(place, ranges))
    return [(place.code, spoken(place)) for place in found]


def villages_of(township: int, ranges: tuple[Range, ...]) -> list[Choice]:
    """Villages of one township inside the ranges."""
    found = (place for place in _villages().get(township, ()) if is_inside(place.code, ranges))
    return [(place.code, spoken(place)) for place in found]


def township_of(code: int) -> int | None:
    """Of a village or of itself; None for anything wider."""
    place = places()[code]
    return {Level.VILLAGE: place.parent, Level.TOWNSHIP: code}.get(place.level)


def _meets(township: Place, ranges: tuple[Range, ...]) -> bool:
    low, high = range_of(township.code, township.level)
    return any(low < other_high and other_low < high for other_low, other_high in ranges)


@depends_on_places
@lru_cache(maxsize=1)
def _townships() -> list[Place]:
    return [place for place in places().values() if place.level == Level.TOWNSHIP]


@depends_on_places
@lru_cache(maxsize=1)
def _villages() -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for place in places().values():
        if place.level == Level.VILLAGE:
            found.setdefault(place.parent, []).append(place)
    return found
