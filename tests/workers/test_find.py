"""Find a person: what the text means, whom it finds, and that it stays inside an index."""

import re
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.staff.factories import FENGPING, YANJIAO, UserFactory
from tests.workers.factories import TODAY, WorkerFactory, make_id_number
from workers.models import Worker
from workers.rules.likeness import Traits
from workers.rules.search import Search, born_for_age, detect, ways
from workers.selectors import look_alikes

pytestmark = pytest.mark.clock


@pytest.mark.parametrize(
    ("typed", "search"),
    [
        ("李国琴", Search("name", "李国琴")),
        ("  李 国琴 ", Search("name", "李国琴")),
        ("李", Search("name", "李")),
        ("阿木·沙玛", Search("name", "阿木·沙玛")),
        ("王芳 39", Search("name", "王芳", 39)),
        ("王芳39", Search("name", "王芳", 39)),
        ("阿木•沙玛", Search("name", "阿木·沙玛")),
        ("张\u200b三", Search("name", "张三")),
        ("Müller", Search("pinyin", "muller")),
        ("Gül", Search("pinyin", "gul")),
        ("O’Brien", Search("pinyin", "obrien")),
        ("lübu", Search("pinyin", "lvbu")),
        ("lgq", Search("pinyin", "lgq")),
        ("LiGuoQin", Search("pinyin", "liguoqin")),
        ("li guo qin", Search("pinyin", "liguoqin")),
        ("lgq 39", Search("pinyin", "lgq", 39)),
        ("1234", Search("tail", "1234")),
        ("0001 234", Search("tail", "0001234")),
        ("028X", Search("id_tail", "028X")),
        ("9 028x", Search("id_tail", "9028X")),
        ("13800001234", Search("phone", "+8613800001234")),
        ("138-0000-1234", Search("phone", "+8613800001234")),
        ("+86 138 0000 1234", Search("phone", "+8613800001234")),
        ("１３８００００１２３４", Search("phone", "+8613800001234")),
        ("522425198706019028", Search("id_number", "522425198706019028")),
        ("52242519870601902x", Search("id_number", "52242519870601902X")),
        ("5224 2519 8706 0190 28", Search("id_number", "522425198706019028")),
        ("", Search("nothing", "")),
        ("   ", Search("nothing", "")),
        ("123", Search("nothing", "123")),
        ("%", Search("nothing", "%")),
    ],
)
def test_the_kind_of_search_is_detected(typed, search):
    assert detect(typed) == search


@given(st.text())
def test_any_text_at_all_means_something_or_nothing(typed):
    assert detect(typed).kind in {"nothing", "name", "pinyin", "tail", "id_tail", "phone", "id_number"}


@pytest.mark.django_db
@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_no_text_breaks_the_query(typed):
    assert list(Worker.objects.find(typed, TODAY)) == []


@pytest.fixture
def li(db):
    number = make_id_number(birth_date=date(1987, 6, 1), n=14)
    worker = WorkerFactory(name="李国琴", id_number=number, phone="+8613800001234")
    WorkerFactory(name="王建军", phone="+8613911112222", birth_date=date(1990, 1, 1))
    return worker


@pytest.mark.parametrize(
    "typed", ["李国琴", "李国", "李", "lgq", "LG", "liguo", "li guoqin", "1234", "01234", "138 0000 1234", "李 38"]
)
def test_the_person_is_found(li, typed):
    assert list(Worker.objects.find(typed, TODAY)) == [li]


@pytest.mark.parametrize("typed", ["国琴", "gq", "4321", "123", "13800001235", "李 39", "", "%", "_"])
def test_nobody_is_found(li, typed):
    assert list(Worker.objects.find(typed, TODAY)) == []


def test_the_person_is_found_by_id_number_whole_or_by_its_tail(li):
    number = li.id_number

    assert list(Worker.objects.find(number)) == [li]
    assert list(Worker.objects.find(number[-4:])) == [li]
    assert list(Worker.objects.find(number[-6:])) == [li]


def test_a_shared_phone_finds_the_family(li):
    child = WorkerFactory(name="李小明", phone="+8613800001234")

    assert list(Worker.objects.find("13800001234")) == [li, child]


def test_without_today_an_age_is_left_aside(li):
    assert list(Worker.objects.find("李国琴 12")) == [li]


def test_finding_stays_inside_the_area(li):
    WorkerFactory(name="李国琴", area=YANJIAO)
    village = UserFactory(village_cadre=True, posted=FENGPING)

    assert list(Worker.objects.visible_to(village).find("李国琴")) == [li]


MANY = """
INSERT INTO workers_worker (name, name_pinyin, name_initials, sex, birth_date, area_code, group_no, household_role,
    id_number_cipher, id_number_blind, id_tail, phone_cipher, phone_blind, phone_tail, service_group, status,
    employer_name, industry, wish_place, wish_kind, wish_from, wish_with_spouse, sms_allowed, contact_hours,
    last_verified_how, created_at)
SELECT chr(19968 + n %% 400) || chr(20000 + n %% 3000), 'pinyin' || n, chr(97 + n %% 26) || n, 'F', '1987-06-01', %s,
    '', '', 'x', sha256(('id' || n)::bytea), lpad((n %% 9999)::text, 4, '0'), 'x', sha256(('phone' || n)::bytea),
    lpad((n %% 9998)::text, 4, '0'), 'general', 'unknown', '', '', '', '', '', false, true, '', '', now()
FROM generate_series(1, 20000) n
"""


