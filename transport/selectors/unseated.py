"""Placed, in need of a seat, and without one: whom a trip suits, with what an organiser needs to choose."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from areas.ranges import in_ranges
from cases.choices import State
from cases.models import Case
from cases.querysets import CaseQuerySet
from jobs.models import Placement
from transport.choices import AWAITED, BookingState
from transport.models import Booking, Stop, Trip
from transport.rules.stops import arrives_before_work, cities_of, nearest_by_way, nearest_stop
from transport.selectors.case_travel import StopChoice, pickup_choices

LOOKED_AT = 200
SHOWN = 12


@dataclass(frozen=True)
class Unseated:
    """`stop` is the nearest they can reach in time; `family` are others of the household in the same case."""

    case: Case
    employer: str
    city: str
    start_on: date
    stop: StopChoice
    family: list[Case]


@dataclass(frozen=True)
class UnseatedList:
    """`more` than are shown may suit the trip too.

    `unsuited` have no seat either: the trip does not go where they work, leaves too soon or arrives too late.
    """

    people: list[Unseated]
    more: int
    unsuited: int


def without_a_seat(user) -> CaseQuerySet:
    """Neither awaited by a trip nor missing from one: one seat a job until boarding."""
    seats = Booking.objects.active().filter(case=OuterRef("pk"), state__in=[*AWAITED, BookingState.NO_SHOW])
    placed = Case.objects.visible_to(user).filter(state=State.PLACED, needs_transport=True)
    return placed.filter(~Exists(seats.order_by()))


def relatives_without_a_seat(case: Case, user) -> CaseQuerySet:
    """Others of the household who could come along."""
    household = case.worker.household_id
    if household is None:
        return Case.objects.none()
    return without_a_seat(user).filter(worker__household=household).exclude(pk=case.pk).select_related("worker")


def unseated(*, trip: Trip, stops: list[Stop], user, now: datetime) -> UnseatedList:
    """Who starts work soonest comes first; who waits for this trip stands on its own list. Four queries."""
    busy = Booking.objects.active().filter(
        Q(departs_at__lt=trip.arrives_at, arrives_at__gt=trip.departs_at), worker=OuterRef("worker"), arrived_at=None
    )
    waits = trip.standbys.waiting().filter(case=OuterRef("pk"))
    cases = without_a_seat(user).filter(~Exists(busy.order_by()), ~Exists(waits.order_by()))
    cities = cities_of(stop.area_id for stop in stops if not stop.is_pickup)
    jobs_there = Placement.objects.current().filter(in_ranges("area_id", cities), case=OuterRef("pk"))
    fitting = cases.filter(Exists(jobs_there.order_by()))
    found = list(fitting.select_related("worker", "worker__area").order_by("placed_on", "pk")[:LOOKED_AT])
    jobs = _jobs_of(found)
    people = [person for case in found if (person := _of(case, jobs.get(case.pk), stops, found, now))]
    may_suit = len(people) + fitting.count() - len(found)
    shown = people[:SHOWN]
    return UnseatedList(shown, more=may_suit - len(shown), unsuited=cases.count() - may_suit)


def _of(case: Case, job: Placement | None, stops: list[Stop], found: list[Case], now: datetime) -> Unseated | None:
    """None when the trip does not suit them."""
    place = job.area_id if job else None
    dropoffs = [stop for stop in stops if not stop.is_pickup]
    in_reach = [choice for choice in pickup_choices(stops, case.worker.area_id, now) if choice.is_in_reach]
    arrives_at = nearest_stop(dropoffs, place).at
    if not in_reach or not arrives_before_work(arrives_at, case.placed_on, now):
        return None
    return Unseated(
        case=case,
        employer=job.employer_name if job else "",
        city=str(job.area) if job else "",
        start_on=case.placed_on,
        stop=nearest_by_way(in_reach, lambda choice: choice.way),
        family=[other for other in found if _are_family(case, other)],
    )


def _are_family(case: Case, other: Case) -> bool:
    household = case.worker.household_id
    return household is not None and household == other.worker.household_id and case.pk != other.pk


def _jobs_of(cases: list[Case]) -> dict[int, Placement]:
    placements = Placement.objects.current().filter(case__in=cases).select_related("area")
    return {placement.case_id: placement for placement in placements.only("case_id", "employer_name", "area")}
