"""The demo county: what it shows could have happened, and there is something of everything to look at."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import localtime

from areas.models import Area
from fairs.models import Fair
from fairs.selectors import offer_rows
from insights.demo.county import ADULT, SEED, can_be_hired, make_demo_county, who_can_be_hired_is
from insights.demo.events import Events
from insights.demo.people import people
from insights.demo.stories import HOW_MANY, NEEDS_A_JOB, OLDEST, plots
from insights.demo.texts import let_them_leave
from notifications.models import Message
from staff.models import Posting
from staff.roles import Role
from tests.fairs.factories import FairFactory, add_post
from tests.jobs.factories import VacancyFactory, contacted_case
from tests.notifications.factories import MessageFactory
from tests.staff.factories import ZHIJIN
from tests.workers.factories import NOON, TODAY
from transport.choices import Kind
from transport.models import Booking, Standby, Trip
from transport.rules.layouts import Layout, capacity_of
from transport.rules.stops import goes_there
from transport.selectors.crew import driver_card
from workers.choices import OUT_OF_WORK
from workers.models import Worker

pytestmark = pytest.mark.django_db
PEOPLE = 2500
LEAST_PEOPLE = 300


def test_the_demo_is_believable(capsys):
    """One telling for all of it: passengers, households, provinces, a train, names, the fair, days and hours."""
    make_demo_county(workers=PEOPLE, at=NOON, say=lambda _: None)

    assert {posting.role for posting in Posting.objects.all()} == set(Role)
    assert wrongly_seated() == []
    assert households_on_one_trip()
    assert provinces() >= {32, 33, 35, 44}
    assert Booking.objects.filter(trip__kind=Kind.TRAIN).exists()
    assert Worker.objects.filter(name__regex="[A-Za-z]").exists()
    assert odd_hours() == []
    running = Fair.objects.get(state="running")
    came = running.referrals.attended().count()
    assert {text.queued_at < running.starts_at for text in Message.objects.filter(template="fair_invited")} == {True}
    assert running.referrals.count() / 2 < came
    assert came / 2 < running.referrals.exclude(result="").count()
    assert [str(row.offer) for row in offer_rows(running) if row.wished and not row.wanted] == []
    assert len(set(points_of_villages())) == len(points_of_villages()) > 500
    past = Fair.objects.get(state="finished")
    assert past.referrals.filter(result="hired").count() == past.referrals.attended().count() > 0
    assert ("春风行动" in running.title, "就业援助月" in past.title) == (True, True)  # 5 March, and 31 January
    assert {trip.permit_no.split()[1][:4] for trip in Trip.objects.exclude(permit_no="")} == {str(NOON.year)}
    assert [trip.title for trip in Trip.objects.filter(kind=Kind.BUS) if driver_card(trip).is_late] == []
    call_command("check_invariants")


@pytest.mark.django_db(transaction=True)
def test_a_text_of_the_demo_left_when_it_was_due_and_not_while_the_demo_was_loaded():
    yesterday, tomorrow = NOON - timedelta(days=1), NOON + timedelta(days=1)
    told, later = MessageFactory(at=yesterday), MessageFactory(at=tomorrow)

    assert let_them_leave(at=NOON) == 1

    told.refresh_from_db()
    later.refresh_from_db()
    assert (told.state, told.sent_at, later.state) == ("delivered", yesterday, "queued")


def test_the_smallest_demo_has_a_bus_that_left_and_somebody_who_waits_for_a_seat():
    make_demo_county(workers=LEAST_PEOPLE, at=NOON, say=lambda _: None)

    left = Trip.objects.get(state="arrived")
    running = Fair.objects.get(state="running")
    assert left.bookings.filter(state="arrived").exists()
    assert Standby.objects.waiting().exists()
    assert running.referrals.count() <= running.expected + running.referrals.filter(batch=None).count()
    call_command("check_invariants")


def test_who_is_seventeen_wishes_for_posts_that_take_them():
    """On the day of the invitation, whatever birthdays have come since."""
    fair = FairFactory(open=True)  # its one post is for adults
    lawful = add_post(fair, number=2, vacancy=VacancyFactory(suits_minors=True, age_min=16))
    case = contacted_case(birth_date=TODAY.replace(year=TODAY.year - 17))

    referral = Events.invite(None, case, fair, by=None, at=NOON)

    assert [wish.offer for wish in referral.wishes.all()] == [lawful]


@pytest.mark.parametrize("workers", [LEAST_PEOPLE, 450, 600, 1000, 2000])
def test_whose_story_needs_a_job_is_young_enough_for_one_at_any_size(workers):
    chance = random.Random(workers)
    invented = people(workers, villages=[520524103001], today=TODAY, seed=SEED)
    idle = [Worker(birth_date=one.birth_date, status=one.status) for one in invented if one.status in OUT_OF_WORK]
    order = list(plots(len(idle), chance))

    arranged = who_can_be_hired_is(order, idle, TODAY)

    needing = [person for plot, person in zip(order, arranged, strict=True) if plot.name in NEEDS_A_JOB]
    assert {plot.name for plot in order} >= {"away", "to_fujian", "boarding"}
    assert [person.birth_date for person in needing if not can_be_hired(person, TODAY)] == []
    assert [person.birth_date for person in needing if person.age(TODAY - OLDEST) < ADULT] == []
    assert sorted(map(id, arranged)) == sorted(map(id, idle))


def points_of_villages() -> list[tuple]:
    here = Area.objects.filter(code__gte=ZHIJIN, code__lt=ZHIJIN + 10**6, level="village")
    return list(here.values_list("lon", "lat"))


def test_told_whole_a_fair_has_six_hundred_people_and_a_bus_people_who_wait():
    assert HOW_MANY["spoken_to"] >= 600
    assert HOW_MANY["to_fujian"] > capacity_of(Layout.COACH_37)


def wrongly_seated() -> list[str]:
    bookings = Booking.objects.select_related("trip", "case")
    return [
        f"{booking.trip} {placement}"
        for booking in bookings
        for placement in booking.case.placements.all()
        if not goes_there([s for s in booking.trip.stops.all() if not s.is_pickup], placement.area_id)
    ]


def households_on_one_trip() -> set[tuple[int, int]]:
    seats = list(Booking.objects.values_list("trip", "worker__household"))
    return {seat for seat in seats if seats.count(seat) > 1}


def provinces() -> set[int]:
    return {stop.area_id // 10**10 for trip in Trip.objects.all() for stop in trip.stops.all() if not stop.is_pickup}


def odd_hours() -> list[str]:
    """Fairs are held by day; a timetable knows half hours and ten minutes."""
    fairs = [str(fair) for fair in Fair.objects.all() if not 7 <= localtime(fair.starts_at).hour <= 18]
    return fairs + [str(trip) for trip in Trip.objects.all() if localtime(trip.departs_at).minute % 10]
