"""Somebody who goes back to their job is asked about a seat, and gets it."""

from datetime import timedelta

import pytest
import time_machine

from areas.models import Area
from cases.models import Case
from cases.services import record_contact
from jobs.models import Placement
from tests.cases.factories import CaseFactory
from tests.cases.pages import HTMX, signed_in, source_of, url_of, words_of
from tests.staff.factories import FENGPING, HUAQI_VILLAGE, UserFactory
from tests.transport.factories import DEPARTURE, YONGKANG, TripFactory
from tests.workers.factories import NOON
from transport.models import Booking
from transport.selectors.going_back import offered_trips

pytestmark = pytest.mark.django_db
SHENZHEN, ZHEJIANG = 440300000000, 330000000000
GOING_BACK = {"outcome": "spoke_to_worker", "status": "returned_going_back"}
JOB = {"employer_name": "永康市合成五金有限公司", "area": "浙江永康", "wage": "5200"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cadre():
    return UserFactory(village_cadre=True, posted=FENGPING)


@pytest.fixture
def desk(cadre):
    return signed_in(cadre)


@pytest.fixture
def case(cadre):
    return CaseFactory(owner=cadre, at=NOON - timedelta(days=1))


@pytest.fixture
def trip():
    return TripFactory(open=True)


@pytest.fixture
def going_back(desk, case):
    desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})
    return case


def page_of(case) -> str:
    return f"/cases/{case.pk}/go-back/"


def test_going_back_soon_is_asked_about_a_seat_and_hears_which_there_are(desk, case, trip):
    sheet = desk.get(url_of("record_contact", case.pk), headers=HTMX)

    assert "Is a seat needed?" in words_of(sheet)
    assert f"Fri 6 Mar 10:30 at 猫场镇政府广场, {trip.title}, 49 seats free" in words_of(sheet)


def test_who_needs_a_seat_is_led_to_it(desk, case, trip):
    plain = desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})

    assert (plain.status_code, plain.url) == (302, page_of(case))
    assert case.work_items.get(state="open").reason == "going_back_by_seat"


@pytest.mark.parametrize(("seat", "reason"), [("no", "going_back_alone"), ("unsure", "going_back"), ("", "going_back")])
def test_who_needs_none_is_led_back_and_the_list_says_so(desk, case, seat, reason):
    response = desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": seat})

    assert (response.url, case.work_items.get(state="open").reason) == (url_of("case", case.pk), reason)


def test_the_job_is_confirmed_and_the_seat_is_theirs(desk, case, trip):
    desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})

    response = desk.post(page_of(case), JOB | {"trip": trip.pk})

    booking, placement = Booking.objects.get(), Placement.objects.get()
    assert (response.status_code, Case.objects.get(pk=case.pk).state) == (302, "placed")
    assert (booking.case_id, booking.trip, placement.employer_name, placement.wage) == (
        case.pk, trip, JOB["employer_name"], 5200,
    )  # fmt: skip
    assert placement.start_on == (DEPARTURE + timedelta(hours=27, days=1)).date()


def test_who_has_a_seat_is_told_when_their_own_stop_gathers_and_has_none_to_arrange(desk, going_back, trip):
    case = going_back
    desk.post(page_of(case), JOB | {"trip": trip.pk})

    page, today = desk.get(url_of("case", case.pk)), desk.get(url_of("today"))
    said = f"Has a seat on {trip.code}. Gathers: tomorrow 10:30, 猫场镇政府广场"
    assert (page.context["next_step"]["title"], said in words_of(page)) == ("Seat booked", True)
    assert (said in words_of(today), "See the seat" in words_of(today)) == (True, True)
    assert ("Nothing to do until" in words_of(page), "If nothing is done" in words_of(page)) == (True, False)
    assert [words in words_of(shown) for shown in (page, today) for words in ("13:00", "Arrange")] == [False] * 4


def test_the_day_of_the_journey_names_no_hour_of_another_stop(desk, going_back, trip):
    case = going_back
    desk.post(page_of(case), JOB | {"trip": trip.pk})

    with time_machine.travel(DEPARTURE - timedelta(hours=5), tick=False):
        page = words_of(signed_in(case.owner).get(url_of("case", case.pk)))

    assert ("Gathers: today 10:30" in page, "13:00" in page) == (True, False)


def test_without_a_seat_there_is_no_job_either(desk, case):
    full = TripFactory(open=True, full=True, layout="places", capacity=2)
    desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})

    response = desk.post(page_of(case), JOB | {"trip": full.pk})

    assert (response.status_code, Placement.objects.filter(case=case).count()) == (409, 0)


def test_on_a_full_bus_the_job_is_confirmed_and_they_wait_for_a_seat(desk, case, cadre):
    full = TripFactory(open=True, full=True, layout="places", capacity=2)
    desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})
    page = desk.get(page_of(case))

    response = desk.post(page_of(case), JOB | {"trip": full.pk, "deed": "wait"})

    assert ([choice.trip for choice in page.context["choices"]], 'value="wait"' in source_of(page)) == ([full], True)
    assert offered_trips(case.pk, cadre) == [f"Fri 6 Mar 10:30 at 猫场镇政府广场, {full.title}, standby list only"]
    assert (response.url, Case.objects.get(pk=case.pk).state) == (url_of("case", case.pk), "placed")
    assert [standby.case_id for standby in full.standbys.waiting()] == [case.pk]
    assert Placement.objects.get(case=case).start_on == (DEPARTURE + timedelta(hours=27, days=1)).date()


