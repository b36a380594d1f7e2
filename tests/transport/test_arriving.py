from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import WorkItem
from cases.services import mark_fell_through
from kit.days import local_day
from tests.staff.factories import UserFactory
from tests.transport.factories import DEPARTURE, NINGBO, BookingFactory, TripFactory, place
from tests.transport.test_pages import text_of
from transport import events, refusals, services
from transport.models import Booking
from transport.services import arriving
from workers.models import JournalLine
from workers.services import report_status

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

NEXT_EVENING = DEPARTURE + timedelta(hours=29)


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


@pytest.fixture
def travelling(organiser):
    """Someone on a trip that left at one o'clock."""
    trip = TripFactory(open=True)
    booking = BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    return booking


def test_confirm_arrival_keeps_when_they_came_and_when_we_heard(travelling, organiser):
    arrived_at = NEXT_EVENING - timedelta(hours=2)

    booking = services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING, arrived_at=arrived_at)

    assert (booking.state, booking.arrived_at, booking.arrival_confirmed_at) == ("arrived", arrived_at, NEXT_EVENING)
    line = JournalLine.objects.get(what="arrival_confirmed")
    assert (line.happened_at, line.entered_at, line.data["dropoff"]) == (arrived_at, NEXT_EVENING, "宁波")


def starts_on(booking, day):
    booking.case.placements.update(start_on=day)


def reports_of(booking):
    reports = booking.worker.reports.filter(source="system").order_by("pk")
    return [(report.status, report.happened_at, report.destination_id) for report in reports]


def test_who_arrives_on_the_first_day_of_the_job_is_at_work_from_then_on(travelling, organiser):
    arrived_at = NEXT_EVENING - timedelta(hours=2)
    starts_on(travelling, local_day(arrived_at))

    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING, arrived_at=arrived_at)

    travelling.worker.refresh_from_db()
    assert reports_of(travelling) == [("employed_outside_province", arrived_at, NINGBO)]
    assert (travelling.worker.status, travelling.worker.status_since) == (
        "employed_outside_province",
        local_day(arrived_at),
    )


def test_who_arrives_before_the_first_day_is_not_at_work_yet(travelling, organiser):
    starts_on(travelling, local_day(NEXT_EVENING) + timedelta(days=1))

    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    travelling.worker.refresh_from_db()
    assert (reports_of(travelling), travelling.worker.status) == ([], "unemployed_willing")


def test_who_is_known_to_be_at_work_is_not_reported_once_more(travelling, organiser):
    starts_on(travelling, local_day(DEPARTURE))
    since = {"status": "employed_outside_province", "happened_at": DEPARTURE, "source": "call"}
    report_status(worker=travelling.worker, by=None, at=DEPARTURE, **since)

    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    travelling.worker.refresh_from_db()
    assert (reports_of(travelling), travelling.worker.status_since) == ([], local_day(DEPARTURE))


def test_whose_job_came_to_nothing_on_the_way_only_arrives(travelling, organiser):
    travelling.case.placements.update(
        start_on=local_day(DEPARTURE), ended_on=local_day(DEPARTURE), ended_because="never_started"
    )

    booking = services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    assert (booking.state, reports_of(travelling)) == ("arrived", [])


def test_confirm_arrival_twice_is_once(travelling, organiser):
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    assert JournalLine.objects.filter(what="arrival_confirmed").count() == 1


def test_confirm_arrivals_takes_a_whole_vanload(organiser):
    trip = TripFactory(open=True)
    bookings = [BookingFactory(trip=trip, boarded=True) for _ in range(3)]
    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    refused = services.confirm_arrivals(bookings=bookings, by=organiser, at=NEXT_EVENING)

    assert (refused, set(Booking.objects.values_list("state", flat=True))) == ([], {"arrived"})


