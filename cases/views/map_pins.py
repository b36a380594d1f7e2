"""Where a village is on the map of the phone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from areas.gazetteer import places
from areas.models import Area

Method = Area.PointMethod
STAND_INS = {
    Method.TOWNSHIP: pgettext_lazy("on the map", "township"),
    Method.COUNTY_SEAT: pgettext_lazy("on the map", "county seat"),
    Method.PREFECTURE: pgettext_lazy("on the map", "prefecture"),
    Method.INVENTED: pgettext_lazy("on the map", "demo point"),
}


@dataclass(frozen=True)
class Pin:
    """`url` is a geo: link in WGS 84. `stand_in` says whose point it is when the village's own is not known."""

    url: str
    stand_in: str


def map_pins(area_ids: Iterable[int]) -> dict[int, Pin]:
    """By area code; an area without any point is left out. No query."""
    areas = [places()[code] for code in set(area_ids)]
    return {
        at.code: Pin(f"geo:{at.lat},{at.lon}", str(STAND_INS.get(at.point_method, "")))
        for at in areas
        if at.lon is not None
    }
