"""Whoever moves house is asked whether the stop of their seat still suits, and may get on elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from areas.models import Area
from cases.models import WorkItem
from notifications.models import Message
from tests.cases.pages import signed_in, source_of
from tests.staff.factories import HUAQI_VILLAGE, MAOCHANG, UserFactory
from tests.transport.factories import DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import services
from transport.refusals import SeatReleased, SitsInTheVehicle, StopNotOnTrip, StopPassed
from workers.services import update_worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def trip():
    return TripFactory(open=True)


@pytest.fixture
def booking(trip):
    """Of somebody in the township of the first stop, who gets on there."""
    booking = BookingFactory(trip=trip)
    assert booking.pickup == trip.stops.pickups()[0]
    return booking


def move_house(booking, to=HUAQI_VILLAGE):
    update_worker(worker=booking.worker, changes={"area": Area.objects.get(pk=to)}, by=None, at=LATER)


def said_of(booking) -> tuple:
    item = WorkItem.objects.open().get(case=booking.case_id)
    return item.reason, item.reason_data


def test_the_cadre_of_the_new_village_is_asked_about_the_stop(booking, trip):
    cadre = UserFactory(village_cadre=True, posted=HUAQI_VILLAGE)

    move_house(booking)

    item = WorkItem.objects.open().get(case=booking.case_id)
    asked = {"trip": trip.code, "place": booking.pickup.name}
    assert (item.reason, item.reason_data) == ("stop_questioned", asked)
    assert (item.owner, item.not_before, item.due_at < DEPARTURE) == (cadre, None, True)


def test_who_moves_within_the_township_of_their_stop_is_not_asked(booking, trip):
    move_house(booking, to=Area.objects.filter(code__gt=MAOCHANG, level="village").order_by("code")[3].pk)

    assert said_of(booking)[0] == "seat_booked"


def test_another_stop_is_told_to_the_worker_and_the_case_rests_again(booking, trip):
    move_house(booking)
    second = trip.stops.pickups()[1]

    services.choose_pickup(booking=booking, pickup=second, by=None, at=LATER)

    booking.refresh_from_db()
    reason, data = said_of(booking)
    assert (booking.pickup, reason, data["place"]) == (second, "seat_booked", second.name)
    text = Message.objects.queued().get(worker=booking.worker, template="seat_booked")
    assert second.name in text.body
    line = booking.worker.journal_lines.get(what="stop_changed")
    assert line.data["before"] == trip.stops.pickups()[0].name


def test_the_same_stop_again_suits_and_is_no_news_to_the_worker(booking):
    move_house(booking)
    texts = list(Message.objects.filter(worker=booking.worker).values_list("pk", "state"))

    services.choose_pickup(booking=booking, pickup=booking.pickup, by=None, at=LATER)

    assert said_of(booking)[0] == "seat_booked"
    assert list(Message.objects.filter(worker=booking.worker).values_list("pk", "state")) == texts
    assert not booking.worker.journal_lines.filter(what="stop_changed").exists()


def test_what_else_is_asked_of_somebody_stays_when_their_stop_changes(booking, trip):
    services.take_no(booking_id=booking.pk, at=LATER)

    services.choose_pickup(booking=booking, pickup=trip.stops.pickups()[1], by=None, at=LATER)

    assert said_of(booking)[0] == "cannot_travel"


def test_a_stop_is_one_of_the_trip_that_the_vehicle_has_not_left(booking, trip):
    elsewhere = TripFactory(open=True).stops.pickups()[0]
    for pickup, at, refusal in [
        (elsewhere, LATER, StopNotOnTrip),
        (trip.stops.dropoffs()[0], LATER, StopNotOnTrip),
        (trip.stops.pickups()[0], DEPARTURE - timedelta(minutes=30), StopPassed),
    ]:
        with pytest.raises(refusal):
            services.choose_pickup(booking=booking, pickup=pickup, by=None, at=at)


def test_who_sits_in_the_vehicle_or_gave_the_seat_up_gets_on_nowhere(trip):
    aboard, released = BookingFactory(trip=trip, boarded=True), BookingFactory(trip=trip)
    services.release_seat(booking=released, by=None, at=NOON)

    for booking, refusal in ((aboard, SitsInTheVehicle), (released, SeatReleased)):
        with pytest.raises(refusal):
            services.choose_pickup(booking=booking, pickup=trip.stops.pickups()[1], by=None, at=LATER)


def test_the_page_of_the_case_asks_and_takes_the_answer(booking, trip):
    cadre = UserFactory(township_cadre=True)
    panel = reverse("transport:panel", args=[booking.case_id])
    move_house(booking, to=Area.objects.filter(code__gt=MAOCHANG, level="village").order_by("code")[3].pk)
    services.question_stop(worker=booking.worker, by=None, at=LATER)
    before = source_of(signed_in(cadre).get(panel))
    WorkItem.objects.open().filter(case=booking.case_id).update(reason="stop_questioned")

    desk = signed_in(cadre)
    asked = source_of(desk.get(panel))
    second = trip.stops.pickups()[1]
    done = desk.post(reverse("transport:choose_pickup", args=[booking.pk]), {"from": "case", "pickup": second.pk})

    question = "They have moved since the seat was booked."
    assert (question in before, question in asked) == (False, True)
    assert done["Location"] == reverse("cases:case", args=[booking.case_id])
    booking.refresh_from_db()
    assert booking.pickup == second


def test_who_has_no_seat_moves_without_a_question():
    case = PlacedCaseFactory()

    update_worker(worker=case.worker, changes={"area": Area.objects.get(pk=HUAQI_VILLAGE)}, by=None, at=LATER)

    assert WorkItem.objects.open().get(case=case).reason == "seat_needed"
