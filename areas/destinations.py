"""Reads where somebody works out of what was typed: 温州, 浙江永康, 广东省佛山市南海区某厂, Yongkang in Zhejiang."""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from areas.gazetteer import Place, depends_on_places, places
from areas.models import Area
from areas.ranges import Level

NOISE = re.compile(r"[\s\W_]+")
IN_ENGLISH = re.compile(r"\s*,\s*|\s+in\s+", re.IGNORECASE)
KIND_IN_ENGLISH = re.compile(r" (City|County|District|Prefecture|Province)$")
MUNICIPALITY_FILLER = re.compile(r"^(市辖区|城区)")
LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
SHORTEST_BARE_NAME = 2


def resolve_destination(text: str) -> int | None:
    """The deepest division the text names, down to the county; None when it names none, or several.

    What follows the last division (a street, a factory) is left aside. A name shared by two levels is the
    higher one: 吉林 is the province, 中山 the city in Guangdong and not Dalian's district.
    """
    rest = _folded(_largest_first(unicodedata.normalize("NFKC", text)))
    found: Place | None = None
    while True:
        step = _step(rest, found)
        if step is None:
            return found.code if found else None
        found, rest = step


def _largest_first(text: str) -> str:
    return " ".join(reversed(IN_ENGLISH.split(text))) if text.isascii() else text


def _folded(text: str) -> str:
    return NOISE.sub("", text).casefold()


def _step(rest: str, inside: Place | None) -> tuple[Place, str] | None:
    """The next division down, read off the front of the text."""
    rest = MUNICIPALITY_FILLER.sub("", rest) if inside else rest
    for name in _prefixes(rest):
        below = [place for place in _names().get(name, ()) if _is_below(place, inside)]
        for level in LEVELS:
            fitting = [place for place in below if place.level == level]
            if len(fitting) == 1:
                return fitting[0], rest[len(name) :]
            if fitting:
                return None
    return None


def _prefixes(text: str) -> list[str]:
    return [text[:n] for n in range(min(len(text), _longest_name()), SHORTEST_BARE_NAME - 1, -1)]


def _is_below(place: Place, inside: Place | None) -> bool:
    if inside is None:
        return True
    width = {Level.PROVINCE: 10**10, Level.PREFECTURE: 10**8}.get(inside.level)
    deeper = LEVELS.index(place.level) > LEVELS.index(inside.level)
    return bool(width) and deeper and place.code // width == inside.code // width


@depends_on_places
@lru_cache(maxsize=1)
def _names() -> dict[str, list[Place]]:
    names = defaultdict(list)
    for place in places().values():
        if place.level in LEVELS and place.kind != Area.Kind.PLACEHOLDER:
            for name in _spellings(place):
                names[name].append(place)
    return dict(names)


def _spellings(place: Place) -> set[str]:
    """Also 黔东南州 and 威宁县 for the autonomous ones, whose full names nobody writes."""
    spoken = {place.name, place.short_name}
    for official, usual in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗")):
        if place.name.endswith(official):
            spoken.add(place.short_name.removesuffix(official) + usual)
    english = {place.name_en, KIND_IN_ENGLISH.sub("", place.name_en)}
    return spoken | {_folded(name) for name in english}


@depends_on_places
@lru_cache(maxsize=1)
def _longest_name() -> int:
    return max(map(len, _names()))
