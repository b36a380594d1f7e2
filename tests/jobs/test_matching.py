from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from jobs.matching import is_near, matches_for
from jobs.models import Vacancy
from tests.jobs.factories import TODAY, VacancyFactory
from tests.staff.factories import area_of
from tests.workers.factories import WorkerFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
GUANGDONG = 440604000000


def titles(worker, **changes) -> list[str]:
    return [match.vacancy.title for match in matches_for(worker, TODAY, **changes)]


def test_only_posts_that_can_be_taken_are_on_the_list():
    worker = WorkerFactory(birth_date=date(1980, 1, 1))
    VacancyFactory(title="fits")
    VacancyFactory(title="closed", closed=True)
    VacancyFactory(title="held", employer__held=True)
    VacancyFactory(title="full", headcount=1, full=True)
    VacancyFactory(title="too old", age_max=45)
    VacancyFactory(title="not open yet", open_from=date(2026, 4, 1))

    assert titles(worker) == ["fits"]


def test_a_minor_sees_only_what_the_law_allows():
    minor, child = WorkerFactory(birth_date=date(2009, 1, 1)), WorkerFactory(birth_date=date(2011, 1, 1))
    VacancyFactory(title="adults", age_min=16)
    VacancyFactory(title="suits minors", age_min=16, suits_minors=True)

    assert (titles(minor), titles(child)) == (["suits minors"], [])


def test_the_most_wishes_met_come_first_and_each_says_why():
    worker = WorkerFactory(wish_place="浙江", wish_wage=5200, wish_kind="装配")
    VacancyFactory(title="抛光工", area=area_of(GUANGDONG), wage_high=7000, board=False)
    VacancyFactory(title="五金装配工", wage_high=5600, board=False)
    VacancyFactory(title="包装工", wage_high=5000, board=False)

    matches = matches_for(worker, TODAY)

    assert [(m.vacancy.title, len(m.reasons), len(m.misses)) for m in matches] == [
        ("五金装配工", 3, 0),
        ("抛光工", 1, 1),
        ("包装工", 1, 1),
    ]
    assert [str(reason) for reason in matches[0].reasons] == [
        "符合意向地点：浙江",
        "达到期望月薪 5,200",
        "符合意向工种：装配",
    ]


def test_the_database_sorts_and_hands_over_only_what_is_shown():
    worker = WorkerFactory(wish_place="浙江", wish_wage=5200, wish_kind="装配")
    for wage in (5100, 5600, 7000):
        VacancyFactory(title="五金装配工", wage_high=wage, board=False)
        VacancyFactory(title="抛光工", area=area_of(GUANGDONG), wage_high=wage)
    some = list(Vacancy.objects.filter(title="抛光工").values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as queries:
        best = matches_for(worker, TODAY, limit=2)

    assert [(match.vacancy.title, match.vacancy.wage_high) for match in best] == [
        ("五金装配工", 7000),
        ("五金装配工", 5600),
    ]
    assert (len(queries), "LIMIT 2" in queries[0]["sql"]) == (1, True)
    assert titles(worker, only=some, limit=9) == ["抛光工"] * 3
    assert titles(worker, only=[]) == []


def test_those_shown_are_the_first_by_wishes_met_then_missed_then_wage():
    """As whoever described every post and counted the words would sort them."""
    worker = WorkerFactory(wish_place="浙江", wish_wage=5200, wish_kind="装配")
    for n in range(24):
        area = {"area": area_of(GUANGDONG)} if n % 3 else {}
        VacancyFactory(title=("五金装配工", "抛光工")[n % 2], wage_high=5000 + n % 5 * 100, board=n % 4 == 0, **area)
    every = matches_for(worker, TODAY, limit=99)
    sorted_by_words = sorted(every, key=lambda m: (-len(m.reasons), len(m.misses), -m.vacancy.wage_high, m.vacancy.pk))

    assert (every, len(every)) == (sorted_by_words, 24)
    assert matches_for(worker, TODAY, limit=7) == every[:7]


def test_posts_that_are_not_shown_are_sorted_by_bare_keys():
    VacancyFactory()
    worker = WorkerFactory()

    with CaptureQueriesContext(connection) as queries:
        matches_for(worker, TODAY)

    (sql,) = [query["sql"] for query in queries]
    sorts = sql[sql.index(" IN (SELECT") : sql.index("LIMIT")]
    assert ('"title"' in sorts.partition("WHERE")[0], "areas_area" in sorts) == (False, False)


ZUNYI, DAFANG_COUNTY = 520300000000, 520521000000
WISHES = {
    "省外": {"guangdong"},
    "出省打工": {"guangdong"},
    "省内": {"zunyi", "dafang", "here"},
    "县外": {"guangdong", "zunyi", "dafang"},
    "本市": {"dafang", "here"},
    "都可以": set(),
}


@pytest.mark.parametrize(("wish", "met"), WISHES.items())
def test_a_wish_for_within_or_outside_the_province_says_which_posts_come_first(wish, met):
    worker = WorkerFactory(wish_place=wish)
    areas = {"guangdong": GUANGDONG, "zunyi": ZUNYI, "dafang": DAFANG_COUNTY, "here": worker.area_id}
    for title, code in areas.items():
        VacancyFactory(title=title, area=area_of(code), board=False)

    matches = matches_for(worker, TODAY)

    assert {match.vacancy.title for match in matches[: len(met)]} == met
    assert {match.vacancy.title for match in matches if match.reasons} == met


def test_the_wish_is_said_in_the_language_of_the_reader():
    VacancyFactory(area=area_of(GUANGDONG), board=False)

    with override("en"):
        (match,) = matches_for(WorkerFactory(wish_place="省外"), TODAY)

    assert match.reasons == ("Where wished: Other province",)


@pytest.mark.parametrize("wish", ["附近", "就近打工", "本县", "织金县"])
def test_near_home_is_the_own_county_however_it_is_said(wish):
    worker = WorkerFactory(wish_place=wish)
    VacancyFactory(title="far", board=False)
    VacancyFactory(title="near", nearby=True, board=False, wage_low=3000, wage_high=3500)

    assert titles(worker) == ["near", "far"]


def test_a_place_nobody_can_read_narrows_and_orders_nothing():
    worker = WorkerFactory(wish_place="大城市")
    VacancyFactory(title="a", wage_high=6000)
    VacancyFactory(title="b", wage_high=7000)

    assert titles(worker) == ["b", "a"]


def test_the_list_can_be_searched_and_is_cut():
    worker = WorkerFactory()
    for number in range(3):
        VacancyFactory(title=f"针车工{number}")
    VacancyFactory(title="抛光工")

    assert (len(titles(worker, text="针车")), len(titles(worker, limit=2))) == (3, 2)


def test_work_in_the_own_county_is_near():
    worker = WorkerFactory()

    assert (is_near(worker, VacancyFactory(nearby=True)), is_near(worker, VacancyFactory())) == (True, False)
