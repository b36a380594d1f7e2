"""The filters of the list of cases as an address has them. A figure's link is written here and read here, so that it
opens exactly what was counted. Words that somebody looks for stay in the session; the address has their key."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from django.http import QueryDict
from django.urls import reverse

from cases.forms import CaseFilter
from cases.selectors import CaseFilters
from kit.pages import address

WORDS = "case_words"
KEPT = 20


def read_filters(get: QueryDict, session: Mapping) -> CaseFilters:
    return filters_of(CaseFilter(get), session)


def filters_of(form: CaseFilter, session: Mapping) -> CaseFilters:
    chosen = form.chosen
    return CaseFilters(**chosen, words=session.get(WORDS, {}).get(chosen.get("words_key", ""), ""))


def keep_words(session, words: str) -> str:
    """The key under which this session has the words; the latest twenty are kept."""
    if not words:
        return ""
    key = sha256(f"{session.session_key}:{words}".encode()).hexdigest()[:8]
    kept = {name: text for name, text in session.get(WORDS, {}).items() if name != key}
    session[WORDS] = dict(list(kept.items())[1 - KEPT :]) | {key: words}
    return key


def list_url(filters: CaseFilters) -> str:
    written = asdict(filters) | {"only_here": "1" if filters.only_here else "", "words": ""}
    query = {CaseFilter.names.get(name, name): value for name, value in written.items()}
    return address(reverse("cases:list"), query)
