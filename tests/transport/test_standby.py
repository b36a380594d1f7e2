from dataclasses import replace
from datetime import date, timedelta

import pytest

from notifications.models import Message
from tests.staff.factories import DAFANG_VILLAGE, FENGPING, UserFactory
from tests.transport.factories import (
    BOARDING_TIME,
    TOMORROW,
    YONGKANG,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    dropoff,
    local,
    zhijin_stops,
)
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Standby
from workers.models import JournalLine

pytestmark = pytest.mark.django_db
TODAY = TOMORROW - timedelta(days=1)
SHENZHEN = 440300000000


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def full_trip():
    return TripFactory(full=True, layout="places", capacity=3)


def test_join_standby_twice_keeps_the_first_place(full_trip, organiser):
    case = PlacedCaseFactory()

    first = services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON)
    again = services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON)

    assert first == again
    assert JournalLine.objects.filter(what="standby_joined").count() == 1


def test_join_standby_refuses_somebody_with_a_seat_or_without_a_job(full_trip, organiser):
    with pytest.raises(refusals.AlreadyBooked):
        services.join_standby(trip=full_trip, case=Booking.objects.first().case, by=organiser, at=NOON)
    with pytest.raises(refusals.NotPlaced):
        services.join_standby(trip=full_trip, case=PlacedCaseFactory(placed=False), by=organiser, at=NOON)


def test_a_freed_seat_goes_to_the_standby_in_one_step(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    [booking] = services.seat_standby(standbys=[standby], by=organiser, at=NOON)
    standby.refresh_from_db()

    assert (standby.booking, standby.is_waiting, booking.seat.number) == (booking, False, 1)


def test_a_household_on_standby_gets_all_its_seats_or_none(full_trip, organiser):
    household = HouseholdFactory()
    family = [PlacedCaseFactory(household=household) for _ in range(2)]
    standbys = [services.join_standby(trip=full_trip, case=case, by=organiser, at=NOON) for case in family]
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    with pytest.raises(refusals.TripFull):
        services.seat_standby(standbys=standbys, by=organiser, at=NOON)

    assert Standby.objects.waiting().count() == 2


def test_a_standby_is_seated_once(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)
    services.seat_standby(standbys=[standby], by=organiser, at=NOON)

    with pytest.raises(refusals.NoLongerWaiting):
        services.seat_standby(standbys=[standby], by=organiser, at=NOON)


def test_leave_standby_twice_is_once(full_trip, organiser):
    standby = services.join_standby(trip=full_trip, case=PlacedCaseFactory(), by=organiser, at=NOON)

    services.leave_standby(standby=standby, by=organiser, at=NOON)
    services.leave_standby(standby=standby, by=organiser, at=NOON)

    assert JournalLine.objects.filter(what="standby_left").count() == 1


def test_someone_who_gets_a_seat_another_way_stops_waiting(organiser):
    trip = TripFactory(open=True)
    case = PlacedCaseFactory()
    services.join_standby(trip=trip, case=case, by=organiser, at=NOON)

    BookingFactory(trip=trip, case=case)

    assert Standby.objects.waiting().count() == 0


def seated(trip):
    return [booking.worker for booking in Booking.objects.active().filter(trip=trip).order_by("pk")]


def waits(trip, at=NOON, **person):
    return services.join_standby(trip=trip, case=PlacedCaseFactory(**person), by=None, at=at)


def test_a_freed_seat_goes_to_the_standby_list_in_order(full_trip, organiser):
    first, second = waits(full_trip), waits(full_trip)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    [booking] = services.fill_freed_seats(trip_id=full_trip.pk, at=NOON)

    assert booking.worker == first.worker
    assert list(Standby.objects.waiting()) == [second]
    assert services.fill_freed_seats(trip_id=full_trip.pk, at=NOON) == []


def test_nobody_is_passed_over_because_their_household_needs_more_seats(full_trip, organiser):
    household = HouseholdFactory()
    family = [waits(full_trip, household=household) for _ in range(2)]
    waits(full_trip)
    one, other = Booking.objects.all()[:2]

    services.release_seat(booking=one, by=organiser, at=NOON)
    with_one_seat = services.fill_freed_seats(trip_id=full_trip.pk, at=NOON)
    services.release_seat(booking=other, by=organiser, at=NOON)
    with_two = services.fill_freed_seats(trip_id=full_trip.pk, at=NOON)

    assert (with_one_seat, {b.worker for b in with_two}) == ([], {standby.worker for standby in family})


def test_who_cannot_use_the_seat_holds_up_nobody(full_trip, organiser):
    far, near = waits(full_trip, area=DAFANG_VILLAGE), waits(full_trip, area=FENGPING)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    [booking] = services.fill_freed_seats(trip_id=full_trip.pk, at=local(TOMORROW, 10, 5))

    assert booking.worker == near.worker
    assert list(Standby.objects.waiting()) == [far]


def test_while_people_board_the_organiser_decides_who_is_there(full_trip, organiser):
    waits(full_trip)
    services.start_boarding(trip=full_trip, by=organiser, at=BOARDING_TIME)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=BOARDING_TIME)

    assert services.fill_freed_seats(trip_id=full_trip.pk, at=BOARDING_TIME) == []


