from datetime import date

import pytest

from insights.forms import OverviewFilter
from insights.periods import Period, last_days

pytestmark = pytest.mark.clock

TODAY = date(2026, 3, 5)
USUAL = Period(date(2026, 2, 4), TODAY)


def read_period(first, last, today):
    return OverviewFilter({"from": first, "to": last}).period(today)


def test_thirty_days_unless_asked_otherwise():
    assert (read_period(None, "", TODAY), USUAL.days) == (USUAL, 30)


def test_both_days_count():
    period = read_period("2026-03-01", "2026-03-05", TODAY)

    assert (period, period.days) == (Period(date(2026, 3, 1), TODAY), 5)


def test_one_day_is_a_period():
    assert read_period("2026-03-05", "2026-03-05", TODAY).days == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03-05", "2026-03-01"),
        ("2026-02-31", "2026-03-05"),
        ("yesterday", "today"),
        ("2026-03-01", ""),
        (None, "2026-03-01"),
        ("0001-01-01", "2026-03-05"),
        ("²", "\0"),
    ],
)
def test_days_that_make_no_period_give_the_usual_one_and_are_owned_up_to(first, last):
    period = read_period(first, last, TODAY)

    assert (period.first, period.last, period.was_understood) == (USUAL.first, USUAL.last, False)


def test_query_reads_back():
    week = last_days(7, TODAY)

    assert (week.days, read_period(week.query["from"], week.query["to"], TODAY)) == (7, week)
