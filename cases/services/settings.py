"""What an administrator sets for everybody: how long a step may take, and which days are worked. From a day on."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from areas.models import Holiday
from cases import policies
from cases.choices import Clock
from cases.models import ClockRule
from cases.queue.deadlines import Rule
from cases.queue.oddities import LONGEST, is_too_long, oddities
from cases.refusals import (
    ChangeIsPlanned,
    DayIsOver,
    DayIsSetAlready,
    DayTooFar,
    FarFromNow,
    HoldsAlready,
    LastDayBeforeFirst,
    LimitTooLong,
    TooManyDays,
    WorkedAnyway,
)
from kit.days import local_day
from staff.models import User
from staff.register import settings_log

FURTHEST = timedelta(days=2 * 366)
SATURDAY = 5
LONGEST_HOLIDAY = 31  # days


@transaction.atomic
def change_clock(
    *, rule: ClockRule, valid_from: date, by: User, at: datetime, is_meant: bool = False, **terms
) -> ClockRule:
    """Other terms from that day on; until then, and for what was reckoned before, the rule of now holds.

    Raises FarFromNow for terms that are rarely meant, unless they are said to be.
    """
    policies.check_can_set(by)
    _check_ahead(valid_from, at)
    now = ClockRule.objects.select_for_update().get(pk=rule.pk)
    if now.valid_to is not None or now.valid_from > local_day(at) or now.clock == Clock.FOLLOW_UP:
        raise ChangeIsPlanned
    _check_sense(now, is_meant, **terms)
    now.valid_to = valid_from
    now.save(update_fields=["valid_to"])
    before, after = _said(now), _said(ClockRule(clock=now.clock, **terms))
    _write_clock("clock_changed", now, valid_from, by=by, at=at, before=before, after=after)
    same = {"clock": now.clock, "service_group": now.service_group}
    return ClockRule.objects.create(**same, **terms, valid_from=valid_from, changed_by=by, changed_at=at)


@transaction.atomic
def change_follow_ups(
    *, rule: ClockRule, days: Iterable[int], valid_from: date, by: User, at: datetime, is_meant: bool = False, **terms
) -> list[ClockRule]:
    """Other days at work for the group of `rule`. Whoever is placed before keeps the days that were planned then."""
    policies.check_can_set(by)
    _check_ahead(valid_from, at)
    same = {"clock": Clock.FOLLOW_UP, "service_group": rule.service_group}
    now = list(ClockRule.objects.select_for_update().filter(**same, valid_to=None).order_by("pk"))
    if any(row.valid_from > local_day(at) for row in now):
        raise ChangeIsPlanned
    _check_sense(min(now, key=lambda row: row.amount), is_meant, amount=min(days), **terms)
    ClockRule.objects.filter(pk__in=[row.pk for row in now]).update(valid_to=valid_from)
    after = [ClockRule(**same, **terms, amount=day) for day in sorted(days)]
    _write_clock("clock_changed", rule, valid_from, by=by, at=at, before=_said(*now), after=_said(*after))
    said = {**same, **terms, "valid_from": valid_from, "changed_by": by, "changed_at": at}
    return ClockRule.objects.bulk_create(ClockRule(**said, amount=day) for day in days)


@transaction.atomic
def withdraw_clock(*, rule: ClockRule, by: User, at: datetime) -> None:
    """A change that has not begun. The rule of now goes on; one that holds or has held is never taken away."""
    policies.check_can_set(by)
    planned = ClockRule.objects.select_for_update().get(pk=rule.pk)
    if planned.valid_from <= local_day(at):
        raise HoldsAlready
    same = ClockRule.objects.filter(clock=planned.clock, service_group=planned.service_group)
    terms = _said(*same.filter(valid_from=planned.valid_from))
    _write_clock("clock_withdrawn", planned, planned.valid_from, by=by, at=at, terms=terms)
    same.filter(valid_from=planned.valid_from).delete()
    same.filter(valid_to=planned.valid_from).update(valid_to=None)


@transaction.atomic
def set_days(*, first: date, last: date, name: str, is_working_day: bool, by: User, at: datetime) -> list[Holiday]:
    """Free days, or weekend days worked in exchange."""
    policies.check_can_set(by)
    _check_ahead(first, at)
    if last < first:
        raise LastDayBeforeFirst
    _check_ahead(last, at)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if len(days) > LONGEST_HOLIDAY:
        raise TooManyDays(len(days), LONGEST_HOLIDAY)
    if is_working_day and any(day.weekday() < SATURDAY for day in days):
        raise WorkedAnyway
    if there := Holiday.objects.filter(date__in=days).order_by("date").first():
        raise DayIsSetAlready(there.date, there.name)
    settings_log.write_down("days_set", by=by, at=at, first=first, last=last, name=name, is_working_day=is_working_day)
    try:
        with transaction.atomic():
            return Holiday.objects.bulk_create(_rows(days, name, is_working_day))
    except IntegrityError as error:  # somebody else was quicker
        raise DayIsSetAlready from error


@transaction.atomic
def take_back_day(*, day: date, by: User, at: datetime) -> None:
    """A day ahead. What has been reckoned with a day that is over stays explained by it."""
    policies.check_can_set(by)
    _check_ahead(day, at)
    for holiday in Holiday.objects.select_for_update().filter(date=day):
        settings_log.write_down("day_taken_back", by=by, at=at, day=day, name=holiday.name)
        holiday.delete()


def _rows(days: Iterable[date], name: str, is_working_day: bool) -> list[Holiday]:
    return [Holiday(date=day, name=name, is_working_day=is_working_day) for day in days]


def _check_ahead(day: date, at: datetime) -> None:
    """From tomorrow, so that nobody is late all of a sudden, and within two years."""
    if day <= local_day(at):
        raise DayIsOver(day)
    if day > local_day(at) + FURTHEST:
        raise DayTooFar(day)


def _check_sense(now: ClockRule, is_meant: bool, **terms) -> None:
    before, after = _terms_of(now), _terms_of(ClockRule(clock=now.clock, **terms))
    if is_too_long(now.clock, after):
        raise LimitTooLong(LONGEST)
    if not is_meant and (odd := oddities(now.clock, before, after)):
        raise FarFromNow(odd)


def _write_clock(what: str, rule: ClockRule, valid_from: date, *, by: User, at: datetime, **terms) -> None:
    same = {"clock": rule.clock, "service_group": rule.service_group, "valid_from": valid_from}
    settings_log.write_down(what, by=by, at=at, **same, **terms)


def _said(*rules: ClockRule) -> dict:
    """Terms as the auditor's list keeps them: of follow-ups one row a day at work."""
    return {
        "amounts": sorted(rule.amount for rule in rules),
        "is_follow_up": rules[0].clock == Clock.FOLLOW_UP,
        "unit": rules[0].unit,
        "escalate_township_days": rules[0].escalate_township_days,
        "escalate_county_days": rules[0].escalate_county_days,
    }


def _terms_of(rule: ClockRule) -> Rule:
    return Rule(rule.amount, rule.unit, rule.escalate_township_days, rule.escalate_county_days)
