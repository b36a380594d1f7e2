"""Where villages of the demo lie on the map: beside their township, each at a place of its own. Pure, and invented."""

import random
from decimal import Decimal
from math import cos, pi, radians, sin

from areas.models import Area
from areas.ranges import Level

Method = Area.PointMethod
STAND_INS = (Method.TOWNSHIP, Method.COUNTY_SEAT, Method.PREFECTURE)
KM_A_DEGREE = 111.32
TO_A_TOWN, TO_A_VILLAGE = (8, 24), (0.5, 4)
"""Kilometres from the county seat to a township without a point of its own, and from there to its villages."""

Point = tuple[Decimal, Decimal]


def centre_of(town: Area) -> Point:
    """Longitude and latitude; invented where the township's own are not known."""
    here = (town.lon, town.lat)
    return beside(here, TO_A_TOWN, town.pk) if town.point_method in STAND_INS else here


def point_of(area: Area, centres: dict[int, Point]) -> Point:
    """`centres` by the code of the township."""
    if area.level == Level.TOWNSHIP:
        return centres[area.pk]
    return beside(centres[area.parent_id], TO_A_VILLAGE, area.pk)


def beside(centre: Point, distance: tuple[float, float], code: int) -> Point:
    """Somewhere between the two distances, in kilometres; the same for the same code."""
    chance = random.Random(code)
    lon, lat = map(float, centre)
    way, km = chance.uniform(0, 2 * pi), chance.uniform(*distance)
    north, east = km * cos(way) / KM_A_DEGREE, km * sin(way) / (KM_A_DEGREE * cos(radians(lat)))
    return round(Decimal(lon + east), 5), round(Decimal(lat + north), 5)
