import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from staff.models import AccessLog
from tests.cases.pages import switch_of
from tests.jobs.factories import contacted_case
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, FENGPING, HUAQI, HUAQI_VILLAGE, ZHIJIN, UserFactory, area_of
from tests.transport.factories import (
    BOARDING_TIME,
    DEPARTURE,
    TOMORROW,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    zhijin_stops,
)
from tests.transport.test_booking import minor
from tests.workers.factories import NOON, HouseholdFactory
from transport import services
from transport.models import Booking, Standby, Trip
from transport.selectors import trip_choices
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def the_day_before(time_machine):
    """Seats are booked before the departure."""
    time_machine.move_to(NOON)


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip(organiser):
    return TripFactory(open=True, leader=organiser)


@pytest.fixture
def desk(client, organiser):
    """The organiser, signed in."""
    client.force_login(organiser)
    return client


@pytest.fixture
def while_boarding(time_machine):
    """The morning of the departure."""
    time_machine.move_to(BOARDING_TIME)


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def text_of(response):
    """On one line, so that a test does not lean on where a template breaks its lines."""
    return re.sub(r"[ \n]+", " ", response.content.decode()).strip()


def url_of(name, *args):
    return reverse(f"transport:{name}", args=args)


@pytest.mark.parametrize("name, is_named", [("王\U00031350", True), ("王喆", False)])
def test_a_character_that_no_font_prints_is_named_beside_the_manifest(desk, trip, name, is_named):
    case = PlacedCaseFactory(area=FENGPING)
    case.worker.set_name(name)
    case.worker.save()
    BookingFactory(trip=trip, case=case)

    said = text_of(desk.get(url_of("trip", trip.pk)))

    assert (f"字库印不全：{name} (U+31350)" in said) == is_named


def test_a_no_show_is_taken_back_by_its_button(desk, trip, while_boarding):
    booking = BookingFactory(trip=trip, missed=True)
    sheet = text_of(desk.get(url_of("seat", trip.pk, booking.seat_id)))

    answer = desk.post(url_of("undo_no_show", booking.pk))

    booking.refresh_from_db()
    assert f'action="{url_of("undo_no_show", booking.pk)}"' in sheet
    assert (answer.status_code, booking.state, booking.missed_at) == (302, "held", None)