def test_the_clock_finds_the_seats_a_lost_task_left(full_trip, organiser):
    first = waits(full_trip)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    assert services.fill_all_freed_seats(at=NOON) == 1
    assert first.worker in seated(full_trip)


def test_nobody_books_past_the_standby_list_without_saying_why(full_trip, organiser):
    waits(full_trip)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)
    case = PlacedCaseFactory()

    with pytest.raises(refusals.StandbyFirst):
        services.book_seat(trip=full_trip, case=case, by=organiser, at=NOON)
    booking = services.book_seat(
        trip=full_trip, case=case, by=organiser, at=NOON, reasons={"standby_first": "陪同未成年子女"}
    )

    assert booking.booked_because == "陪同未成年子女"
    assert JournalLine.objects.filter(what="seat_booked").last().data["note"] == "陪同未成年子女"


def test_a_later_group_of_the_list_is_seated_only_with_a_reason(full_trip, organiser):
    waits(full_trip)
    later = waits(full_trip)
    services.release_seat(booking=Booking.objects.first(), by=organiser, at=NOON)

    with pytest.raises(refusals.StandbyFirst):
        services.seat_standby(standbys=[later], by=organiser, at=NOON)
    [booking] = services.seat_standby(
        standbys=[later], by=organiser, at=NOON, reasons={"standby_first": "前面的人不来了"}
    )

    assert booking.worker == later.worker


def test_a_household_at_the_head_is_seated_though_somebody_asked_between_two_of_them(organiser):
    trip, household = TripFactory(open=True), HouseholdFactory()
    first = waits(trip, household=household, birth_date=date(1970, 3, 1))
    between = waits(trip, at=NOON + timedelta(minutes=5))
    last = waits(trip, at=NOON + timedelta(minutes=10), household=household, birth_date=date(1990, 3, 1))

    services.seat_standby(standbys=[last, first], by=organiser, at=NOON + timedelta(hours=1))

    assert set(seated(trip)) == {first.worker, last.worker}
    assert list(Standby.objects.waiting()) == [between]


def test_the_first_and_their_household_are_not_past_the_list(organiser):
    trip, household = TripFactory(open=True), HouseholdFactory()
    waits(trip, household=household)

    booking = services.book_seat(trip=trip, case=PlacedCaseFactory(household=household), by=organiser, at=NOON)

    assert booking.trip == trip


def test_standby_to_another_trip_moves_them(full_trip, organiser):
    group = [waits(full_trip) for _ in range(2)]
    other = TripFactory(open=True)

    bookings = services.move_standby(standbys=group, trip=other, by=organiser, at=NOON)

    assert [booking.trip for booking in bookings] == [other, other]
    assert not Standby.objects.waiting().exists()


def test_nobody_who_waits_is_moved_to_a_trip_that_does_not_go_to_their_work(full_trip, organiser):
    group = [waits(full_trip), waits(full_trip, work=YONGKANG)]
    other = TripFactory(open=True, stops=[*zhijin_stops()[:3], dropoff("永康", YONGKANG, zhijin_stops()[-1].at)])

    with pytest.raises(refusals.DoesNotGoThere):
        services.move_standby(standbys=group, trip=other, by=organiser, at=NOON)

    assert full_trip.standbys.waiting().count() == 2


