"""Whoever made a mistake is told it once, beside its field; every answer that a test gets from a form is looked at."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.test import Client

from kit.filters import FilterForm

REFUSED = (409, 422)
UNREAD = re.compile(r"<(script|style|template|title)\b.*?</\1>|<!--.*?-->", re.DOTALL)


def watch() -> None:
    """From now on a test whose page tells a mistake twice, or not at all, fails where it asked for the page."""
    request = Client.request

    def watched(self, **asked):
        response = request(self, **asked)
        if getattr(self, "sends_what_no_page_offers", False):  # a mistake in a field that no page shows
            return response
        assert (found := faults(response)) == {}, f"{asked.get('PATH_INFO')} tells a mistake so many times: {found}"
        return response

    Client.request = watched


def faults(response) -> dict[str, int]:
    """{words: how often they stand on the page}, of those that don't stand there once for each mistake."""
    if response.status_code not in REFUSED or response.has_header("Content-Encoding"):
        return {}
    if not getattr(response, "context", None):
        return {}
    page, wanted = words_of(response.content.decode()), told_of(response.context)
    counts = {words: page.count(words) for words in wanted}
    return {words: n for words, n in counts.items() if n != wanted[words]}


def told_of(contexts) -> Counter:
    """What was said no to: the mistakes of every form, and the refusal if no form tells it."""
    layers = [layer for context in contexts for layer in getattr(context, "dicts", [context])]
    forms = {id(form): form for layer in layers for value in dict(layer).values() for form in forms_in(value)}
    wanted = Counter(words for form in forms.values() for words in mistakes(form))
    refusals = {plain(str(layer["refusal"])) for layer in layers if layer.get("refusal")}
    return wanted | Counter(refusals)


def forms_in(value) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield value
    elif isinstance(value, BaseFormSet):
        yield from value.forms
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from forms_in(one)


def mistakes(form: BaseForm) -> list[str]:
    if not form.is_bound or isinstance(form, FilterForm):  # nonsense in a filter says nothing
        return []
    return [plain(words) for errors in form.errors.values() for words in errors]


def words_of(source: str) -> str:
    return plain(re.sub(r"<[^>]+>", " ", UNREAD.sub(" ", source)))


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", unescape(words)).strip()
