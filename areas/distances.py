"""How far it is from one division to another, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

from areas.gazetteer import places
from areas.ranges import Level

EARTH_KM = 6371


def straight_km(one: int, other: int) -> float | None:
    """None where the point of one of them is not known, or only stands in for it."""
    ends = [_point(code) for code in (one, other)]
    return None if None in ends else _haversine(*ends)


def _point(code: int) -> tuple[float, float] | None:
    """The place's own point; for a village, which has none, that of its township."""
    place = places()[code]
    return place.point or (places()[place.parent].point if place.level == Level.VILLAGE else None)


def _haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lon1, lat1), (lon2, lat2) = [(radians(lon), radians(lat)) for lon, lat in (one, other)]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
