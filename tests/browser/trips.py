"""Trips and their people, for the organiser at the desk. Runs inside the running system."""

from tests.journeys.actors import PASSWORD
from tests.staff.factories import FENGPING, ZHIJIN, UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import HouseholdFactory


def organiser() -> None:
    UserFactory(username="wheels", password=PASSWORD, transport_organiser=True)


def leaving() -> dict[str, int]:
    """Tomorrow at one; three seats: two get on at the first stop, one at the last."""
    organiser()
    trip = TripFactory(open=True)
    first, second = [BookingFactory(trip=trip, case=PlacedCaseFactory(name=name)) for name in ("陈达", "方晴")]
    last = BookingFactory(
        trip=trip, case=PlacedCaseFactory(name="顾远", area=ZHIJIN), pickup=trip.stops.get(name="织金客运总站")
    )
    return {"trip": trip.pk, "first": first.pk, "second": second.pk, "last": last.pk, "code": first.code}
