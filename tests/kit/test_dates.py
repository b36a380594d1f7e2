"""How dates and deadlines read, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from kit import dates

pytestmark = pytest.mark.clock

THURSDAY = date(2026, 3, 5)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("language", "on", "words"),
    [
        ("zh-hans", date(2026, 3, 5), "3月5日"),
        ("zh-hans", date(2025, 12, 31), "2025年12月31日"),
        ("en", date(2026, 3, 5), "5 Mar"),
        ("en", date(2025, 12, 31), "31 Dec 2025"),
    ],
)
def test_a_day_names_its_year_only_when_it_is_another_one(language, on, words):
    with override(language):
        assert dates.day(on, today=THURSDAY) == words


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "3月5日 周四"), ("en", "Thu 5 Mar")])
def test_a_day_with_its_weekday(language, words):
    with override(language):
        assert dates.day_week(THURSDAY, today=THURSDAY) == words


@pytest.mark.parametrize(
    ("on", "kind", "chinese", "english"),
    [
        (date(2026, 2, 27), "late", "逾期 6 天", "6 days late"),
        (date(2026, 3, 4), "late", "逾期 1 天", "1 day late"),
        (date(2026, 3, 5), "soon", "今天到期", "Due today"),
        (date(2026, 3, 6), "calm", "明天到期", "Due tomorrow"),
        (date(2026, 3, 8), "calm", "最迟3月8日", "by 8 Mar"),
        (date(2026, 3, 12), "calm", "最迟3月12日", "by 12 Mar"),
    ],
)
def test_a_deadline_reads_as_late_due_or_a_day(on, kind, chinese, english):
    with override("zh-hans"):
        said_in_chinese = dates.due(on, today=THURSDAY)
    with override("en"):
        said_in_english = dates.due(on, today=THURSDAY)

    assert (said_in_chinese.kind, said_in_chinese.words) == (kind, chinese)
    assert (said_in_english.kind, said_in_english.words) == (kind, english)


@pytest.mark.parametrize(
    ("on", "again", "words"),
    [
        (date(2026, 3, 4), datetime(2026, 3, 5, 18, 30, tzinfo=SHANGHAI), "Late, again 18:30"),
        (date(2026, 3, 4), date(2026, 3, 8), "Late, again on 8 Mar"),
        (date(2026, 3, 5), datetime(2026, 3, 5, 18, 30, tzinfo=SHANGHAI), "18:30"),
        (date(2026, 3, 12), datetime(2026, 3, 8, 9, tzinfo=SHANGHAI), "8 Mar"),
        (date(2026, 3, 12), date(2026, 3, 5), "Today"),
    ],
)
def test_what_comes_back_says_when_and_no_other_date(on, again, words):
    with override("en"):
        assert dates.due(on, today=THURSDAY, again=again).words == words


def test_a_moment_late_in_the_evening_belongs_to_the_day_in_shanghai():
    late_evening = datetime(2026, 3, 4, 16, 30, tzinfo=ZoneInfo("UTC"))

    with override("zh-hans"):
        assert dates.moment(late_evening, today=THURSDAY) == "今天 00:30"


@pytest.mark.parametrize(
    ("at", "chinese", "english"),
    [
        (datetime(2026, 3, 5, 9, 14, tzinfo=SHANGHAI), "今天 09:14", "today 09:14"),
        (datetime(2026, 3, 4, 19, 40, tzinfo=SHANGHAI), "昨天 19:40", "yesterday 19:40"),
        (datetime(2026, 3, 2, 10, 20, tzinfo=SHANGHAI), "3月2日 10:20", "2 Mar 10:20"),
    ],
)
def test_a_moment_says_its_day_and_its_time(at, chinese, english):
    with override("zh-hans"):
        assert dates.moment(at, today=THURSDAY) == chinese
    with override("en"):
        assert dates.moment(at, today=THURSDAY) == english


@pytest.mark.parametrize(
    ("away", "chinese", "english"),
    [
        (timedelta(days=4, hours=1), "4 天后", "in 4 days"),
        (timedelta(days=1, minutes=3), "1 天后", "in 1 day"),
        (timedelta(days=3, hours=17), "4 天后", "in 4 days"),
        (timedelta(hours=3, minutes=59), "3 小时后", "in 3 hours"),
        (timedelta(minutes=1), "1 分钟后", "in 1 minute"),
    ],
)
def test_what_is_still_to_come_is_told_in_one_unit(away, chinese, english):
    now = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)

    with override("zh-hans"):
        assert dates.until(now + away, now) == chinese
    with override("en"):
        assert dates.until(now + away, now) == english


def test_midnight_stands_for_the_day():
    midnight = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)

    with override("en"):
        assert dates.day_or_moment(midnight, today=THURSDAY) == "Mon"
        assert dates.day_or_moment(midnight + timedelta(hours=9), today=THURSDAY) == "9 Mar 09:00"
