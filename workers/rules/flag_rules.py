"""When a status report raises a flag, and how the reason is said. Pure: nothing here reads the database or a clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from workers.choices import EMPLOYED, OUT_OF_WORK, Rule, Source, Status, Tag

SAID_BY_THE_WORKER = frozenset({Source.SELF, Source.VISIT, Source.CALL})


@dataclass(frozen=True)
class Raised:
    """A rule that holds, with the facts its reason names."""

    rule: str
    data: dict = field(default_factory=dict)


def rules_met(*, previous: str, status: str, source: str, tags: Iterable[str]) -> list[Raised]:
    """Every rule the new status meets, the most telling reason first. `tags` are the current ones."""
    if status not in OUT_OF_WORK:
        return []
    data = {"status": str(status), "previous": str(previous), "source": str(source)}
    return [Raised(rule, data) for rule, holds in _RULES if holds(previous, source, set(tags))]


def reason(rule: str, data: dict) -> str:
    """One sentence in the current language; a fact that is missing is said to be not known."""
    words = _REASONS.get(rule) or Rule(rule).label
    return str(words).format_map(_Facts(data))


def _relapsed(previous: str, source: str, tags: set[str]) -> bool:
    return previous in EMPLOYED


def _lifted_out_out_of_work(previous: str, source: str, tags: set[str]) -> bool:
    return Tag.LIFTED_OUT in tags


def _self_reported(previous: str, source: str, tags: set[str]) -> bool:
    return source in SAID_BY_THE_WORKER


_RULES = [
    (Rule.LIFTED_OUT_OUT_OF_WORK, _lifted_out_out_of_work),
    (Rule.RELAPSED, _relapsed),
    (Rule.SELF_REPORTED, _self_reported),
]

_REASONS = {
    Rule.SELF_REPORTED: _("Reported out of work. How known: {source}."),
    Rule.RELAPSED: _("Had work ({previous}) and has lost it."),
    Rule.LIFTED_OUT_OUT_OF_WORK: _("Lifted out of poverty and now without work."),
    Rule.ZERO_EMPLOYMENT: _("Nobody in the household has work."),
    Rule.PLACEMENT_FELL_THROUGH: _("The job fell through: {why}."),
    Rule.WAGE_TROUBLE: _("Trouble with wages at the follow-up."),
}

_LABELS = {"status": dict(Status.choices), "previous": dict(Status.choices), "source": dict(Source.choices)}


def _fact(name: str, value):
    return _LABELS.get(name, {}).get(value, value)


class _Facts(dict):
    """Spoken only where a sentence names them."""

    def __getitem__(self, name: str) -> str:
        return str(_fact(name, super().__getitem__(name)) if name in self else _("not known"))
