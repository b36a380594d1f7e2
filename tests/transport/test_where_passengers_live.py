"""A booking stands in the division of its case: the database writes it there, and carries it along."""

import pytest
from django.db import connection

from cases.models import Case
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, FENGPING, UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from transport.models import Booking, Trip
from workers import invariants

pytestmark = pytest.mark.django_db

BY_AREA = "transport_booking_stands_where_its_case_does"


def areas() -> set[int]:
    return set(Booking.objects.values_list("area_id", flat=True))


def test_it_stands_there_from_the_first():
    BookingFactory(trip=TripFactory(open=True), case=PlacedCaseFactory(area=FENGPING))

    assert areas() == {FENGPING}


def test_it_follows_the_case_and_so_does_who_sees_the_trip():
    booking = BookingFactory(trip=TripFactory(open=True), case=PlacedCaseFactory(area=FENGPING))
    neighbour = UserFactory(supervisor=True, posted=DAFANG)
    before = list(Trip.objects.visible_to(neighbour))

    Case.objects.filter(pk=booking.case_id).update(area=DAFANG_VILLAGE)

    assert (before, list(Trip.objects.visible_to(neighbour))) == ([], [booking.trip])
    assert areas() == {DAFANG_VILLAGE}
    assert dict(invariants.violations())[BY_AREA] == 0


def test_nobody_else_writes_it():
    BookingFactory(trip=TripFactory(open=True), case=PlacedCaseFactory(area=FENGPING))

    Booking.objects.update(area=DAFANG_VILLAGE)

    assert areas() == {FENGPING}


def test_the_invariant_sees_one_that_stands_elsewhere():
    BookingFactory(trip=TripFactory(open=True), case=PlacedCaseFactory(area=FENGPING))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE transport_booking SET area_code = %s", [DAFANG_VILLAGE])

    assert dict(invariants.violations())[BY_AREA] == 1
