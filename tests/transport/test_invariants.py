"""Whatever people press, in whatever order, what must never be false stays true."""

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases import services as cases
from cases.models import Case
from kit.refusals import Refusal
from tests.transport.factories import BOARDING_TIME, DEPARTURE, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import services
from transport.models import Booking, Standby, Trip
from workers import invariants, journal

OURS = "transport_"
DEEDS = (
    "book", "book_together", "release", "confirm", "move", "swap", "board", "undo_board", "no_show",
    "depart", "cancel", "arrive", "confirm_arrival", "join_standby", "seat_standby", "fall_through",
)  # fmt: skip
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, 1), st.integers(0, 3), st.integers(0, 2))


def broken():
    return {name: count for name, count in invariants.violations() if name.startswith(OURS) and count}


def test_every_invariant_of_ours_is_registered_and_holds_on_an_empty_database(db):
    names = [name for name, _ in invariants.violations() if name.startswith(OURS)]

    assert len(names) == 11
    assert broken() == {}


def test_an_invariant_sees_what_breaks_it(db):
    trip = TripFactory(open=True, layout="places", capacity=3)
    trip.seats.first().delete()

    assert broken() == {"transport_a_row_for_every_seat": 1}


class RandomWalks(TestCase):
    """Two trips of three places, four people of two households, and any order of deeds."""

    @classmethod
    def setUpTestData(cls):
        household = HouseholdFactory()
        for n in range(4):
            PlacedCaseFactory(household=household if n < 2 else None)
        for _ in range(2):
            TripFactory(open=True, layout="places", capacity=3)

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(STEP, min_size=4, max_size=14))
    def test_no_order_of_deeds_breaks_an_invariant(self, steps):
        for deed, trip, person, seat in steps:
            try:
                with transaction.atomic():
                    Walker(trip, person, seat).do(deed)
            except Refusal:
                continue
        assert broken() == {}
        for case in Case.objects.select_related("worker"):
            assert journal.verify(case.worker) == []


class Walker:
    def __init__(self, trip, person, seat):
        self.trip = Trip.objects.order_by("pk")[trip]
        self.cases = list(Case.objects.select_related("worker").order_by("pk"))
        self.case = self.cases[person]
        self.seat = self.trip.seats.order_by("pk")[seat]
        self.booking = self.trip.bookings.filter(case=self.case).order_by("-pk").first()

    def do(self, deed):
        getattr(self, deed)()

    def book(self):
        services.book_seat(trip=self.trip, case=self.case, by=None, at=NOON)

    def book_together(self):
        services.book_seats_together(trip=self.trip, cases=self.cases[:2], by=None, at=NOON)

    def join_standby(self):
        services.join_standby(trip=self.trip, case=self.case, by=None, at=NOON)

    def seat_standby(self):
        waiting = list(Standby.objects.waiting().filter(trip=self.trip).in_order()[:2])
        if waiting:
            services.seat_standby(standbys=waiting, by=None, at=NOON)

    def depart(self):
        heard = dict.fromkeys(self.trip.bookings.values_list("pk", flat=True), "no_answer")
        services.depart(trip=self.trip, by=None, at=DEPARTURE, answers=heard, why="高速要封路")

    def undo_departure(self):
        services.undo_departure(trip=self.trip, by=None, at=DEPARTURE)

    def cancel(self):
        services.cancel_trip(trip=self.trip, why="大雪封路", by=None, at=BOARDING_TIME)

    def arrive(self):
        services.arrive(trip=self.trip, by=None, at=DEPARTURE, why="路近")

    def fall_through(self):
        cases.mark_fell_through(case=self.case, by=None, at=BOARDING_TIME)

    def board(self):
        if self.booking:
            services.board(trip=self.trip, code=self.booking.code, by=None, at=BOARDING_TIME)

    def swap(self):
        other = Booking.objects.active().filter(trip=self.trip, seat=self.seat).first()
        if self.booking and other:
            services.swap_seats(booking=self.booking, other=other, by=None, at=BOARDING_TIME)

    def move(self):
        if self.booking:
            services.move_seat(booking=self.booking, seat=self.seat, by=None, at=BOARDING_TIME)

    def _with_booking(self, service):
        if self.booking:
            service(booking=self.booking, by=None, at=DEPARTURE)

    def release(self):
        self._with_booking(services.release_seat)

    def confirm(self):
        self._with_booking(services.confirm_seat)

    def undo_board(self):
        self._with_booking(services.undo_board)

    def no_show(self):
        self._with_booking(services.mark_no_show)

    def undo_no_show(self):
        self._with_booking(services.undo_no_show)

    def confirm_arrival(self):
        if self.booking:
            services.confirm_arrival(booking=self.booking, by=None, at=DEPARTURE, why="路近")
