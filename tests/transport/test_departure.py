"""Nobody is stranded by a press: who is not aboard is named and asked after, and a departure can be taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.models import WorkItem
from cases.services import mark_fell_through, snooze, wake
from tests.staff.factories import FENGPING, HUAQI_VILLAGE, UserFactory
from tests.transport.factories import BOARDING_TIME, DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.transport.test_booking import minor
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Standby
from workers.models import JournalLine

pytestmark = pytest.mark.django_db

SOON_AFTER = DEPARTURE + timedelta(minutes=15)


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def trip():
    return TripFactory(open=True)


def item_of(booking):
    return WorkItem.objects.get(case=booking.case, state="open")


def seats_of(trip):
    return [(b.state, b.released_because, b.missed_at) for b in trip.bookings.order_by("pk")]


def test_departing_names_who_is_not_aboard_and_asks_for_each(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    heard_of, late = BookingFactory(trip=trip), BookingFactory(trip=trip)

    with pytest.raises(refusals.PeopleNotAskedAfter) as refused:
        services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={heard_of.pk: "not_coming"})

    trip.refresh_from_db()
    assert (refused.value.people, trip.state) == ([late], "boarding")


def test_what_was_heard_stays_with_the_cadre_and_the_no_show(trip, organiser):
    aboard = BookingFactory(trip=trip, boarded=True)
    silent, unwilling, missing = BookingFactory(trip=trip), BookingFactory(trip=trip), BookingFactory(trip=trip)
    services.mark_no_show(booking=missing, by=organiser, at=BOARDING_TIME)
    heard = {silent.pk: "no_answer", unwilling.pk: "not_coming", missing.pk: "no_answer"}

    gone = services.depart(trip=trip, by=organiser, at=DEPARTURE, answers=heard)

    assert (gone.state, gone.departed_at, gone.departed_by) == ("departed", DEPARTURE, organiser)
    assert seats_of(trip) == [
        ("boarded", "", None),
        ("no_show", "no_show", DEPARTURE),
        ("no_show", "no_show", DEPARTURE),
        ("no_show", "no_show", BOARDING_TIME),
    ]
    assert [item_of(b).reason for b in (silent, unwilling, missing, aboard)] == [
        "missed_no_answer",
        "missed_not_coming",
        "missed_no_answer",
        "follow_up_day",
    ]
    assert JournalLine.objects.filter(what="trip_missed").count() == 3


def test_answers_noted_while_waiting_need_not_be_given_again(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)
    services.note_absences(trip=trip, answers={late.pk: "no_answer"}, by=organiser, at=BOARDING_TIME)
    services.note_absences(trip=trip, answers={late.pk: "no_answer"}, by=organiser, at=BOARDING_TIME)

    assert services.depart(trip=trip, by=organiser, at=DEPARTURE).state == "departed"
    assert JournalLine.objects.filter(what="absence_noted").count() == 1


def test_who_boards_after_all_is_asked_after_no_more(trip, organiser):
    late = BookingFactory(trip=trip)
    services.note_absences(trip=trip, answers={late.pk: "on_the_way"}, by=organiser, at=BOARDING_TIME)

    boarded = services.board(trip=trip, code=late.code, by=organiser, at=BOARDING_TIME).booking

    assert (boarded.absence, services.depart(trip=trip, by=organiser, at=DEPARTURE).state) == ("", "departed")


def test_who_is_on_the_way_is_left_behind_only_with_a_reason(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)

    with pytest.raises(refusals.LeavesBehind):
        services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "on_the_way"})
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "on_the_way"}, why="高速要封路")

    trip.refresh_from_db()
    assert (trip.departed_because, item_of(late).reason) == ("高速要封路", "missed_on_the_way")


def test_a_stop_that_has_not_gathered_is_passed_only_with_a_reason_and_nobody_there_is_a_no_show(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    waits_at_b = BookingFactory(trip=trip, case=PlacedCaseFactory(area=HUAQI_VILLAGE))

    with pytest.raises(refusals.LeavesBehind):
        services.depart(trip=trip, by=organiser, at=BOARDING_TIME, answers={waits_at_b.pk: "no_answer"})
    services.depart(trip=trip, by=organiser, at=BOARDING_TIME, answers={waits_at_b.pk: "no_answer"}, why="路断了")

    waits_at_b.refresh_from_db()
    assert (waits_at_b.state, waits_at_b.released_because) == ("released", "left_early")
    assert item_of(waits_at_b).reason == "left_early"


def test_a_departure_can_be_taken_back_for_15_minutes(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    confirmed, silent = BookingFactory(trip=trip, confirmed=True), BookingFactory(trip=trip)
    missing = BookingFactory(trip=trip, missed=True)
    waiting = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON)
    before = seats_of(trip)
    heard = dict.fromkeys([confirmed.pk, silent.pk, missing.pk], "no_answer")
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers=heard)

    stranded = services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    trip.refresh_from_db()
    assert (stranded, trip.state, trip.departed_at, trip.arrivable_at) == ([], "boarding", None, None)
    assert seats_of(trip) == before
    assert [item_of(b).reason for b in (confirmed, silent)] == ["seat_booked", "seat_booked"]
    assert list(Standby.objects.waiting()) == [waiting]


def items_of(*cases):
    items = {i.case_id: (i.reason, i.due_at, i.not_before, i.reason_data) for i in WorkItem.objects.open()}
    return [items[case.pk] for case in cases]


def household_with_minor_aboard(trip):
    """The adult has a seat and is not there; the minor sits already."""
    household = HouseholdFactory()
    adult, child = PlacedCaseFactory(household=household), minor(household)
    return BookingFactory(trip=trip, case=adult), BookingFactory(trip=trip, case=child, boarded=True)


def test_what_the_lists_of_cadres_said_stands_again_for_everybody_when_the_departure_is_taken_back(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    silent, missing = BookingFactory(trip=trip), BookingFactory(trip=trip, missed=True)
    at_b = BookingFactory(trip=trip, case=PlacedCaseFactory(area=HUAQI_VILLAGE))
    adult, child = household_with_minor_aboard(trip)
    unsure = BookingFactory(trip=trip)
    services.take_no(booking_id=unsure.pk, at=NOON)
    waits = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON).case
    people = [silent.case, missing.case, at_b.case, adult.case, unsure.case, child.case, waits]
    before = items_of(*people)
    heard = dict.fromkeys([silent.pk, missing.pk, at_b.pk, adult.pk, unsure.pk], "no_answer")

    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers=heard, minors_with="同车的村干部")
    changed = items_of(*people)
    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert [reason for reason, *_ in changed] == [*["missed_no_answer"] * 5, "minor_alone", "no_seat_came_free"]
    assert items_of(*people) == before
    assert [reason for reason, *_ in before[:5:2]] == ["seat_booked", "seat_booked", "cannot_travel"]
    assert before[1][0] == "missed_stop"


def put_off(case, reason):
    snooze(case=case, until=DEPARTURE + timedelta(days=1), reason=reason, by=None, at=DEPARTURE)


@pytest.mark.parametrize(
    "do",
    [
        lambda case: put_off(case, "call_again"),
        lambda case: put_off(case, "no_seat_came_free"),
        lambda case: wake(case=case, reason="answered_otherwise", by=None, at=DEPARTURE),
    ],
)
def test_what_a_cadre_has_done_since_is_not_undone_with_the_departure(trip, organiser, do):
    BookingFactory(trip=trip, boarded=True)
    waits = services.join_standby(trip=trip, case=PlacedCaseFactory(), by=organiser, at=NOON).case
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    do(waits)
    done = items_of(waits)

    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert items_of(waits) == done


def test_who_was_missing_before_is_asked_after_again_though_their_cadre_had_put_them_off(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    missing = BookingFactory(trip=trip, missed=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={missing.pk: "no_answer"})
    put_off(missing.case, "call_again")

    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert (item_of(missing).reason, item_of(missing).not_before) == ("missed_stop", None)


def test_nobody_waits_again_who_has_a_seat_waits_elsewhere_or_lost_the_job_since(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    seated, waiting, jobless = cases = [PlacedCaseFactory() for _ in range(3)]
    for case in cases:
        services.join_standby(trip=trip, case=case, by=organiser, at=NOON)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    other = TripFactory(open=True, departs_at=DEPARTURE + timedelta(hours=1))
    BookingFactory(trip=other, case=seated, at=DEPARTURE, reasons={"cannot_be_there_in_time": "人在车站"})
    elsewhere = services.join_standby(trip=other, case=waiting, by=organiser, at=DEPARTURE)
    mark_fell_through(case=jobless, by=None, at=DEPARTURE)

    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert list(Standby.objects.waiting()) == [elsewhere]


def test_nobody_of_16_or_17_is_left_without_their_adult_for_the_night_unasked(trip, organiser):
    adult, child = household_with_minor_aboard(trip)
    asked = {"trip": trip, "by": organiser, "at": DEPARTURE, "answers": {adult.pk: "not_coming"}}

    with pytest.raises(refusals.LeavesMinorAlone) as refused:
        services.depart(**asked, minors_with="  ")
    gone = services.depart(**asked, minors_with="同村的姑姑")

    assert (refused.value.people, gone.minors_with) == ([child], "同村的姑姑")
    assert (item_of(child).reason, bool(gone.items_before)) == ("minor_alone", True)
    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)
    trip.refresh_from_db()
    assert (trip.minors_with, trip.items_before) == ("", [])


def test_whose_adult_gives_up_the_seat_when_the_case_goes_another_way_is_looked_at(trip, organiser):
    household = HouseholdFactory()
    adult, child = PlacedCaseFactory(household=household), minor(household)
    BookingFactory(trip=trip, case=adult)
    alone = BookingFactory(trip=trip, case=child)

    services.give_up_travel(case=adult, by=organiser, at=NOON)

    assert item_of(alone).reason == "minor_alone"


def test_who_said_that_they_will_not_come_is_not_left_early_though_their_stop_gathers_later(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    at_b = BookingFactory(trip=trip, case=PlacedCaseFactory(area=HUAQI_VILLAGE))

    services.depart(trip=trip, by=organiser, at=BOARDING_TIME, answers={at_b.pk: "not_coming"})
    at_b.refresh_from_db()
    left = (at_b.state, at_b.released_because, item_of(at_b).reason)
    services.undo_departure(trip=trip, by=organiser, at=BOARDING_TIME + timedelta(minutes=15))

    assert left == ("released", "no_show", "missed_not_coming")
    at_b.refresh_from_db()
    assert (at_b.state, at_b.is_active, item_of(at_b).reason) == ("held", True, "seat_booked")


def heard_of(booking):
    return Booking.objects.get(pk=booking.pk).absence


def test_nobody_is_rung_up_again_because_a_departure_was_taken_back(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late, missed = BookingFactory(trip=trip), BookingFactory(trip=trip, missed=True)
    services.note_absences(trip=trip, answers={missed.pk: "no_answer"}, by=organiser, at=BOARDING_TIME)
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "not_coming"})

    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)
    heard = (heard_of(late), heard_of(missed))
    again = services.depart(trip=trip, by=organiser, at=SOON_AFTER)

    assert (heard, again.state) == (("not_coming", "no_answer"), "departed")


@pytest.mark.parametrize("confirmed", [False, True])
def test_who_says_that_they_will_come_after_all_is_not_coming_no_more(trip, organiser, confirmed):
    booking = BookingFactory(trip=trip, confirmed=confirmed)
    services.note_absences(trip=trip, answers={booking.pk: "not_coming"}, by=organiser, at=BOARDING_TIME)

    services.confirm_seat(booking=booking, by=organiser, at=BOARDING_TIME)

    assert heard_of(booking) == ""


def test_after_15_minutes_or_an_arrival_it_cannot_be_taken_back(trip, organiser):
    booking = BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    with pytest.raises(refusals.TooLateToTakeBack):
        services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER + timedelta(seconds=1))
    services.confirm_arrival(booking=booking, by=organiser, at=SOON_AFTER, why="自己开车去的")
    with pytest.raises(refusals.TooLateToTakeBack):
        services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)


def test_who_has_another_seat_by_then_keeps_that_one(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "no_answer"})
    other = TripFactory(open=True, departs_at=DEPARTURE + timedelta(hours=1))
    BookingFactory(
        trip=other, case=late.case, at=DEPARTURE + timedelta(minutes=5), reasons={"cannot_be_there_in_time": "人在车站"}
    )

    stranded = services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert stranded == [late]
    assert [b.trip for b in Booking.objects.active().filter(worker=late.worker)] == [other]


def test_taking_a_departure_back_twice_is_once(trip, organiser):
    BookingFactory(trip=trip, boarded=True)
    late = BookingFactory(trip=trip)
    services.depart(trip=trip, by=organiser, at=DEPARTURE, answers={late.pk: "no_answer"})

    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)
    services.undo_departure(trip=trip, by=organiser, at=SOON_AFTER)

    assert JournalLine.objects.filter(what="departure_undone").count() == 1


def test_a_no_show_is_possible_only_from_the_gather_time_at_that_stop(trip, organiser):
    at_a, at_b = (BookingFactory(trip=trip, case=PlacedCaseFactory(area=area)) for area in (FENGPING, HUAQI_VILLAGE))

    missed = services.mark_no_show(booking=at_a, by=organiser, at=at_a.pickup.gather_at)
    with pytest.raises(refusals.StopNotGathered):
        services.mark_no_show(booking=at_b, by=organiser, at=at_b.pickup.gather_at - timedelta(seconds=1))

    assert (missed.state, missed.is_active) == ("no_show", True)
    assert (item_of(at_a).reason, item_of(at_a).not_before) == ("missed_stop", None)


def test_the_database_knows_no_no_show_before_the_gather_time(trip):
    booking = BookingFactory(trip=trip)
    early = booking.pickup.gather_at - timedelta(seconds=1)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(state="no_show", missed_at=early)

    assert refused.value.__cause__.diag.constraint_name == "no_show_after_gathering"


def test_a_no_show_can_be_taken_back(trip, organiser):
    reserved, confirmed = BookingFactory(trip=trip, missed=True), BookingFactory(trip=trip, confirmed=True)
    services.mark_no_show(booking=confirmed, by=organiser, at=BOARDING_TIME)

    back = [services.undo_no_show(booking=b, by=organiser, at=BOARDING_TIME) for b in (reserved, confirmed)]

    assert [(b.state, b.missed_at) for b in back] == [("held", None), ("confirmed", None)]
    assert item_of(reserved).reason == "seat_booked"


def test_the_seat_of_someone_missing_can_be_given_away_and_they_stay_a_no_show(trip, organiser):
    booking = BookingFactory(trip=trip, missed=True)
    services.start_boarding(trip=trip, by=organiser, at=BOARDING_TIME)

    released = services.release_seat(booking=booking, by=organiser, at=BOARDING_TIME)
    asked = {"trip": trip, "case": PlacedCaseFactory(), "by": organiser, "at": BOARDING_TIME}
    other = services.book_seat(**asked, is_there=True)

    assert (released.state, released.is_active, other.seat) == ("no_show", False, booking.seat)
