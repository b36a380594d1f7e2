"""Reads where somebody lives out of what was typed: 贵州省毕节市黔西县谷里镇谷兴社区二组.

Matching is by names, county by county, never by code: one code means different townships in different
lists. A text that fits no village, or more than one, resolves to nothing and says why.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from areas.gazetteer import Place, depends_on_places, places
from areas.models import OtherName
from areas.ranges import SERVED, Level, Range, is_inside

BEYOND = re.compile(r"^(贵州省?)?(毕节地区|毕节市)?(百里杜鹃(管理区|管委会)?|金海湖(新区|管委会)?)?")
NOISE = re.compile(r"[\s\W_]+")
PEOPLE = r"(?:[\u4e00-\u9fff]{1,3}族)*"
TOWNSHIP_ENDING = re.compile(rf"{PEOPLE}(?:街道办事处|街道办|街道|办事处|镇|乡)")
GROUP = re.compile(r"^第?[0-9一二三四五六七八九十百]+(?:村民)?小?组")
ANOTHER_VILLAGE = re.compile(r"(?:村|社区|委会|委员会)$")


@dataclass(frozen=True)
class Resolution:
    """`code` is the village's, or None. `nearest` is the deepest division that is certain, for a human to go on.

    `notes` are issue names: old_county_name, other_spelling, village_kind_differs, township_missing for what
    was forgiven; county_only, township_only, no_such_township, no_such_village, ambiguous, outside_bijie,
    empty for what was not.
    `detail` is what follows the village (二组, 新寨组).
    """

    code: int | None
    nearest: int | None = None
    notes: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read the beginning of an address."""

    place: Place
    rest: str
    notes: tuple[str, ...] = ()


class Names:
    """What can stand at the beginning of a text: (name as written, code, note or "")."""

    def __init__(self):
        self._entries: dict[str, list[tuple[str, int, str]]] = {}
        self._lengths: dict[str, list[int]] = {}

    def add(self, name: str, code: int, note: str = "") -> None:
        entries = self._entries.setdefault(name, [])
        if name and all(code != of for _name, of, _note in entries):
            entries.append((name, code, note))

    def starting(self, text: str) -> list[tuple[str, int, str]]:
        """Longest first."""
        entries, longest = self._entries, len(text)
        lengths = [length for length in self._lengths.get(text[:1], ()) if length <= longest]
        return [entry for length in lengths for entry in entries.get(text[:length], ())]

    def settle(self) -> None:
        """Before anything is looked for."""
        for name in sorted(filter(None, self._entries), key=len, reverse=True):
            lengths = self._lengths.setdefault(name[0], [])
            if len(name) not in lengths:
                lengths.append(len(name))


@dataclass(frozen=True)
class Index:
    counties: Names
    townships: dict[int, Names]
    villages: dict[int, Names]
    all_villages: Names


def resolve_home(text: str, *, within: Iterable[Range] = ()) -> Resolution:
    """`within` narrows the search to a cadre's own areas, so that 凤坪村 alone is enough in his township."""
    written = _squeeze(text)
    if not written:
        return Resolution(None, notes=("empty",))
    return _resolve_home(written, tuple(within))


@depends_on_places
@lru_cache(maxsize=32_768)  # a roster names the same village hundreds of times, and reading one takes milliseconds
def _resolve_home(written: str, ranges: tuple[Range, ...]) -> Resolution:
    rest = BEYOND.sub("", written)
    readings = [r for r in _county_readings(rest) if not ranges or _overlaps(r.place, ranges)]
    found = [match for reading in readings for match in _in_county(reading, ranges)]
    if not readings or not found:
        found = found or list(_without_county(rest, ranges))
    if found:
        return _choose(found)
    return _explain(rest, readings, was_in_bijie=rest != written)


def _choose(found: list[Reading]) -> Resolution:
    fewest = min(len(match.notes) for match in found)
    best = {match.place.code: match for match in reversed(found) if len(match.notes) == fewest}
    if len(best) > 1:
        return Resolution(None, nearest=_common(best), notes=("ambiguous",))
    (match,) = best.values()
    return Resolution(match.place.code, match.place.code, match.notes, match.rest)


def _explain(rest: str, readings: list[Reading], *, was_in_bijie: bool) -> Resolution:
    """Why nothing fits, and how far the text could be followed."""
    everywhere = Reading(places()[SERVED], rest)
    in_county = [township for reading in readings for township in _township_readings(reading)]
    townships = in_county or _township_readings(everywhere)
    if in_county or len(townships) == 1:
        township = townships[0]
        why = "no_such_village" if township.rest else "township_only"
        return Resolution(None, township.place.code, (*township.notes, why), township.rest)
    if readings:
        county = readings[0]
        why = "no_such_township" if county.rest else "county_only"
        return Resolution(None, county.place.code, (*county.notes, why), county.rest)
    why = "ambiguous" if townships else "no_such_village" if was_in_bijie else "outside_bijie"
    return Resolution(None, notes=(why,))


def _county_readings(rest: str) -> list[Reading]:
    """Longest name first; 大方 may be a county or the beginning of a township's name, so all are tried."""
    return [
        Reading(places()[code], rest[len(name) :], (note,) if note else ())
        for name, code, note in _index().counties.starting(rest)
    ]


def _in_county(reading: Reading, ranges: tuple[Range, ...]) -> Iterator[Reading]:
    townships = _township_readings(reading)
    for township in townships:
        yield from _village_readings(township, ranges)
    if not townships and reading.rest:
        yield from _anywhere_in(reading, ranges)


