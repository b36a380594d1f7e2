"""An area is a half-open range of 12-digit codes, so one index filters a table at any level."""

from collections.abc import Iterable

from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy

Range = tuple[int, int]

SERVED = 520500000000
"""Bijie: whoever uses this installation serves in it."""


class Level(TextChoices):
    PROVINCE = "province", pgettext_lazy("division", "Province")
    PREFECTURE = "prefecture", pgettext_lazy("division", "Prefecture")
    COUNTY = "county", pgettext_lazy("division", "County")
    TOWNSHIP = "township", pgettext_lazy("division", "Township")
    VILLAGE = "village", pgettext_lazy("division", "Village")


WIDTHS = {
    Level.PROVINCE: 10**10,
    Level.PREFECTURE: 10**8,
    Level.COUNTY: 10**6,
    Level.TOWNSHIP: 10**3,
    Level.VILLAGE: 1,
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
