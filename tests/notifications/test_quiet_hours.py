from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.quiet_hours import is_quiet, next_loud_moment

pytestmark = pytest.mark.clock

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-03-05 08:00", "2026-03-05 08:00"),
        ("2026-03-05 20:59:59", "2026-03-05 20:59:59"),
        ("2026-03-05 21:00", "2026-03-06 08:00"),
        ("2026-03-05 23:59", "2026-03-06 08:00"),
        ("2026-03-06 00:00", "2026-03-06 08:00"),
        ("2026-03-06 07:59:59", "2026-03-06 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_a_text_of_the_night_leaves_in_the_morning(at, leaves):
    assert next_loud_moment(local(at)) == local(leaves)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(ZoneInfo("UTC"))))
def test_it_leaves_by_day_and_within_eleven_hours(at):
    leaves = next_loud_moment(at)

    assert not is_quiet(leaves)
    assert timedelta(0) <= leaves - at <= timedelta(hours=11)
