"""Every division in memory (7,000 rows, a few megabytes a process): naming a place, or its point, costs no query.

Divisions change by migration, a few times a decade; `forget()` drops the copy when they do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from areas.models import Area
from areas.ranges import Level

OWN_POINTS = (Area.PointMethod.SEAT, Area.PointMethod.TOWN_BOX, Area.PointMethod.TOWN_POINT)

_dependents: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True)
class Place:
    """The part of an Area that naming needs, without the database."""

    code: int
    level: str
    kind: str
    parent: int | None
    name: str
    short_name: str
    name_en: str
    lon: float | None
    lat: float | None
    point_method: str

    @property
    def point(self) -> tuple[float, float] | None:
        """Its own point; what only stands in for one is none."""
        return (float(self.lon), float(self.lat)) if self.point_method in OWN_POINTS else None

    @property
    def local_name(self) -> str:
        return self.short_name if self.level == Level.VILLAGE else self.name


@lru_cache(maxsize=1)
def places() -> dict[int, Place]:
    """Every division by code, in the order of codes: parents before their children."""
    columns = ("code", "level", "kind", "parent_id", "name", "short_name", "name_en", "lon", "lat", "point_method")
    return {row[0]: Place(*row) for row in Area.objects.order_by("code").values_list(*columns)}


def lineage(code: int) -> list[Place]:
    """From the province down to the place itself. An unknown code is a KeyError."""
    line: list[Place] = []
    place: Place | None = places()[code]
    while place is not None:
        line.append(place)
        place = places()[place.parent] if place.parent else None
    return line[::-1]


def children(code: int) -> list[Place]:
    return _by_parent().get(code, [])


def forget() -> None:
    places.cache_clear()
    for forget_more in _dependents:
        forget_more()


def depends_on_places(cached):
    """Marks an lru_cache built from `places()`, so that it is forgotten together with it."""
    _dependents.append(cached.cache_clear)
    return cached


@depends_on_places
@lru_cache(maxsize=1)
def _by_parent() -> dict[int | None, list[Place]]:
    found: dict[int | None, list[Place]] = {}
    for place in places().values():
        found.setdefault(place.parent, []).append(place)
    return found
