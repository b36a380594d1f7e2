"""Somebody goes back to the job they had: the job is confirmed and the seat, or a place among
those who wait for one, is theirs, both or neither."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from areas.models import Area
from cases.models import Case
from jobs.models import Placement
from jobs.services import Terms, place_worker
from kit.days import local_day
from staff.models import User
from transport.models import Booking, Standby, Trip
from transport.services.booking import book_seat
from transport.services.standby import join_standby

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OldJob:
    """`start_on=None` is the day after the trip arrives."""

    employer_name: str
    area: Area
    wage: int | None = None
    start_on: date | None = None


@transaction.atomic
def take_back_to_work(
    *,
    case: Case,
    job: OldJob,
    trip: Trip,
    by: User | None,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
    once: UUID | None = None,
) -> Booking:
    """A form sent twice gives one job and one seat. `reasons` overrule refusals as for any seat."""
    confirm_old_job(case=case, job=_with_a_start(job, trip), by=by, at=at, once=once)
    return book_seat(trip=trip, case=case, reasons=reasons, once=once, by=by, at=at)


@transaction.atomic
def wait_to_go_back(
    *,
    case: Case,
    job: OldJob,
    trip: Trip,
    by: User | None,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
    once: UUID | None = None,
) -> Standby:
    """No seat is free: the job is confirmed and they wait for one, both or neither."""
    confirm_old_job(case=case, job=_with_a_start(job, trip), by=by, at=at, once=once)
    return join_standby(trip=trip, case=case, reasons=reasons, by=by, at=at)


def confirm_old_job(*, case: Case, job: OldJob, by: User | None, at: datetime, once: UUID | None = None) -> Placement:
    """On the worker's word, and a seat is needed. Without a first day of work: `EvidenceMissing`."""
    evidence = Placement.Evidence.WORKER_WORD
    terms = Terms(start_on=job.start_on, evidence=evidence, needs_transport=True, wage=job.wage)
    return place_worker(
        case=case, vacancy=None, terms=terms, employer_name=job.employer_name, area=job.area, once=once, by=by, at=at
    )


def _with_a_start(job: OldJob, trip: Trip) -> OldJob:
    return job if job.start_on else replace(job, start_on=local_day(trip.arrives_at) + A_DAY)
