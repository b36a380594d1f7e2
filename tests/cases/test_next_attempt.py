from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.working_days import is_working_day
from cases.choices import OUTCOMES_OF, TWO_WAY_OUTCOMES, Channel, Outcome
from cases.contact.next_attempt import latest_attempt, next_attempt
from cases.contact.time_bands import Band, band_of
from cases.contact.unreachable import Tally
from kit.days import end_of_day, local_day, local_moment

pytestmark = pytest.mark.clock

THURSDAY = date(2026, 3, 5)
FRIDAY = date(2026, 3, 6)
FIRST = Tally(1, 1, 1)
ENOUGH = Tally(3, 3, 2)
HOLIDAYS = frozenset({(date(2026, 3, 9), False)})

outcomes = st.sampled_from([(channel, outcome) for channel in Channel for outcome in sorted(OUTCOMES_OF[channel])])
nows = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda d: local_moment(d.date(), d.hour, d.minute)
)
tallies = st.builds(Tally, st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))


IN_A_MONTH = timedelta(days=30)


def plan(outcome, now, *, happened_at=None, channel="call", calls=FIRST, holidays=frozenset(), due_at=None):
    tried = {"outcome": outcome, "channel": channel, "happened_at": happened_at or now, "calls": calls}
    return next_attempt(**tried, now=now, holidays=holidays, due_at=due_at or now + IN_A_MONTH)


@pytest.mark.parametrize(
    ("hour", "day", "next_hour"),
    [(9, THURSDAY, (18, 30)), (15, THURSDAY, (18, 30)), (19, FRIDAY, (9, 0))],
)
def test_call_in_vain_is_tried_in_another_part_of_the_day(hour, day, next_hour):
    planned = plan(Outcome.NO_ANSWER, local_moment(THURSDAY, hour))

    assert (planned.at, planned.channel) == (local_moment(day, *next_hour), "call")


@pytest.mark.parametrize(
    "outcome, reason, data",
    [
        (Outcome.NO_ANSWER, "call_again", {"calls": 1}),
        (Outcome.SWITCHED_OFF, "call_again", {"calls": 1}),
        (Outcome.WRONG_NUMBER, "ask_for_number", {}),
        (Outcome.REFUSED, "try_another_way", {}),
        (Outcome.SPOKE_TO_RELATIVE, "relative_spoken_to", {}),
        (Outcome.VISITED_ABSENT, "visit_again", {}),
    ],
)
def test_the_list_says_why_it_is_tried_again(outcome, reason, data):
    planned = plan(outcome, local_moment(THURSDAY, 9))

    assert (planned.reason, planned.data) == (reason, data)


def test_written_down_at_the_hour_of_the_next_call_it_is_called_the_day_after():
    evening = local_moment(THURSDAY, 18, 30)

    planned = plan(Outcome.NO_ANSWER, evening, happened_at=local_moment(THURSDAY, 9))

    assert planned.at == evening + timedelta(days=1)


def test_second_call_of_a_day_is_followed_on_another_day():
    planned = plan(Outcome.SWITCHED_OFF, local_moment(THURSDAY, 14), calls=Tally(2, 1, 2))

    assert planned.at == local_moment(FRIDAY, 18, 30)


def test_three_calls_on_three_days_in_two_parts_of_the_day_are_enough_to_visit():
    planned = plan(Outcome.NO_ANSWER, local_moment(FRIDAY, 9), calls=ENOUGH)

    assert (planned.at, planned.channel, planned.reason) == (local_moment(date(2026, 3, 9), 9), "visit", "visit_needed")
    assert planned.data == {"calls": 3}


@pytest.mark.parametrize("calls", [Tally(2, 2, 2), Tally(3, 2, 2), Tally(3, 3, 1)])
def test_fewer_calls_are_not_enough_to_visit(calls):
    assert plan(Outcome.NO_ANSWER, local_moment(FRIDAY, 9), calls=calls).channel == "call"


def test_wrong_number_is_asked_for_on_the_next_working_day():
    planned = plan(Outcome.WRONG_NUMBER, local_moment(FRIDAY, 9), holidays=HOLIDAYS)

    assert (planned.at, planned.channel, planned.reason) == (
        local_moment(date(2026, 3, 10), 9),
        "visit",
        "ask_for_number",
    )