def test_one_who_cannot_be_there_yet_holds_up_nobody_and_is_named(client, organiser, time_machine):
    trip = TripFactory(open=True)
    near, far = (BookingFactory(trip=trip, boarded=True, dropoff=stop) for stop in trip.stops.dropoffs()[:3:2])
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    near.refresh_from_db()
    time_machine.move_to(near.arrivable_at)
    client.force_login(organiser)

    answer = client.post(reverse("transport:trip_arrivals", args=[trip.pk]), {"bookings": [near.pk, far.pk]})

    assert [(one.booking, one.refusal.code) for one in answer.context["refused"]] == [(far, "arrived_too_early")]
    assert "已确认 1 人到厂" in text_of(answer)
    assert far.worker.name in text_of(answer).partition("没有确认的")[2].partition("</ul>")[0]
    assert (answer.status_code, Booking.objects.get(pk=near.pk).state, Booking.objects.get(pk=far.pk).state) == (
        409,
        "arrived",
        "boarded",
    )


def test_that_a_trip_arrived_is_taken_back_for_15_minutes(travelling, organiser):
    trip, until = travelling.trip, NEXT_EVENING + timedelta(minutes=15)
    services.arrive(trip=trip, by=organiser, at=NEXT_EVENING)

    with pytest.raises(refusals.TripArrivalStands):
        services.undo_arrive(trip=trip, by=organiser, at=until + timedelta(seconds=1))
    back = services.undo_arrive(trip=trip, by=organiser, at=until)

    assert (back.state, back.arrived_at, back.arrived_by, back.departed_at) == ("departed", None, None, DEPARTURE)
    assert services.undo_arrive(trip=trip, by=organiser, at=until).state == "departed"
    assert services.arrive(trip=trip, by=organiser, at=until).arrived_at == until


def test_who_was_ticked_by_mistake_is_on_the_road_again_and_their_status_as_before(travelling, organiser):
    starts_on(travelling, local_day(NEXT_EVENING))
    before = travelling.worker.status
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)
    travelling.worker.refresh_from_db()
    at_work = travelling.worker.status

    for _ in range(2):
        undone = services.undo_arrival(booking=travelling, by=organiser, at=NEXT_EVENING + timedelta(hours=1))

    travelling.worker.refresh_from_db()
    assert (undone.state, undone.arrived_at, undone.arrival_confirmed_at) == ("boarded", None, None)
    assert (at_work, travelling.worker.status) == ("employed_outside_province", before)
    assert JournalLine.objects.filter(what="arrival_undone").count() == 1


def test_what_was_reported_of_them_since_stays(travelling, organiser):
    starts_on(travelling, local_day(NEXT_EVENING))
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)
    later = NEXT_EVENING + timedelta(minutes=30)
    since = {"status": "employed_in_city", "happened_at": later, "source": "call"}
    report_status(worker=travelling.worker, by=None, at=later, said_in=travelling.case, **since)

    services.undo_arrival(booking=travelling, by=organiser, at=later)

    travelling.worker.refresh_from_db()
    assert travelling.worker.status == "employed_in_city"


def test_an_arrival_is_taken_back_on_the_same_day_and_not_after_the_case_went_on(travelling, organiser):
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    with pytest.raises(refusals.ArrivalStands):
        services.undo_arrival(booking=travelling, by=organiser, at=NEXT_EVENING + timedelta(days=1))
    mark_fell_through(case=travelling.case, by=None, at=NEXT_EVENING)
    with pytest.raises(refusals.ArrivalStands):
        services.undo_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)


def test_the_pages_offer_both_as_long_as_they_are_possible(client, travelling, organiser, time_machine):
    trip = travelling.trip
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)
    services.arrive(trip=trip, by=organiser, at=NEXT_EVENING)
    undo_trip = reverse("transport:undo_arrive", args=[trip.pk])
    undo_person = reverse("transport:undo_arrival", args=[travelling.pk])
    urls = [reverse("transport:trip", args=[trip.pk]), reverse("transport:trip_arrivals", args=[trip.pk])]
    offered = []
    for at in (NEXT_EVENING, NEXT_EVENING + timedelta(days=1)):
        time_machine.move_to(at)
        client.force_login(organiser)
        pages = [text_of(client.get(url)) for url in urls]
        offered.append((undo_trip in pages[0], undo_person in pages[1]))
    time_machine.move_to(NEXT_EVENING)
    client.force_login(organiser)

    answers = [client.post(url).status_code for url in (undo_trip, undo_person)]

    travelling.refresh_from_db()
    trip.refresh_from_db()
    assert (offered, answers) == ([(True, True), (False, False)], [302, 302])
    assert (trip.state, travelling.state) == ("departed", "boarded")


