"""The filters of the list of cases as an address has them. A figure's link is written here and read here, so that it
opens exactly what was counted."""

from dataclasses import asdict

from django.http import QueryDict
from django.urls import reverse

from cases.forms import CaseFilter
from cases.selectors import CaseFilters
from kit.pages import address


def read_filters(get: QueryDict) -> CaseFilters:
    return CaseFilters(**CaseFilter(get).chosen)


def list_url(filters: CaseFilters) -> str:
    written = asdict(filters) | {"only_here": "1" if filters.only_here else ""}
    query = {CaseFilter.names.get(name, name): value for name, value in written.items()}
    return address(reverse("cases:list"), query)
