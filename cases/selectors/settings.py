"""What is set for everybody: every time limit with its rule of now and the one to come, and the calendar."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from areas.models import Holiday
from cases.choices import Clock
from cases.models import ClockRule


@dataclass(frozen=True)
class ClockRow:
    """`planned` is the change to come, or None."""

    now: ClockRule
    planned: ClockRule | None


@dataclass(frozen=True)
class ClockTable:
    """One clock; a row a service group, for follow-ups a row a day at work."""

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


def days_from(first: date, today: date) -> list[DayRow]:
    """1 query."""
    days = Holiday.objects.filter(date__gte=first).order_by("date")
    return [DayRow(day.date, day.name, day.is_working_day, day.date <= today) for day in days]


def _rows(rules: list[ClockRule], today: date, order: dict[str, int]):
    planned = {rule.service_group: rule for rule in rules if rule.valid_from > today and rule.clock != Clock.FOLLOW_UP}
    now = [rule for rule in rules if rule.valid_from <= today]
    for rule in sorted(now, key=lambda rule: (order.get(rule.service_group, 9), rule.amount)):
        yield ClockRow(rule, planned.get(rule.service_group))