def test_why_somebody_was_early_is_forgotten_with_the_arrival(travelling, organiser):
    soon, early = DEPARTURE + timedelta(minutes=5), {"by": organiser, "why": "路很近"}
    services.confirm_arrival(booking=travelling, at=soon, **early)
    services.arrive(trip=travelling.trip, at=soon, **early)

    person = services.undo_arrival(booking=travelling, by=organiser, at=soon)
    trip = services.undo_arrive(trip=travelling.trip, by=organiser, at=soon)

    assert (person.arrived_early_because, trip.arrived_early_because) == ("", "")


def test_what_has_not_arrived_does_not_return_to_the_road(organiser):
    trip = TripFactory(open=True)

    with pytest.raises(refusals.TripMovedOn):
        services.undo_arrive(trip=trip, by=organiser, at=NEXT_EVENING)
    with pytest.raises(refusals.ArrivalStands):
        services.undo_arrival(booking=BookingFactory(trip=trip), by=organiser, at=NEXT_EVENING)


def test_who_sits_in_another_vehicle_by_then_has_arrived(travelling, organiser):
    noon = DEPARTURE + timedelta(hours=2)
    services.confirm_arrival(booking=travelling, by=organiser, at=noon, why="中途下车")
    mark_fell_through(case=travelling.case, by=None, at=noon)
    place(travelling.case, at=noon)
    other = TripFactory(open=True, departs_at=DEPARTURE + timedelta(hours=3))
    again = BookingFactory(trip=other, case=travelling.case, at=noon, reasons={"cannot_be_there_in_time": "人在车站"})
    services.board(trip=other, code=again.code, by=organiser, at=noon)

    with pytest.raises(refusals.ArrivalStands):
        services.undo_arrival(booking=travelling, by=organiser, at=noon)


def test_who_listens_hears_that_an_arrival_was_taken_back(travelling, organiser):
    heard = []
    services.confirm_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)

    def hear(sender, *, booking, by, at, **_):
        heard.append((booking, by, at))

    events.arrival_undone.connect(hear)
    services.undo_arrival(booking=travelling, by=organiser, at=NEXT_EVENING)
    events.arrival_undone.disconnect(hear)

    assert heard == [(travelling, organiser, NEXT_EVENING)]


@pytest.mark.parametrize("hours", [-1, 30])
def test_confirm_arrival_refuses_times_that_cannot_be(travelling, organiser, hours):
    with pytest.raises(refusals.ArrivedBeforeLeaving):
        services.confirm_arrival(
            booking=travelling, by=organiser, at=NEXT_EVENING, arrived_at=DEPARTURE + timedelta(hours=hours)
        )


def test_confirm_arrival_refuses_somebody_who_has_not_left(organiser):
    booking = BookingFactory(trip=TripFactory(open=True), boarded=True)

    with pytest.raises(refusals.NotTravelling):
        services.confirm_arrival(booking=booking, by=organiser, at=NEXT_EVENING)


def test_a_trip_arrives_once_and_only_after_leaving(travelling, organiser):
    trip = services.arrive(trip=travelling.trip, by=organiser, at=NEXT_EVENING)
    again = services.arrive(trip=trip, by=None, at=NEXT_EVENING)

    assert (again.state, again.arrived_by) == ("arrived", organiser)
    with pytest.raises(refusals.TripMovedOn):
        services.arrive(trip=TripFactory(open=True), by=organiser, at=NEXT_EVENING)


