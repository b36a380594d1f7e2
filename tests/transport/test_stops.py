"""Which stop is near: the finest division that stop and village share."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from transport.rules.stops import Way, closeness, goes_there, nearest_stop, still_ahead

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
VILLAGE = 520524107203
SAME_TOWNSHIP, SAME_COUNTY = 520524107201, 520524101200
SAME_CITY, SAME_PROVINCE, ELSEWHERE = 520502001001, 520103001001, 330782001001


@dataclass(frozen=True)
class Stop:
    area_id: int
    at: datetime = NOON


@pytest.mark.parametrize(
    "other, shared",
    [(VILLAGE, 5), (SAME_TOWNSHIP, 4), (SAME_COUNTY, 3), (SAME_CITY, 2), (SAME_PROVINCE, 1), (ELSEWHERE, 0), (None, 0)],
)
def test_closeness_counts_the_divisions_they_share(other, shared):
    assert closeness(VILLAGE, other) == shared


def test_the_nearest_shares_the_finest_division():
    stops = [Stop(SAME_CITY), Stop(SAME_COUNTY), Stop(SAME_TOWNSHIP), Stop(ELSEWHERE)]

    assert nearest_stop(stops, VILLAGE) == Stop(SAME_TOWNSHIP)


def test_of_equally_near_stops_it_is_the_first_on_the_way():
    first, second = Stop(SAME_COUNTY, NOON), Stop(SAME_COUNTY, NOON + timedelta(hours=1))

    assert nearest_stop([first, second], VILLAGE) is first
    assert nearest_stop([second, first], VILLAGE) is second


def test_where_somebody_lives_is_unknown_so_they_get_in_first():
    assert nearest_stop([Stop(SAME_CITY), Stop(VILLAGE)], None) == Stop(SAME_CITY)


def test_a_stop_is_ahead_until_the_minute_it_is_left():
    gone, now = Stop(VILLAGE, NOON - timedelta(minutes=1)), Stop(VILLAGE, NOON)

    assert still_ahead([gone, now], NOON) == [now]


def test_of_a_late_bus_every_stop_is_still_ahead():
    gone = [Stop(VILLAGE, NOON - timedelta(hours=2)), Stop(SAME_CITY, NOON - timedelta(hours=1))]

    assert still_ahead(gone, NOON) == gone


def test_a_trip_goes_where_one_of_its_stops_lies_in_the_prefecture():
    assert goes_there([Stop(SAME_CITY), Stop(330782001001)], 330702001001) is True
    assert goes_there([Stop(330782001001)], 330102001001) is False


def test_an_unknown_place_of_work_is_not_held_against_the_trip():
    assert goes_there([Stop(ELSEWHERE)], None) is True


@pytest.mark.parametrize(
    "way, words",
    [
        (Way(None, 5), "在本乡镇，近"),
        (Way(12, 3), "约 12 公里，近"),
        (Way(48, 3), "约 48 公里，远"),
        (Way(None, 3), "在本县，按 60 公里算"),
        (Way(None, 2), "在外县，按 150 公里算"),
        (Way(None, 1), "很远，距离不清楚"),
    ],
)
def test_how_far_a_stop_is_is_said_of_every_place(way, words):
    with translation.override("zh-hans"):
        assert " ".join(render_to_string("transport/_way.html", {"way": way}).split()) == words


def test_what_is_said_of_a_place_without_a_point_is_what_the_time_is_reckoned_by():
    assert [Way(None, shared).takes for shared in (3, 2)] == [Way(km, 3).takes for km in (60, 150)]
