"""Whoever holds a booking or an entry of a standby list holds its case: nobody waits for the other in a circle."""

from threading import Barrier

import pytest
from django.db import transaction

from cases.locking import lock_case
from cases.services import close_case
from kit.locks import is_busy
from tests.impatience import impatient
from tests.transport.at_once import all_at_once
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import locking, services
from transport.models import Booking, Standby
from transport.services import casework

pytestmark = pytest.mark.django_db(transaction=True)


def a_booking() -> Booking:
    case = PlacedCaseFactory(household=HouseholdFactory())
    return BookingFactory(trip=TripFactory(open=True), case=case)


def a_standby() -> Standby:
    trip = TripFactory(full=True, layout="places", capacity=1)
    return services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)


OF_A_BOOKING = {
    "one": locking.booking_of,
    "with the family": locking.booking_with_family,
    "all of a trip": lambda booking: locking.each_booking(booking.trip, lambda rows: rows.active()),
    "to be reminded": lambda booking: locking.bookings_nobody_changes([booking.pk]),
    "of a household": lambda booking: casework.hold_all([booking.case]),
}
OF_A_STANDBY = {
    "some": lambda standby: locking.each_standby([standby]),
    "all of a trip": lambda standby: locking.all_waiting(standby.trip),
}


def refused_while_held(row, hold) -> bool:
    """Whether somebody else, who does not wait long, is refused the case."""

    def take_the_case():
        with impatient(), transaction.atomic():
            return lock_case(row.case_id)

    with transaction.atomic():
        assert hold(row) in (None, row, [row])
        [outcome] = all_at_once(take_the_case)
    return isinstance(outcome, Exception) and is_busy(outcome)


@pytest.mark.parametrize("hold", OF_A_BOOKING.values(), ids=OF_A_BOOKING)
def test_who_holds_a_booking_holds_its_case(hold):
    assert refused_while_held(a_booking(), hold)


@pytest.mark.parametrize("hold", OF_A_STANDBY.values(), ids=OF_A_STANDBY)
def test_who_holds_an_entry_of_a_standby_list_holds_its_case(hold):
    assert refused_while_held(a_standby(), hold)


def test_of_somebody_aboard_too():
    booking = BookingFactory(trip=TripFactory(open=True), boarded=True)

    assert refused_while_held(booking, lambda booking: locking.aboard_nobody_changes([booking.pk]))


def meeting_in_the_middle(first, then):
    """Each of the two has its first lock before either asks for the second."""
    met = Barrier(2)

    def deed(one, other):
        with transaction.atomic():
            one()
            met.wait(timeout=20)
            other()

    return all_at_once(lambda: deed(first, then), lambda: deed(then, first))


def test_without_the_order_giving_a_seat_back_and_a_step_of_the_case_wait_in_a_circle(monkeypatch):
    monkeypatch.setattr(locking, "HELD", ("self",))
    booking = a_booking()

    outcomes = meeting_in_the_middle(lambda: locking.booking_of(booking), lambda: lock_case(booking.case_id))

    assert len([outcome for outcome in outcomes if isinstance(outcome, Exception)]) == 1


def test_a_seat_given_back_and_a_case_closed_at_once_end_one_way_or_the_other():
    booking = a_booking()

    outcomes = all_at_once(
        lambda: services.release_seat(booking=booking, by=None, at=NOON),
        lambda: close_case(case=booking.case, reason="moved", by=None, at=NOON),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    booking.refresh_from_db()
    booking.case.refresh_from_db()
    assert not booking.is_active
    assert booking.case.state.startswith("closed")
