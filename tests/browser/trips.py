"""Trips and their people, for the organiser at the desk. Runs inside the running system."""

from datetime import timedelta

from tests.journeys.actors import PASSWORD
from tests.staff.factories import ZHIJIN, UserFactory
from tests.transport.factories import DEPARTURE, TOMORROW, BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import NOON, HouseholdFactory
from transport import services


def leaving() -> dict[str, int | str]:
    """Tomorrow at one: two get on at the first stop, one at the last."""
    UserFactory(username="wheels", password=PASSWORD, transport_organiser=True)
    trip = TripFactory(open=True)
    first, second = [BookingFactory(trip=trip, case=PlacedCaseFactory(name=name)) for name in ("陈达", "方晴")]
    at_the_station = trip.stops.get(name="织金客运总站")
    last = BookingFactory(trip=trip, case=PlacedCaseFactory(name="顾远", area=ZHIJIN), pickup=at_the_station)
    return {
        "trip": trip.pk, "code": first.code, "second": second.pk, "last": last.pk,
        "second_seat": second.seat_id, "last_seat": last.seat_id,
    }  # fmt: skip


def broken_bus() -> dict[str, int]:
    """Four on it, two of one household; another vehicle with three places leaves half an hour later."""
    UserFactory(username="wheels2", password=PASSWORD, transport_organiser=True)
    bus = TripFactory(open=True)
    household = HouseholdFactory()
    for name, house in (("陈达", household), ("杨慧", household), ("何磊", None), ("罗燕", None)):
        BookingFactory(trip=bus, case=PlacedCaseFactory(name=name, **({"household": house} if house else {})))
    small = TripFactory(open=True, departs_at=DEPARTURE.replace(minute=30), layout="places", capacity=3)
    return {"bus": bus.pk, "small": small.pk}


def waiting() -> dict[str, int | str]:
    """One seat, taken; three wait for it. Another trip to their work has room."""
    UserFactory(username="wheels3", password=PASSWORD, transport_organiser=True)
    trip = TripFactory(open=True, layout="places", capacity=1)
    seated = BookingFactory(trip=trip, case=PlacedCaseFactory(name="郑安"))
    cases = [PlacedCaseFactory(name=name) for name in ("何磊", "罗燕", "杨慧")]
    for case in cases:
        services.join_standby(trip=trip, case=case, by=None, at=NOON)
    other = TripFactory(open=True, departs_at=DEPARTURE.replace(minute=50))
    return {
        "trip": trip.pk, "seat": seated.seat_id, "first": cases[0].pk, "other": other.pk, "other_code": other.code,
    }  # fmt: skip


def passed_over() -> dict[str, int]:
    UserFactory(username="wheels4", password=PASSWORD, transport_organiser=True)
    trip = TripFactory(open=True)
    services.join_standby(trip=trip, case=PlacedCaseFactory(), by=None, at=NOON)
    return {"trip": trip.pk, "seat": trip.seats.last().pk, "case": PlacedCaseFactory(name="苗静").pk}


def half_empty() -> dict[str, int]:
    UserFactory(username="wheels5", password=PASSWORD, transport_organiser=True)
    day = TOMORROW + timedelta(days=1)
    trip, other = (TripFactory(open=True, day=day, layout="places", capacity=places) for places in (4, 2))
    for name in ("丁玲", "范云"):
        BookingFactory(trip=trip, case=PlacedCaseFactory(name=name))
    return {"trip": trip.pk, "other": other.pk}


def train() -> dict[str, int]:
    """Car 5 has six berths, car 8 three seats; one sits in car 8, two of a household have no seat yet."""
    UserFactory(username="wheels6", password=PASSWORD, transport_organiser=True)
    cars = [{"name": "5", "kind": "hard_sleeper", "places": 6}, {"name": "8", "kind": "seats", "places": 3}]
    trip = TripFactory(open=True, kind="train", layout="cars", cars=cars, drivers=[], plate="L8102")
    BookingFactory(trip=trip, case=PlacedCaseFactory(name="白雪"), seat=trip.seats.get(number=7))
    household = HouseholdFactory()
    case, _other = (PlacedCaseFactory(name=name, household=household) for name in ("石磊", "石兰"))
    return {"trip": trip.pk, "seat": trip.seats.get(number=1).pk, "case": case.pk}


def to_be_seated() -> dict[str, int]:
    UserFactory(username="wheels7", password=PASSWORD, transport_organiser=True)
    TripFactory(open=True)
    return {"case": PlacedCaseFactory(name="田雨").pk}
