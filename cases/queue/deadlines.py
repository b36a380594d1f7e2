"""When something is due and when it goes up. Pure: the rules and the holidays are handed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from areas.working_days import Calendar, add_working_days
from cases.choices import Clock, Escalation, Step, Unit
from kit.days import end_of_day, local_day

CLOCK_OF_STEP = {
    Step.CONTACT: Clock.FIRST_CONTACT,
    Step.REFER: Clock.PLAN,
    Step.RESULT: Clock.REFERRAL_RESULT,
    Step.TRAVEL: Clock.CONTACT_WHILE_OPEN,
    Step.FOLLOW_UP: Clock.FOLLOW_UP,
}


@dataclass(frozen=True)
class Rule:
    """`amount` of `unit` to do it; days after the due moment until township and county take over."""

    amount: int
    unit: str = Unit.DAYS
    township_days: int | None = None
    county_days: int | None = None


Rules = Mapping[tuple[str, str], tuple[Rule, ...]]


@dataclass(frozen=True)
class Clocks:
    """The rules of one day, by (clock, group). The holidays are asked for only when a rule counts working days."""

    rules: Rules = field(default_factory=dict)
    load_holidays: Callable[[], Calendar] = frozenset

    def due_at(self, step: str, group: str, start: datetime) -> datetime:
        clock = CLOCK_OF_STEP[step]
        counts_working_days = _rule(clock, group, self.rules).unit == Unit.WORKING_DAYS
        holidays = self.load_holidays() if counts_working_days else frozenset()
        return due_at(clock, group, start, self.rules, holidays)

    def escalates_at(self, step: str, group: str, due: datetime, level: int) -> datetime | None:
        return escalates_at(due, level, _rule(CLOCK_OF_STEP[step], group, self.rules))

    def follow_up_days(self, group: str) -> tuple[int, ...]:
        return tuple(sorted(rule.amount for rule in self.rules[Clock.FOLLOW_UP, group]))


def due_at(clock: str, group: str, start: datetime, rules: Rules, holidays: Calendar) -> datetime:
    """End of the local day on which the time runs out. The day it started never counts."""
    rule = _rule(clock, group, rules)
    return end_of_day(day_after(local_day(start), rule, holidays))


def day_after(start: date, rule: Rule, holidays: Calendar) -> date:
    if rule.unit == Unit.WORKING_DAYS:
        return add_working_days(start, rule.amount, holidays)
    return start + timedelta(days=rule.amount)


def escalates_at(due: datetime, level: int, rule: Rule) -> datetime | None:
    """When an item now at `level` goes one up; None when it stays where it is."""
    days = {Escalation.VILLAGE: rule.township_days, Escalation.TOWNSHIP: rule.county_days}.get(level)
    return None if days is None else due + timedelta(days=days)


def _rule(clock: str, group: str, rules: Rules) -> Rule:
    """The first follow-up stands for all of them: their escalation is the same."""
    return rules[clock, group][0]
