from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.models import Holiday
from areas.working_days import add_working_days, is_working_day, working_days_between

pytestmark = pytest.mark.clock

WEEKENDS_ONLY = frozenset()
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def calendar(db):
    return Holiday.objects.as_calendar()


def test_a_weekend_is_skipped():
    assert add_working_days(FRIDAY, 1, WEEKENDS_ONLY) == MONDAY


def test_no_days_is_the_same_day():
    assert add_working_days(FRIDAY, 0, WEEKENDS_ONLY) == FRIDAY


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(FRIDAY, -1, WEEKENDS_ONLY)


@pytest.mark.parametrize(
    "start, n, due",
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday worked before Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),  # a Saturday worked after it
        (date(2026, 9, 30), 2, date(2026, 10, 9)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
    ],
)
def test_the_holidays_of_2026_and_their_make_up_days(calendar, start, n, due):
    assert add_working_days(start, n, calendar) == due


def test_2027_has_weekends_only_until_it_is_published(calendar):
    assert is_working_day(date(2027, 1, 1), calendar) is True
    assert is_working_day(date(2027, 1, 2), calendar) is False


def test_an_administrator_adds_a_day(calendar):
    Holiday.objects.create(date=MONDAY, name="县庆")

    assert add_working_days(FRIDAY, 1, Holiday.objects.as_calendar()) == date(2026, 11, 24)
    assert add_working_days(FRIDAY, 1, calendar) == MONDAY


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(0, 60))
def test_counting_back_gives_what_was_added(start, n):
    due = add_working_days(start, n, WEEKENDS_ONLY)

    assert working_days_between(start, due, WEEKENDS_ONLY) == n
    assert working_days_between(due, start, WEEKENDS_ONLY) == -n


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(1, 60))
def test_a_due_day_is_always_worked(start, n):
    due = add_working_days(start, n, WEEKENDS_ONLY)

    assert is_working_day(due, WEEKENDS_ONLY)
    assert due - start >= timedelta(days=n)
