"""A placement on which somebody has a seat is not taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.events import move_to_be_undone
from cases.models import Case
from jobs import services as jobs
from jobs.models import Placement
from tests.staff.factories import UserFactory
from tests.transport.factories import PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON
from transport import handlers, services
from transport.refusals import SeatOnIt

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


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


def test_the_database_takes_nothing_back_under_a_seat(placement, booking, cadre):
    move_to_be_undone.disconnect(dispatch_uid="transport.keep_the_job_of_a_seat")
    try:
        with pytest.raises(IntegrityError, match="a placement with a seat on it is not undone"), transaction.atomic():
            undo(placement, cadre)
    finally:
        move_to_be_undone.connect(handlers.keep_the_job_of_a_seat, dispatch_uid="transport.keep_the_job_of_a_seat")
