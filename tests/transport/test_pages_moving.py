"""Moving people, the standby list and who is without a seat, as the organiser sees them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from notifications.models import Message
from tests.cases.pages import switch_of
from tests.staff.factories import HUAQI_VILLAGE, UserFactory
from tests.transport.factories import (
    DEPARTURE,
    NINGBO,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    dropoff,
    local,
    zhijin_stops,
)
from tests.transport.factories import TOMORROW as DAY
from tests.transport.test_booking import minor
from tests.transport.test_pages import text_of
from tests.transport.test_planning import moved_by
from tests.workers.factories import NOON, HouseholdFactory
from transport import services
from transport.models import Booking, Standby, Trip
from transport.refusals import TripFull
from transport.selectors import trip_choices

pytestmark = pytest.mark.django_db

SHENZHEN = 440300000000


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def desk(client, organiser, time_machine):
    time_machine.move_to(NOON)
    client.force_login(organiser)
    return client


@pytest.fixture
def trip():
    return TripFactory(open=True)


def url_of(name, *args):
    return reverse(f"transport:{name}", args=args)


def seat_sheet(desk, trip):
    return desk.get(url_of("seat", trip.pk, trip.seats.last().pk))


def test_looking_who_fits_names_those_who_stay_and_why_and_moves_nobody(desk, trip):
    target = TripFactory(open=True, layout="places", capacity=1)
    first, second = BookingFactory(trip=trip), BookingFactory(trip=trip, case=PlacedCaseFactory(name="陈达"))
    asked = {"target": target.pk, "bookings": [first.pk, second.pk]}

    seen = text_of(desk.post(url_of("transfer", trip.pk), asked | {"deed": "preview"}))
    before = trip.bookings.active().count()
    moved = desk.post(url_of("transfer", trip.pk), asked | {"deed": "move"})

    assert ("能转 1 人，不动 1 人" in seen, "陈达" in seen, str(TripFull.message) in seen) == (True, True, True)
    assert (before, moved.status_code, trip.bookings.active().count()) == (2, 302, 1)


def test_another_theme_comes_back_to_the_look_at_who_fits(desk, trip):
    target = TripFactory(open=True)
    _stays, goes = BookingFactory(trip=trip), BookingFactory(trip=trip)
    asked = {"target": target.pk, "bookings": [goes.pk], "deed": "preview"}

    preview = desk.post(url_of("transfer", trip.pk), asked)
    answer = desk.post("/preferences/", switch_of(preview) | {"theme": "dark"}, follow=True)

    assert (answer.status_code, [who.before for who in answer.context["preview"].moved]) == (200, [goes])
    assert trip.bookings.active().count() == 2


def test_a_trip_is_split_in_two_in_one_press(desk, trip):
    goes = BookingFactory(trip=trip)

    desk.post(url_of("transfer", trip.pk), {"target": "", "bookings": [goes.pk], "deed": "preview"})
    only_looked = Trip.objects.count()
    desk.post(url_of("transfer", trip.pk), {"target": "", "bookings": [goes.pk], "deed": "move"})

    assert only_looked == 1
    assert Booking.objects.active().get().trip == Trip.objects.exclude(pk=trip.pk).get()


def test_a_trip_is_copied_to_another_day_and_its_page_opens_to_be_filled_in(desk, trip):
    answer = desk.post(url_of("copy", trip.pk), {"day": "2026-03-20"})

    copy = Trip.objects.exclude(pk=trip.pk).get()
    assert (answer.headers["Location"], copy.departs_at) == (url_of("edit", copy.pk), local(copy.departs_at.date(), 13))


def test_pressed_again_after_a_lost_answer_no_second_vehicle_is_made(desk, trip):
    asked = {"target": "", "bookings": [BookingFactory(trip=trip).pk], "deed": "move", "once": str(uuid4())}

    answers = [desk.post(url_of("transfer", trip.pk), asked) for _ in range(2)]

    second = Trip.objects.exclude(pk=trip.pk).get()
    assert [answer.headers["Location"] for answer in answers] == [url_of("trip", second.pk)] * 2


def test_a_second_vehicle_for_a_late_bus_leaves_in_an_hour(desk, organiser, trip, time_machine):
    goes = BookingFactory(trip=trip)
    services.start_boarding(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(DEPARTURE.replace(minute=34), tick=False)
    desk.force_login(organiser)

    page = desk.get(url_of("transfer", trip.pk)).content.decode()
    asked = {"target": "", "bookings": [goes.pk], "deed": "move", "why_cannot_be_there_in_time": "人在车上等"}
    desk.post(url_of("transfer", trip.pk), asked)

    leaves = DEPARTURE.replace(minute=40) + timedelta(hours=1)
    assert f'value="{leaves:%Y-%m-%dT%H:%M}"' in page
    assert Booking.objects.active().get().trip.departs_at == leaves


def test_the_preview_names_who_would_stay_alone_for_the_night(desk, trip):
    household = HouseholdFactory()
    parent = BookingFactory(trip=trip, case=PlacedCaseFactory(household=household))
    child = minor(household)
    BookingFactory(trip=trip, case=child)
    asked = {"target": TripFactory(open=True).pk, "bookings": [parent.pk], "deed": "preview"}

    preview = desk.post(url_of("transfer", trip.pk), asked).content.decode().partition('id="preview"')[2]
    warning = preview.partition("将在没有同户成年人的情况下留下过夜")[2].partition("</ul>")[0]

    assert (child.worker.name in warning, parent.worker.name in warning) == (True, False)


def test_trips_near_in_time_to_the_same_city_come_first_and_a_filter_finds_the_rest(desk, trip):
    shenzhen = [*zhijin_stops()[:3], dropoff("深圳", SHENZHEN, zhijin_stops()[-1].at)]
    far = [TripFactory(open=True, stops=shenzhen, departs_at=DEPARTURE + timedelta(minutes=n)) for n in range(20)]
    late, soon = (TripFactory(open=True, day=DAY + timedelta(days=n), layout="places", capacity=1) for n in (2, 1))
    BookingFactory(trip=trip)
    url = url_of("transfer", trip.pk)

    first = desk.get(url).context["page"]
    filtered = desk.get(url, {"day": f"{late.departs_at:%Y-%m-%d}"})
    to_shenzhen = desk.get(url, {"to": "深圳"}).context["page"]

    assert (first.choices[:3], first.has_more) == ([soon, late, far[0]], True)
    assert filtered.context["page"].choices == [late]
    assert f'name="day" value="{late.departs_at:%Y-%m-%d}"' in filtered.content.decode()
    assert (to_shenzhen.choices, to_shenzhen.has_more) == (far, False)


def test_people_are_moved_only_by_who_runs_the_trip(client, trip):
    client.force_login(UserFactory(village_cadre=True))

    assert [client.post(url_of(name, trip.pk)).status_code for name in ("transfer", "copy")] == [403, 403]


def test_placed_without_a_seat_lists_those_with_employer_city_start_and_stop_and_names_the_others_apart(desk, trip):
    PlacedCaseFactory(area=HUAQI_VILLAGE, name="陈达")
    seated_elsewhere = PlacedCaseFactory(name="杨慧")
    BookingFactory(trip=TripFactory(open=True, departs_at=DEPARTURE, day=DAY), case=seated_elsewhere)
    works_elsewhere = PlacedCaseFactory(name="何磊", work=SHENZHEN)

    page = text_of(seat_sheet(desk, trip))

    assert ["杨慧" in page, "何磊" in page.partition("另有 1 人没座位")[0]] == [False, False]
    assert [words in page for words in ("厂", "宁波", "3月9日", "B 化起镇客运站", "在本乡镇，近")] == [True] * 5
    assert "另有 1 人没座位" in page
    others = page.partition("另有 1 人没座位")[2].partition("</details>")[0]
    assert [name in others for name in ("何磊", "深圳市", "陈达", "杨慧")] == [True, True, False, False]
    assert works_elsewhere.bookings.count() == 0


def test_who_works_elsewhere_hides_nobody_whom_the_trip_suits(desk, trip, monkeypatch):
    monkeypatch.setattr("transport.selectors.unseated.LOOKED_AT", 2)
    for _ in range(3):
        PlacedCaseFactory(work=SHENZHEN)
    suited = [PlacedCaseFactory(area=HUAQI_VILLAGE) for _ in range(3)]

    answer = seat_sheet(desk, trip)
    listed = answer.context["sheet"].unseated

    assert [person.case for person in listed.people] == suited[:2]
    assert (listed.more, listed.unsuited) == (1, 3)
    assert "另有 1 人也可能适合这趟车" in text_of(answer)


def test_a_trip_to_the_place_of_work_is_offered_however_many_leave_sooner(organiser, trip):
    shenzhen = [*zhijin_stops()[:2], dropoff("深圳", SHENZHEN, zhijin_stops()[-1].at)]
    sooner = DEPARTURE - timedelta(minutes=1)
    for _ in range(30):
        TripFactory(open=True, stops=shenzhen, departs_at=sooner, layout="places", capacity=1)

    choices = trip_choices(case=PlacedCaseFactory(area=HUAQI_VILLAGE), user=organiser, now=NOON)

    assert (len(choices), choices[0].trip, choices[0].fit.goes_there) == (30, trip, True)


def test_a_household_is_offered_seats_together_wherever_two_members_are_placed(desk, trip):
    household = HouseholdFactory()
    one, _other = (PlacedCaseFactory(household=household) for _ in range(2))

    offered = "和同户 1 人" in text_of(seat_sheet(desk, trip))
    seat = trip.seats.last()
    desk.post(url_of("give_seat", trip.pk, seat.pk), {"case": one.pk, "together": one.pk})

    assert offered
    assert [b.seat.number for b in Booking.objects.active().order_by("seat__number")] == [48, 49]


def test_with_their_household_seats_those_whom_the_sheet_names_and_nobody_else(desk, trip):
    """One works elsewhere, and one begins before the trip is there."""
    household = HouseholdFactory()
    names = {"陈达": NINGBO, "杨慧": NINGBO, "何磊": SHENZHEN, "罗燕": NINGBO}
    cases = {name: PlacedCaseFactory(household=household, name=name, work=work) for name, work in names.items()}
    Case.objects.filter(pk=cases["罗燕"].pk).update(placed_on=DAY)

    [offered, *_] = [p for p in seat_sheet(desk, trip).context["sheet"].unseated.people if p.case == cases["陈达"]]
    seat = trip.seats.first()
    desk.post(url_of("give_seat", trip.pk, seat.pk), {"case": cases["陈达"].pk, "together": cases["陈达"].pk})

    assert offered.family == [cases["杨慧"]]
    assert {booking.worker.name for booking in Booking.objects.active()} == {"陈达", "杨慧"}


@pytest.mark.parametrize("ticked", ["nobody", "another"])
def test_a_household_that_was_not_ticked_gets_no_seats(desk, trip, ticked):
    household = HouseholdFactory()
    case, other = (PlacedCaseFactory(household=household) for _ in range(2))
    sent = {"case": case.pk} | ({"together": other.pk} if ticked == "another" else {})

    desk.post(url_of("give_seat", trip.pk, trip.seats.first().pk), sent)

    assert Booking.objects.active().get().case == case


def test_people_without_a_household_are_nobodys_household(desk, trip):
    case, _stranger = (PlacedCaseFactory(household=None) for _ in range(2))

    desk.post(url_of("give_seat", trip.pk, trip.seats.first().pk), {"case": case.pk, "together": case.pk})

    assert Booking.objects.active().get().case == case


def test_who_waits_for_the_trip_or_sits_elsewhere_gets_no_seat_with_the_household(desk, trip):
    household = HouseholdFactory()
    case, waits, sits = (PlacedCaseFactory(household=household) for _ in range(3))
    services.join_standby(trip=trip, case=waits, by=None, at=NOON)
    other = BookingFactory(trip=TripFactory(open=True), case=sits)

    desk.post(url_of("give_seat", trip.pk, trip.seats.first().pk), {"case": case.pk, "together": case.pk})

    assert set(Booking.objects.active().values_list("case", "trip")) == {(case.pk, trip.pk), (sits.pk, other.trip_id)}


def test_the_household_is_asked_after_only_where_others_of_it_can_come(desk, trip):
    household = HouseholdFactory()
    one, _elsewhere = PlacedCaseFactory(household=household), PlacedCaseFactory(household=household, work=SHENZHEN)
    alone = seat_sheet(desk, trip).content.decode()
    PlacedCaseFactory(household=household, name="杨慧")

    with_family = seat_sheet(desk, trip).content.decode()

    assert ('name="together"' in alone, f'name="together" value="{one.pk}"' in with_family) == (False, True)


def test_who_has_a_seat_shows_on_the_case_whom_of_the_household_has_none(desk, trip):
    household = HouseholdFactory()
    seated, other = (PlacedCaseFactory(household=household, name=name) for name in ("陈达", "杨慧"))
    before = text_of(desk.get(url_of("panel", seated.pk)))
    BookingFactory(trip=trip, case=seated)

    after = text_of(desk.get(url_of("panel", seated.pk)))

    assert ("杨慧" in before, "杨慧" in after, url_of("book_for_case", other.pk) in after) == (False, True, True)


def test_a_seat_given_past_the_standby_list_asks_why(desk, trip):
    services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    case, seat = PlacedCaseFactory(), trip.seats.last()

    refused = desk.post(url_of("give_seat", trip.pk, seat.pk), {"case": case.pk})
    given = desk.post(url_of("give_seat", trip.pk, seat.pk), {"case": case.pk, "why_standby_first": "陪同未成年子女"})

    assert (refused.status_code, given.status_code) == (409, 302)
    assert Booking.objects.get().booked_because == "陪同未成年子女"


@pytest.mark.parametrize("url", ["give_seat", "seat_standby"])
def test_a_reason_with_a_phone_number_is_refused_in_words(desk, trip, url):
    standby = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    args = [trip.pk, trip.seats.last().pk] if url == "give_seat" else [standby.pk]

    refused = desk.post(
        url_of(url, *args), {"case": PlacedCaseFactory().pk, "why_standby_first": "家属电话13985412345"}
    )

    assert refused.status_code == 422
    assert "13985412345" not in text_of(refused)
    assert str(refused.context["refusal"]) in text_of(refused)
    assert not Booking.objects.exists()


def test_a_group_on_standby_is_moved_to_a_trip_with_room(desk):
    full = TripFactory(full=True, layout="places", capacity=1)
    standby = services.join_standby(trip=full, case=PlacedCaseFactory(), by=None, at=NOON)
    room = TripFactory(open=True, departs_at=DEPARTURE.replace(minute=30))

    offered = room.code in text_of(desk.get(url_of("trip", full.pk)))
    desk.post(url_of("move_standby", standby.pk), {"trip": room.pk})

    assert (offered, Booking.objects.active().filter(trip=room).get().worker) == (True, standby.worker)
    assert not Standby.objects.waiting().exists()


def test_a_group_on_standby_is_offered_only_a_trip_to_their_work(desk):
    full = TripFactory(full=True, layout="places", capacity=1)
    services.join_standby(trip=full, case=PlacedCaseFactory(), by=None, at=NOON)
    shenzhen = [*zhijin_stops()[:3], dropoff("深圳", SHENZHEN, zhijin_stops()[-1].at)]
    sooner = [TripFactory(open=True, stops=shenzhen, departs_at=DEPARTURE.replace(minute=10 + n)) for n in range(21)]
    room = TripFactory(open=True, departs_at=DEPARTURE.replace(minute=50))

    page = text_of(desk.get(url_of("trip", full.pk)))

    assert (room.code in page, any(trip.code in page for trip in sooner)) == (True, False)


def test_the_standby_list_says_when_nobody_is_seated_by_itself(desk, trip):
    services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    goes = BookingFactory(trip=trip, reasons={"standby_first": "先订的"})
    before = text_of(desk.get(url_of("trip", trip.pk)))

    services.move_people(source=trip, target=TripFactory(open=True), bookings=[goes], by=None, at=NOON)
    after = text_of(desk.get(url_of("trip", trip.pk)))

    words = "不会自动安排座位"
    assert (words in before, words in after) == (False, True)


def test_the_list_is_followed_again_when_the_organiser_says_that_the_trip_goes(desk, organiser, trip):
    goes = BookingFactory(trip=trip)
    services.move_people(source=trip, target=TripFactory(open=True), bookings=[goes], by=None, at=NOON)
    waits = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    paused = services.fill_freed_seats(trip_id=trip.pk, at=NOON)
    offered = "恢复自动安排候补" in text_of(desk.get(url_of("trip", trip.pk)))

    done = desk.post(url_of("seat_by_list", trip.pk))
    seated = services.fill_freed_seats(trip_id=trip.pk, at=NOON)

    assert (paused, offered, done.status_code) == ([], True, 302)
    assert [booking.case_id for booking in seated] == [waits.case_id]
    assert "不会自动安排座位" not in text_of(desk.get(url_of("trip", trip.pk)))


def test_narrowing_the_trips_keeps_who_is_ticked_and_what_was_chosen(desk, trip):
    target = TripFactory(open=True)
    goes, stays = BookingFactory(trip=trip), BookingFactory(trip=trip)
    asked = {"bookings": [goes.pk], "target": target.pk, "why_standby_first": "车坏了", "deed": "filter", "to": "宁波"}

    page = desk.post(url_of("transfer", trip.pk), asked)

    words = page.content.decode()
    ticked = {box for box in (goes.pk, stays.pk) if re.search(rf'value="{box}"\s+checked', words)}
    assert (page.status_code, ticked, page.context["preview"]) == (200, {goes.pk}, None)
    assert ([t.pk for t in page.context["page"].choices], 'value="车坏了"' in words) == ([target.pk], True)
    assert re.search(rf'name="target"\s+value="{target.pk}"\s+checked', words)


def test_without_a_trip_chosen_no_second_vehicle_is_made(desk, trip):
    asked = {"bookings": [BookingFactory(trip=trip).pk], "deed": "move"}

    answer = desk.post(url_of("transfer", trip.pk), asked)

    assert (answer.status_code, Trip.objects.count(), "请选择车次。" in text_of(answer)) == (422, 1, True)


def test_those_who_stay_by_one_reason_stand_together(desk, trip):
    target = TripFactory(open=True, layout="places", capacity=1)
    people = [BookingFactory(trip=trip) for _ in range(3)]
    asked = {"target": target.pk, "bookings": [person.pk for person in people], "deed": "preview"}

    page = desk.post(url_of("transfer", trip.pk), asked)

    ((reason, stayed),) = page.context["preview"].why_stayed
    assert (str(reason), len(stayed), "2 人不动" in text_of(page)) == (str(TripFull.message), 2, True)


def test_two_half_empty_trips_become_one(desk, trip):
    elsewhere = TripFactory(open=True, stops=[*zhijin_stops()[:3], dropoff("深圳", SHENZHEN, zhijin_stops()[-1].at)])
    full, other = (
        TripFactory(full=True, layout="places", capacity=1),
        TripFactory(open=True, layout="places", capacity=2),
    )
    people = [BookingFactory(trip=trip) for _ in range(2)]
    offered = f'href="{url_of("transfer", trip.pk)}?merge=on"' in desk.get(url_of("trip", trip.pk)).content.decode()

    page = desk.get(url_of("transfer", trip.pk), {"merge": "on"})
    form = page.context["form"]
    asked = {
        "merge": "on", "target": form["target"].value(), "cancel_because": form["cancel_because"].value(),
        "bookings": [person.pk for person in people],
    }  # fmt: skip
    seen = desk.post(url_of("transfer", trip.pk), asked | {"deed": "preview"})
    desk.post(url_of("transfer", trip.pk), asked | {"deed": "move"})

    assert (offered, [choice.pk for choice in page.context["page"].choices]) == (True, [other.pk])
    assert ({elsewhere.pk, full.pk} & {asked["target"]}, len(seen.context["preview"].went)) == (set(), 2)
    trip.refresh_from_db()
    assert (trip.state, trip.cancelled_because, other.bookings.active().count()) == ("cancelled", "与别的车次合并", 2)


def test_an_arrival_too_early_to_be_true_is_asked_about_in_a_form_that_knows_its_address(desk, trip):
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)

    asked = desk.post(url_of("arrive", trip.pk))

    assert asked.status_code == 409
    assert f'action="{url_of("arrive", trip.pk)}"' in asked.content.decode()


def test_every_form_about_a_trip_names_its_address():
    """It may be shown by a button on another page, whose address the browser then keeps."""
    pages = (settings.BASE_DIR / "templates/transport").rglob("*.html")
    forms = [(page.name, tag) for page in pages for tag in re.findall(r"<form[^>]*>", page.read_text())]

    assert [form for form in forms if 'method="post"' in form[1] and "action=" not in form[1]] == []
    assert len(forms) > 10


def test_who_has_arrived_is_not_offered_to_be_moved(desk, trip):
    there, on_the_way = (BookingFactory(trip=trip, boarded=True) for _ in range(2))
    services.depart(trip=trip, by=None, at=DEPARTURE)
    services.confirm_arrival(booking=there, by=None, at=DEPARTURE, why="自己开车去的")

    offered = desk.get(url_of("transfer", trip.pk)).context["page"].people

    assert [person.booking for person in offered] == [on_the_way]


def test_the_page_of_a_move_asks_no_more_queries_for_more_people(desk, trip, django_assert_max_num_queries):
    for _ in range(3):
        BookingFactory(trip=trip)
    TripFactory(open=True, stops=[*zhijin_stops()[:3], dropoff("深圳", SHENZHEN, zhijin_stops()[-1].at)])
    desk.get(url_of("transfer", trip.pk))

    with django_assert_max_num_queries(16):
        desk.get(url_of("transfer", trip.pk))


def test_an_emptied_trip_says_with_which_its_people_go_now(desk, organiser, trip):
    target = TripFactory(open=True)
    people = [BookingFactory(trip=trip), BookingFactory(trip=trip)]
    services.move_people(source=trip, target=target, bookings=people, by=organiser, at=NOON, cancel_emptied="车坏了")

    page = text_of(desk.get(url_of("trip", trip.pk)))

    assert f"本车次 2 人现在坐 {target.code}" in page
    assert ("没有人坐这趟车" in page, "还没有人订座" in page, "车次坐满后可放进候补" in page) == (True, False, False)


def test_who_waits_no_longer_is_taken_off_the_list_on_the_page_of_the_trip(desk, trip):
    standby = services.join_standby(trip=trip, case=PlacedCaseFactory(name="何磊"), by=None, at=NOON)

    page = desk.get(url_of("trip", trip.pk))
    desk.post(url_of("leave_standby", standby.pk))

    assert "把何磊移出候补" in text_of(page)
    assert url_of("leave_standby", standby.pk) in page.content.decode()
    assert not trip.standbys.waiting().exists()


def test_where_each_of_the_household_works_stands_beside_their_name_and_a_refusal_keeps_the_tick(
    client, trip, time_machine
):
    time_machine.move_to(NOON)
    household = HouseholdFactory()
    case, elsewhere = PlacedCaseFactory(household=household), PlacedCaseFactory(household=household, work=SHENZHEN)
    client.force_login(UserFactory(village_cadre=True))

    page = text_of(client.get(url_of("book_for_case", case.pk)))
    refused = client.post(url_of("book_for_case", case.pk), {"trip": trip.pk, "along": [elsewhere.pk]})

    assert ("深圳市" in page, refused.status_code) == (True, 409)
    assert f'value="{elsewhere.pk}" checked' in text_of(refused)


def test_who_of_a_household_would_stay_is_named_and_one_press_takes_them_along(desk, trip):
    household = HouseholdFactory()
    goes, stays = (
        BookingFactory(trip=trip, case=PlacedCaseFactory(household=household, name=n)) for n in ("胡巧", "王育")
    )
    alone = BookingFactory(trip=trip)
    asked = {"target": TripFactory(open=True).pk, "bookings": [goes.pk]}

    seen = desk.post(url_of("transfer", trip.pk), asked | {"deed": "preview"})
    wider = desk.post(url_of("transfer", trip.pk), asked | {"deed": "households"})
    everybody = desk.post(url_of("transfer", trip.pk), {**asked, "bookings": [goes.pk, stays.pk], "deed": "preview"})

    warning = text_of(seen).partition("同一户里，下面的人会留在原车次")[2].partition("一起转")[0]
    assert ("王育" in warning, alone.worker.name in warning) == (True, False)
    assert [who.before for who in wider.context["preview"].moved] == [goes, stays]
    assert set(wider.context["form"]["bookings"].value()) == {str(goes.pk), str(stays.pk)}
    assert [page.context["preview"].torn for page in (wider, everybody)] == [[], []]
    assert trip.bookings.active().count() == 3


def test_after_a_move_the_page_is_that_of_those_who_stay(desk, trip):
    target = TripFactory(open=True, layout="places", capacity=2)
    asked = {"target": target.pk, "bookings": [BookingFactory(trip=trip).pk for _ in range(3)], "deed": "move"}

    moved = desk.post(url_of("transfer", trip.pk), asked, follow=True)
    again = desk.post(url_of("transfer", trip.pk), asked, follow=True)

    assert moved.redirect_chain[-1][0] == url_of("trip", trip.pk)
    assert f"已转 2 人到 {target.code}，1 人没动" in text_of(moved)
    assert f"2 人先前已经转走。 已转 0 人到 {target.code}，1 人没动" in text_of(again)


def test_the_look_says_when_the_other_vehicle_leaves_what_it_lacks_and_that_this_trip_ends(desk, trip):
    person = BookingFactory(trip=trip)
    asked = {"target": "", "bookings": [person.pk], "cancel_because": "车坏了", "deed": "preview"}

    seen = text_of(desk.post(url_of("transfer", trip.pk), asked))
    asked = {"target": TripFactory(open=True).pk, "bookings": [person.pk], "deed": "preview"}
    healthy = text_of(desk.post(url_of("transfer", trip.pk), asked))

    words = ("还没有填车牌和驾驶员", f"{trip.code} 转空后就取消")
    assert [word in seen for word in words] == [True, True]
    assert [word in healthy for word in words] == [False, False]


def test_a_second_vehicle_for_one_on_the_road_asks_where_that_stands(desk, organiser, trip, time_machine):
    person = BookingFactory(trip=trip, boarded=True)
    before = desk.get(url_of("transfer", trip.pk)).content.decode()
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(DEPARTURE + timedelta(hours=1), tick=False)
    desk.force_login(organiser)
    asked = {"target": "", "bookings": [person.pk], "deed": "move", "cancel_because": "车坏了"}

    page = desk.get(url_of("transfer", trip.pk)).content.decode()
    refused = desk.post(url_of("transfer", trip.pk), asked)
    desk.post(url_of("transfer", trip.pk), asked | {"stands_at": "凯里服务区往东"})

    assert ['name="stands_at"' in markup for markup in (before, page)] == [False, True]
    assert (refused.status_code, "请填车停在哪里" in text_of(refused)) == (422, True)
    assert Booking.objects.active().get().pickup.name == "凯里服务区往东"


@pytest.fixture
def on_the_road(desk, organiser, trip, time_machine):
    """Somebody sits in a bus that left an hour ago."""
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)
    time_machine.move_to(DEPARTURE + timedelta(hours=1), tick=False)
    desk.force_login(organiser)
    return trip.bookings.get()


def test_people_change_on_the_road_to_another_trip_where_and_when_the_two_vehicles_meet(desk, trip, on_the_road):
    other = TripFactory(open=True, **moved_by(zhijin_stops(), timedelta(hours=2)))
    seated = BookingFactory(trip=other)
    kept, meets_at = seated.pickup.name, DEPARTURE + timedelta(hours=3)
    asked = {"target": other.pk, "bookings": [on_the_road.pk], "cancel_because": "车坏了", "deed": "move"}
    place = {"stands_at": "凯里服务区往东", "meets_at": f"{timezone.localtime(meets_at):%Y-%m-%dT%H:%M}"}

    page = desk.get(url_of("transfer", trip.pk)).content.decode()
    half = [desk.post(url_of("transfer", trip.pk), asked | {name: place[name]}) for name in place]
    both = desk.post(url_of("transfer", trip.pk), asked | place | {"pickup": other.stops.first().pk})
    looked = desk.post(url_of("transfer", trip.pk), asked | place | {"deed": "preview"})
    before = other.stops.count()
    desk.post(url_of("transfer", trip.pk), asked | place)

    assert ('name="stands_at"' in page, 'name="meets_at"' in page) == (True, True)
    assert [list(answer.context["form"].errors) for answer in (*half, both)] == [
        ["meets_at"], ["stands_at"], ["stands_at"]
    ]  # fmt: skip
    assert ("凯里服务区往东" in text_of(looked), before) == (True, 6)
    moved = Booking.objects.active().get(case=on_the_road.case)
    assert (moved.trip, moved.pickup.name, moved.pickup.gather_at) == (other, "凯里服务区往东", meets_at)
    assert [stop.name for stop in other.stops.pickups()][-2:] == ["织金客运总站", "凯里服务区往东"]
    seated.refresh_from_db()
    assert (seated.pickup.name, Trip.objects.get(pk=other.pk).departs_at) == (kept, meets_at)
    told = Message.objects.get(template="trip_replaced")
    assert (told.worker, "凯里服务区往东" in told.body) == (on_the_road.worker, True)
    assert not Message.objects.filter(template="trip_changed").exists()


def test_the_look_at_a_merge_names_who_of_the_standby_list_follows_and_who_does_not(desk):
    bus = TripFactory(open=True, layout="places", capacity=1)
    person, other = BookingFactory(trip=bus), TripFactory(open=True, layout="places", capacity=1)
    follows, stays = PlacedCaseFactory(name="何磊"), PlacedCaseFactory(name="陈达", work=SHENZHEN)
    for case in (follows, stays):
        services.join_standby(trip=bus, case=case, by=None, at=NOON, reasons={"does_not_go_there": "工友接"})
    asked = {"target": other.pk, "bookings": [person.pk], "merge": "on", "deed": "preview"}

    seen = desk.post(url_of("transfer", bus.pk), asked | {"cancel_because": "与别的车次合并"})
    goes_on = desk.post(url_of("transfer", bus.pk), asked)

    look = seen.context["preview"]
    assert ([s.case for s in look.follow], [s.case for s in look.wait_no_more]) == ([follows], [stays])
    words = text_of(seen)
    assert f"候补的 1 人跟着转到 {other.code}，按原来的先后接着等：" in words
    assert f"候补的 1 人不跟着转：{other.code} 不到他们上班的地方，请经办人再问：" in words
    assert (goes_on.context["preview"].follow, bus.standbys.waiting().count()) == ([], 2)