def test_arrival_is_not_before_it_is_possible_by_departure_and_driving_time(organiser):
    trip = TripFactory(open=True, driving_minutes=21 * 60)
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    earliest = DEPARTURE + timedelta(hours=21)

    with pytest.raises(refusals.ArrivedTooEarly) as refused:
        services.arrive(trip=trip, by=organiser, at=earliest - timedelta(minutes=1))

    assert refused.value.earliest == earliest
    assert services.arrive(trip=trip, by=organiser, at=earliest).arrived_early_because == ""


def test_an_early_arrival_says_why(organiser):
    trip = TripFactory(open=True, driving_minutes=21 * 60)
    BookingFactory(trip=trip, boarded=True)
    services.depart(trip=trip, by=organiser, at=DEPARTURE)

    arrived = services.arrive(trip=trip, by=organiser, at=DEPARTURE + timedelta(hours=1), why="发车补记晚了")

    assert (arrived.state, arrived.arrived_early_because) == ("arrived", "发车补记晚了")


def test_nobody_is_at_the_works_before_the_way_to_their_stop_allows(organiser):
    trip = TripFactory(open=True, driving_minutes=20 * 60)
    booking = BookingFactory(trip=trip, boarded=True, dropoff=trip.stops.dropoffs()[0])
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    booking.refresh_from_db()
    half_past_eleven = booking.dropoff.at - DEPARTURE
    share = half_past_eleven / (booking.arrives_at - booking.departs_at)

    assert booking.arrivable_at == DEPARTURE + timedelta(hours=20) * share
    with pytest.raises(refusals.ArrivedTooEarly):
        services.confirm_arrival(booking=booking, by=organiser, at=booking.arrivable_at - timedelta(minutes=1))
    early = services.confirm_arrival(booking=booking, by=organiser, at=DEPARTURE + timedelta(hours=1), why="中途下车")
    assert (early.state, early.arrived_early_because) == ("arrived", "中途下车")


def test_the_database_knows_no_early_arrival_without_a_reason(travelling):
    soon = {"arrived_at": DEPARTURE + timedelta(minutes=1), "arrival_confirmed_at": NEXT_EVENING}

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Booking.objects.filter(pk=travelling.pk).update(state="arrived", **soon)

    assert refused.value.__cause__.diag.constraint_name == "booking_arrived_early_says_why"


def test_after_48_hours_without_news_the_cadre_is_asked_once(travelling):
    too_early = travelling.arrives_at + timedelta(hours=47)
    time_up = travelling.arrives_at + timedelta(hours=48, minutes=1)

    assert services.chase_arrivals(at=too_early) == 0
    assert services.chase_arrivals(at=time_up) == 1
    assert services.chase_arrivals(at=time_up + timedelta(hours=1)) == 0

    item = WorkItem.objects.get(case=travelling.case, state="open")
    assert (item.step, item.reason, item.not_before) == ("follow_up", "arrival_not_confirmed", None)


OWN = {"id", "task_id", "case_id", "worker_id", "seat_id", "code"}


def rows_about(booking) -> list[dict]:
    """Column by column, without what must differ from one person to the next."""
    tables = (WorkItem.objects.filter(case=booking.case).order_by("pk"), Booking.objects.filter(pk=booking.pk))
    rows = [row for table in tables for row in table.values()]
    return [{name: value for name, value in row.items() if name not in OWN} for row in rows]


@pytest.mark.parametrize("days", [2, 40], ids=["before it is due", "already late"])
def test_many_are_asked_after_as_one_by_one(organiser, days):
    trip = TripFactory(open=True)
    alone, *many = [BookingFactory(trip=trip, boarded=True) for _ in range(3)]
    services.depart(trip=trip, by=organiser, at=DEPARTURE)
    gone = BookingFactory(trip=TripFactory(open=True), boarded=True)
    at = alone.arrives_at + timedelta(days=days, minutes=1)

    assert arriving._chase(Booking(pk=alone.pk), at=at)
    assert services.chase_arrivals(at=at) == 2

    assert [rows_about(booking) for booking in many] == [rows_about(alone)] * 2
    assert rows_about(gone)[-1]["arrival_chased_at"] is None
