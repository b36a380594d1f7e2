"""The texts this house sends. Each is registered, in both languages, by the app that sends it:

    templates.register(
        "seat_booked",
        title=_("Seat booked"),
        zh="您已订好{trip}的{seat}座。",
        en="You have seat {seat} on {trip}.",
    )

Context values may be text, numbers, dates, datetimes or lazy strings; they are put in the worker's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from string import Formatter

from django.utils import timezone, translation

from notifications.choices import CHINESE, ENGLISH
from notifications.rules.sensitive import check_not_sensitive


class TemplateBroken(Exception):
    """A mistake in the code that registers or uses a template, never a user's."""


Stands = Callable[[int], bool]


@dataclass(frozen=True)
class Template:
    """`title` says what the text is for, in a list. `urgent` ignores quiet hours; `bulk` goes behind single texts.

    `stands` says, by the key of what the text is about, whether it still holds at the moment it leaves.
    """

    key: str
    title: object
    texts: Mapping[str, str]
    fields: frozenset[str]
    urgent: bool = False
    bulk: bool = False
    stands: Stands | None = None


_registry: dict[str, Template] = {}


def register(
    key: str, *, zh: str, en: str, title="", urgent: bool = False, bulk: bool = False, stands: Stands | None = None
) -> Template:
    """Once at start-up. The same key with another wording is refused, so that two apps cannot share one."""
    title = title or key.replace("_", " ").capitalize()
    template = Template(key, title, {CHINESE: zh, ENGLISH: en}, _fields_of(key, zh, en), urgent, bulk, stands)
    check_not_sensitive(zh)
    check_not_sensitive(en)
    if _registry.setdefault(key, template) != template:
        raise TemplateBroken(f"message template {key} is registered twice")
    return template


def get(key: str) -> Template:
    try:
        return _registry[key]
    except KeyError:
        raise TemplateBroken(f"no message template {key} is registered") from None


def all_keys() -> list[str]:
    return sorted(_registry)


def is_urgent(key: str) -> bool:
    """A row may outlive the app that wrote it: then it is a text like any other."""
    return key in _registry and _registry[key].urgent


def is_bulk(key: str) -> bool:
    return key in _registry and _registry[key].bulk


def still_stands(key: str, about_id: int | None) -> bool:
    stands = _registry[key].stands if key in _registry else None
    return stands is None or about_id is None or stands(about_id)


def title_of(key: str) -> str:
    """For lists and the journal; a template whose app is not installed goes by its key."""
    return str(_registry[key].title) if key in _registry else key.replace("_", " ")


def called_like(key: str) -> list[str]:
    """The keys of all templates with the same title."""
    return [other for other in all_keys() if title_of(other) == title_of(key)] or [key]


def render(key: str, context: Mapping, language: str, *, wording: str | None = None) -> str:
    """The words of the text alone, without signature. Raises SensitiveText for what must not be shown.

    `wording` stands in for the words the text was registered with; it may leave out fields, and adds none.
    """
    template = get(key)
    if missing := template.fields - context.keys():
        raise TemplateBroken(f"message template {key} lacks {sorted(missing)}")
    said = {name: context[name] for name in template.fields}
    text = filled(wording or template.texts[language], said, language)
    check_not_sensitive(text)
    return text


def filled(text: str, context: Mapping, language: str) -> str:
    with translation.override(language):
        return text.format(**{name: _words(value, language) for name, value in context.items()})


def _fields_of(key: str, zh: str, en: str) -> frozenset[str]:
    """Plain names only, the same in both languages."""
    names = [{name for _, name, _, _ in Formatter().parse(text) if name is not None} for text in (zh, en)]
    if names[0] != names[1]:
        raise TemplateBroken(f"message template {key} speaks of {names[0] ^ names[1]} in one language only")
    if not all(name.isidentifier() for name in names[0]):
        raise TemplateBroken(f"message template {key} may only use plain names in braces")
    return frozenset(names[0])


def _words(value, language: str) -> str:
    """A single line: a line break inside a title would split the text on some phones."""
    if isinstance(value, datetime):
        return _moment(timezone.localtime(value), language)
    if isinstance(value, date):
        return _day(value, language)
    return " ".join(str(value).split())


@lru_cache(maxsize=1000)  # a crowd is told of the same few moments
def _moment(at: datetime, language: str) -> str:
    return f"{_day(at, language)} {at:%H:%M}"


def _day(day: date, language: str) -> str:
    return f"{day.month}月{day.day}日" if language == CHINESE else f"{day.day} {day:%b}"
