"""Who lives under one roof: a cadre says it, and what follows from it follows."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from staff.models import User
from tests.staff.factories import YANJIAO, UserFactory
from tests.workers.factories import NOON, WorkerFactory
from workers.models import Household, Worker
from workers.refusals import NotUnderOneRoof
from workers.services import join_household, leave_household

pytestmark = pytest.mark.django_db
HOUR = NOON + timedelta(hours=1)
PHONE = "+8613800001234"


@pytest.fixture
def couple() -> tuple[Worker, Worker]:
    return WorkerFactory(name="李国琴", unemployed=True, phone=PHONE), WorkerFactory(name="王建军", phone=PHONE)


@pytest.fixture
def cadre(client) -> User:
    user = UserFactory(village_cadre=True, language="en")
    client.force_login(user)
    with time_machine.travel(HOUR, tick=False):
        yield user


def fresh(*people) -> list[Worker]:
    return [Worker.objects.get(pk=person.pk) for person in people]


def test_two_without_a_household_are_one_from_now_on_and_its_lack_of_work_is_seen(couple):
    wife, husband = couple

    join_household(worker=wife, other=husband, role="spouse", by=None, at=HOUR)

    wife, husband = fresh(*couple)
    assert (wife.household, wife.household_role) == (husband.household, "spouse")
    assert wife.household.zero_employment
    assert [person.service_group for person in (wife, husband)] == ["key_plus", "key_plus"]


def test_whoever_moves_in_comes_to_the_household_that_is_there_and_twice_is_once(couple):
    wife, husband = couple
    child = WorkerFactory(name="王小军")
    join_household(worker=wife, other=husband, role="spouse", by=None, at=HOUR)

    for _ in range(2):
        join_household(worker=child, other=wife, role="child", by=None, at=HOUR)

    assert {person.household_id for person in fresh(wife, husband, child)} == {Household.objects.get().pk}


def test_one_household_lives_in_one_village(couple):
    with pytest.raises(NotUnderOneRoof):
        join_household(worker=couple[0], other=WorkerFactory(area=YANJIAO), role="other", by=None, at=HOUR)
    with pytest.raises(NotUnderOneRoof):
        join_household(worker=couple[0], other=couple[0], role="other", by=None, at=HOUR)

    assert Household.objects.count() == 0


def test_who_leaves_is_served_as_one_alone(couple):
    wife, husband = couple
    join_household(worker=wife, other=husband, role="spouse", by=None, at=HOUR)

    leave_household(worker=fresh(husband)[0], by=None, at=HOUR)

    wife, husband = fresh(*couple)
    assert (husband.household, husband.household_role, husband.service_group) == (None, "", "general")
    assert wife.household is not None


def test_a_cadre_says_it_on_the_page_of_the_record(client, cadre, couple):
    wife, husband = couple
    url = reverse("workers:household", args=[wife.pk])

    record = client.get(reverse("workers:worker", args=[wife.pk])).content.decode()
    page = client.get(url)
    empty = client.post(url, {"q": "", "join": "1"})
    joined = client.post(url, {"q": "", "join": "1", "other": husband.pk, "household_role": "spouse"})
    left = client.post(reverse("workers:leave_household", args=[wife.pk]))

    assert url in record
    assert [mate.worker for mate in page.context["found"]] == [husband]
    assert (empty.status_code, sorted(empty.context["form"].errors)) == (422, ["household_role", "other"])
    assert joined["Location"] == reverse("workers:worker", args=[wife.pk])
    assert left["Location"] == url
    assert [person.household_id is None for person in fresh(wife, husband)] == [True, False]


def test_people_of_the_village_are_found_by_name_and_nobody_else(client, cadre):
    wife = WorkerFactory(name="李国琴")
    WorkerFactory(name="王建军", area=YANJIAO)
    husband = WorkerFactory(name="王建军")

    page = client.post(reverse("workers:household", args=[wife.pk]), {"q": "王建军"})

    assert (page.status_code, [mate.worker for mate in page.context["found"]]) == (200, [husband])
