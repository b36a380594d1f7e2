"""What the place page does: a job at one of our posts, or with an employer nobody has entered yet."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from areas.models import Area
from cases.models import Case
from jobs import matching
from jobs.models import Employer, Placement, Vacancy
from jobs.sealed import kept_if_all_goes_well
from jobs.services.placements import confirm_placement
from jobs.services.terms import Terms
from staff.models import User

Through = Placement.FoundThrough


@kept_if_all_goes_well()
@transaction.atomic
def place_worker(
    *,
    case: Case,
    vacancy: Vacancy | None,
    terms: Terms,
    by: User | None,
    at: datetime,
    employer_name: str = "",
    area: Area | None = None,
    once: UUID | None = None,
) -> Placement:
    """Without a vacancy the employer is found by name and place, or entered now."""
    employer = vacancy.employer if vacancy else find_or_add_employer(name=employer_name, area=area, by=by, at=at)
    return confirm_placement(
        case=case,
        employer=employer,
        vacancy=vacancy,
        area=vacancy.area if vacancy else area,
        start_on=terms.start_on,
        wage=terms.wage,
        evidence=terms.evidence,
        evidence_note=terms.evidence_note,
        evidence_file=terms.evidence_file,
        needs_transport=terms.needs_transport,
        by=by,
        at=at,
        found_through=_found_through(case, vacancy),
        once=once,
    )


def find_or_add_employer(*, name: str, area: Area, by: User | None, at: datetime) -> Employer:
    known = Employer.objects.filter(name=name, area=area).order_by("pk").first()
    return known or Employer.objects.create(name=name, area=area, created_at=at, created_by=by)


def _found_through(case: Case, vacancy: Vacancy | None) -> str:
    if vacancy is None:
        return Through.SELF
    if case.introductions.open().filter(vacancy=vacancy).exists():
        return Through.INTRODUCTION
    return Through.NEARBY if matching.is_near(case.worker, vacancy) else Through.INTRODUCTION
