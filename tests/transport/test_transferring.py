"""People change from one trip to another: nobody is lost, nobody sits twice, and each gets one text."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from cases.models import WorkItem
from notifications.models import Message
from tests.staff.factories import HUAQI, HUAQI_VILLAGE, UserFactory
from tests.transport.at_once import all_at_once
from tests.transport.factories import (
    BOARDING_TIME,
    DEPARTURE,
    TOMORROW,
    BookingFactory,
    PlacedCaseFactory,
    TripFactory,
    dropoff,
    local,
    pickup,
    zhijin_stops,
)
from tests.transport.test_booking import minor
from tests.transport.test_races import without
from tests.workers.factories import NOON, HouseholdFactory
from transport import refusals, services
from transport.models import Booking, Standby, Trip
from transport.register.invariants import people_on_two_trips_at_once
from workers.models import JournalLine

SMALLER = {"layout": "places", "capacity": 3}
ELSEWHERE = 440300000000


@pytest.fixture
def organiser():
    return UserFactory(transport_organiser=True)


def move(source, target, bookings, **more):
    return services.move_people(source=source, target=target, bookings=bookings, **{"by": None, "at": NOON, **more})


def sooner(**by) -> dict:
    """The plan of a trip that leaves every stop so much sooner."""
    stops = [
        replace(stop, at=stop.at - timedelta(**by), gather_at=stop.gather_at and stop.gather_at - timedelta(**by))
        for stop in zhijin_stops()
    ]
    return {"stops": stops, "departs_at": DEPARTURE - timedelta(**by)}


def seats_of(bookings):
    """Active seats of each person, by trip."""
    active = Booking.objects.active().filter(worker__in=[booking.worker_id for booking in bookings])
    return Counter(active.values_list("trip__code", flat=True))


@pytest.mark.django_db
class TestMoving:
    def test_everyone_changes_with_a_new_seat_a_new_code_and_one_text(self, organiser):
        source, target = TripFactory(open=True), TripFactory(open=True)
        people = [BookingFactory(trip=source, luggage=n) for n in range(3)]

        moved = move(source, target, people, by=organiser)
        again = move(source, target, people, by=organiser)

        assert [(m.now.trip, m.now.luggage, m.now.state) for m in moved] == [(target, n, "held") for n in range(3)]
        assert again == []
        assert seats_of(people) == {target.code: 3}
        assert set(source.bookings.values_list("state", "released_because")) == {("released", "other_trip")}
        assert Message.objects.filter(template="trip_replaced").count() == 3
        assert set(Message.objects.filter(template="seat_booked").values_list("failed_reason", flat=True)) == {
            "withdrawn"
        }
        assert {item.reason_data["trip"] for item in WorkItem.objects.filter(state="open")} == {target.code}

    @pytest.mark.parametrize(("days", "wakes"), [(0, True), (4, False)])
    def test_moved_in_the_night_only_who_has_to_know_before_the_morning_is_woken(self, days, wakes):
        """Whether it is the old stop that gathers early in the morning, or the new one."""
        day, night = TOMORROW + timedelta(days=days), local(TOMORROW, 1)
        early = {"day": day} if days else sooner(hours=5)
        source, target = TripFactory(open=True, **early), TripFactory(open=True, day=TOMORROW + timedelta(days=5))

        why = {"arrives_after_start": "厂里同意晚到"}
        move(source, target, [BookingFactory(trip=source, reasons=why)], at=night, reasons=why)

        assert Message.objects.get(template="trip_replaced").wakes == wakes

    def test_some_change_and_the_others_stay(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        goes, stays = BookingFactory(trip=source), BookingFactory(trip=source)

        move(source, target, [goes])

        assert seats_of([goes, stays]) == {target.code: 1, source.code: 1}

    def test_on_fewer_seats_households_come_first_and_are_not_torn_apart(self):
        source, target = TripFactory(open=True), TripFactory(open=True, **SMALLER)
        single, other = BookingFactory(trip=source), BookingFactory(trip=source)
        household = HouseholdFactory()
        family = [BookingFactory(trip=source, case=PlacedCaseFactory(household=household)) for _ in range(2)]

        moved = move(source, target, [single, other, *family])

        assert {m.before: type(m.refusal).__name__ for m in moved if m.refusal} == {other: "TripFull"}
        assert seats_of(family) == {target.code: 2}
        assert seats_of([single]) == {target.code: 1}

    def test_the_preview_says_what_moving_then_does_and_changes_nothing(self, organiser):
        source, target = TripFactory(open=True), TripFactory(open=True, **SMALLER)
        people = [BookingFactory(trip=source) for _ in range(5)]
        lines, texts = JournalLine.objects.count(), Message.objects.count()
        asked = {"source": source, "target": target, "bookings": people, "by": organiser, "at": NOON}

        seen = [(m.before, m.now is None, type(m.refusal)) for m in services.preview_transfer(**asked).moved]
        before = (seats_of(people), JournalLine.objects.count(), Message.objects.count())
        done = [(m.before, m.now is None, type(m.refusal)) for m in services.move_people(**asked)]

        assert before == ({source.code: 5}, lines, texts)
        assert (seen, seats_of(people)) == (done, {source.code: 2, target.code: 3})

    def test_who_does_not_fit_stays_and_it_says_why(self):
        source = TripFactory(open=True)
        elsewhere = [*zhijin_stops()[:3], dropoff("深圳", ELSEWHERE, local(TOMORROW + timedelta(days=1), 15, 40))]
        too_late = TripFactory(open=True, day=TOMORROW + timedelta(days=2))
        person = BookingFactory(trip=source)

        why = [
            type(move(source, target, [person])[0].refusal).__name__
            for target in (TripFactory(open=True, stops=elsewhere), too_late)
        ]
        [moved] = move(source, too_late, [person], reasons={"arrives_after_start": "厂里同意晚到"})

        assert why == ["DoesNotGoThere", "ArrivesAfterStart"]
        assert (moved.now.trip, moved.now.booked_because) == (too_late, "厂里同意晚到")

    def test_nobody_is_sent_home_to_come_again(self):
        """They sit already, or wait at the same stop: how far it is from home does not matter now."""
        source, target = TripFactory(open=True), TripFactory(open=True)
        waits, sits = BookingFactory(trip=source), BookingFactory(trip=source, boarded=True)

        moved = move(source, target, [waits, sits], at=BOARDING_TIME)

        assert [(m.refusal, m.now.pickup.mark) for m in moved] == [(None, "A"), (None, "A")]

    def test_who_sits_already_gets_on_at_the_stop_of_the_same_name_not_at_the_first(self):
        """The other trip was planned apart: it names the station with its gate, and another division of the county."""
        first, _second, station, *rest = zhijin_stops()
        here = pickup("织金客运总站 3 号门", HUAQI, station.gather_at, station.at)
        source, target = TripFactory(open=True), TripFactory(open=True, stops=[first, here, *rest])
        person = BookingFactory(trip=source, pickup=source.stops.get(name=station.name), boarded=True)

        [moved] = move(source, target, [person], at=BOARDING_TIME)

        assert moved.now.pickup.name == here.name

    def test_who_waits_where_the_first_bus_has_gathered_is_told_to_come_now_not_at_a_time_that_has_passed(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        person = BookingFactory(trip=source)

        move(source, target, [person], at=BOARDING_TIME)

        said = Message.objects.get(template="trip_replaced").body
        assert ("现在（11:00发车）在猫场镇政府广场，老槐树下集合" in said, "10:30" in said) == (True, False)

    @pytest.mark.parametrize(("pressed", "stop"), [(NOON, "A"), (BOARDING_TIME, "B")])
    def test_who_was_not_called_yet_keeps_their_stop_until_it_has_gathered_then_gets_the_next_in_reach(
        self, pressed, stop
    ):
        source, target = TripFactory(open=True, **sooner(hours=-2)), TripFactory(open=True)
        lives_elsewhere = PlacedCaseFactory(area=HUAQI_VILLAGE)
        person = BookingFactory(trip=source, case=lives_elsewhere, pickup=source.stops.pickups().first())

        [moved] = move(source, target, [person], at=pressed)

        assert (moved.refusal, moved.now.pickup.mark) == (None, stop)

    def test_who_would_have_to_be_there_sooner_must_be_able_to(self):
        source, target = TripFactory(open=True), TripFactory(open=True, **sooner(hours=1, minutes=20))
        person = BookingFactory(trip=source)

        [moved] = move(source, target, [person], at=BOARDING_TIME)

        assert type(moved.refusal).__name__ == "CannotBeThereInTime"

    def test_who_sits_already_and_the_bus_breaks_down_boards_the_other_one(self):
        source, target = TripFactory(open=True), TripFactory(open=True, departs_at=DEPARTURE + timedelta(hours=1))
        person = BookingFactory(trip=source, boarded=True)
        services.depart(trip=source, by=None, at=DEPARTURE)

        [moved] = move(source, target, [person], at=DEPARTURE + timedelta(minutes=30))

        person.case.refresh_from_db()
        assert (moved.now.state, person.case.state) == ("held", "placed")
        assert services.board(trip=target, code=moved.now.code, by=None, at=DEPARTURE).booking.is_aboard

    def test_who_has_arrived_already_is_not_moved_off_a_bus_that_broke_down_and_does_not_keep_it_going(self):
        source, target = TripFactory(open=True), TripFactory(open=True, departs_at=DEPARTURE + timedelta(hours=1))
        there, on_the_way = (BookingFactory(trip=source, boarded=True) for _ in range(2))
        services.depart(trip=source, by=None, at=DEPARTURE)
        services.confirm_arrival(booking=there, by=None, at=DEPARTURE + timedelta(minutes=20), why="自己开车去的")
        asked = {"source": source, "target": target, "bookings": [there, on_the_way], "by": None}

        done = services.transfer(**asked, at=DEPARTURE + timedelta(minutes=30), cancel_emptied="坏了")

        source.refresh_from_db()
        assert ([m.before for m in done.moved], done.is_emptied, source.state) == ([on_the_way], True, "cancelled")
        assert Booking.objects.get(pk=there.pk).state == "arrived"

    def test_nobody_changes_to_the_same_trip_or_to_one_that_takes_nobody(self):
        trip = TripFactory(open=True)
        person = BookingFactory(trip=trip)

        with pytest.raises(refusals.SameTrip):
            move(trip, trip, [person])
        with pytest.raises(refusals.TripNotOpen):
            move(trip, TripFactory(), [person])
        with pytest.raises(refusals.TripHasLeft):
            move(services.cancel_trip(trip=TripFactory(open=True), why="坏了", by=None, at=NOON), trip, [])

    def test_merging_cancels_the_emptied_trip_and_takes_its_standby_list_along(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        person = BookingFactory(trip=source)
        waiting = services.join_standby(trip=source, case=PlacedCaseFactory(), by=None, at=NOON)

        move(source, target, [person], cancel_emptied="两车并一车")

        source.refresh_from_db()
        assert (source.state, source.cancelled_because) == ("cancelled", "两车并一车")
        assert [(s.trip, s.worker) for s in Standby.objects.waiting()] == [(target, waiting.worker)]
        assert not Message.objects.filter(template="trip_cancelled").exists()

    @pytest.mark.parametrize(("because", "go"), [("", 2), ("车坏了", 1)])
    def test_nobody_who_waits_is_seated_on_a_bus_that_people_are_moved_away_from(self, because, go):
        source, target = TripFactory(full=True, **SMALLER), TripFactory(open=True)
        services.join_standby(trip=source, case=PlacedCaseFactory(), by=None, at=NOON)

        move(source, target, source.bookings.active()[:go], cancel_emptied=because)

        assert services.fill_freed_seats(trip_id=source.pk, at=NOON) == []
        assert services.fill_all_freed_seats(at=NOON) == 0
        assert (source.bookings.active().count(), source.standbys.waiting().count()) == (3 - go, 1)

    def test_who_waits_is_not_taken_along_to_a_trip_that_does_not_go_to_their_work(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        person = BookingFactory(trip=source)
        asked = {"trip": source, "case": PlacedCaseFactory(work=ELSEWHERE), "by": None, "at": NOON}
        waiting = services.join_standby(**asked, reasons={"does_not_go_there": "厂里来接"})

        move(source, target, [person], cancel_emptied="两车并一车")

        assert not Standby.objects.waiting().exists()
        asked = WorkItem.objects.get(case=waiting.case, state="open")
        assert (asked.reason, asked.reason_data["trip"]) == ("no_seat_came_free", source.code)

    def test_the_seat_of_one_who_changes_from_a_healthy_trip_goes_to_the_standby_list(self):
        source, target = TripFactory(full=True, layout="places", capacity=2), TripFactory(open=True)
        waiting = services.join_standby(trip=source, case=PlacedCaseFactory(), by=None, at=NOON)
        goes, _stays = source.bookings.order_by("pk")

        move(source, target, [goes])
        [seated] = services.fill_freed_seats(trip_id=source.pk, at=NOON)

        assert (seated.case, Trip.objects.get(pk=source.pk).seated_by_hand_since) == (waiting.case, None)

    def test_that_of_the_last_one_who_changes_goes_to_nobody_by_itself(self):
        source, target = TripFactory(full=True, layout="places", capacity=1), TripFactory(open=True)
        services.join_standby(trip=source, case=PlacedCaseFactory(), by=None, at=NOON)

        move(source, target, source.bookings.active())

        assert services.fill_freed_seats(trip_id=source.pk, at=NOON) == []
        assert Trip.objects.get(pk=source.pk).seated_by_hand_since == NOON

    def test_no_trip_is_copied_to_a_day_that_is_over(self):
        with pytest.raises(refusals.LeavesInThePast):
            services.copy_trip(trip=TripFactory(), by=None, at=NOON, day=NOON.date() - timedelta(days=1))

    def test_a_trip_that_is_not_empty_is_not_cancelled(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        goes, _stays = BookingFactory(trip=source), BookingFactory(trip=source)

        move(source, target, [goes], cancel_emptied="两车并一车")

        assert Trip.objects.get(pk=source.pk).state == "open"

    def test_splitting_plans_a_second_vehicle_and_puts_them_on_it(self, organiser):
        trip = TripFactory(open=True)
        goes, stays = BookingFactory(trip=trip), BookingFactory(trip=trip)

        split = services.transfer(source=trip, target=None, bookings=[goes], by=organiser, at=NOON)
        second, [moved] = split.target, split.moved

        assert (second.state, second.plate, second.drivers, second.departs_at) == ("open", "", [], trip.departs_at)
        assert (moved.now.trip, stays.trip) == (second, trip)

    def test_a_second_vehicle_for_a_bus_that_broke_down_on_the_road_leaves_later_than_the_first(self, organiser):
        trip = TripFactory(open=True)
        person = BookingFactory(trip=trip, boarded=True)
        services.depart(trip=trip, by=None, at=DEPARTURE)
        later, now = DEPARTURE + timedelta(hours=3), DEPARTURE + timedelta(hours=2)
        asked = {"bookings": [person], "departs_at": later, "cancel_emptied": "车坏在路上"}

        split = services.transfer(source=trip, target=None, by=organiser, at=now, **asked)

        trip.refresh_from_db()
        assert (split.target.departs_at, split.is_emptied, split.moved[0].now.trip) == (later, True, split.target)
        assert [stop.at for stop in split.target.stops.all()] == [
            stop.at + timedelta(hours=3) for stop in trip.stops.all()
        ]
        assert (trip.state, trip.cancelled_because, trip.departed_at) == ("cancelled", "车坏在路上", None)

    def test_a_second_vehicle_comes_to_where_the_first_broke_down_and_nobody_goes_back_to_their_stop(self):
        trip = TripFactory(open=True)
        person = BookingFactory(trip=trip, boarded=True)
        services.depart(trip=trip, by=None, at=DEPARTURE)
        later, now = DEPARTURE + timedelta(hours=3), DEPARTURE + timedelta(hours=2)
        asked = {"bookings": [person], "departs_at": later, "stands_at": "凯里服务区往东", "cancel_emptied": "车坏了"}

        split = services.transfer(source=trip, target=None, by=None, at=now, **asked)

        [stop] = split.target.stops.pickups()
        assert (stop.name, stop.gather_at, stop.at, split.moved[0].now.pickup) == ("凯里服务区往东", later, later, stop)
        assert "16:00在凯里服务区往东集合" in Message.objects.get(template="trip_replaced").body

    def test_who_is_on_the_road_is_not_sent_back_to_the_first_stop_of_another_trip(self):
        source, target = TripFactory(open=True), TripFactory(open=True, **sooner(hours=-4))
        person = BookingFactory(trip=source, boarded=True)
        services.depart(trip=source, by=None, at=DEPARTURE)

        [moved] = move(source, target, [person], at=DEPARTURE + timedelta(minutes=30))

        assert (person.pickup.mark, moved.now.pickup.mark) == ("A", "C")

    def test_a_form_sent_twice_plans_one_second_vehicle_and_one_copy(self, organiser):
        trip, once, key = TripFactory(open=True), uuid4(), uuid4()
        person = BookingFactory(trip=trip)
        asked = {"source": trip, "target": None, "bookings": [person], "by": organiser, "at": NOON}

        first, again = (services.transfer(**asked, once=once) for _ in range(2))
        copies = {services.copy_trip(trip=trip, by=organiser, at=NOON, once=key).pk for _ in range(2)}

        assert (first.target, len(first.moved), again.moved) == (again.target, 1, [])
        assert (len(copies), Trip.objects.count()) == (1, 3)

    def test_who_is_16_and_would_stay_for_the_night_without_their_parent_is_named_and_their_cadre_asked(self):
        source, target, household = TripFactory(open=True), TripFactory(open=True), HouseholdFactory()
        parent, child = (
            BookingFactory(trip=source, case=case)
            for case in (PlacedCaseFactory(household=household), minor(household))
        )
        asked = {"source": source, "target": target, "by": None, "at": NOON}

        seen = [services.preview_transfer(**asked, bookings=who).left_alone for who in ([parent], [parent, child])]
        before = WorkItem.objects.filter(reason="minor_alone").exists()
        services.transfer(**asked, bookings=[parent])

        assert (seen, before) == ([[child], []], False)
        assert WorkItem.objects.get(reason="minor_alone").case == child.case

    def test_a_copy_has_the_same_stops_and_times_on_another_day(self, organiser):
        trip = TripFactory(open=True)

        copy = services.copy_trip(trip=trip, by=organiser, at=NOON, day=TOMORROW + timedelta(days=7))

        later = timedelta(days=7)
        assert (copy.state, copy.departs_at, copy.capacity) == ("planned", trip.departs_at + later, 49)
        assert [(s.name, s.at, s.gather_at) for s in copy.stops.all()] == [
            (s.name, s.at + later, s.gather_at and s.gather_at + later) for s in trip.stops.all()
        ]


def naive_move(booking, target, met):
    """Look, then release and book: what changing seats comes to where nobody locks anything."""
    with transaction.atomic():
        assert Booking.objects.active().filter(pk=booking.pk).exists()
        met.wait(timeout=20)
        Booking.objects.filter(pk=booking.pk).update(state="released", released_at=NOON, released_because="other_trip")
        row = Booking.objects.get(pk=booking.pk)
        row.pk, row._state.adding = None, True
        new = Booking(
            trip=target, seat=target.seats.get(number=40), worker=row.worker, case=row.case, code="000001",
            pickup=target.stops.pickups().first(), dropoff=target.stops.dropoffs().first(),
            departs_at=target.departs_at, arrives_at=target.arrives_at, booked_at=NOON,
        )  # fmt: skip
        new.save()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_without_guards_one_person_moved_by_two_organisers_sits_on_two_trips(self):
        booking, met = BookingFactory(trip=TripFactory(open=True)), Barrier(2)
        targets = [TripFactory(open=True) for _ in range(2)]

        with without("no_two_trips_at_once"), without("one_seat_a_job_until_boarding"):
            all_at_once(*(lambda t=t: naive_move(booking, t, met) for t in targets))
            twice = people_on_two_trips_at_once()

        assert twice == 2

    def test_one_person_moved_by_two_organisers_sits_on_one_trip_and_gets_one_text(self):
        source = TripFactory(open=True)
        people = [BookingFactory(trip=source) for _ in range(3)]
        targets = [TripFactory(open=True) for _ in range(2)]

        outcomes = all_at_once(*(lambda t=t: move(source, t, people) for t in targets))

        assert sorted(len(outcome) for outcome in outcomes) == [0, 3]
        assert sum(seats_of(people).values()) == 3
        assert Message.objects.filter(template="trip_replaced").count() == 3

    def test_two_organisers_who_move_people_both_ways_do_not_wait_for_each_other_for_ever(self):
        one, other = TripFactory(open=True), TripFactory(open=True)
        here, there = BookingFactory(trip=one), BookingFactory(trip=other)

        all_at_once(lambda: move(one, other, [here]), lambda: move(other, one, [there]))

        assert seats_of([here]) == {other.code: 1}
        assert seats_of([there]) == {one.code: 1}

    def test_a_booker_and_a_move_share_the_last_seats(self):
        source, target = TripFactory(open=True), TripFactory(open=True, **SMALLER)
        people = [BookingFactory(trip=source) for _ in range(3)]
        case = PlacedCaseFactory()

        moved, booked = all_at_once(
            lambda: move(source, target, people),
            lambda: services.book_seat(trip=target, case=case, by=None, at=NOON),
        )

        on_target = target.bookings.active().count()
        assert on_target == 3
        assert sum(m.now is not None for m in moved) == on_target - isinstance(booked, Booking)
        assert sum(seats_of(people).values()) == 3

    def test_somebody_who_boards_while_the_bus_is_emptied_is_neither_lost_nor_doubled(self):
        source, target = TripFactory(open=True), TripFactory(open=True)
        person = BookingFactory(trip=source)

        all_at_once(
            lambda: move(source, target, [person], at=BOARDING_TIME),
            lambda: services.board(trip=source, code=person.code, by=None, at=BOARDING_TIME),
        )

        assert seats_of([person]) == {target.code: 1}

    def test_a_move_whose_process_is_killed_half_way_moves_nobody_and_can_be_done_again(self, tmp_path):
        source, target = TripFactory(open=True), TripFactory(open=True)
        people = [BookingFactory(trip=source) for _ in range(4)]
        half_way = tmp_path / "half_way"

        killed = subprocess.Popen([sys.executable, "-c", HALF_A_MOVE], env=told(source, target, half_way))
        wait_for(half_way, killed)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        after = (seats_of(people), Message.objects.filter(template="trip_replaced").count())
        move(source, target, people)

        assert after == ({source.code: 4}, 0)
        assert seats_of(people) == {target.code: 4}
        assert Message.objects.filter(template="trip_replaced").count() == 4


HALF_A_MOVE = """
import os, time, django
django.setup()
from datetime import datetime
from pathlib import Path
from django.db import connection
connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from transport import events, services
from transport.models import Trip

def stand_still(sender, **_):
    seen.append(1)
    if len(seen) == 2:
        Path(os.environ["HALF_WAY"]).touch()
        time.sleep(600)

seen = []
events.seat_booked.connect(stand_still)
source, target = (Trip.objects.get(pk=os.environ[name]) for name in ("SOURCE", "TARGET"))
services.move_people(source=source, target=target, bookings=list(source.bookings.all()), by=None,
                     at=datetime.fromisoformat(os.environ["AT"]))
"""


def told(source, target, half_way) -> dict[str, str]:
    """The settings of this process, and its database."""
    asked = {"SOURCE": str(source.pk), "TARGET": str(target.pk), "AT": NOON.isoformat(), "HALF_WAY": str(half_way)}
    name = connection.settings_dict["NAME"]
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "TEST_DATABASE": name, **asked}


def wait_for(path, process) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