@pytest.mark.parametrize(("channel", "other"), [("call", "visit"), ("visit", "call")])
def test_refusal_is_answered_three_days_later_by_another_channel(channel, other):
    planned = plan(Outcome.REFUSED, local_moment(THURSDAY, 9), channel=channel)

    assert (local_day(planned.at), planned.channel) == (date(2026, 3, 8), other)


def test_relative_is_followed_by_a_call_the_next_evening():
    planned = plan(Outcome.SPOKE_TO_RELATIVE, local_moment(THURSDAY, 9))

    assert (planned.at, planned.channel) == (local_moment(FRIDAY, 18, 30), "call")


def test_empty_house_is_visited_again_in_two_days():
    planned = plan(Outcome.VISITED_ABSENT, local_moment(THURSDAY, 9), channel="visit")

    assert (local_day(planned.at), planned.channel) == (date(2026, 3, 7), "visit")


@pytest.mark.parametrize("outcome", sorted(TWO_WAY_OUTCOMES))
def test_talk_with_the_worker_plans_no_attempt(outcome):
    assert plan(outcome, local_moment(THURSDAY, 9)) is None


@given(tried=outcomes, now=nows, late=st.integers(0, 72), calls=tallies)
def test_next_attempt_lies_ahead_within_a_week_at_a_decent_hour(tried, now, late, calls):
    channel, outcome = tried
    planned = plan(
        outcome, now, happened_at=now - timedelta(hours=late), channel=channel, calls=calls, holidays=HOLIDAYS
    )

    if outcome not in TWO_WAY_OUTCOMES:
        assert now < planned.at <= now + timedelta(days=7)
        assert 8 <= planned.at.hour < 21


@given(tried=outcomes, now=nows, due_in=st.integers(-30, 30), calls=tallies)
def test_no_attempt_is_planned_for_later_than_the_clock_allows(tried, now, due_in, calls):
    channel, outcome = tried
    due_at = end_of_day(local_day(now) + timedelta(days=due_in))

    planned = plan(outcome, now, channel=channel, calls=calls, holidays=HOLIDAYS, due_at=due_at)

    if planned is not None:
        assert now < planned.at <= latest_attempt(due_at, now, HOLIDAYS)


@pytest.mark.parametrize(
    "due_in, latest",
    [(5, date(2026, 3, 11)), (1, date(2026, 3, 7)), (0, date(2026, 3, 10)), (-9, date(2026, 3, 10))],
)
def test_the_clock_allows_until_the_step_is_due_and_who_is_late_until_the_next_working_day(due_in, latest):
    due_at = end_of_day(FRIDAY + timedelta(days=due_in))

    assert latest_attempt(due_at, local_moment(FRIDAY, 9), HOLIDAYS) == end_of_day(latest)


def test_a_visit_that_would_fall_after_the_time_limit_is_planned_within_it():
    planned = plan(Outcome.REFUSED, local_moment(THURSDAY, 9), due_at=end_of_day(FRIDAY))

    assert planned.at == local_moment(FRIDAY, 9)


@given(now=nows, calls=tallies)
def test_call_in_vain_is_never_tried_in_the_same_part_of_the_day(now, calls):
    planned = plan(Outcome.NO_ANSWER, now, calls=calls)

    if planned.channel == Channel.CALL:
        assert band_of(planned.at) != band_of(now)


@given(now=nows)
def test_visit_after_calls_falls_on_a_working_day(now):
    planned = plan(Outcome.NO_ANSWER, now, calls=ENOUGH, holidays=HOLIDAYS)

    assert is_working_day(local_day(planned.at), HOLIDAYS)


@pytest.mark.parametrize(
    ("hour", "minute", "band"),
    [(0, 0, "morning"), (11, 59, "morning"), (12, 0, "afternoon"), (17, 59, "afternoon"), (18, 0, "evening")],
)
def test_parts_of_the_day(hour, minute, band):
    assert band_of(local_moment(THURSDAY, hour, minute)) == Band(band)
