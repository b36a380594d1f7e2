"""An area is a half-open range of 12-digit codes, so one index filters a table at any level."""

from collections.abc import Iterable

from django.db.models import Q

Range = tuple[int, int]

WIDTHS = {
    "province": 10**10,
    "prefecture": 10**8,
    "county": 10**6,
    "township": 10**3,
    "village": 1,
}


def range_of(code: int, level: str) -> Range:
    """(520524000000, 520525000000) for a county. A code finer than its level is a ValueError."""
    width = WIDTHS[level]
    if code % width:
        raise ValueError(f"{code} is not the code of a {level}")
    return code, code + width


def in_ranges(field: str, ranges: Iterable[Range]) -> Q:
    """Rows whose code lies in any of the ranges. No range matches no row."""
    condition = Q(pk__in=[])
    for low, high in ranges:
        condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return condition


def is_inside(code: int, ranges: Iterable[Range]) -> bool:
    return any(low <= code < high for low, high in ranges)


def code_at(code: int, level: str) -> int:
    """The code of the area of that level that holds this code: 520524107203 at county is 520524000000."""
    return code - code % WIDTHS[level]


def in_or_around(field: str, ranges: Iterable[Range]) -> Q:
    """Rows inside the ranges, and rows of the areas that hold them: a county's fair, for its villages."""
    ranges = tuple(ranges)
    holders = {code_at(low, level) for low, _ in ranges for level in WIDTHS}
    return in_ranges(field, ranges) | Q(**{f"{field}__in": holders})
