"""What is set for everybody: every time limit with its rule of now and the one to come, and the calendar."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from areas.models import Holiday
from cases.choices import Clock
from cases.models import ClockRule


@dataclass(frozen=True)
class ClockRow:
    """`planned` is the change to come, or None. Of follow-ups, one row stands for all days at work of its group."""

    now: ClockRule
    planned: ClockRule | None
    days: tuple[int, ...] = ()
    planned_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class ClockTable:
    """One clock; a row a service group."""

    label: str
    rows: tuple[ClockRow, ...]
    is_follow_up: bool


@dataclass(frozen=True)
class DayRow:
    day: date
    name: str
    is_working_day: bool
    is_over: bool


def clock_tables(today: date) -> list[ClockTable]:
    """1 query."""
    rules = defaultdict(list)
    held = ClockRule.objects.exclude(valid_to__lte=today).select_related("changed_by")
    for rule in held.order_by("service_group", "valid_from", "amount"):
        rules[rule.clock].append(rule)
    order = {group: place for place, group in enumerate(("key_plus", "key", "general"))}
    return [
        ClockTable(str(clock.label), tuple(_rows(rules[clock], today, order)), clock == Clock.FOLLOW_UP)
        for clock in Clock
        if rules[clock]
    ]


def follow_up_days(rule: ClockRule) -> list[int]:
    """The days at work of its group, as long as the rule holds."""
    same = ClockRule.objects.filter(clock=Clock.FOLLOW_UP, service_group=rule.service_group)
    return sorted(same.filter(valid_from=rule.valid_from).values_list("amount", flat=True))


def days_from(first: date, today: date) -> list[DayRow]:
    """1 query."""
    days = Holiday.objects.filter(date__gte=first).order_by("date")
    return [DayRow(day.date, day.name, day.is_working_day, day.date <= today) for day in days]


def _rows(rules: list[ClockRule], today: date, order: dict[str, int]):
    now, planned = defaultdict(list), defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.amount):
        (planned if rule.valid_from > today else now)[rule.service_group].append(rule)
    for group in sorted(now, key=lambda group: order.get(group, 9)):
        held, to_come = now[group], planned[group]
        yield ClockRow(held[0], to_come[0] if to_come else None, _days(held), _days(to_come))


def _days(rules: list[ClockRule]) -> tuple[int, ...]:
    return tuple(rule.amount for rule in rules)