@pytest.mark.parametrize(("late", "can"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_the_page_offers_to_take_a_departure_back_for_exactly_15_minutes(desk, trip, time_machine, late, can):
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(DEPARTURE + timedelta(minutes=15) + late, tick=False)
    desk.force_login(trip.leader)

    page = text_of(desk.get(url_of("trip", trip.pk)))

    assert (url_of("undo_departure", trip.pk) in page) == can


def test_the_departure_page_names_the_minor_who_would_go_alone_and_asks(desk, trip, time_machine):
    household = HouseholdFactory()
    BookingFactory(trip=trip, case=PlacedCaseFactory(household=household))
    child = BookingFactory(trip=trip, case=minor(household), boarded=True)
    time_machine.move_to(DEPARTURE)
    desk.force_login(trip.leader)

    page = desk.get(url_of("depart", trip.pk))

    assert page.context["check"].minors_alone == [child]
    assert (child.worker.name in text_of(page), 'name="minors_with"' in text_of(page)) == (True, True)


# ---- who may see what

DEEDS_OF_A_TRIP = ("open", "start_boarding", "depart", "arrive", "add_driver", "park_overnight")
DEEDS_OF_A_BOOKING = (
    "confirm_seat", "release_seat", "move_seat", "choose_pickup", "swap_seats", "mark_no_show", "board_from_list",
    "undo_board",
)  # fmt: skip


@pytest.fixture
def urls(trip):
    """Every page about a trip and somebody on it."""
    booking = BookingFactory(trip=trip, case=PlacedCaseFactory(area=FENGPING))
    standby = services.join_standby(trip=trip, case=PlacedCaseFactory(area=FENGPING), by=None, at=NOON)
    seat = trip.seats.last()
    shown = ("trip", "edit", "transfer", "copy", "cancel", "depart", "arrive", "board", "trip_arrivals", "manifest_pdf")
    gets = [url_of(name, trip.pk) for name in shown]
    gets += [url_of("seat", trip.pk, seat.pk), url_of("ticket_pdf", booking.pk)]
    gets += [url_of("book_for_case", booking.case_id), url_of("panel", booking.case_id)]
    posts = [url_of(name, trip.pk) for name in (*DEEDS_OF_A_TRIP, "undo_departure", "undo_arrive")]
    posts += [
        url_of("give_seat", trip.pk, seat.pk),
        url_of("seat_standby", standby.pk),
        url_of("leave_standby", standby.pk),
        url_of("move_standby", standby.pk),
    ]
    posts += [url_of(name, booking.pk) for name in (*DEEDS_OF_A_BOOKING, "undo_no_show", "undo_arrival", "call")]
    return [("get", url) for url in gets] + [("post", url) for url in posts]


def test_an_organiser_of_another_county_finds_nothing(client, urls):
    client.force_login(UserFactory(transport_organiser=True, posted=DAFANG))

    answers = {url: getattr(client, method)(url).status_code for method, url in urls}

    assert answers == dict.fromkeys(answers, 404)


def test_nobody_signed_in_is_asked_to_sign_in(client, urls):
    answers = {getattr(client, method)(url).headers["Location"].split("?")[0] for method, url in urls}

    assert answers == {reverse("staff:login")}


@pytest.mark.parametrize("role", ["village_cadre", "supervisor", "auditor"])
def test_only_the_organiser_runs_the_trip(client, trip, role):
    client.force_login(UserFactory(**{role: True}))
    mine = (*DEEDS_OF_A_TRIP, "cancel", "edit", "transfer", "copy", "undo_departure", "undo_arrive", "seat_by_list")

    answers = {name: client.post(url_of(name, trip.pk)).status_code for name in mine}

    assert answers == dict.fromkeys(mine, 403)
    assert Trip.objects.get().state == "open"


def test_an_auditor_changes_nobodys_seat_or_journey(client, trip):
    booking = BookingFactory(trip=trip, case=PlacedCaseFactory(area=FENGPING))
    standby = services.join_standby(trip=trip, case=PlacedCaseFactory(area=FENGPING), by=None, at=NOON)
    client.force_login(UserFactory(auditor=True))
    deeds = (*DEEDS_OF_A_BOOKING, "undo_no_show", "undo_arrival")
    urls = [url_of(name, booking.pk) for name in deeds if name != "board_from_list"]
    urls += [url_of(name, standby.pk) for name in ("seat_standby", "leave_standby", "move_standby")]

    answers = {url: client.post(url).status_code for url in urls}

    assert answers == dict.fromkeys(urls, 403)


def test_a_cadre_sees_the_trip_of_the_county_and_only_the_names_of_their_own_people(client, trip):
    own = BookingFactory(trip=trip, case=PlacedCaseFactory(area=FENGPING, name="陈达"))
    other = BookingFactory(trip=trip, case=PlacedCaseFactory(area=HUAQI_VILLAGE, name="杨慧"))
    client.force_login(UserFactory(village_cadre=True))

    page = text_of(client.get(url_of("trip", trip.pk)))
    sheet = text_of(client.get(url_of("seat", trip.pk, other.seat_id)))

    assert ("陈达" in page, "杨慧" in page, "杨慧" in sheet) == (True, False, False)
    assert "另有 1 名外地乘客" in page
    assert client.get(url_of("ticket_pdf", own.pk)).status_code == 200
    assert client.get(url_of("ticket_pdf", other.pk)).status_code == 404
    assert client.post(url_of("release_seat", other.pk)).status_code == 404


def test_a_trip_of_another_county_shows_once_one_of_my_people_is_on_it(client, trip):
    cadre = UserFactory(village_cadre=True, posted=DAFANG_VILLAGE)
    client.force_login(cadre)
    before = client.get(url_of("trip", trip.pk)).status_code

    BookingFactory(trip=trip, case=PlacedCaseFactory(area=DAFANG_VILLAGE))

    assert (before, client.get(url_of("trip", trip.pk)).status_code) == (404, 200)


def test_a_trip_of_the_prefecture_is_seen_in_every_county(client):
    trip = TripFactory(open=True, area=520500000000)
    client.force_login(UserFactory(village_cadre=True, posted=DAFANG_VILLAGE))

    assert client.get(url_of("trip", trip.pk)).status_code == 200


def test_a_leader_of_a_township_sees_boards_and_prints_their_own_vehicle(client, while_boarding):
    leader = UserFactory(township_cadre=True, posted=HUAQI)
    trip = TripFactory(open=True, leader=leader)
    booking = BookingFactory(trip=trip)
    client.force_login(leader)

    boarded = client.post(url_of("board", trip.pk), {"code": booking.code})

    assert (boarded.status_code, client.get(url_of("manifest_pdf", trip.pk) + "?copy=sealed").status_code) == (200, 200)
    assert client.post(url_of("cancel", trip.pk), {"why": "不想开"}).status_code == 403


# ---- the page of a trip


def test_the_trip_page_counts_and_names_what_stands(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    BookingFactory(trip=trip, missed=True)
    BookingFactory(trip=trip, confirmed=True)
    BookingFactory(trip=trip)

    page = text_of(desk.get(url_of("trip", trip.pk)))

    assert page.count('class="wf-seat is-') == 49
    assert [page.count(f"wf-seat is-{look}") for look in ("boarded", "no_show", "confirmed", "held", "free")] == [
        1, 1, 1, 1, 45,
    ]  # fmt: skip
    assert 'aria-label="2 缺, 未到, ' in page


def test_a_text_taken_back_is_not_counted_as_lost(desk, trip):
    kept, released = BookingFactory(trip=trip), BookingFactory(trip=trip)
    services.release_seat(booking=released, by=None, at=NOON)

    lines = {
        line.template: (line.total, line.failed) for line in desk.get(url_of("trip", trip.pk)).context["page"].texts
    }

    assert (kept.is_active, lines["seat_booked"]) == (True, (1, 0))


def test_those_who_need_something_come_first(desk, trip, while_boarding):
    for traits in ({"boarded": True}, {"confirmed": True}, {}, {"missed": True}):
        BookingFactory(trip=trip, **traits)

    people = desk.get(url_of("trip", trip.pk)).context["passengers"]

    assert [person.booking.state for person in people] == ["no_show", "held", "confirmed", "boarded"]


@pytest.mark.parametrize("name", ["trip", "board", "trip_arrivals"])
def test_pages_of_a_trip_ask_no_more_queries_for_more_people(desk, trip, while_boarding, name):
    BookingFactory(trip=trip, boarded=True)
    BookingFactory(trip=trip)
    services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    desk.get(url_of(name, trip.pk))
    with_one = queries_of(desk, url_of(name, trip.pk))

    for _ in range(2):
        BookingFactory(trip=trip, boarded=True, reasons={"standby_first": "先到先上"})
        BookingFactory(trip=trip, missed=True, reasons={"standby_first": "先到先上"})
        services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)

    assert queries_of(desk, url_of(name, trip.pk)) == with_one


def test_the_trip_page_stays_below_sixteen_queries(desk, trip):
    for _ in range(3):
        BookingFactory(trip=trip)
    desk.get(url_of("trip", trip.pk))

    assert queries_of(desk, url_of("trip", trip.pk)) <= 16


def test_lists_ask_no_more_queries_for_more_trips(desk, trip):
    desk.get(url_of("list"))
    with_one = queries_of(desk, url_of("list"))

    for _ in range(2):
        BookingFactory(trip=TripFactory(open=True))

    assert queries_of(desk, url_of("list")) == with_one


def test_the_list_is_narrowed_by_day_place_and_state(desk, trip):
    later = TripFactory(day=TOMORROW + timedelta(days=1))
    services.cancel_trip(trip=TripFactory(), why="没有人", by=None, at=NOON)

    def shown(query):
        return [line.trip for line in desk.get(url_of("list") + query).context["page"].lines]

    assert shown("") == [trip, later]
    assert shown(f"?day={TOMORROW:%Y-%m-%d}") == [trip]
    assert shown("?to=浙江宁波") == [trip, later]
    assert shown("?to=广州") == []
    assert [found.state for found in shown("?when=over")] == ["cancelled"]
    assert "找不到这个地方" in text_of(desk.get(url_of("list") + "?to=没有这里"))


def test_a_seat_opens_as_a_sheet_with_htmx_and_as_a_page_without(desk, trip):
    booking = BookingFactory(trip=trip)
    url = url_of("seat", trip.pk, booking.seat_id)

    sheet, page = text_of(desk.get(url, headers={"hx-request": "true"})), text_of(desk.get(url))

    assert sheet.startswith("<dialog")
    assert page.startswith("<!DOCTYPE html>")
    assert (booking.worker.name in sheet, booking.code in page) == (True, True)


@pytest.mark.usefixtures("the_day_before")
def test_a_character_that_no_font_prints_is_named_beside_every_ticket(desk, trip):
    booking = BookingFactory(trip=trip)
    Worker.objects.filter(pk=booking.worker_id).update(name="王\U00031350")

    for url in (url_of("seat", trip.pk, booking.seat_id), url_of("panel", booking.case_id)):
        assert "U+31350" in text_of(desk.get(url))


@pytest.mark.usefixtures("the_day_before")
def test_a_free_seat_goes_to_somebody_who_waits_for_one(desk, trip):
    case = PlacedCaseFactory()
    seat = trip.seats.get(number=7)

    answer = desk.post(url_of("give_seat", trip.pk, seat.pk), {"case": case.pk})

    assert answer.headers["Location"] == url_of("trip", trip.pk)
    assert Booking.objects.get().seat == seat


@pytest.mark.usefixtures("the_day_before")
def test_two_people_giving_one_seat_away_get_one_booking_and_one_refusal(desk, trip):
    seat = trip.seats.get(number=7)
    url = url_of("give_seat", trip.pk, seat.pk)

    first = desk.post(url, {"case": PlacedCaseFactory().pk})
    second = desk.post(url, {"case": PlacedCaseFactory().pk})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "这个座位有人了" in text_of(second)
    assert Booking.objects.count() == 1


def test_the_buttons_of_a_seat_do_what_they_say(desk, trip, while_boarding):
    one, two = BookingFactory(trip=trip), BookingFactory(trip=trip)

    desk.post(url_of("confirm_seat", one.pk))
    desk.post(url_of("move_seat", one.pk), {"seat": trip.seats.get(number=30).pk})
    desk.post(url_of("swap_seats", one.pk), {"other": two.pk})
    desk.post(url_of("mark_no_show", one.pk))
    desk.post(url_of("board_from_list", two.pk))
    states = list(Booking.objects.order_by("pk").values_list("state", "seat__number"))
    desk.post(url_of("undo_board", two.pk))
    desk.post(url_of("release_seat", one.pk))
    one.refresh_from_db()
    two.refresh_from_db()

    assert states == [("no_show", 2), ("boarded", 30)]
    assert (one.is_active, two.state) == (False, "confirmed")


@pytest.mark.usefixtures("the_day_before")
def test_a_whole_household_is_seated_from_the_standby_list_in_one_press(desk, trip):
    household = HouseholdFactory()
    standbys = [
        services.join_standby(trip=trip, case=PlacedCaseFactory(household=household), by=None, at=NOON)
        for _ in range(2)
    ]

    desk.post(url_of("seat_standby", standbys[0].pk))

    assert [booking.seat.number for booking in Booking.objects.order_by("seat__number")] == [1, 2]
    assert Standby.objects.waiting().count() == 0


def test_leaving_the_standby_list_is_for_the_organiser_and_the_cadre(desk, client, trip):
    standby = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    client.force_login(UserFactory(auditor=True))
    refused = client.post(url_of("leave_standby", standby.pk)).status_code
    client.force_login(UserFactory(village_cadre=True))

    client.post(url_of("leave_standby", standby.pk))

    assert refused == 403
    assert Standby.objects.waiting().count() == 0


# ---- running the trip


def test_a_trip_is_opened_boarded_departed_and_arrived_by_its_buttons(desk, time_machine):
    trip = TripFactory()
    time_machine.move_to(NOON)
    desk.post(url_of("open", trip.pk))
    booking = BookingFactory(trip=trip)
    time_machine.move_to(BOARDING_TIME)
    desk.post(url_of("start_boarding", trip.pk))
    desk.post(url_of("board_from_list", booking.pk))
    time_machine.move_to(DEPARTURE)
    desk.post(url_of("depart", trip.pk))
    time_machine.move_to(trip.arrives_at)
    desk.post(url_of("arrive", trip.pk))
    desk.post(url_of("trip_arrivals", trip.pk), {"bookings": [booking.pk]})
    trip.refresh_from_db()
    booking.refresh_from_db()

    assert (trip.state, booking.state) == ("arrived", "arrived")


def test_a_departure_against_the_driver_rules_is_refused_with_the_ways_out(desk, organiser, while_boarding):
    two = [{"name": "安海", "joins_at": ""}, {"name": "岑良", "joins_at": ""}]
    trip = TripFactory(open=True, drivers=two, driving_minutes=1260, distance_km=1730)
    BookingFactory(trip=trip, boarded=True)

    refused = desk.post(url_of("depart", trip.pk))

    assert refused.status_code == 409
    page = text_of(refused)
    assert ("还差 5 小时" in page, "加第 3 名驾驶员" in page, "改为过夜停车" in page) == (True, True, True)
    desk.post(url_of("add_driver", trip.pk), {"name": "潘捷", "joins_at": "怀化"})
    assert "驾驶时长够" in text_of(desk.get(url_of("trip", trip.pk)))
    assert desk.post(url_of("depart", trip.pk)).status_code == 302


def test_the_first_press_of_depart_names_the_missing_and_the_second_leaves(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip, case=PlacedCaseFactory(name="陈达"))

    first = desk.get(url_of("depart", trip.pk))
    unanswered = desk.post(url_of("depart", trip.pk))
    early = desk.post(url_of("depart", trip.pk), {f"answer_{late.pk}": "on_the_way"})
    gone = desk.post(url_of("depart", trip.pk), {f"answer_{late.pk}": "on_the_way", "why": "高速要封路"})

    words = text_of(first)
    assert ("陈达" in words, "化起镇客运站 11:40" in words, "在路上" in words) == (True, True, True)
    assert [unanswered.status_code, early.status_code, gone.status_code] == [409, 409, 302]
    assert 'value="on_the_way" checked' in text_of(early)
    assert Trip.objects.get(pk=trip.pk).state == "departed"


def test_one_answer_stands_for_everybody_of_whom_nothing_else_is_said(desk, trip, while_boarding):
    told, *silent = (BookingFactory(trip=trip) for _ in range(3))
    BookingFactory(trip=trip, boarded=True)

    page = text_of(desk.get(url_of("depart", trip.pk)))
    said = {f"answer_{told.pk}": "not_coming", "rest": "no_answer", "deed": "wait"}
    desk.post(url_of("depart", trip.pk), said)

    assert "上面没选的人都是" in page
    heard = dict(trip.bookings.exclude(absence="").values_list("pk", "absence"))
    assert heard == {told.pk: "not_coming"} | {booking.pk: "no_answer" for booking in silent}


def test_a_departure_pressed_by_mistake_is_taken_back_on_the_page_of_the_trip(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    desk.post(url_of("depart", trip.pk))

    offered = "还没发车" in text_of(desk.get(url_of("trip", trip.pk)))
    desk.post(url_of("undo_departure", trip.pk))

    assert (offered, Trip.objects.get(pk=trip.pk).state) == (True, "boarding")


def test_an_arrival_that_cannot_be_yet_asks_how(desk, trip, while_boarding):
    booking = BookingFactory(trip=trip, boarded=True)
    desk.post(url_of("depart", trip.pk))

    asked = desk.post(url_of("arrive", trip.pk))
    person = desk.post(url_of("trip_arrivals", trip.pk), {"bookings": booking.pk})
    done = desk.post(url_of("arrive", trip.pk), {"why": "补记"})

    assert [asked.status_code, person.status_code, done.status_code] == [409, 409, 302]
    assert ('name="why"' in text_of(asked), 'name="why"' in text_of(person)) == (True, True)
    assert "checked" in text_of(person)


def test_answers_are_kept_while_the_trip_waits(desk, trip, while_boarding):
    late = BookingFactory(trip=trip)

    desk.post(url_of("depart", trip.pk), {f"answer_{late.pk}": "on_the_way", "deed": "wait"})

    late.refresh_from_db()
    assert (late.absence, late.state, late.trip.state) == ("on_the_way", "held", "open")


def test_who_is_left_behind_before_their_stop_gathered_stands_on_the_page(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    missed = BookingFactory(trip=trip, case=PlacedCaseFactory(name="陈达"))
    early = BookingFactory(trip=trip, case=PlacedCaseFactory(name="吴雨", area=HUAQI_VILLAGE))
    said = {f"answer_{missed.pk}": "no_answer", f"answer_{early.pk}": "no_answer", "why": "高速要封路"}

    desk.post(url_of("depart", trip.pk), said)
    page = desk.get(url_of("trip", trip.pk))

    assert ("陈达" in text_of(page), "吴雨" in text_of(page)) == (True, True)
    assert (page.context["page"].missed, [line.missing for line in page.context["page"].stops[:2]]) == (2, [1, 1])
    assert "没到集合时间车就走了" in text_of(page)


def test_answers_are_kept_when_a_driver_is_missing(desk, organiser, while_boarding):
    trip = TripFactory(open=True, drivers=[{"name": "安海", "joins_at": ""}], driving_minutes=1260)
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)

    refused = desk.post(url_of("depart", trip.pk), {f"answer_{late.pk}": "not_coming"})

    late.refresh_from_db()
    assert (refused.status_code, late.absence, late.is_awaited) == (409, "not_coming", True)


@pytest.mark.usefixtures("the_day_before")
def test_a_seat_that_others_wait_for_is_released_by_a_second_press(desk, organiser):
    trip = TripFactory(full=True, layout="places", capacity=2)
    services.join_standby(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    booking = Booking.objects.first()

    asked = desk.post(url_of("release_seat", booking.pk), follow=True)
    switched = desk.post("/preferences/", switch_of(asked) | {"language": "en"}, follow=True)
    untouched = Booking.objects.get(pk=booking.pk).is_active
    done = desk.post(url_of("release_seat", booking.pk), {"deed": "release"})

    assert ("1 人在候补" in text_of(asked), untouched, done.status_code) == (True, True, 302)
    assert "1 person waits for a seat" in text_of(switched)
    assert not Booking.objects.get(pk=booking.pk).is_active


def test_cancelling_asks_why_and_says_how_many_lose_their_seat(desk, trip):
    BookingFactory(trip=trip)

    asked = text_of(desk.get(url_of("cancel", trip.pk)))
    refused = desk.post(url_of("cancel", trip.pk), {"why": ""})
    done = desk.post(url_of("cancel", trip.pk), {"why": "大雪封路"})

    assert "1 人的座位取消" in asked
    assert (refused.status_code, done.status_code) == (422, 302)
    assert "大雪封路" in text_of(desk.get(url_of("trip", trip.pk)))


# ---- planning


def form_of(response):
    """What a browser would send back, unchanged."""
    context, data = response.context, {}
    forms = [context["form"], *context["pickups"], *context["dropoffs"]]
    for form in [*forms, context["pickups"].management_form, context["dropoffs"].management_form]:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            shown = field.field.widget.format_value(value)
            data[field.html_name] = shown[0] if isinstance(shown, list) else shown
    return {name: value for name, value in data.items() if value is not None}


@pytest.mark.usefixtures("the_day_before")
def test_a_trip_is_planned_by_its_form(desk):
    data = form_of(desk.get(url_of("add"))) | {
        "area": ZHIJIN, "kind": "bus", "layout": "coach_49",
        "drivers": "安海\n潘捷 @ 怀化", "distance_km": "800",
        "pickup-0-kind": "pickup", "pickup-0-name": "客运总站", "pickup-0-area": ZHIJIN,
        "pickup-0-gather_at": "2026-03-06T12:30", "pickup-0-at": "2026-03-06T13:00",
        "dropoff-0-kind": "dropoff", "dropoff-0-name": "宁波", "dropoff-0-area": "浙江宁波",
        "dropoff-0-at": "2026-03-07T15:40",
    }  # fmt: skip

    once = [desk.post(url_of("add"), data) for _ in range(2)]

    trip = Trip.objects.get()
    assert [answer.headers["Location"] for answer in once] == [url_of("trip", trip.pk)] * 2
    assert (trip.title, trip.capacity, trip.stops.count()) == ("织金 → 宁波", 49, 2)
    assert (trip.departs_at, trip.arrives_at) == (DEPARTURE, DEPARTURE + timedelta(hours=26, minutes=40))
    assert trip.drivers == [{"name": "安海", "joins_at": ""}, {"name": "潘捷", "joins_at": "怀化"}]


def test_the_seats_are_grouped_by_the_vehicle_that_has_them(desk):
    page = text_of(desk.get(url_of("add")))

    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page)
    values = {label: re.findall(r'value="([^"]+)"', options) for label, options in groups}
    assert values == {
        "包车": ["coach_37", "coach_49", "coach_53"],
        "专列或包机": ["cars", "rows_of_5", "rows_of_6"],
        "各种车": ["places"],
    }


def test_a_form_with_mistakes_says_where_and_plans_nothing(desk):
    data = form_of(desk.get(url_of("add"))) | {"pickup-0-name": "客运总站", "dropoff-0-area": "没有这里"}

    answer = desk.post(url_of("add"), data)

    assert answer.status_code == 422
    assert "站点必须填这一项" in text_of(answer)
    assert list(Trip.objects.all()) == []


def test_a_form_sent_back_unchanged_changes_nothing(desk, trip):
    before = list(trip.stops.values()), Trip.objects.values().get()

    answer = desk.post(url_of("edit", trip.pk), form_of(desk.get(url_of("edit", trip.pk))))

    assert answer.status_code == 302
    assert (list(trip.stops.values()), Trip.objects.values().get()) == before


def test_hours_at_the_wheel_are_shown_as_the_browser_takes_them_and_keep_their_minutes(desk, organiser):
    trip = TripFactory(open=True, leader=organiser, driving_minutes=1382)
    data = form_of(desk.get(url_of("edit", trip.pk)))

    desk.post(url_of("edit", trip.pk), data | {"plate": "贵F·88888"})
    kept = Trip.objects.get(pk=trip.pk)
    desk.post(url_of("edit", trip.pk), data | {"driving_hours": "20.5"})

    assert (data["driving_hours"], kept.driving_minutes, kept.plate) == ("23.0", 1382, "贵F·88888")
    assert Trip.objects.get(pk=trip.pk).driving_minutes == 1230


def test_a_change_the_services_refuse_is_shown_on_the_form(desk, trip):
    BookingFactory(trip=trip)
    data = form_of(desk.get(url_of("edit", trip.pk))) | {"layout": "coach_53", "capacity": "53"}

    answer = desk.post(url_of("edit", trip.pk), data)

    assert answer.status_code == 409
    assert "已经有人订座" in text_of(answer)


@pytest.mark.parametrize("gets_off_at", ["2026-03-06T13:00", "2026-03-05T09:00"])
def test_a_trip_that_arrives_before_it_has_left_is_refused_in_words(desk, trip, gets_off_at):
    data = form_of(desk.get(url_of("edit", trip.pk)))
    wrong = {f"dropoff-{n}-at": gets_off_at for n in range(3)}

    answers = [desk.post(url, data | wrong) for url in (url_of("edit", trip.pk), url_of("add"))]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("“永康”到得比“织金客运总站”上车还早。" in text_of(answer) for answer in answers)
    assert Trip.objects.count() == 1


def marked(answer):
    """Which fields of which lines are marked."""
    lines = [line for kind in ("pickups", "dropoffs") for line in answer.context[kind]]
    return [f"{line.prefix}-{name}" for line in lines for name in line.errors]


@pytest.mark.parametrize(
    ("entered", "where"),
    [
        ({"pickup-1-gather_at": "2026-03-06T12:10"}, "pickup-1-gather_at"),
        ({"dropoff-0-at": "2026-03-06T12:00"}, "dropoff-0-at"),
        ({f"dropoff-{n}-name": "" for n in range(3)}, "dropoff-0-name"),
        ({"pickup-1-name": ""}, "pickup-1-name"),
        (
            {f"pickup-{n}-{name}": "2026-03-01T12:00" for n in range(3) for name in ("gather_at", "at")},
            "pickup-2-at",
        ),
    ],
)
def test_a_refused_stop_is_marked_on_its_line(desk, trip, entered, where):
    BookingFactory(trip=trip, pickup=trip.stops.get(name="化起镇客运站"))
    data = form_of(desk.get(url_of("edit", trip.pk)))

    answer = desk.post(url_of("edit", trip.pk), data | entered)

    assert (answer.status_code, marked(answer)) == (409, [where])
    assert 'aria-invalid="true"' in answer.content.decode()


def test_seats_of_another_vehicle_are_marked_and_the_kind_of_an_empty_trip_may_change(desk, trip):
    data = form_of(desk.get(url_of("edit", trip.pk))) | {"kind": "train"}

    wrong = desk.post(url_of("edit", trip.pk), data)
    right = desk.post(url_of("edit", trip.pk), data | {"layout": "cars", "cars": "5 硬卧 6"})

    trip.refresh_from_db()
    assert (wrong.status_code, list(wrong.context["form"].errors), right.status_code) == (422, ["layout"], 302)
    assert (trip.kind, trip.capacity, trip.code[:3]) == ("train", 6, "ZL-")


def test_a_stop_emptied_in_the_form_goes_only_when_nobody_uses_it(desk, trip):
    at_b = BookingFactory(trip=trip, pickup=trip.stops.get(name="化起镇客运站"))
    data = form_of(desk.get(url_of("edit", trip.pk)))

    refused = desk.post(url_of("edit", trip.pk), data | {"pickup-1-name": ""})
    taken = desk.post(url_of("edit", trip.pk), data | {"pickup-0-name": ""})

    at_b.refresh_from_db()
    assert (refused.status_code, "“化起镇客运站”上下车" in text_of(refused), taken.status_code) == (409, True, 302)
    assert (at_b.pickup.name, at_b.pickup.mark, trip.stops.pickups().count()) == ("化起镇客运站", "A", 2)


# ---- boarding


def test_the_boarding_page_lets_aboard_says_again_since_when_and_refuses_a_wrong_code(desk, trip, time_machine):
    booking = BookingFactory(trip=trip)
    url = url_of("board", trip.pk)
    time_machine.move_to(BOARDING_TIME, tick=False)
    first = desk.post(url, {"code": f"{booking.code[:3]} {booking.code[3:]}"})
    time_machine.move_to(BOARDING_TIME + timedelta(minutes=8), tick=False)

    again, wrong, short = (desk.post(url, {"code": code}) for code in (booking.code, "000000", "123"))

    assert f"{booking.worker.name}　1 号座" in text_of(first)
    assert "已在 10:40 上车" in text_of(again)
    assert (wrong.status_code, "本车次没有这个上车码" in text_of(wrong)) == (409, True)
    assert (short.status_code, "上车码是六位数字" in text_of(short)) == (422, True)


def test_a_scanned_ticket_opens_the_boarding_page_with_the_code_filled_in(desk, trip, while_boarding):
    booking = BookingFactory(trip=trip)

    page = text_of(desk.get(url_of("board", trip.pk) + f"?code={booking.code}"))

    assert f'value="{booking.code}"' in page
    assert Booking.objects.get().state == "held"


def test_someone_without_a_code_is_chosen_from_the_list(desk, trip, while_boarding):
    booking = BookingFactory(trip=trip)

    page = desk.post(url_of("board_from_list", booking.pk), {"at": "boarding"}, headers={"hx-request": "true"})

    assert text_of(page).count('id="boarding"') == 1
    assert Booking.objects.get().state == "boarded"


# ---- arrivals


def test_arrivals_list_people_by_employer_and_confirm_the_ticked_ones(desk, trip, time_machine):
    bookings = [BookingFactory(trip=trip, boarded=True) for _ in range(2)]
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(trip.arrives_at + timedelta(hours=49))

    page = desk.get(url_of("arrivals"))
    none = desk.post(url_of("arrivals"), {})
    desk.post(url_of("arrivals"), {"bookings": [bookings[0].pk]})

    assert "2 人超过 48 小时没消息" in text_of(page)
    assert none.status_code == 422
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == ["arrived", "boarded"]


def test_the_arrivals_are_a_file_and_stand_in_the_log(desk, organiser, trip, time_machine):
    there, unknown = (BookingFactory(trip=trip, boarded=True) for _ in range(2))
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(trip.arrives_at + timedelta(days=3))
    services.confirm_arrival(booking=there, by=organiser, at=trip.arrives_at)

    page = text_of(desk.get(url_of("trip_arrivals", trip.pk)))
    answer = desk.get(url_of("trip_arrivals_xlsx", trip.pk))
    rows = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]

    listed = [(row[3], row[7], row[9]) for row in rows.iter_rows(min_row=2, values_only=True)]
    assert f'href="{url_of("trip_arrivals_xlsx", trip.pk)}"' in page
    assert listed == [(there.worker.name, "已到厂", None), (unknown.worker.name, "已上车", "是")]
    logged = AccessLog.objects.filter(user=organiser, what="exported").values_list("worker_id", flat=True)
    assert sorted(logged) == sorted([there.worker_id, unknown.worker_id])


def test_a_cadre_confirms_the_arrival_of_their_own_people_only(client, trip, time_machine):
    own = BookingFactory(trip=trip, boarded=True, case=PlacedCaseFactory(area=FENGPING))
    other = BookingFactory(trip=trip, boarded=True, case=PlacedCaseFactory(area=HUAQI_VILLAGE))
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(trip.arrives_at)
    client.force_login(UserFactory(village_cadre=True))

    answers = [client.post(url_of("arrivals"), {"bookings": [b.pk]}).status_code for b in (own, other)]

    assert answers == [302, 422]


# ---- for a case


def test_a_cadre_books_a_seat_for_their_person_and_the_panel_shows_it(client, trip, time_machine):
    time_machine.move_to(NOON)
    case = PlacedCaseFactory(area=FENGPING)
    client.force_login(UserFactory(village_cadre=True))
    page = client.get(url_of("book_for_case", case.pk))
    data = {"trip": trip.pk, "luggage": "2", "once": page.context["form"]["once"].value(), "deed": "book"}

    once = [client.post(url_of("book_for_case", case.pk), data) for _ in range(2)]

    booking = Booking.objects.get()
    assert [answer.headers["Location"] for answer in once] == [reverse("cases:case", args=[case.pk])] * 2
    assert (booking.luggage, booking.pickup.mark) == (2, "A")
    panel = text_of(client.get(url_of("panel", case.pk), headers={"hx-request": "true"}))
    assert (booking.code in panel, trip.code in panel) == (True, True)


@pytest.mark.usefixtures("the_day_before")
def test_a_cadre_books_for_a_household_side_by_side(client, trip):
    household = HouseholdFactory()
    cases = [PlacedCaseFactory(household=household) for _ in range(2)]
    client.force_login(UserFactory(village_cadre=True))

    client.post(url_of("book_for_case", cases[0].pk), {"trip": trip.pk, "along": [cases[1].pk]})

    assert [booking.seat.number for booking in Booking.objects.order_by("seat__number")] == [1, 2]


@pytest.mark.usefixtures("the_day_before")
def test_on_a_full_trip_the_refusal_names_the_standby_list_and_the_button_joins_it(client):
    trip = TripFactory(full=True, layout="places", capacity=1)
    case = PlacedCaseFactory()
    client.force_login(UserFactory(village_cadre=True))

    refused = client.post(url_of("book_for_case", case.pk), {"trip": trip.pk})
    client.post(url_of("book_for_case", case.pk), {"trip": trip.pk, "deed": "wait"})

    assert (refused.status_code, "请放进候补" in text_of(refused)) == (409, True)
    assert Standby.objects.get().case == case


def test_a_trip_that_does_not_go_to_the_work_is_offered_last_with_a_warning(client, trip, the_day_before):
    case = PlacedCaseFactory(work=440100000000)
    client.force_login(UserFactory(village_cadre=True))

    page = client.get(url_of("book_for_case", case.pk))

    assert [choice.fit.goes_there for choice in page.context["choices"]] == [False]
    assert "不经过用人单位所在的市" in text_of(page)


def test_the_panel_without_htmx_is_a_page_and_releases_back_to_the_case(client, trip):
    booking = BookingFactory(trip=trip)
    client.force_login(UserFactory(village_cadre=True))

    page = text_of(client.get(url_of("panel", booking.case_id)))
    answer = client.post(url_of("release_seat", booking.pk), {"from": "case", "deed": "release"})

    assert page.startswith("<!DOCTYPE html>")
    assert answer.headers["Location"] == reverse("cases:case", args=[booking.case_id])


def test_full_manifests_are_logged_for_everyone_on_them_and_the_posted_one_is_not(desk, organiser, trip):
    bookings = [BookingFactory(trip=trip) for _ in range(2)]
    desk.get(url_of("manifest_pdf", trip.pk))
    posted = AccessLog.objects.count()

    desk.get(url_of("manifest_pdf", trip.pk) + "?copy=office")

    assert posted == 0
    assert sorted(
        AccessLog.objects.filter(user=organiser, what="printed").values_list("worker_id", flat=True)
    ) == sorted(booking.worker_id for booking in bookings)


def test_a_supervisor_may_print_the_posted_copy_but_not_a_full_one(client, trip):
    client.force_login(UserFactory(supervisor=True))

    answers = [
        client.get(url_of("manifest_pdf", trip.pk) + query).status_code for query in ("", "?copy=sealed", "?copy=x")
    ]

    assert answers == [200, 403, 404]


def test_pages_speak_english_too(client, trip):
    BookingFactory(trip=trip)
    client.force_login(UserFactory(transport_organiser=True, language="en"))

    page = text_of(client.get(url_of("trip", trip.pk)))

    assert ("Passengers" in page, "1 ask, To be confirmed" in page) == (True, True)


def test_the_area_of_a_trip_is_one_the_planner_serves(desk):
    answer = desk.post(url_of("add"), form_of(desk.get(url_of("add"))) | {"area": area_of(DAFANG).pk})

    assert "area" in answer.context["form"].errors


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_out_of_reach_narrows_nothing(client, trip, day):
    client.force_login(UserFactory(transport_organiser=True, language="en"))

    shown = client.get(reverse("transport:list"), {"day": day})

    assert trip.code in shown.content.decode()


def next_thing(desk, trip):
    return text_of(desk.get(url_of("trip", trip.pk))).partition("下一件事")[2].partition("</p>")[0]


def test_the_next_thing_has_its_date_unless_it_is_today_and_is_never_over(desk, trip, time_machine):
    said = []
    for now in (NOON - timedelta(days=3), BOARDING_TIME.replace(hour=9), BOARDING_TIME):
        time_machine.move_to(now, tick=False)
        desk.force_login(trip.leader)
        said.append(next_thing(desk, trip))

    assert ["3月6日 10:30 猫场镇政府广场集合" in said[0], "10:30 猫场镇政府广场集合" in said[1]] == [True, True]
    assert ("3月6日" in said[1], "11:00 从猫场镇政府广场发车" in said[2]) == (False, True)


def test_a_stop_that_the_vehicle_has_left_says_who_is_not_aboard(desk, trip, time_machine):
    BookingFactory(trip=trip, boarded=True)
    BookingFactory(trip=trip)
    said = []
    for now in (BOARDING_TIME, BOARDING_TIME.replace(hour=11, minute=4)):
        time_machine.move_to(now, tick=False)
        desk.force_login(trip.leader)
        said.append(text_of(desk.get(url_of("trip", trip.pk))).partition('id="stops"')[2].partition("</li>")[0])

    assert ["1 人还没上车" in words for words in said] == [False, True]
    assert [bool(re.search(r'class="on"', words)) for words in said] == [False, False]


def test_figures_after_the_departure_agree_with_the_list_below(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)
    services.depart(trip=trip, by=None, at=DEPARTURE, answers={late.pk: "no_answer"})

    answer = desk.get(url_of("trip", trip.pk))

    assert answer.context["looks"] == [("boarded", 1), ("free", 48)]
    assert ("没赶上 1 人" in text_of(answer), len(answer.context["passengers"])) == (True, 2)


def test_the_locked_button_says_why_it_does_not_depart_yet(desk, trip, while_boarding):
    empty = text_of(desk.get(url_of("trip", trip.pk)))
    BookingFactory(trip=trip, boarded=True)
    Trip.objects.filter(pk=trip.pk).update(driving_minutes=1300, drivers=[])
    no_driver = text_of(desk.get(url_of("trip", trip.pk)))

    assert ["还没有人上车" in page for page in (empty, no_driver)] == [True, False]
    assert ["驾驶员不够" in page for page in (empty, no_driver)] == [False, True]
    assert ("需要 3 名驾驶员" in no_driver, "0 人最多" in no_driver) == (True, False)


def test_why_it_was_there_so_early_stands_on_the_page_of_the_trip(desk, trip, while_boarding):
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)
    refused = desk.post(url_of("arrive", trip.pk))
    services.arrive(trip=trip, by=None, at=DEPARTURE, why="发车点晚了一站")

    page = text_of(desk.get(url_of("trip", trip.pk)))

    assert ("请改时间" in text_of(refused), "提前到的原因：发车点晚了一站" in page) == (False, True)


@pytest.fixture
def cadre(client, the_day_before):
    client.force_login(UserFactory(township_cadre=True, posted=FENGPING))
    return client


def test_a_cadre_is_asked_before_a_seat_is_given_up_on_the_page_of_a_case(cadre, trip):
    booking = BookingFactory(trip=trip)

    asked = cadre.post(url_of("release_seat", booking.pk), {"from": "case"}, follow=True)
    kept = Booking.objects.get(pk=booking.pk).is_active
    cadre.post(url_of("release_seat", booking.pk), {"from": "case", "deed": "release"})

    back = reverse("cases:case", args=[booking.case_id])
    assert (asked.status_code, kept, f'href="{back}"' in asked.content.decode()) == (200, True, True)
    assert not Booking.objects.get(pk=booking.pk).is_active


@pytest.mark.parametrize("form", ["book_for_case", "go_back"])
def test_who_comes_back_to_the_form_of_a_seat_that_is_booked_is_told_so(cadre, trip, form):
    booking = BookingFactory(trip=trip)

    answer = cadre.get(url_of(form, booking.case_id), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("cases:case", args=[booking.case_id])
    assert f"已有座位：{trip.code} {booking.seat.name} 号" in text_of(answer)


def test_a_trip_for_which_others_wait_is_not_chosen_beforehand_nor_one_far_from_home(cadre, the_day_before):
    waited_for = TripFactory(open=True, departs_at=DEPARTURE)
    services.join_standby(trip=waited_for, case=PlacedCaseFactory(), by=None, at=NOON)
    far = TripFactory(open=True, stops=[*zhijin_stops()[2:]], departs_at=DEPARTURE + timedelta(minutes=5))
    near = TripFactory(open=True, departs_at=DEPARTURE + timedelta(minutes=9))
    case = PlacedCaseFactory(area=HUAQI_VILLAGE)

    choices = trip_choices(case=case, user=UserFactory(transport_organiser=True), now=NOON)

    assert [choice.trip for choice in choices] == [near, far, waited_for]


def test_the_seat_back_to_work_can_be_asked_for_again_from_the_page_of_the_case(cadre, trip):
    case = contacted_case(area=FENGPING)
    page = reverse("cases:case", args=[case.pk])
    before = cadre.get(page).content.decode()
    Worker.objects.filter(pk=case.worker_id).update(status="returned_going_back")

    after = cadre.get(page).content.decode()

    assert [url_of("go_back", case.pk) in markup for markup in (before, after)] == [False, True]
