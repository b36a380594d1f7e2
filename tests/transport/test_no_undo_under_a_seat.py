"""A placement on which somebody has a seat is not taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases import services as cases
from cases.events import move_to_be_undone
from cases.models import Case
from jobs import services as jobs
from jobs.models import Placement
from kit.days import local_day
from tests.staff.factories import UserFactory
from tests.transport.factories import DEPARTURE, BookingFactory, PlacedCaseFactory, TripFactory, place
from tests.workers.factories import NOON
from transport import handlers, services
from transport.refusals import SeatOnIt

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
ARRIVED = DEPARTURE + timedelta(days=7)
WILLING = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing"}


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def placement(cadre):
    case = PlacedCaseFactory()
    Placement.objects.filter(case=case).update(confirmed_by=cadre)
    return Placement.objects.select_related("case").get()


@pytest.fixture
def booking(placement):
    return services.book_seat(trip=TripFactory(open=True), case=placement.case, by=None, at=NOON)


def undo(placement, cadre):
    return jobs.undo_placement(placement=placement, by=cadre, at=LATER)


def test_the_seat_is_given_up_first(placement, booking, cadre):
    with pytest.raises(SeatOnIt):
        undo(placement, cadre)

    services.release_seat(booking=booking, by=None, at=NOON)
    undo(placement, cadre)

    assert Case.objects.get(pk=placement.case_id).state == "contacted"


@pytest.fixture
def went_before(cadre):
    """A job they went to, which came to nothing, and another one since."""
    trip, case = TripFactory(open=True), PlacedCaseFactory()
    booking = BookingFactory(trip=trip, case=case, boarded=True)
    services.depart(trip=trip, by=None, at=DEPARTURE)
    services.confirm_arrival(booking=booking, by=None, at=ARRIVED)
    first = Placement.objects.get()
    jobs.end_placement(placement=first, because="left", ended_on=local_day(ARRIVED), by=None, at=ARRIVED)
    cases.record_contact(case=case, happened_at=ARRIVED, by=None, at=ARRIVED, **WILLING)
    second = place(case, start_on=local_day(ARRIVED) + timedelta(days=3), at=ARRIVED)
    Placement.objects.filter(pk=second.pk).update(confirmed_by=cadre)
    return Placement.objects.select_related("case").get(pk=second.pk)


def test_where_somebody_went_before_holds_no_later_job(went_before, cadre):
    jobs.undo_placement(placement=went_before, by=cadre, at=ARRIVED + timedelta(minutes=5))

    assert Case.objects.get(pk=went_before.case_id).state == "contacted"


def test_where_somebody_went_before_is_not_shown_as_their_seat(client, went_before):
    client.force_login(UserFactory(transport_organiser=True))

    page = client.get(reverse("transport:panel", args=[went_before.case_id]))

    assert (page.context["travel"].booking, page.context["panel_state"]) == (None, "还没有座位")
    assert reverse("transport:book_for_case", args=[went_before.case_id]) in page.content.decode()


def test_the_database_takes_nothing_back_under_a_seat(placement, booking, cadre):
    move_to_be_undone.disconnect(dispatch_uid="transport.keep_the_job_of_a_seat")
    try:
        with pytest.raises(IntegrityError, match="a placement with a seat on it is not undone"), transaction.atomic():
            undo(placement, cadre)
    finally:
        move_to_be_undone.connect(handlers.keep_the_job_of_a_seat, dispatch_uid="transport.keep_the_job_of_a_seat")
