from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transport.rules.driving import DAILY_LIMIT, drivers_needed, minutes_between, plan_drivers, runs_at_night

pytestmark = pytest.mark.clock

ONE_O_CLOCK = datetime(2026, 3, 2, 13)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TO_NINGBO = 21 * 60  # 1,730 km


def clocks(plan, driver):
    return [f"{s.starts_at:%H:%M}-{s.ends_at:%H:%M}" for s in plan.stretches if s.driver == driver]


def test_two_drivers_may_drive_sixteen_of_the_twenty_one_hours_to_ningbo():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=TO_NINGBO, drivers=2)

    assert plan.missing == 5 * 60
    assert (plan.driven_by(0), plan.driven_by(1)) == (480, 480)
    assert not plan.is_allowed


def test_a_third_driver_makes_the_run_to_ningbo_lawful():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=TO_NINGBO, drivers=3)

    assert plan.is_allowed
    assert clocks(plan, 0) == ["13:00-17:00", "00:00-02:00"]
    assert drivers_needed(departs_at=ONE_O_CLOCK, driving=TO_NINGBO) == 3


def test_a_night_stop_lets_two_drivers_finish_the_next_day():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=TO_NINGBO, drivers=2, night_stop=True)

    assert plan.is_allowed
    assert plan.stops == ((datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 6)),)
    assert plan.arrives_at == datetime(2026, 3, 3, 20, 40)


def test_a_coach_stands_still_from_two_to_five():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=TO_NINGBO, drivers=3)

    assert plan.stops == ((datetime(2026, 3, 3, 2), datetime(2026, 3, 3, 5)),)


def test_four_hours_by_day_need_one_driver_and_no_break():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=240, drivers=1)

    assert clocks(plan, 0) == ["13:00-17:00"]
    assert plan.is_allowed


@pytest.mark.parametrize("driving, night_stop, crew", [(240, False, 1), (TO_NINGBO, False, 3), (TO_NINGBO, True, 2)])
def test_the_crew_is_the_smallest_that_may_drive_the_run(driving, night_stop, crew):
    assert drivers_needed(departs_at=ONE_O_CLOCK, driving=driving, night_stop=night_stop) == crew


def test_a_plan_is_made_in_whole_minutes():
    plan = plan_drivers(departs_at=ONE_O_CLOCK.replace(second=30, microsecond=5), driving=60, drivers=1)

    assert plan.stretches[0].starts_at == ONE_O_CLOCK


def test_a_minute_begun_does_not_count():
    assert minutes_between(ONE_O_CLOCK, ONE_O_CLOCK + timedelta(minutes=90, seconds=59)) == 90


def test_a_plan_in_local_time_is_the_same_plan():
    aware = plan_drivers(departs_at=ONE_O_CLOCK.replace(tzinfo=SHANGHAI), driving=TO_NINGBO, drivers=3)

    assert [clocks(aware, driver) for driver in range(3)] == [
        clocks(plan_drivers(departs_at=ONE_O_CLOCK, driving=TO_NINGBO, drivers=3), driver) for driver in range(3)
    ]


def test_a_coach_stands_still_early_rather_than_drive_ten_minutes():
    plan = plan_drivers(departs_at=datetime(2026, 3, 3, 1, 50), driving=60, drivers=1)

    assert plan.stops == ((datetime(2026, 3, 3, 1, 50), datetime(2026, 3, 3, 5)),)
    assert clocks(plan, 0) == ["05:00-06:00"]


@pytest.mark.parametrize("hour, stops", [(2, 1), (5, 0)])
def test_a_standstill_has_its_first_minute_and_not_its_last(hour, stops):
    plan = plan_drivers(departs_at=datetime(2026, 3, 3, hour), driving=60, drivers=1)

    assert (len(plan.stops), clocks(plan, 0)) == (stops, ["05:00-06:00"])


