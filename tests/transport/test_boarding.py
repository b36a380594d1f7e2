from datetime import timedelta

import pytest

from cases.models import FollowUp, WorkItem
from tests.staff.factories import DAFANG_VILLAGE, HUAQI, UserFactory
from tests.transport.factories import BOARDING_TIME, DEPARTURE, TOMORROW, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import refusals, services
from transport.models import Trip
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip():
    return TripFactory(open=True)


def state_of(case):
    case.refresh_from_db()
    return case.state


def test_board_moves_the_case_to_transported_and_starts_the_boarding(trip, organiser):
    booking = BookingFactory(trip=trip)

    boarding = services.board(trip=trip, code=booking.code, by=organiser, at=BOARDING_TIME)

    assert (boarding.is_replay, boarding.booking.state, boarding.booking.boarded_at) == (
        False,
        "boarded",
        BOARDING_TIME,
    )
    assert state_of(booking.case) == "transported"
    assert Trip.objects.get().state == "boarding"
    assert WorkItem.objects.get(case=booking.case, state="open").step == "follow_up"
    assert FollowUp.objects.filter(case=booking.case).exists()


def test_board_a_second_time_says_since_when_they_are_aboard(trip, organiser):
    booking = BookingFactory(trip=trip, boarded=True)

    again = services.board(trip=trip, code=booking.code, by=organiser, at=BOARDING_TIME + timedelta(minutes=9))

    assert (again.is_replay, again.booking.boarded_at) == (True, BOARDING_TIME)
    assert JournalLine.objects.filter(worker=booking.worker, what="boarded").count() == 1


def test_board_refuses_an_unknown_code_and_a_code_of_another_trip(trip, organiser):
    other = BookingFactory(
        trip=TripFactory(open=True, day=TOMORROW + timedelta(days=4)), reasons={"arrives_after_start": "厂里同意晚到"}
    )

    with pytest.raises(refusals.WrongCode):
        services.board(trip=trip, code=other.code, by=organiser, at=BOARDING_TIME)

    assert state_of(other.case) == "placed"


def test_board_refuses_a_released_seat(trip, organiser):
    booking = BookingFactory(trip=trip)
    services.release_seat(booking=booking, by=organiser, at=NOON)

    with pytest.raises(refusals.SeatReleased):
        services.board(trip=trip, code=booking.code, by=organiser, at=BOARDING_TIME)


def test_board_refuses_the_day_before(trip, organiser):
    booking = BookingFactory(trip=trip)

    with pytest.raises(refusals.TooEarlyToBoard):
        services.board(trip=trip, code=booking.code, by=organiser, at=NOON)

    assert Trip.objects.get().state == "open"


def test_board_refuses_once_the_trip_has_left(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "no_answer"})

    with pytest.raises(refusals.TripHasLeft):
        services.board(trip=trip, code=late.code, by=organiser, at=DEPARTURE)


def test_someone_who_was_missing_and_comes_running_boards_on_their_own_seat(trip, organiser):
    booking = BookingFactory(trip=trip, missed=True)

    boarded = services.board(trip=trip, code=booking.code, by=organiser, at=BOARDING_TIME).booking

    assert (boarded.state, boarded.seat, boarded.missed_at) == ("boarded", booking.seat, None)
    assert state_of(booking.case) == "transported"


def test_a_vehicle_leader_boards_people_from_areas_where_they_hold_no_posting():
    leader = UserFactory(township_cadre=True, posted=HUAQI)
    trip = TripFactory(open=True, leader=leader)
    booking = BookingFactory(trip=trip, case=PlacedCaseFactory(area=DAFANG_VILLAGE))

    boarded = services.board(trip=trip, code=booking.code, by=leader, at=BOARDING_TIME).booking

    assert (boarded.boarded_by, state_of(booking.case)) == (leader, "transported")
    assert JournalLine.objects.get(what="boarded").by == leader
    assert JournalLine.objects.get(what="case_transported").by is None


def test_undo_board_puts_the_passenger_and_the_case_back(trip, organiser):
    booking = BookingFactory(trip=trip, boarded=True)

    services.undo_board(booking=booking, by=organiser, at=BOARDING_TIME)
    booking = services.undo_board(booking=booking, by=organiser, at=BOARDING_TIME)

    assert (booking.state, booking.boarded_at) == ("confirmed", None)
    assert state_of(booking.case) == "placed"
    item = WorkItem.objects.get(case=booking.case, state="open")
    assert item.step == "travel"
    assert JournalLine.objects.filter(worker=booking.worker, what="boarding_undone").count() == 1


def test_someone_let_aboard_by_mistake_can_board_again(trip, organiser):
    booking = BookingFactory(trip=trip, boarded=True)
    services.undo_board(booking=booking, by=organiser, at=BOARDING_TIME)

    again = services.board(trip=trip, code=booking.code, by=organiser, at=BOARDING_TIME)

    assert (again.is_replay, state_of(booking.case)) == (False, "transported")
    assert FollowUp.objects.waiting().filter(case=booking.case).count() == 3


def test_start_boarding_twice_is_once(trip, organiser):
    services.start_boarding(trip=trip, by=organiser, at=BOARDING_TIME)
    trip = services.start_boarding(trip=trip, by=organiser, at=BOARDING_TIME)

    assert trip.state == "boarding"