def test_a_full_bus_is_not_chosen_beforehand_and_with_room_nobody_is_offered_to_wait(desk, case):
    TripFactory(open=True, full=True, layout="places", capacity=2)
    source = source_of(desk.get(page_of(case)))
    Booking.objects.update(state="released", released_at=NOON, released_because="asked")
    with_room = source_of(desk.get(page_of(case)))

    assert ["checked" in source, 'value="wait"' in source] == [False, True]
    assert ["checked" in with_room, 'value="wait"' in with_room] == [True, False]


def test_where_no_trip_suits_the_job_is_confirmed_and_the_seat_arranged_later(desk, going_back):
    case = going_back
    page = source_of(desk.get(page_of(case)))
    without_a_day = desk.post(page_of(case), JOB | {"deed": "later"})

    response = desk.post(page_of(case), JOB | {"deed": "later", "start_on": "2026-03-12"})

    assert ('value="later"' in page, 'value="book"' in page, without_a_day.status_code) == (True, False, 422)
    assert without_a_day.context["form"].errors.keys() == {"start_on"}
    assert (response.status_code, Case.objects.get(pk=case.pk).step) == (302, "travel")


def test_pressed_twice_waits_once(desk, going_back):
    case = going_back
    full = TripFactory(open=True, full=True, layout="places", capacity=2)
    once = desk.get(page_of(case)).context["form"]["once"].value()

    answers = [desk.post(page_of(case), JOB | {"trip": full.pk, "deed": "wait", "once": once}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (full.standbys.waiting().count(), Placement.objects.filter(case=case).count()) == (1, 1)


def test_what_was_said_of_the_job_before_is_filled_in(desk, cadre, case, trip):
    record_contact(
        case=case, channel="call", outcome="spoke_to_worker", happened_at=NOON, by=cadre, at=NOON,
        status="returned_going_back", employer_name="永康五金厂",
    )  # fmt: skip

    assert 'value="永康五金厂"' in source_of(desk.get(page_of(case)))


def spoke_of(place, *, case, cadre):
    record_contact(
        case=case, channel="call", outcome="spoke_to_worker", happened_at=NOON, by=cadre, at=NOON,
        status="returned_going_back", employer_name="永康五金厂", destination=place and Area.objects.get(pk=place),
    )  # fmt: skip


@pytest.mark.parametrize(("place", "offered"), [(YONGKANG, True), (SHENZHEN, False), (ZHEJIANG, True), (None, True)])
def test_only_trips_to_where_they_worked_last_are_offered(desk, cadre, case, trip, place, offered):
    spoke_of(place, case=case, cadre=cadre)

    page = desk.get(page_of(case))

    assert [choice.trip for choice in page.context["choices"]] == [trip] * offered
    assert bool(offered_trips(case.pk, cadre)) == offered


def test_another_place_that_is_typed_is_looked_up_before_the_rest_is_filled_in(desk, cadre, case, trip):
    spoke_of(SHENZHEN, case=case, cadre=cadre)

    looked = desk.post(page_of(case), {"deed": "look", "area": "浙江永康", "employer_name": ""})

    assert (looked.status_code, [choice.trip for choice in looked.context["choices"]]) == (200, [trip])
    assert not looked.context["form"].errors
    assert not Placement.objects.exists()


def test_nobody_goes_back_with_a_trip_to_elsewhere_without_saying_why(desk, case, trip):
    desk.post(url_of("record_contact", case.pk), GOING_BACK | {"seat": "yes"})
    there = JOB | {"trip": trip.pk, "area": "广东深圳"}

    asked = desk.post(page_of(case), there)
    no_job = not Placement.objects.exists()
    done = desk.post(page_of(case), there | {"why_does_not_go_there": "厂里到宁波接"})

    assert (asked.status_code, asked.context["refusal"].code, no_job) == (409, "does_not_go_there", True)
    assert [choice.trip for choice in asked.context["choices"]] == [trip]
    assert (done.status_code, Booking.objects.get().booked_because) == (302, "厂里到宁波接")


def test_only_who_may_place_and_book_opens_the_page(case, trip):
    auditor = UserFactory(auditor=True)

    assert signed_in(auditor).get(page_of(case)).status_code == 403


def test_the_sheet_offers_only_trips_that_the_next_page_has(cadre):
    case = CaseFactory(at=NOON - timedelta(days=1), worker__area_id=HUAQI_VILLAGE)
    trip = TripFactory(open=True)
    before = offered_trips(case.pk, cadre)

    with time_machine.travel(trip.departs_at - timedelta(minutes=45), tick=False):
        too_late = offered_trips(case.pk, cadre)

    assert (len(before), too_late) == (1, [])
