"""A seat is offered only where the person can be there in time and arrives before the job begins."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from areas.distances import straight_km
from tests.staff.factories import FENGPING, HUAQI, HUAQI_VILLAGE, ZHIJIN, UserFactory
from tests.transport.factories import TOMORROW, BookingFactory, PlacedCaseFactory, TripFactory, local
from tests.transport.test_pages import text_of
from tests.workers.factories import NOON
from transport import refusals, services
from transport.register.panels import waits_for_a_seat
from transport.rules.stops import Way, arrives_before_work, nearest_by_way, way_between, within_reach
from transport.selectors import trip_choices
from workers.models import JournalLine

A_MINUTE = timedelta(minutes=1)
SIX = datetime(2026, 3, 1, 22, tzinfo=UTC)
BEFORE_DAWN = local(TOMORROW, 9)
"""Too late to pack and reach the first stop, gathered at 10:30 and left at 11:00, from another township."""


@dataclass(frozen=True)
class Stop:
    at: datetime
    way: Way


def way_to(stop):
    return stop.way


def test_a_stop_is_in_reach_when_there_is_time_to_get_ready_and_go():
    way = Way(km=30, shared=3)
    in_time, too_soon = Stop(SIX + timedelta(minutes=90), way), Stop(SIX + timedelta(minutes=90) - A_MINUTE, way)

    assert (way.takes, within_reach([too_soon, in_time], way_to, SIX)) == (timedelta(minutes=90), [in_time])


@pytest.mark.parametrize(
    "shared, minutes", [(5, 50), (4, 50), (3, 150), (2, 330), (1, 830), (0, 830)]
)  # half an hour and 10, 60, 150, 400 km
def test_a_way_that_is_not_known_is_taken_for_a_long_one(shared, minutes):
    assert Way(None, shared).takes == timedelta(minutes=minutes)


@pytest.mark.parametrize("km, shared, near", [(20, 3, True), (21, 3, False), (None, 4, True), (None, 3, False)])
def test_near_is_in_the_township_or_within_twenty_kilometres(km, shared, near):
    assert Way(km, shared).is_near is near


def test_the_way_is_the_road_and_not_the_crows_and_within_a_township_it_is_near():
    assert way_between(HUAQI, HUAQI_VILLAGE, 3.0) == Way(None, 4)
    assert way_between(ZHIJIN, HUAQI_VILLAGE, 20.0) == Way(28, 3)
    assert way_between(ZHIJIN, HUAQI_VILLAGE, None) == Way(None, 3)


def test_of_stops_in_reach_the_own_township_comes_first_then_the_shorter_way():
    far, near, own = (Stop(SIX, Way(km, shared)) for km, shared in ((40, 3), (25, 2), (None, 4)))

    assert nearest_by_way([far, near, own], way_to) is own
    assert nearest_by_way([far, near], way_to) is near


def test_work_begins_at_eight_on_the_first_day_and_a_job_begun_waits():
    first = date(2026, 3, 8)

    assert arrives_before_work(local(first, 8), first, NOON) is True
    assert arrives_before_work(local(first, 8) + A_MINUTE, first, NOON) is False
    assert arrives_before_work(local(first, 20), first, local(first, 0)) is True
    assert arrives_before_work(local(first, 20), None, NOON) is True


@pytest.mark.django_db
def test_distance_is_known_between_own_points_and_not_from_a_stand_in():
    assert round(straight_km(ZHIJIN, HUAQI_VILLAGE)) == 26
    assert straight_km(ZHIJIN, HUAQI_VILLAGE) == straight_km(HUAQI_VILLAGE, ZHIJIN)
    assert straight_km(ZHIJIN, FENGPING) is None, "the point of its township is only the county's"


@pytest.mark.django_db
class TestBooking:
    @pytest.fixture
    def organiser(self):
        return UserFactory(transport_organiser=True)

    def test_the_stop_that_is_chosen_can_be_reached_in_time(self, organiser):
        trip, case = TripFactory(open=True), PlacedCaseFactory(area=HUAQI_VILLAGE)

        in_time = services.book_seat(trip=trip, case=case, by=organiser, at=local(TOMORROW, 11, 10))

        assert in_time.pickup.mark == "B"

    def test_when_the_near_stop_cannot_be_reached_the_next_one_is_chosen(self, organiser):
        trip, case = TripFactory(open=True), PlacedCaseFactory(area=HUAQI_VILLAGE)

        booking = services.book_seat(trip=trip, case=case, by=organiser, at=local(TOMORROW, 11, 10) + A_MINUTE)

        assert booking.pickup.mark == "C"

    def test_nobody_gets_a_seat_they_cannot_reach_without_saying_why(self, organiser):
        trip, case = TripFactory(open=True), PlacedCaseFactory(area=HUAQI_VILLAGE)
        late = {"trip": trip, "case": case, "by": organiser, "at": local(TOMORROW, 12, 30)}

        with pytest.raises(refusals.CannotBeThereInTime):
            services.book_seat(**late)
        booking = services.book_seat(**late, reasons={"cannot_be_there_in_time": "人已在县城"})

        assert (booking.pickup.mark, booking.booked_because) == ("C", "人已在县城")
        assert JournalLine.objects.get(what="seat_booked").data["note"] == "人已在县城"

    def test_whoever_gives_a_seat_while_people_board_knows_where_the_person_stands(self, organiser):
        trip, case = TripFactory(open=True), PlacedCaseFactory(area=HUAQI_VILLAGE)
        services.start_boarding(trip=trip, by=organiser, at=BEFORE_DAWN)
        asked = {"trip": trip, "case": case, "by": organiser, "at": local(TOMORROW, 12, 30)}

        booking = services.book_seat(**asked, is_there=True)

        assert booking.pickup.mark == "C"

    def test_nobody_gets_a_seat_that_arrives_after_the_job_begins_without_saying_why(self, organiser):
        trip, case = TripFactory(open=True, day=TOMORROW + timedelta(days=2)), PlacedCaseFactory()

        with pytest.raises(refusals.ArrivesAfterStart):
            services.book_seat(trip=trip, case=case, by=organiser, at=NOON)
        booking = services.book_seat(
            trip=trip, case=case, by=organiser, at=NOON, reasons={"arrives_after_start": "厂里同意晚到一天"}
        )

        assert booking.booked_because == "厂里同意晚到一天"

    def test_trips_that_suit_come_first_and_the_others_say_why_not(self):
        cadre, case = UserFactory(village_cadre=True), PlacedCaseFactory()
        late = TripFactory(open=True, day=TOMORROW + timedelta(days=2))
        suits = TripFactory(open=True)

        choices = trip_choices(case=case, user=cadre, now=NOON)
        tomorrow = trip_choices(case=case, user=cadre, now=local(TOMORROW, 12, 30))

        assert [(c.trip, c.fit.suits, c.fit.is_before_work) for c in choices] == [
            (suits, True, True),
            (late, False, False),
        ]
        assert [(c.trip, c.fit.pickup is None) for c in tomorrow] == [(suits, True), (late, False)]

    def test_who_has_a_seat_is_offered_no_other_on_the_case_page(self):
        case = PlacedCaseFactory()
        before = waits_for_a_seat(case.pk)
        BookingFactory(case=case, trip=TripFactory(open=True))

        assert (before, waits_for_a_seat(case.pk)) == (True, False)

    def test_a_cadre_at_the_desk_is_offered_no_trip_that_boards_too_far_away(self):
        trip, case = TripFactory(open=True), PlacedCaseFactory(area=HUAQI_VILLAGE)
        services.start_boarding(trip=trip, by=None, at=BEFORE_DAWN)

        [choice] = trip_choices(case=case, user=UserFactory(village_cadre=True), now=local(TOMORROW, 12, 30))

        assert (choice.fit.suits, choice.fit.pickup) == (False, None)

    def test_the_page_says_how_far_the_stop_is_and_asks_why_of_a_trip_that_does_not_suit(self, client, time_machine):
        time_machine.move_to(NOON)
        case = PlacedCaseFactory(area=HUAQI_VILLAGE)
        suits, late = TripFactory(open=True), TripFactory(open=True, day=TOMORROW + timedelta(days=2))
        client.force_login(UserFactory(township_cadre=True, posted=HUAQI))
        url = reverse("transport:book_for_case", args=[case.pk])

        page = text_of(client.get(url))
        refused = client.post(url, {"trip": late.pk})
        booked = client.post(url, {"trip": late.pk, "why_arrives_after_start": "厂里同意晚到一天"})

        assert ("在本乡镇，近" in page, "约 36 公里，远" in page, "开工以后才到" in page) == (True, True, True)
        assert (refused.status_code, booked.status_code) == (409, 302)
        assert suits.bookings.count() == 0
