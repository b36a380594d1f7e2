"""Who changed what holds for everybody. Each app writes down its own settings, and registers how each change is said.

settings_log.register({"text_reworded": said_of_a_text})
settings_log.write_down("text_reworded", by=by, at=at, template=key, zh=zh)
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from staff.models import SettingChange, User

Say = Callable[[Mapping], "Said"]


@dataclass(frozen=True)
class Said:
    """What a change was about, and what it was, in the current language."""

    about: str
    what: str


@dataclass(frozen=True)
class SettingLine:
    about: str
    what: str
    by: str
    at: datetime


_registry: dict[str, Say] = {}


def register(said: Mapping[str, Say]) -> None:
    if taken := said.keys() & _registry.keys():
        raise ValueError(f"already registered: {', '.join(sorted(taken))}")
    _registry.update(said)


def write_down(what: str, *, by: User, at: datetime, **data) -> None:
    """In the transaction of the change. Days become text."""
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    SettingChange.objects.create(what=what, by=by, at=at, data=plain)


def changes() -> QuerySet[SettingChange]:
    return SettingChange.objects.select_related("by")


def line_of(change: SettingChange) -> SettingLine:
    """One whose app is not installed says its own name, so that nothing is hidden."""
    say = _registry.get(change.what)
    said = say(change.data) if say else Said(change.what.replace("_", " "), "")
    return SettingLine(said.about, said.what, str(change.by), change.at)
