"""Whether somebody may be on the register already is asked by one rule: in the form and for a row of a roster."""

import uuid
from datetime import date

import pytest

from tests.staff.factories import DAFANG, FENGPING, MAOCHANG, YANJIAO, UserFactory
from tests.workers.factories import NOON, TODAY, WorkerFactory, make_id_number
from tests.workers.rosters import a_row, check_people
from workers.forms import AddForm
from workers.imports import saving
from workers.imports.rows import judge_all
from workers.imports.tables import Roster
from workers.imports.verdicts import Context

pytestmark = pytest.mark.django_db

BORN = date(1987, 6, 1)
NUMBER = make_id_number(birth_date=BORN, n=3)
SEX_AND_BIRTH = {"sex": "女", "birth_date": "1988-09-19"}
PLACES = {FENGPING: "织金县猫场镇凤坪村", MAOCHANG: "织金县猫场镇", YANJIAO: "织金县猫场镇岩脚村"}
PHONE = "13800007011"
ON_REGISTER = {"name": "王芳", "area": FENGPING, "birth_date": BORN, "id_number": "", "phone": ""}
TYPED = {"name": "王芳", "id_number": NUMBER, "village": FENGPING, "phone": ""}
PAIRS = {
    "the same": ({}, {}, True),
    "Latin without its marks": ({"name": "Nguyễn Thị Hoa"}, {"name": "NGUYEN THI HOA"}, True),
    "a dot here": ({"name": "阿木·沙玛"}, {"name": "阿木沙玛"}, True),
    "a dot there": ({"name": "阿木沙玛"}, {"name": "阿木·沙玛"}, True),
    "the village not known then, another day": ({"area": MAOCHANG, "birth_date": date(1987, 7, 1)}, {}, True),
    "the village not known now, another day": ({"birth_date": date(1988, 7, 1)}, {"village": MAOCHANG}, True),
    "a year more by the old count": ({"area": YANJIAO, "birth_date": date(1985, 7, 1)}, {}, True),
    "much older": ({"birth_date": date(1970, 6, 1)}, {}, False),
    "much older, with the phone": ({"birth_date": date(1970, 6, 1), "phone": f"+86{PHONE}"}, {"phone": PHONE}, True),
    "another sex": ({"sex": "M"}, {}, False),
    "another name": ({"name": "王方"}, {}, False),
    "a number of their own": ({"id_number": make_id_number(birth_date=BORN, n=4)}, {}, False),
    "a number, and now without": ({"id_number": NUMBER}, {"id_number": ""}, True),
    "elsewhere": ({"area": DAFANG}, {}, False),
}


@pytest.fixture
def supervisor():
    return UserFactory(township_cadre=True)


def form_asks(said: dict, user, **beside) -> bool:
    form = AddForm(
        said | {
            "township": MAOCHANG, "status": "farming", "source": "visit", "once": str(uuid.uuid4()),
            "sex": "F", "birth_date": str(BORN),
        } | beside, user=user,
    )  # fmt: skip
    form.is_valid()
    assert set(form.errors) <= {"is_somebody_else"}
    return bool(form.look_alikes)


def roster_asks(said: dict, user) -> bool:
    cells = {"name": said["name"], "id_number": said["id_number"], "phone": said["phone"], "sex": "女"}
    row = a_row(address=PLACES[said["village"]], birth_date=str(BORN), **cells)
    (verdict,) = check_people(Roster([row]), by=user, at=NOON, decisions={}).verdicts
    return verdict.question is not None


@pytest.mark.parametrize("registered, typed, asks", PAIRS.values(), ids=PAIRS)
def test_form_and_roster_ask_about_the_same_people(supervisor, registered, typed, asks):
    WorkerFactory(**ON_REGISTER | registered)
    said = TYPED | typed

    assert (form_asks(said, supervisor), roster_asks(said, supervisor)) == (asks, asks)


def test_a_form_with_a_number_asks_by_what_the_number_says(supervisor):
    WorkerFactory(**ON_REGISTER)

    assert form_asks(TYPED, supervisor, sex="", birth_date="")


@pytest.mark.parametrize(("cells", "queries"), [({}, 1), ({"id_number": "", **SEX_AND_BIRTH}, 2)])
def test_a_roster_asks_once_or_once_for_each_township(supervisor, django_assert_num_queries, cells, queries):
    rows = [a_row(label=str(n), name=name, **cells) for n, name in enumerate(("王芳", "李四", "Nguyễn Hoa"), 2)]
    rows = [row for row in rows for _twice in range(10)]
    persons = [verdict.person for verdict in judge_all(rows, Context(TODAY))]

    with django_assert_num_queries(queries):
        saving.find_look_alikes(persons, ranges=None)
