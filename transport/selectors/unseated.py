"""Placed, in need of a seat, and without one: whom a trip suits, with what an organiser needs to choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from areas.ranges import in_ranges
from cases.choices import State
from cases.models import Case
from cases.querysets import CaseQuerySet
from jobs.models import Placement
from staff.roles import BOOKERS
from transport.choices import AWAITED, BookingState
from transport.models import Booking, Stop, Trip
from transport.rules.stops import cities_of
from transport.selectors.fit import Fit, StopChoice, fit_of

LOOKED_AT = 200
SHOWN = 12


@dataclass(frozen=True)
class Unseated:
    """`stop` is the nearest they can reach in time; `family` are others of the household whom the trip suits too."""

    case: Case
    employer: str
    city: str
    start_on: date
    stop: StopChoice
    family: list[Case]


@dataclass(frozen=True)
class UnseatedList:
    """`more` than are shown may suit the trip too.

    `unsuited` have no seat either: the trip does not go where they work, leaves too soon or arrives too late. The first
    of them are `named`, with their job.
    """

    people: list[Unseated]
    more: int
    unsuited: int
    named: list[tuple[Case, Placement | None]]


def without_a_seat(user) -> CaseQuerySet:
    """Neither awaited by a trip nor missing from one: one seat a job until boarding."""
    seats = Booking.objects.active().filter(case=OuterRef("pk"), state__in=[*AWAITED, BookingState.NO_SHOW])
    placed = Case.objects.held_by(user, BOOKERS).filter(state=State.PLACED, needs_transport=True)
    return placed.filter(~Exists(seats.order_by()))


def relatives_without_a_seat(case: Case, user) -> CaseQuerySet:
    """Others of the household who could come along."""
    household = case.worker.household_id
    if household is None:
        return Case.objects.none()
    return without_a_seat(user).filter(worker__household=household).exclude(pk=case.pk).select_related("worker")


def with_their_work(cases: CaseQuerySet) -> list[tuple[Case, Placement | None]]:
    """Two queries."""
    found = list(cases)
    jobs = _jobs_of(found)
    return [(case, jobs.get(case.pk)) for case in found]


def unseated(*, trip: Trip, stops: list[Stop], user, now: datetime) -> UnseatedList:
    """Who starts work soonest comes first; who waits for this trip stands on its own list. Eight queries."""
    cases = _free_for(trip, user)
    fitting = _working_there(cases, stops)
    found = list(fitting.order_by("placed_on", "pk")[:LOOKED_AT])
    suited = _suited(found, stops, now)
    shown = suited[:SHOWN]
    households = {case.worker.household_id for case, _job, _fit in shown} - {None}
    family = _suited(fitting.filter(worker__household__in=households), stops, now) if households else []
    may_suit = len(suited) + fitting.count() - len(found)
    people = [_of(*person, family) for person in shown]
    seen = [case.pk for case, _job, _fit in suited]
    others = cases.exclude(pk__in=seen).select_related("worker").order_by("placed_on", "pk")[:LOOKED_AT]
    unsuited = cases.count() - may_suit
    named = with_their_work(others)[:unsuited] if unsuited else []
    return UnseatedList(people, more=may_suit - len(people), unsuited=unsuited, named=named)


def family_whom_it_suits(*, trip: Trip, case: Case, user, now: datetime) -> list[Case]:
    """Others of the household, as `unseated` names them."""
    if case.worker.household_id is None:
        return []
    stops = list(trip.stops.all())
    others = _free_for(trip, user).filter(worker__household=case.worker.household_id).exclude(pk=case.pk)
    return [other for other, _job, _fit in _suited(_working_there(others, stops), stops, now)]


def _free_for(trip: Trip, user) -> CaseQuerySet:
    """Without a seat at that time, and not on the list of those who wait for this trip."""
    busy = Booking.objects.active().filter(
        Q(departs_at__lt=trip.arrives_at, arrives_at__gt=trip.departs_at), worker=OuterRef("worker"), arrived_at=None
    )
    waits = trip.standbys.waiting().filter(case=OuterRef("pk"))
    return without_a_seat(user).filter(~Exists(busy.order_by()), ~Exists(waits.order_by()))


def _working_there(cases: CaseQuerySet, stops: list[Stop]) -> CaseQuerySet:
    cities = cities_of(stop.area_id for stop in stops if not stop.is_pickup)
    jobs_there = Placement.objects.current().filter(in_ranges("area_id", cities), case=OuterRef("pk"))
    return cases.filter(Exists(jobs_there.order_by())).select_related("worker", "worker__area")


def _suited(cases: Iterable[Case], stops: list[Stop], now: datetime) -> list[tuple[Case, Placement, Fit]]:
    cases = list(cases)
    jobs = _jobs_of(cases)
    fits = [(case, jobs[case.pk], fit_of(stops, case, jobs[case.pk].area_id, now)) for case in cases if case.pk in jobs]
    return [(case, job, fit) for case, job, fit in fits if fit.suits]


def _of(case: Case, job: Placement, fit: Fit, family: list) -> Unseated:
    return Unseated(
        case=case,
        employer=job.employer_name,
        city=str(job.area),
        start_on=case.placed_on,
        stop=fit.pickup,
        family=[other for other, _job, _fit in family if _are_family(case, other)],
    )


def _are_family(case: Case, other: Case) -> bool:
    household = case.worker.household_id
    return household is not None and household == other.worker.household_id and case.pk != other.pk


def _jobs_of(cases: list[Case]) -> dict[int, Placement]:
    placements = Placement.objects.current().filter(case__in=cases).select_related("area")
    return {placement.case_id: placement for placement in placements.only("case_id", "employer_name", "area")}