@pytest.fixture
def crowd(db):
    """20,000 in one village: enough for the planner to care."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, [FENGPING])
        cursor.execute("ANALYZE workers_worker")


def test_every_kind_of_search_is_answered_by_its_index(crowd):
    """The user sees everybody, so that the area's own index would be no help."""
    user = UserFactory(supervisor=True)

    def indexes(typed: str) -> set[str]:
        plan = Worker.objects.visible_to(user).find(typed, TODAY)[:50].explain()
        return set(re.findall(r"(?:on|using) (\w+_(?:by|blind)_\w+)", plan))

    assert {
        typed: indexes(typed) for typed in ("李国琴", "lgq", "1234", "028X", "13800001234", "522425198706019028")
    } == {
        "李国琴": {"worker_by_name"},
        "lgq": {"worker_by_initials", "worker_by_pinyin", "worker_by_other_reading"},
        "1234": {"worker_by_phone_tail", "worker_by_id_tail"},
        "028X": {"worker_by_id_tail"},
        "13800001234": {"worker_by_phone"},
        "522425198706019028": {"workers_worker_id_number_blind_key"},
    }


@pytest.fixture
def township(db):
    """Names that a text may fit by pinyin, by initials, by another reading, or by more than one of them."""
    names = (
        "王芳",
        "吴飞",
        "汪安妮",
        "曾国",
        "岑果",
        "单雪",
        "李国琴",
        "黎光前",
        "韩爱",
        "何安",
        "吉克·拉且",
        "吉克拉且",
    )
    for n, name in enumerate(names * 3):
        WorkerFactory(name=name, area=(FENGPING, YANJIAO)[n % 2], phone=f"+86138000{n % 4}1234", n=n + 200)


TYPED = (
    "w",
    "wf",
    "wang",
    "z",
    "zeng",
    "c",
    "cg",
    "zg",
    "ha",
    "lgq",
    "lgq 39",
    "li",
    "shan",
    "王",
    "吉克拉且",
    "1234",
    "028X",
    "%",
)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_pages_have_everybody_who_is_found_and_nobody_twice(township, size):
    def by_pages(typed: str) -> list[int]:
        found, after = [], ""
        while after is not None:
            people, after = Worker.objects.find_page(typed, TODAY, after=after, size=size)
            assert people or after is None
            found += [worker.pk for worker in people]
        return found

    paged = {typed: by_pages(typed) for typed in TYPED}

    assert {typed: sorted(found) for typed, found in paged.items()} == {
        typed: sorted(Worker.objects.find(typed, TODAY).values_list("pk", flat=True)) for typed in TYPED
    }


def test_whose_pinyin_begins_so_comes_before_who_has_such_initials(db):
    by_initials, by_pinyin = WorkerFactory(name="吴安", n=301), WorkerFactory(name="万阿", n=302)

    found, _more = Worker.objects.find_page("wa", TODAY, after="", size=9)

    assert [worker.pk for worker in found] == [by_pinyin.pk, by_initials.pk]


def test_no_page_of_a_search_by_pinyin_sorts_those_found(crowd):
    """Each way begins at its own index, in its order, and ends with the page."""
    everybody = UserFactory(supervisor=True)

    plans = [
        Worker.objects.visible_to(everybody).filter(way.condition).order_by(way.column, "area_id", "pk")[:21].explain()
        for way in ways(detect("pinyin"), TODAY)[:1] + ways(detect("b"), TODAY)[1:2]
    ]

    assert ["worker_by_pinyin" in plans[0], "worker_by_initials" in plans[1]] == [True, True]
    assert [re.findall(r"(\w* ?Sort)  ", plan) for plan in plans] == [["Incremental Sort"]] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("stands", ["吉克·拉且", "吉克拉且"])
@pytest.mark.parametrize("typed", ["吉克·拉且", "吉克拉且", "吉克拉", "吉克", "吉克.拉且", "吉 克拉且"])
def test_a_middle_dot_hides_nobody_on_either_side(typed, stands):
    WorkerFactory(name="吉米拉且")
    worker = WorkerFactory(name=stands)

    assert list(Worker.objects.find(typed)) == [worker]


@given(born=st.dates(date(1930, 1, 1), date(2026, 3, 5)), today=st.dates(date(2026, 3, 5), date(2032, 12, 31)))
def test_the_range_of_birth_dates_agrees_with_the_age(born, today):
    age = Worker(birth_date=born).age(today)
    bounds = dict(born_for_age(age, today).children)

    assert bounds["birth_date__gt"] < born <= bounds["birth_date__lte"]


@pytest.mark.django_db
def test_somebody_alike_is_found_but_for_case_and_marks():
    there = WorkerFactory(name="Jürgen Müller")
    same = {"sex": there.sex, "birth_date": there.birth_date, "area": there.area_id, "phone": None, "has_number": False}
    asked = {name: Traits(name=name, **same) for name in ("jurgen muller", "JÜRGEN MÜLLER", "Jürgen Möller")}

    assert look_alikes(asked, ranges=None) == {"jurgen muller": [there], "JÜRGEN MÜLLER": [there]}
