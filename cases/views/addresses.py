"""The filters of the list of cases as an address has them. Nonsense filters nothing. A figure's link is written here
and read here, so that it opens exactly what was counted."""

from dataclasses import asdict
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date

from cases.selectors import CaseFilters
from kit.pages import address, read_number

# how a filter is called in an address, where that is not its own name
NAMES = {"area_code": "area", "opened_from": "from", "opened_to": "to", "only_here": "here"}


def read_filters(get: QueryDict) -> CaseFilters:
    code = get.get("area", "")
    return CaseFilters(
        area_code=read_number(code),
        state=get.get("state", ""),
        due=get.get("due", ""),
        owner=get.get("owner", ""),
        group=get.get("group", ""),
        reached=get.get("reached", ""),
        missed=get.get("missed", ""),
        only_here=bool(get.get("here")) and bool(code),
        opened_from=read_day(get.get("from")),
        opened_to=read_day(get.get("to")),
    )


def read_day(text: str | None) -> date | None:
    """Years before 1900 are slips of the keyboard."""
    try:
        found = parse_date(text) if text else None
    except ValueError:
        return None
    return found if found and found.year >= 1900 else None


def query_of(filters: CaseFilters) -> dict[str, str]:
    """As it stands in an address; empty filters are left out."""
    written = asdict(filters) | {"only_here": "1" if filters.only_here else ""}
    return {NAMES.get(name, name): str(value) for name, value in written.items() if value not in ("", None)}


def list_url(filters: CaseFilters, **more: str) -> str:
    return address(reverse("cases:list"), query_of(filters) | more)