def test_a_driver_drives_eight_hours_to_the_minute():
    plan = plan_drivers(departs_at=datetime(2026, 3, 2, 14), driving=480, drivers=1)

    assert clocks(plan, 0) == ["14:00-18:00", "18:20-22:00", "22:20-22:40"]
    assert plan.is_allowed


def test_what_nobody_is_left_to_drive_keeps_to_the_rules_too():
    plan = plan_drivers(departs_at=datetime(2026, 3, 2, 14), driving=580, drivers=0)

    assert [stretch.minutes for stretch in plan.stretches] == [240, 220, 120]


def test_without_a_driver_nothing_may_be_driven():
    plan = plan_drivers(departs_at=ONE_O_CLOCK, driving=60, drivers=0)

    assert plan.missing == 60


@pytest.mark.parametrize(
    "departs, arrives, answer",
    [
        (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 21, 59), False),
        (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 22, 1), True),
        (datetime(2026, 3, 2, 5, 30), datetime(2026, 3, 2, 9), True),
        (datetime(2026, 3, 2, 6), datetime(2026, 3, 2, 9), False),
        (datetime(2026, 3, 2, 23), datetime(2026, 3, 2, 23, 30), True),
        (datetime(2026, 3, 2, 22), datetime(2026, 3, 2, 22, 30), True),
        (datetime(2026, 3, 2, 21, 30, 30), datetime(2026, 3, 2, 22, 0, 10), True),
        (datetime(2026, 3, 2, 21, 30, 0, 5), datetime(2026, 3, 2, 22, 0, 0, 1), True),
    ],
)
def test_a_run_is_at_night_when_any_part_is(departs, arrives, answer):
    assert runs_at_night(departs, arrives) is answer


RUNS = {
    "departs_at": st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3)),
    "driving": st.integers(1, 40 * 60),
    "drivers": st.integers(0, 5),
    "night_stop": st.booleans(),
}


@given(**RUNS)
def test_no_plan_breaks_a_rule(departs_at, driving, drivers, night_stop):
    plan = plan_drivers(departs_at=departs_at, driving=driving, drivers=drivers, night_stop=night_stop)

    assert sum(stretch.minutes for stretch in plan.stretches) == driving
    assert all(stretch.minutes <= driving_limit(stretch) for stretch in plan.stretches)
    assert all(two.starts_at - one.ends_at >= timedelta(minutes=20) for one, two in pairwise(plan.stretches))
    assert all(most_in_a_day(plan, driver) <= DAILY_LIMIT for driver in range(drivers))
    assert not [
        s for s in plan.stretches if any(s.starts_at < ends and s.ends_at > begins for begins, ends in plan.stops)
    ]


@given(**RUNS)
def test_nobody_drives_between_two_and_five(departs_at, driving, drivers, night_stop):
    plan = plan_drivers(departs_at=departs_at, driving=driving, drivers=drivers, night_stop=night_stop)

    assert [s for s in plan.stretches if time(2) <= s.starts_at.time() < time(5)] == []


@given(departs_at=RUNS["departs_at"], driving=RUNS["driving"], night_stop=RUNS["night_stop"])
def test_enough_drivers_are_always_enough(departs_at, driving, night_stop):
    crew = drivers_needed(departs_at=departs_at, driving=driving, night_stop=night_stop)

    assert plan_drivers(departs_at=departs_at, driving=driving, drivers=crew, night_stop=night_stop).is_allowed


def driving_limit(stretch):
    """Four hours where the whole stretch lies in the day, two where it touches the night."""
    return 120 if runs_at_night(stretch.starts_at, stretch.ends_at) else 240


def most_in_a_day(plan, driver):
    """The most this driver drives in any 24 hours that begin with one of their stretches."""
    own = [s for s in plan.stretches if s.driver == driver]
    return max(
        (
            sum(
                minutes_between(s.starts_at, min(s.ends_at, first.starts_at + timedelta(days=1)))
                for s in own
                if first.starts_at <= s.starts_at < first.starts_at + timedelta(days=1)
            )
            for first in own
        ),
        default=0,
    )
