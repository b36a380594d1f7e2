"""How a journal line is said. Every app registers the sentences of its own lines, so that a page can show the whole
history of a worker without importing anybody.

    journal_words.register(
        {"seat_booked": ("bus", _("Seat {seat} booked on {trip}."))},
        values={"departs_at": journal_words.moment},
    )

A sentence names fields of the line's `data` in braces; it is translated when shown. `values` says how the fields of
these sentences are spoken, when the stored value is not yet what a person reads. A missing field is a dash, or
nothing at the end of the sentence. `derived` are further fields, each made from the whole data. `parts` says what a
line is among those of one moment, when it is more than one of them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit import dates
from kit.said import spoken

Speak = Callable[[object], object]

SYSTEM = pgettext_lazy("done by", "the system")
UNKNOWN_ICON = "circle-dot"
TRAILING_DASH = re.compile(r"[\s—]+$")


class Part(StrEnum):
    """Of an entry. `AFTERWARDS` is what the machine does some moments later, `MACHINE` what it does at once.

    Neither says what happened to the worker.
    """

    TALK = "talk"
    DEED = "deed"
    EFFECT = "effect"
    MACHINE = "machine"
    AFTERWARDS = "afterwards"


@dataclass(frozen=True)
class Words:
    icon: str
    sentence: object
    values: Mapping[str, Speak]
    derived: Mapping[str, Callable[[Mapping], object]]
    part: Part


_registry: dict[str, Words] = {}


def register(
    sentences: Mapping[str, tuple[str, object]],
    *,
    values: Mapping[str, Speak] | None = None,
    derived: Mapping[str, Callable[[Mapping], object]] | None = None,
    parts: Mapping[str, Part] | None = None,
) -> None:
    """Each `what` belongs to one app; registering it twice is a mistake in the code."""
    if taken := sentences.keys() & _registry.keys():
        raise ValueError(f"already registered: {', '.join(sorted(taken))}")
    for what, (icon, sentence) in sentences.items():
        _registry[what] = Words(icon, sentence, values or {}, derived or {}, (parts or {}).get(what, Part.EFFECT))


def registered() -> frozenset[str]:
    return frozenset(_registry)


def icon(what: str) -> str:
    return _registry[what].icon if what in _registry else UNKNOWN_ICON


def part(what: str) -> Part:
    return _registry[what].part if what in _registry else Part.EFFECT


def sentence(what: str, data: Mapping) -> str:
    """In the current language. A line whose app is not installed says its own name, so that nothing is hidden."""
    words = _registry.get(what)
    if words is None:
        return what.replace("_", " ")
    facts = {name: _spoken(words.values.get(name), value) for name, value in data.items()}
    facts |= {name: derive(data) for name, derive in words.derived.items()}
    return TRAILING_DASH.sub("", str(words.sentence).format_map(_Dash(facts)))


def note(what: str, data: Mapping) -> str:
    """What somebody added in their own words, unless the sentence says it."""
    words = _registry.get(what)
    is_said = words is not None and "{note}" in str(words.sentence)
    return spoken("\n".join(filter(None, ("" if is_said else data.get("note"), data.get("put_off")))))


def label(choices) -> Speak:
    """Speaks a stored value of a TextChoices; one it no longer knows is said as stored."""
    return lambda value: choices(value).label if value in choices.values else value


def day(value) -> str:
    """An ISO date as people write it."""
    return dates.day(value if isinstance(value, date) else parse_date(value))


def moment(value) -> str:
    """An ISO datetime in local time."""
    return dates.moment(timezone.localtime(value if isinstance(value, datetime) else parse_datetime(value)))


def _spoken(speak: Speak | None, value) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool) and speak is None:
        return str(_("yes") if value else _("no"))
    return str(speak(value) if speak else value)


class _Dash(dict):
    def __missing__(self, name: str) -> str:
        return "—"
