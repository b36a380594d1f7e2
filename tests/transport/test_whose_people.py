"""A seat brings together a trip and a person: the right to one of them is none to the other."""

from datetime import timedelta

import pytest
from django.urls import reverse

from staff.roles import Role
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, HUAQI, MAOCHANG, PostingFactory, UserFactory, area_of
from tests.transport.factories import TOMORROW as DAY
from tests.transport.factories import PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import services
from transport.models import Booking, Standby, Trip

pytestmark = pytest.mark.django_db

WHO_READS_AND_BOOKS_NOT = [Role.AUDITOR, Role.FAIR_ORGANISER, Role.RIGHTS_OFFICER]


@pytest.fixture
def trip():
    return TripFactory(open=True)


def desk_of(client, user, time_machine):
    time_machine.move_to(NOON)
    client.sends_what_no_page_offers = True
    client.force_login(user)
    return client


def url_of(name, *args):
    return reverse(f"transport:{name}", args=args)


def seats_of(case) -> int:
    return Booking.objects.active().filter(case=case).count()


@pytest.mark.parametrize("role", WHO_READS_AND_BOOKS_NOT)
def test_who_runs_a_trip_gives_no_seat_to_people_of_a_place_where_they_only_read(client, trip, role, time_machine):
    organiser = UserFactory(transport_organiser=True)
    PostingFactory(user=organiser, role=role, area=area_of(DAFANG))
    theirs, elsewhere = PlacedCaseFactory(), PlacedCaseFactory(area=DAFANG_VILLAGE, name="别县人")
    desk, seats = desk_of(client, organiser, time_machine), list(trip.seats.all()[:2])

    sheet = desk.get(url_of("seat", trip.pk, seats[0].pk)).content.decode()
    refused = desk.post(url_of("give_seat", trip.pk, seats[0].pk), {"case": elsewhere.pk})
    desk.post(url_of("give_seat", trip.pk, seats[1].pk), {"case": theirs.pk})

    assert ("别县人" in sheet, refused.status_code, seats_of(elsewhere), seats_of(theirs)) == (False, 422, 0, 1)


def test_nobody_comes_along_who_is_of_a_place_where_one_only_reads(client, trip, time_machine):
    home = HouseholdFactory()
    case, relative = PlacedCaseFactory(household=home), PlacedCaseFactory(household=home, area=DAFANG_VILLAGE)
    cadre = UserFactory(township_cadre=True)
    PostingFactory(user=cadre, role=Role.AUDITOR, area=area_of(DAFANG))
    desk = desk_of(client, cadre, time_machine)

    desk.post(url_of("book_for_case", case.pk), {"trip": trip.pk, "along": [relative.pk]})
    desk.post(url_of("book_for_case", case.pk), {"trip": trip.pk})

    assert (seats_of(relative), seats_of(case)) == (0, 1)


def test_an_auditor_of_another_county_fills_no_trip_of_it(client, time_machine):
    there = TripFactory(open=True, area=DAFANG)
    cadre, case = UserFactory(township_cadre=True), PlacedCaseFactory()
    PostingFactory(user=cadre, role=Role.AUDITOR, area=area_of(DAFANG))
    desk = desk_of(client, cadre, time_machine)

    refused = desk.post(url_of("book_for_case", case.pk), {"trip": there.pk})

    assert (desk.get(url_of("trip", there.pk)).status_code, refused.status_code, seats_of(case)) == (200, 422, 0)
    assert list(Trip.objects.bookable_by(cadre, NOON)) == []


def test_who_waits_is_moved_to_no_trip_of_a_place_where_one_only_reads(client, trip, time_machine):
    there = TripFactory(open=True, area=DAFANG)
    organiser = UserFactory(transport_organiser=True)
    PostingFactory(user=organiser, role=Role.AUDITOR, area=area_of(DAFANG))
    waits = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    desk = desk_of(client, organiser, time_machine)

    refused = desk.post(url_of("move_standby", waits.pk), {"trip": there.pk})

    assert (refused.status_code, Standby.objects.waiting().get().trip_id) == (422, trip.pk)


def test_one_fills_trips_of_the_whole_county_and_those_that_one_leads(client, time_machine):
    """The control."""
    cadre, next_door = UserFactory(township_cadre=True), TripFactory(open=True, area=HUAQI)
    led = TripFactory(open=True, area=DAFANG, day=DAY + timedelta(days=3))
    PostingFactory(user=cadre, role=Role.TRANSPORT_ORGANISER, area=area_of(DAFANG))
    Trip.objects.filter(pk=led.pk).update(leader=cadre)

    assert set(Trip.objects.bookable_by(cadre, NOON)) == {next_door, led}
    assert list(Trip.objects.bookable_by(UserFactory(village_cadre=True), NOON)) == [next_door]
    assert list(Trip.objects.bookable_by(UserFactory(auditor=True, posted=MAOCHANG), NOON)) == []