def test_nor_to_the_list_of_such_a_trip_and_why_they_wait_there_is_kept(full_trip, organiser):
    group = [waits(full_trip), waits(full_trip, work=YONGKANG)]
    stops = [*zhijin_stops()[:3], dropoff("永康", YONGKANG, zhijin_stops()[-1].at)]
    asked = {"standbys": group, "by": organiser, "at": NOON}
    asked["trip"] = TripFactory(open=True, layout="places", capacity=1, stops=stops)
    BookingFactory(trip=asked["trip"], case=PlacedCaseFactory(work=YONGKANG))

    with pytest.raises(refusals.DoesNotGoThere):
        services.move_standby(**asked)
    moved = services.move_standby(**asked, reasons={"does_not_go_there": "厂里来接"})

    assert (moved, full_trip.standbys.waiting().count()) == ([], 0)
    why = dict(asked["trip"].standbys.waiting().values_list("case", "joined_because"))
    assert why == {group[0].case_id: "厂里来接", group[1].case_id: ""}  # the trip goes where the second one works


def test_why_one_of_a_household_waits_counts_for_all_of_them(full_trip, organiser):
    household, why = HouseholdFactory(), {"does_not_go_there": "厂里来接"}
    cases = [PlacedCaseFactory(household=household), PlacedCaseFactory(household=household, work=SHENZHEN)]
    group = services.join_standby_together(trip=full_trip, cases=cases, by=organiser, at=NOON, reasons=why)
    for booking in Booking.objects.all()[:2]:
        services.release_seat(booking=booking, by=organiser, at=NOON)

    bookings = services.seat_standby(standbys=group, by=organiser, at=NOON)

    assert {booking.case for booking in bookings} == set(cases)


def test_on_another_full_trip_they_wait_since_they_first_asked(full_trip, organiser):
    standby = waits(full_trip)
    other = TripFactory(full=True, layout="places", capacity=1)
    waits(other, at=NOON + timedelta(hours=1))

    moved = services.move_standby(standbys=[standby], trip=other, by=organiser, at=NOON + timedelta(hours=2))

    assert moved == []
    assert other.standbys.waiting().in_order().first().worker == standby.worker
    assert not full_trip.standbys.waiting().exists()


def test_who_has_a_seat_waits_for_no_other_trip(full_trip, organiser):
    standby = waits(full_trip)

    booking = BookingFactory(trip=TripFactory(open=True), case=standby.case)

    standby.refresh_from_db()
    assert (standby.is_waiting, standby.booking, booking.is_active) == (False, None, True)


def seat_given(trip, at):
    services.release_seat(booking=trip.bookings.active().first(), by=None, at=at)
    [booking] = services.fill_freed_seats(trip_id=trip.pk, at=at)
    text = Message.objects.get(template="seat_booked", about_id=booking.pk)
    return booking, text, booking.case.work_items.get(state="open")


def early_trip():
    """Gathers first at half past six in the morning."""
    early = timedelta(hours=4)
    stops = [replace(s, at=s.at - early, gather_at=s.gather_at and s.gather_at - early) for s in zhijin_stops()]
    return TripFactory(full=True, layout="places", capacity=1, stops=stops, departs_at=local(TOMORROW, 9))


def test_who_gets_a_seat_at_night_on_a_bus_of_the_morning_is_texted_at_once_and_their_cadre_tells_them():
    trip, night = early_trip(), local(TODAY, 22)
    waits(trip)

    _booking, text, item = seat_given(trip, night)

    assert (text.wakes, text.not_before) == (True, night)
    assert (item.reason, item.not_before) == ("seat_given", None)


def test_who_gets_a_seat_by_day_is_texted_and_asks_nothing_of_their_cadre(full_trip):
    waits(full_trip)

    _booking, text, item = seat_given(full_trip, NOON)

    assert (text.wakes, item.reason) == (False, "seat_booked")


def test_who_gets_a_seat_and_cannot_be_texted_is_told_by_their_cadre(full_trip):
    waits(full_trip, sms_allowed=False)

    _booking, text, item = seat_given(full_trip, NOON)

    assert (text.state, item.reason) == ("suppressed", "seat_given")
