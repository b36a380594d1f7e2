"""Trains and aeroplanes are not a bus: cars, berths, blocks without a map, and a manifest for each car."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from notifications.models import Message
from staff.models import AccessLog
from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory, plan
from tests.transport.test_pages import text_of
from tests.transport.test_papers import text_of as words_of
from tests.workers.factories import NOON, HouseholdFactory
from transport import papers, refusals, services
from transport.choices import Kind
from transport.forms.planning import SEATS_OF
from transport.models import Trip
from transport.rules import layouts
from transport.rules.cars import Car, capacity_of, labels_of, name_of, read_car, trouble_with, write_car
from transport.rules.layouts import Layout
from transport.rules.seating import are_neighbours, choose_seats
from transport.services import planning

HARD_SLEEPER, SEATS, BLOCK = Car("5", "hard_sleeper", 6), Car("8", "seats", 3), Car("前舱", "unnumbered", 2)
CARS = [vars(HARD_SLEEPER), vars(SEATS), vars(BLOCK)]


def train(**more):
    asked = {"kind": "train", "layout": "cars", "cars": CARS, "drivers": [], "plate": "L8102", **more}
    return TripFactory(open=True, **asked)


@pytest.mark.parametrize(
    "line, car",
    [
        ("5 硬卧 66", Car("5", "hard_sleeper", 66)),
        ("6车，软卧，36", Car("6", "soft_sleeper", 36)),
        ("8 二等座 118", Car("8", "seats", 118)),
        ("前舱 不对号 60", Car("前舱", "unnumbered", 60)),
        ("5 Hard sleeper 66", Car("5", "hard_sleeper", 66)),
        ("5 硬卧", None),
        ("5 硬卧 0", None),
        ("5 站票 30", None),
        ("5 硬卧 301", None),
    ],
)
def test_a_car_is_read_from_its_line(line, car):
    assert read_car(line) == car


@pytest.mark.parametrize(
    "line, trouble",
    [
        ("5 硬卧 66", None), ("5车 硬卧66", None), ("5 硬卧", "places"), ("6 软座 xx", "places"), ("5 硬卧 0", "range"),
        ("5 硬卧 301", "range"), ("硬卧 66", "name"), ("很长的名字 硬卧 66", "name"), ("7 商务座 20", "kind"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_says_what_is_wrong(line, trouble):
    assert trouble_with(line) == trouble


@pytest.mark.parametrize(
    "label, english", [("3-12下", "3-12 lower"), ("5-1中", "5-1 middle"), ("8-3", "8-3"), ("12", "12")]
)
def test_a_berth_is_called_in_the_words_of_the_reader(label, english):
    with translation.override("en"):
        in_english = name_of(label)
    with translation.override("zh-hans"):
        assert (in_english, name_of(label)) == (english, label)


def test_a_car_is_written_as_it_is_read():
    assert [read_car(write_car(car)) for car in (HARD_SLEEPER, SEATS, BLOCK)] == [HARD_SLEEPER, SEATS, BLOCK]


def test_a_hard_sleeper_has_three_berths_a_number_and_a_soft_one_two():
    assert list(labels_of(HARD_SLEEPER)) == ["5-1下", "5-1中", "5-1上", "5-2下", "5-2中", "5-2上"]
    assert list(labels_of(Car("9", "soft_sleeper", 3))) == ["9-1下", "9-1上", "9-2下"]
    assert list(labels_of(SEATS)) == ["8-1", "8-2", "8-3"]


def test_places_of_cars_are_counted_through_and_know_their_car():
    places = list(layouts.seat_positions(Layout.CARS, 9, [HARD_SLEEPER, SEATS]))

    assert [place.number for place in places] == list(range(1, 10))
    assert [place.car for place in places] == ["5"] * 6 + ["8"] * 3
    assert (capacity_of([HARD_SLEEPER, SEATS]), layouts.has_map(Layout.CARS)) == (9, False)


def test_a_household_sits_in_one_car_and_not_on_both_sides_of_a_door():
    places = list(layouts.seat_positions(Layout.CARS, 9, [HARD_SLEEPER, SEATS]))

    assert [place.label for place in choose_seats(places[5:], 2)] == ["8-1", "8-2"]
    assert (are_neighbours(places[5], places[6]), are_neighbours(places[4], places[5])) == (False, True)


@pytest.mark.django_db
class TestTrain:
    def test_every_place_of_every_car_is_a_row(self):
        trip = train()

        assert (trip.capacity, trip.has_seat_map) == (11, False)
        assert list(trip.seats.in_order().values_list("label", "car"))[4:8] == [
            ("5-2中", "5"),
            ("5-2上", "5"),
            ("8-1", "8"),
            ("8-2", "8"),
        ]

    def test_a_train_has_no_coach_and_a_bus_no_cars(self):
        for wrong in ({"kind": "train"}, {"kind": "bus", "layout": "cars", "cars": CARS}):
            with pytest.raises(refusals.NotABus):
                services.plan_trip(plan=plan(**wrong), by=None, at=NOON)

    @pytest.mark.parametrize("cars", [[], [vars(SEATS), vars(SEATS)], [{**vars(SEATS), "places": 0}]])
    def test_cars_have_names_of_their_own_and_places(self, cars):
        with pytest.raises(refusals.CarsUnclear):
            services.plan_trip(plan=plan(kind="train", layout="cars", cars=cars), by=None, at=NOON)

    def test_the_database_knows_no_train_with_the_seats_of_a_coach(self):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Trip.objects.filter(pk=TripFactory().pk).update(kind="train")

        assert refused.value.__cause__.diag.constraint_name == "only_a_bus_has_the_seats_of_a_coach"

    def test_the_text_names_car_and_place_and_no_number_where_there_is_none(self):
        trip = train()
        for number in (1, 7, 10):
            BookingFactory(trip=trip, seat=trip.seats.get(number=number))
        BookingFactory(trip=TripFactory(open=True, layout="places", capacity=1))

        bodies = Message.objects.filter(template="seat_booked").order_by("pk").values_list("body", flat=True)

        said = ["5车1号下铺", "8车1号", "前舱，不对号", "不对号"]
        assert [words in body for words, body in zip(said, bodies, strict=True)] == [True] * 4

    def test_the_list_of_cars_changes_only_while_nobody_has_a_place(self, organiser):
        trip = train()
        fewer = plan(kind="train", layout="cars", cars=CARS[:1])
        changed = services.change_trip(trip=trip, plan=fewer, by=organiser, at=NOON)
        BookingFactory(trip=changed)

        with pytest.raises(refusals.HasPassengers):
            services.change_trip(trip=changed, plan=plan(kind="train", layout="cars", cars=CARS), by=organiser, at=NOON)
        assert changed.seats.count() == 6

    def test_a_household_gets_neighbouring_berths_of_one_car(self):
        trip, household = train(), HouseholdFactory()
        BookingFactory(trip=trip)
        family = [PlacedCaseFactory(household=household) for _ in range(3)]

        bookings = services.book_seats_together(trip=trip, cases=family, by=None, at=NOON)

        assert {booking.seat.car for booking in bookings} == {"5"}

    def test_people_change_from_a_bus_to_a_train(self):
        bus, trip = TripFactory(open=True), train()
        people = [BookingFactory(trip=bus) for _ in range(2)]

        moved = services.move_people(source=bus, target=trip, bookings=people, by=None, at=NOON)

        assert [person.now.seat.label for person in moved] == ["5-1下", "5-1中"]

    def test_the_manifest_has_sheets_for_each_car_or_for_one(self, organiser):
        trip = train()
        people = [BookingFactory(trip=trip, seat=trip.seats.get(number=number)) for number in (1, 7)]

        whole = words_of(papers.manifest(trip, copy="sealed"))
        one = words_of(papers.manifest(trip, copy="sealed", car="8"))

        first, second = (booking.worker.name for booking in people)
        assert (first in whole, second in whole, "5车" in whole, "8车" in whole) == (True,) * 4
        assert (first in one, second in one, "5车" in one) == (False, True, False)

    def test_an_aeroplane_has_rows_of_seats_a_booking_and_a_manifest(self, organiser):
        trip = TripFactory(open=True, kind="plane", layout="rows_of_6", capacity=12, drivers=[], plate="MU5713")
        booking = BookingFactory(trip=trip, seat=trip.seats.get(number=8))

        page = words_of(papers.manifest(trip, copy="sealed"))

        assert (trip.code[:3], booking.seat.label, booking.worker.name in page) == ("BJ-", "2B", True)

    def test_a_manifest_of_one_car_is_logged_for_its_people_only(self, client, organiser):
        trip = train(leader=organiser)
        for number in (1, 7):
            BookingFactory(trip=trip, seat=trip.seats.get(number=number))
        client.force_login(organiser)
        url = reverse("transport:manifest_pdf", args=[trip.pk])

        answers = [client.get(f"{url}?copy=sealed&car={car}").status_code for car in ("8", "99")]

        assert answers == [200, 404]
        assert AccessLog.objects.filter(what=AccessLog.What.PRINTED).count() == 1

    def test_a_train_is_filled_to_the_last_berth_and_a_freed_one_goes_down_the_standby_list(self, client, organiser):
        trip = train(leader=organiser)
        people = [BookingFactory(trip=trip) for _ in range(trip.capacity)]
        waiting = [PlacedCaseFactory() for _ in range(2)]
        client.force_login(organiser)
        url = reverse("transport:trip", args=[trip.pk])

        for case in waiting:
            with pytest.raises(refusals.TripFull):
                services.book_seat(trip=trip, case=case, by=organiser, at=NOON)
            services.join_standby(trip=trip, case=case, by=organiser, at=NOON)
        full = client.get(url).context["page"]
        freed = next(person for person in people if person.seat.label == "5-2中")
        services.release_seat(booking=freed, by=organiser, at=NOON)
        [first] = services.fill_freed_seats(trip_id=trip.pk, at=NOON)
        again = client.get(url).context["page"]

        assert [(line.car.name, line.taken, line.first_free) for line in full.cars] == [
            ("5", 6, None), ("8", 3, None), ("前舱", 2, None)
        ]  # fmt: skip
        assert (full.seated, full.waiting_people, [group.fit for group in full.groups]) == (11, 2, ["none", "none"])
        assert (first.case, first.seat.label) == (waiting[0], "5-2中")
        assert ([group.first.case for group in again.groups], again.seated) == ([waiting[1]], 11)

    def test_the_manifests_of_the_cars_add_up_to_that_of_the_train(self, organiser):
        trip = train()
        people = [BookingFactory(trip=trip, luggage=n % 3) for n in range(trip.capacity - 2)]

        whole = papers.manifest_facts(trip, copy="sealed")
        cars = [papers.manifest_facts(trip, copy="sealed", car=car.name) for car in trip.car_list]

        def figures(facts):
            totals = facts["totals"]
            return [totals.people, totals.men, totals.women, totals.free, totals.luggage]

        assert [facts["totals"].people for facts in cars] == [6, 3, 0]
        assert figures(whole) == [sum(column) for column in zip(*map(figures, cars), strict=True)]
        assert whole["totals"].people == len(people)
        for side in ("pickups", "dropoffs"):
            counted = [[n for _stop, n in facts[side]] for facts in cars]
            assert [n for _stop, n in whole[side]] == [sum(column) for column in zip(*counted, strict=True)]

    def test_a_place_without_a_number_is_given_without_one(self, client, organiser):
        trip = train(cars=[vars(SEATS), vars(BLOCK)])
        client.force_login(organiser)

        page = text_of(client.get(reverse("transport:trip", args=[trip.pk])))

        assert ("安排 8-1" in page, "安排一个位置" in page, "前舱-1" in page) == (True, True, False)

    def test_the_page_of_a_train_shows_cars_and_no_coach(self, client, organiser):
        trip = train()
        BookingFactory(trip=trip)
        client.force_login(organiser)

        page = text_of(client.get(reverse("transport:trip", args=[trip.pk])))

        assert ("硬卧" in page, "5 车" in page, "tr-bus" in page, "前门" in page) == (True, True, False, False)

    def test_a_planner_writes_one_car_a_line(self, client, organiser):
        trip = train()
        client.force_login(organiser)
        url = reverse("transport:edit", args=[trip.pk])

        page = client.get(url)
        form = page.context["form"]
        wrong = client.post(url, {"cars": "5 硬卧 66\n6 软座 xx\n5 站票 30"})

        assert form["cars"].value() == "5 硬卧 6\n8 硬座 3\n前舱 不对号 2"
        first, second = wrong.context["form"].errors["cars"]
        assert (first.startswith("第 2 行“6 软座 xx”"), second.startswith("第 3 行“5 站票 30”")) == (True, True)

    @pytest.fixture
    def organiser(self):
        return UserFactory(transport_organiser=True)


@pytest.mark.django_db
def test_the_kind_chooses_seats_that_fit_it():
    """The form of a train does not begin with a coach."""
    implied = {kind: of.split(",") for kind, of in (rule.split(":layout=") for rule in SEATS_OF.split())}

    assert set(implied) == set(Kind.values)
    assert {kind: of[0] for kind, of in implied.items()} == {"bus": "coach_49", "train": "cars", "plane": "cars"}
    for kind, seats in implied.items():
        for layout in seats:
            planning.check_fits_kind(plan(kind=kind, layout=layout))


@pytest.mark.parametrize(("name", "called"), [("11", "car11"), ("加1", "car2"), ('1"', "car2")])
def test_the_file_of_one_car_is_called_as_the_car_is(name, called):
    cars = [{"name": "5", "kind": "hard_sleeper", "places": 6}, {"name": name, "kind": "hard_sleeper", "places": 6}]

    assert papers.file_name(Trip(code="ZL-1", cars=cars), "posted", NOON, name).startswith(f"ZL-1-{called}-posted")
