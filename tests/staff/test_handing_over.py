"""Who goes is asked for what they have in hand; somebody takes it, and nothing is left without an owner."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from cases.clock import hand_on as nightly
from cases.models import Case, WorkItem
from fairs.models import Fair
from staff import appointing
from staff.models import User
from staff.refusals import NobodyTakesOver
from tests.cases.factories import CaseFactory
from tests.fairs.factories import FairFactory
from tests.staff.factories import (
    DAFANG,
    FENGPING,
    YANJIAO,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.transport.factories import TripFactory
from tests.workers.factories import NOON, WorkerFactory
from transport.models import Trip
from workers import journal

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True, language="en", display_name="Chen")


@pytest.fixture
def leaving():
    return UserFactory(township_cadre=True, display_name="Wang", username="wang")


@pytest.fixture
def township():
    return UserFactory(township_cadre=True, display_name="Li")


@pytest.fixture
def boss(client, supervisor):
    client.force_login(supervisor)
    return client


def case_of(owner, area=FENGPING):
    case = CaseFactory(worker=WorkerFactory(area=area, unemployed=True), owner=owner)
    WorkItem.objects.filter(case=case).update(owner=owner)
    return case


def owners(*cases) -> list:
    found = Case.objects.in_bulk([case.pk for case in cases])
    assert {item.owner_id for item in WorkItem.objects.open()} == {case.owner_id for case in Case.objects.open()}
    return [found[case.pk].owner for case in cases]


def end(user, by, *, days=0, **more):
    posting = user.postings.get(role="township_cadre")
    return appointing.end_appointment(posting=posting, ends_on=TODAY + timedelta(days=days), by=by, at=NOON, **more)


# ---- who takes it --------------------------------------------------------------------------------------------------


def test_closing_an_account_gives_the_cases_to_the_colleague_who_was_chosen(supervisor, leaving, township):
    first, second = case_of(leaving), case_of(leaving, YANJIAO)
    UserFactory(village_cadre=True)  # of the first village, and not asked

    appointing.deactivate(user=leaving, successor=township, by=supervisor, at=NOON)

    assert owners(first, second) == [township, township]
    assert journal.verify(first.worker) == []
    assert first.worker.journal_lines.newest_first().first().data["owner_id"] == township.pk


def test_nobody_chosen_each_goes_to_a_cadre_of_its_place(supervisor, leaving, township):
    beside = UserFactory(village_cadre=True, posted=YANJIAO)
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    appointing.deactivate(user=leaving, by=supervisor, at=NOON)

    assert owners(here, there) == [township, beside]


def test_where_the_chosen_one_does_not_serve_a_cadre_of_the_place_takes_it(supervisor, leaving, township):
    beside = UserFactory(village_cadre=True, posted=YANJIAO)
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    appointing.deactivate(user=leaving, successor=beside, by=supervisor, at=NOON)

    assert owners(here, there) == [township, beside]


def test_where_no_cadre_serves_whoever_closes_the_account_takes_it(supervisor, leaving):
    case = case_of(leaving)

    appointing.deactivate(user=leaving, by=supervisor, at=NOON)

    assert owners(case) == [supervisor]


def test_what_nobody_can_take_keeps_the_account_open(leaving):
    administrator = UserFactory(administrator=True)
    case = case_of(leaving)

    with pytest.raises(NobodyTakesOver) as refused, transaction.atomic():
        appointing.deactivate(user=leaving, by=administrator, at=NOON)

    assert (refused.value.count, User.objects.get(pk=leaving.pk).is_active, owners(case)) == (1, True, [leaving])


def test_ending_one_posting_leaves_what_another_covers(supervisor, leaving, township):
    PostingFactory(user=leaving, role="village_cadre", area=area_of(YANJIAO), starts_on=TODAY - timedelta(days=9))
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    end(leaving, supervisor, days=-1)

    assert owners(here, there) == [township, leaving]


def test_a_last_day_ahead_hands_over_the_night_after(supervisor, leaving, township, clock):
    beside = UserFactory(supervisor=True, display_name="Zhao")
    case = case_of(leaving)

    posting = end(leaving, supervisor, days=3, successor=beside)
    assert owners(case) == [leaving]
    clock.shift(timedelta(days=3))
    nightly()
    assert owners(case) == [leaving]
    clock.shift(timedelta(days=1))
    nightly()

    posting.refresh_from_db()
    assert (owners(case), posting.handed_on_at is not None) == ([beside], True)


def test_the_night_hands_over_once(supervisor, leaving, township, clock):
    case = case_of(leaving)
    end(leaving, supervisor, days=1)
    clock.shift(timedelta(days=2))
    nightly()
    Case.objects.update(owner=leaving)
    WorkItem.objects.update(owner=leaving)

    nightly()

    assert owners(case) == [leaving]


def test_trips_and_fairs_ahead_go_over_too(supervisor, township):
    organiser = UserFactory(fair_organiser=True)
    other = UserFactory(fair_organiser=True)
    fair, past = FairFactory(), FairFactory()
    Fair.objects.update(organiser=organiser)
    Fair.objects.filter(pk=past.pk).update(state="finished", finished_at=NOON, finished_by=organiser)
    trip = TripFactory(open=True, leader=organiser, deputy=other)

    appointing.deactivate(user=organiser, successor=other, by=supervisor, at=NOON)

    assert [Fair.objects.get(pk=row.pk).organiser for row in (fair, past)] == [other, organiser]
    trip = Trip.objects.get(pk=trip.pk)
    assert (trip.leader, trip.deputy) == (other, None)


def test_nobody_takes_over_from_themselves(leaving):
    with pytest.raises(IntegrityError, match="posting_passes_to_somebody_else"), transaction.atomic():
        leaving.postings.update(successor=leaving)


# ---- pages ---------------------------------------------------------------------------------------------------------


def test_closing_asks_first_with_what_is_in_hand_in_figures(boss, leaving, township):
    case_of(leaving)
    TripFactory(open=True, leader=leaving)

    page = boss.get(f"/people/{leaving.pk}/deactivate/")

    assert page.context["in_hand"] == ["1 open case", "1 trip to lead"]
    assert User.objects.get(pk=leaving.pk).is_active
    named = [words for _pk, words in page.context["form"].fields["successor"].choices]
    assert any(words.startswith("Li · ") for words in named)
    assert not any(words.startswith("Wang") for words in named)


def test_the_answer_closes_the_account(boss, leaving, township):
    case = case_of(leaving)

    boss.post(f"/people/{leaving.pk}/deactivate/", {"successor": township.pk})

    assert (User.objects.get(pk=leaving.pk).is_active, owners(case)) == (False, [township])


def test_with_nothing_in_hand_one_press_on_that_page_closes_it(boss, leaving):
    boss.post(f"/people/{leaving.pk}/deactivate/")

    assert not User.objects.get(pk=leaving.pk).is_active


def test_ending_a_posting_asks_only_when_something_is_in_hand(boss, leaving, township):
    posting = leaving.postings.get()
    address, said = f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": YESTERDAY.isoformat()}
    case = case_of(leaving)

    asked = boss.post(address, said)
    posting.refresh_from_db()
    assert (asked.status_code, posting.ends_on) == (200, None)
    done = boss.post(address, said | {"successor": ""})

    posting.refresh_from_db()
    assert (done.status_code, posting.ends_on, owners(case)) == (302, YESTERDAY, [township])


def test_somebody_from_elsewhere_cannot_be_chosen(boss, leaving, township):
    stranger = UserFactory(supervisor=True, posted=DAFANG)
    case_of(leaving)

    answer = boss.post(f"/people/{leaving.pk}/deactivate/", {"successor": stranger.pk})

    assert (answer.status_code, User.objects.get(pk=leaving.pk).is_active) == (422, True)


def test_a_refusal_stands_on_the_page_with_the_way_out(client, leaving):
    client.force_login(UserFactory(administrator=True, language="en"))
    case_of(leaving)

    answer = client.post(f"/people/{leaving.pk}/deactivate/", {"successor": ""})

    assert (answer.status_code, "Give a colleague a posting there first" in answer.content.decode()) == (409, True)