def _without_county(rest: str, ranges: tuple[Range, ...]) -> Iterator[Reading]:
    """Township and village alone, as long as they name one village in the whole prefecture."""
    everywhere = Reading(places()[SERVED], rest)
    for township in _township_readings(everywhere):
        yield from _village_readings(township, ranges)
    if ranges:
        yield from _anywhere_in(everywhere, ranges)


def _anywhere_in(reading: Reading, ranges: tuple[Range, ...]) -> Iterator[Reading]:
    notes = (*reading.notes, "township_missing")
    with_such = {places()[code].parent for _name, code, _note in _index().all_villages.starting(reading.rest)}
    for code in _index().villages if with_such else ():
        if code in with_such and _is_under(code, reading.place):
            yield from _village_readings(Reading(places()[code], reading.rest, notes), ranges)


def _township_readings(reading: Reading) -> list[Reading]:
    index = _index()
    counties = [reading.place.code] if reading.place.level == Level.COUNTY else list(index.townships)
    found = []
    for county in counties:
        for name, code, note in index.townships[county].starting(reading.rest):
            rest, note = _after_township(reading.rest[len(name) :], note)
            found.append(Reading(places()[code], rest, (*reading.notes, *([note] if note else []))))
    return _longest_first(found)


def _after_township(rest: str, note: str) -> tuple[str, str]:
    """A bare name (鸡场) may carry an ending that is not the official one (鸡场乡)."""
    if note != "other_spelling":
        return rest, note
    ending = TOWNSHIP_ENDING.match(rest)
    return (rest[ending.end() :] if ending else rest), note


def _longest_first(readings: list[Reading]) -> list[Reading]:
    """Of several readings that end in the same township, the one that explains most of the text."""
    best: dict[int, Reading] = {}
    for reading in sorted(readings, key=lambda r: len(r.rest)):
        best.setdefault(reading.place.code, reading)
    return list(best.values())


def _village_readings(township: Reading, ranges: tuple[Range, ...]) -> Iterator[Reading]:
    seen = set()
    for name, code, note in _index().villages[township.place.code].starting(township.rest):
        rest = township.rest[len(name) :]
        allowed = not ranges or is_inside(code, ranges)
        if code not in seen and allowed and _may_follow(name, rest):
            seen.add(code)
            notes = dict.fromkeys((*township.notes, *([note] if note else [])))
            yield Reading(places()[code], rest, tuple(notes))
            return


def _may_follow(name: str, rest: str) -> bool:
    """新街村 + 新寨组 is a place in the village; 新村 + 坝村 is another village; 清风 + 岭村 is none of ours."""
    if not rest:
        return True
    if name.endswith(("村", "社区", "委会", "委员会")):
        return not ANOTHER_VILLAGE.search(rest)
    return bool(GROUP.match(rest))


@depends_on_places
@lru_cache(maxsize=1)
def _index() -> Index:
    others = defaultdict(list)
    for other in OtherName.objects.all():
        others[other.area_id].append(other)
    index = Index(Names(), defaultdict(Names), defaultdict(Names), Names())
    for place in places().values():
        if place.code // 10**8 == SERVED // 10**8:
            _add(index, place, others[place.code])
    for names in (index.counties, *index.townships.values(), *index.villages.values(), index.all_villages):
        names.settle()
    return index


def _add(index: Index, place: Place, others: list[OtherName]) -> None:
    if place.level == Level.COUNTY:
        _add_county(index.counties, place, others)
    elif place.level == Level.TOWNSHIP:
        _add_township(index.townships[place.parent], place, others)
    elif place.level == Level.VILLAGE:
        _add_village(index.villages[place.parent], place)
        _add_village(index.all_villages, place)


def _add_county(names: Names, place: Place, others: list[OtherName]) -> None:
    names.add(place.name, place.code)
    names.add(place.short_name, place.code)
    if "自治县" in place.name:
        names.add(f"{place.short_name}自治县", place.code)
        names.add(f"{place.short_name}县", place.code)
    for other in others:
        names.add(other.name, place.code, "old_county_name")


def _add_township(names: Names, place: Place, others: list[OtherName]) -> None:
    names.add(place.name, place.code)
    if place.name.endswith("街道"):
        names.add(f"{place.name}办事处", place.code)
        names.add(f"{place.name}办", place.code)
    for other in others:
        names.add(other.name, place.code, "other_spelling")
        names.add(re.sub(r"(族)?(乡|镇)$", "", other.name), place.code, "other_spelling")
    names.add(place.short_name, place.code, "other_spelling")


def _add_village(names: Names, place: Place) -> None:
    short = place.short_name
    bare = re.sub(r"(村|社区)$", "", short)
    names.add(place.name, place.code)
    for ending in ("", "村民委员会", "居民委员会", "村委会", "居委会"):
        names.add(f"{short}{ending}", place.code)
    names.add(f"{bare}{'居委会' if short.endswith('社区') else '村委会'}", place.code)
    if len(bare) > 1:
        names.add(bare, place.code)
        names.add(f"{bare}{'村' if short.endswith('社区') else '社区'}", place.code, "village_kind_differs")


def _squeeze(text: str) -> str:
    """Half-width, without spaces, punctuation and invisible marks: an address has no use for any of them."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text))


def _overlaps(place: Place, ranges: tuple[Range, ...]) -> bool:
    low, high = place.code, place.code + 10**6
    return any(start < high and low < end for start, end in ranges)


def _is_under(code: int, place: Place) -> bool:
    return places()[code].parent == place.code or place.level == Level.PREFECTURE


def _common(codes: Iterable[int]) -> int | None:
    """The county, or township, that all of them share."""
    codes = set(codes)
    for width in (10**3, 10**6):
        shared = {code - code % width for code in codes}
        if len(shared) == 1:
            return shared.pop()
    return None
