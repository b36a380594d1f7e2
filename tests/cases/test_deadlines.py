from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.working_days import is_working_day
from cases.choices import Clock, Escalation, ServiceGroup, Step, Unit
from cases.models import ClockRule
from cases.queue.deadlines import CLOCK_OF_STEP, Clocks, Rule, due_at
from cases.queue.items import clocks_on
from kit.days import end_of_day, local_day, local_moment

pytestmark = pytest.mark.clock

FRIDAY = date(2026, 3, 6)
SPRING_FESTIVAL = frozenset({(date(2026, 3, 9), False), (date(2026, 3, 14), True)})
GROUPS = ServiceGroup.values
moments = st.datetimes(min_value=local_moment(date(2025, 1, 1), 0).replace(tzinfo=None)).map(
    lambda d: local_moment(date(2025, 1, 1) + timedelta(days=d.toordinal() % 2000), d.hour, d.minute)
)


def rules(amount, unit):
    return {(Clock.PLAN, "key"): (Rule(amount, unit, 2, 5),)}


def test_days_end_with_the_local_day():
    due = due_at(Clock.PLAN, "key", local_moment(FRIDAY, 23, 30), rules(3, Unit.DAYS), frozenset())

    assert due == end_of_day(date(2026, 3, 9))


def test_working_days_skip_the_weekend():
    due = due_at(Clock.PLAN, "key", local_moment(FRIDAY, 9), rules(1, Unit.WORKING_DAYS), frozenset())

    assert due == end_of_day(date(2026, 3, 9))


def test_working_days_skip_holidays_and_count_days_worked_for_them():
    due = due_at(Clock.PLAN, "key", local_moment(FRIDAY, 9), rules(5, Unit.WORKING_DAYS), SPRING_FESTIVAL)

    assert due == end_of_day(date(2026, 3, 14))


@given(start=moments, amount=st.integers(0, 40))
def test_a_day_more_is_due_a_day_later(start, amount):
    clocks = [due_at(Clock.PLAN, "key", start, rules(n, Unit.DAYS), frozenset()) for n in (amount, amount + 1)]

    assert clocks[1] - clocks[0] == timedelta(days=1)


@given(start=moments, amount=st.integers(1, 40))
def test_working_days_end_on_a_working_day_never_before_plain_days(start, amount):
    due = due_at(Clock.PLAN, "key", start, rules(amount, Unit.WORKING_DAYS), SPRING_FESTIVAL)

    assert is_working_day(local_day(due), SPRING_FESTIVAL)
    assert due >= due_at(Clock.PLAN, "key", start, rules(amount, Unit.DAYS), SPRING_FESTIVAL)


@given(start=moments)
def test_hour_of_the_day_does_not_matter(start):
    morning = local_moment(local_day(start), 0)

    assert due_at(Clock.PLAN, "key", start, rules(3, Unit.DAYS), frozenset()) == due_at(
        Clock.PLAN, "key", morning, rules(3, Unit.DAYS), frozenset()
    )


def test_item_goes_up_twice_and_then_stays():
    clocks = Clocks({(Clock.FIRST_CONTACT, "key"): (Rule(3, Unit.DAYS, 2, 5),)})
    due = end_of_day(FRIDAY)

    way_up = [clocks.escalates_at(Step.CONTACT, "key", due, level) for level in Escalation]

    assert way_up == [due + timedelta(days=2), due + timedelta(days=5), None]


def asked_in_vain():
    raise AssertionError("the holidays were asked for")


def test_a_step_is_due_by_the_clock_of_its_kind_and_group():
    clocks = Clocks(rules(3, Unit.DAYS) | {(Clock.PLAN, "general"): (Rule(9),)}, load_holidays=asked_in_vain)

    assert clocks.due_at(Step.REFER, "key", local_moment(FRIDAY, 9)) == end_of_day(date(2026, 3, 9))
    assert clocks.due_at(Step.REFER, "general", local_moment(FRIDAY, 9)) == end_of_day(date(2026, 3, 15))


def test_the_holidays_are_asked_for_when_working_days_count():
    clocks = Clocks(rules(5, Unit.WORKING_DAYS), load_holidays=lambda: SPRING_FESTIVAL)

    assert clocks.due_at(Step.REFER, "key", local_moment(FRIDAY, 9)) == end_of_day(date(2026, 3, 14))


def test_follow_ups_are_in_the_order_of_their_days():
    clocks = Clocks({(Clock.FOLLOW_UP, "key"): (Rule(30), Rule(7), Rule(90))})

    assert clocks.follow_up_days("key") == (7, 30, 90)


def test_a_rule_without_days_for_the_next_level_leaves_the_item_where_it_is():
    due = end_of_day(FRIDAY)
    clocks = Clocks({(Clock.FIRST_CONTACT, "key"): (Rule(3, county_days=0),)})

    assert clocks.escalates_at(Step.CONTACT, "key", due, Escalation.VILLAGE) is None
    assert clocks.escalates_at(Step.CONTACT, "key", due, Escalation.TOWNSHIP) == due


@pytest.mark.django_db
def test_loaded_clocks_are_the_table_of_the_county():
    loaded = {
        clock: [(rule.amount, rule.unit) for rule in ClockRule.objects.filter(clock=clock).order_by("pk")]
        for clock in Clock.values
        if clock != Clock.FOLLOW_UP
    }

    assert loaded == {
        "flag_seen": [(1, "days"), (1, "working_days"), (2, "working_days")],
        "first_contact": [(3, "days"), (3, "working_days"), (7, "days")],
        "plan": [(5, "days"), (7, "days"), (15, "days")],
        "package_1311": [(10, "days"), (20, "days"), (30, "days")],
        "contact_while_open": [(7, "days"), (14, "days"), (30, "days")],
        "referral_result": [(3, "working_days"), (3, "working_days"), (3, "working_days")],
    }


@pytest.mark.django_db
def test_loaded_follow_ups_and_escalation_are_the_table_of_the_county():
    clocks = clocks_on(local_moment(FRIDAY, 9))

    assert [clocks.follow_up_days(group) for group in GROUPS] == [
        (3, 7, 30, 90, 180),
        (7, 30, 90, 180),
        (7, 30, 90),
    ]
    steps_up = {(r.service_group, r.escalate_township_days, r.escalate_county_days) for r in ClockRule.objects.all()}
    assert steps_up == {("key_plus", 1, 3), ("key", 2, 5), ("general", 3, 10)}


@pytest.mark.django_db
def test_every_step_has_a_clock_for_every_group():
    clocks = clocks_on(local_moment(FRIDAY, 9))

    assert [
        (step, group) for step in Step for group in GROUPS if (CLOCK_OF_STEP[step], group) not in clocks.rules
    ] == []


@pytest.mark.django_db
def test_new_rule_counts_from_its_first_day():
    ClockRule.objects.filter(clock="plan", service_group="key").update(valid_to=date(2026, 4, 1))
    ClockRule.objects.create(clock="plan", service_group="key", amount=2, unit="days", valid_from=date(2026, 4, 1))
    last_of_march, first_of_april = local_moment(date(2026, 3, 31), 9), local_moment(date(2026, 4, 1), 9)

    due = [clocks_on(at).due_at(Step.REFER, "key", at) for at in (last_of_march, first_of_april)]

    assert due == [end_of_day(date(2026, 4, 7)), end_of_day(date(2026, 4, 3))]
