"""Names of places for pages and papers, without a query once the gazetteer is in memory; where the calendar ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, pgettext

from areas import gazetteer
from areas.gazetteer import Place
from areas.models import Area, Holiday, is_chinese
from areas.ranges import Level

SEPARATOR = " · "
NAMED = 3
ENTERED_AHEAD = timedelta(days=60)  # the State Council names the days of a year in November before it
HOME_LEVELS = (Level.TOWNSHIP, Level.VILLAGE)


def full_name(area: Area | int | None) -> str:
    """织金县 · 猫场镇 · 凤坪村 for a home, 浙江省 · 金华市 · 永康市 for a destination; "" for no area.

    Homes are told from the county down: nobody in Bijie needs to read Guizhou on every line.
    """
    if area is None:
        return ""
    line = [place for place in gazetteer.lineage(_code(area)) if place.kind != Area.Kind.PLACEHOLDER]
    if line[-1].level in HOME_LEVELS:
        line = [place for place in line if place.level not in (Level.PROVINCE, Level.PREFECTURE)]
    return SEPARATOR.join(dict.fromkeys(spoken(place) for place in line))


def place_name(area: Area | int | None) -> str:
    """The area's own name in the reader's language."""
    return "" if area is None else spoken(gazetteer.places()[_code(area)])


def place_names(areas: Iterable[Area | int]) -> str:
    """All of them; of many, the first two and how many there are."""
    names = list(dict.fromkeys(place_name(area) for area in areas))
    if len(names) <= NAMED:
        return pgettext("between places", ", ").join(names)
    words = {"places": pgettext("between places", ", ").join(names[:2]), "n": len(names)}
    return gettext("%(places)s and more, %(n)s areas in all") % words


def spoken(place: Place) -> str:
    return place.local_name if is_chinese() else place.name_en


def _code(area: Area | int) -> int:
    return area if isinstance(area, int) else area.pk


@dataclass(frozen=True)
class Option:
    """One line of a select."""

    code: int
    name: str


def children_of(area: Area | int) -> list[Option]:
    """What lies directly under an area, by code. A placeholder (市辖区) is replaced by what it stands for."""
    found = []
    for place in gazetteer.children(_code(area)):
        is_placeholder = place.kind == Area.Kind.PLACEHOLDER
        found += children_of(place.code) if is_placeholder else [Option(place.code, spoken(place))]
    return sorted(found, key=lambda option: option.code)


@dataclass(frozen=True)
class CalendarEnd:
    """The last year of which holidays are entered (0: none), and the first one missing that working days reach soon,
    or None.
    """

    last_year: int
    missing_year: int | None


def calendar_end(today: date) -> CalendarEnd:
    """1 query."""
    last = Holiday.objects.order_by("-date").values_list("date", flat=True).first()
    last_year, needed = last.year if last else 0, (today + ENTERED_AHEAD).year
    return CalendarEnd(last_year, max(last_year + 1, today.year) if last_year < needed else None)
