"""A day is a day in Asia/Shanghai, whatever clock a moment was written by."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.days import end_of_day, end_of_week, local_day, local_moment, local_time, start_of_day
from tests.kit.sources import lines_with

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("at", "day", "clock"),
    [
        (datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC), date(2026, 3, 4), time(23, 59, 59)),
        (datetime(2026, 3, 4, 16, tzinfo=UTC), date(2026, 3, 5), time(0)),
        (datetime(2026, 3, 5, 0, tzinfo=SHANGHAI), date(2026, 3, 5), time(0)),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), date(2027, 1, 1), time(0)),
    ],
)
def test_day_and_time_by_the_local_clock(at, day, clock):
    assert (local_day(at), local_time(at)) == (day, clock)


@given(DAYS, st.integers(0, 23), st.integers(0, 59))
def test_a_local_moment_is_of_its_day_and_time(day, hour, minute):
    at = local_moment(day, hour, minute).astimezone(UTC)

    assert (local_day(at), local_time(at)) == (day, time(hour, minute))


@given(DAYS)
def test_a_day_is_whole_and_no_longer(day):
    first, last = start_of_day(day).astimezone(UTC), end_of_day(day).astimezone(UTC)

    assert [local_day(first), local_day(last)] == [day, day]
    assert [local_day(first - timedelta(seconds=1)), local_day(last + timedelta(seconds=1))] == [
        day - timedelta(days=1),
        day + timedelta(days=1),
    ]


@given(DAYS)
def test_a_week_ends_on_its_sunday(day):
    assert (end_of_week(day).weekday(), 0 <= (end_of_week(day) - day).days < 7) == (6, True)


def test_there_is_one_word_for_the_day_of_a_moment():
    """Cells of a spreadsheet hold naive moments: their day is written in them."""
    cells = ["workers/imports/cells.py", "workers/imports/opening.py"]
    assert lines_with(r"localdate|\.date\(\)", but=["kit/days.py", *cells]) == []


def test_there_is_one_word_for_the_time_of_a_moment():
    assert lines_with(r"localtime\([^)]*\)\.time\(\)|make_aware|get_default_timezone", but=["kit/days.py"]) == []
