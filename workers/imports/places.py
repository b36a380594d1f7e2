"""What the cells of a row say about where somebody lives and works. Pure."""

import re
from itertools import product
from typing import NamedTuple

from areas.addresses import Resolution, resolve_home
from areas.destinations import resolve_destination
from areas.ranges import Level, Range, code_at, is_inside
from workers.imports.cells import Cell
from workers.imports.fields import Read
from workers.rules import masks

HERE = re.compile(r"^(本(地|村|乡|镇|县|组)|当地|县内|家(里|中)?$|在家)")


class Home(NamedTuple):
    """`area` is the village, or the deepest division that is certain. `issues` are names with their values."""

    area: int | None = None
    county: int | None = None
    village: int | None = None
    group_no: str = ""
    issues: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def home_in(
    county: Cell, township: Cell, village: Cell, group: Cell, address: Cell, ranges: tuple[Range, ...] | None
) -> Home:
    """`ranges` are the areas of whoever imports; None for all."""
    in_parts = "".join(cell.line for cell in (county, township, village, group))
    home = _resolved(in_parts, address.line, ranges or ())
    if home.nearest is None:
        return Home(issues=(("area_unknown", ()),))
    issues = [(note, ()) for note in home.notes if home.code]
    if home.code is None:
        issues.append(("village_unresolved", (("nearest", str(home.nearest)),)))
    if ranges is not None and not is_inside(home.nearest, ranges):
        issues.append(("outside_your_area", ()))
    group_no = masks.scrub(home.detail)[:20] if home.code else ""
    return Home(home.nearest, code_at(home.nearest, Level.COUNTY), home.code, group_no, tuple(issues))


def _resolved(in_parts: str, whole: str, ranges: tuple[Range, ...]) -> Resolution:
    """The address may be in one column, in four, or partly in each."""
    texts = dict.fromkeys(text for text in (in_parts, whole, in_parts + whole) if text)
    tried = []
    for within, text in product(dict.fromkeys([(), ranges]), texts):
        home = resolve_home(text, within=within)
        if home.code:
            return home
        tried.append(home)
    return max(tried, key=lambda home: _depth(home.nearest), default=Resolution(None))


def _depth(code: int | None) -> int:
    """A county is more than nothing, a township more than a county."""
    return 0 if code is None else 1 + (code != code_at(code, Level.COUNTY))


def read_destination(cell: Cell, county: int | None) -> Read:
    """`county` is where the person lives."""
    if cell.says_nothing:
        return Read()
    if cell.is_formula:
        return Read(notes=("field_is_formula",))
    if HERE.match(cell.line) and county:
        return Read(county)
    code = resolve_destination(cell.line)
    return Read(code, () if code else ("destination_unresolved",))
