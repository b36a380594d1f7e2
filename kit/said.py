"""Reasons that were pressed instead of typed. They are stored as a cadre would write them in Chinese, whatever the
language of whoever pressed, and read in the language of the reader."""

from collections.abc import Iterable
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import override

LANGUAGES = ("zh-hans", "en")  # the first is the one that is stored; earlier rows have the words of either

_labels: list[Promise] = []


def register(labels: Iterable[Promise]) -> None:
    _labels.extend(labels)
    _by_words.cache_clear()


def known(label: Promise) -> Promise:
    """One of them, registered where it is defined."""
    register([label])
    return label


def stored(label: Promise | str) -> str:
    with override(LANGUAGES[0]):
        return str(label)


def spoken(text: str) -> str:
    """Line by line; somebody's own words stay as they are."""
    return "\n".join(str(_by_words().get(line, line)) for line in text.split("\n"))


@cache
def _by_words() -> dict[str, Promise]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found |= {str(label): label for label in _labels}
    return found
