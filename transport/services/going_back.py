"""Somebody goes back to the job they had: the job is confirmed and the seat is theirs, both or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from areas.models import Area
from cases.models import Case
from jobs.models import Placement
from jobs.services import Terms, place_worker
from kit.days import local_day
from staff.models import User
from transport.models import Booking, Trip
from transport.services.booking import book_seat

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
    start_on = job.start_on or local_day(trip.arrives_at) + A_DAY
    evidence = Placement.Evidence.WORKER_WORD
    terms = Terms(start_on=start_on, evidence=evidence, needs_transport=True, wage=job.wage)
    place_worker(
        case=case, vacancy=None, terms=terms, employer_name=job.employer_name, area=job.area, once=once, by=by, at=at
    )
    return book_seat(trip=trip, case=case, reasons=reasons, once=once, by=by, at=at)
