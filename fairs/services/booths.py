"""Who sits where, and what they offer. Over fairs keep their booths: the slips name them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from fairs import locking
from fairs.models import Booth, BoothVacancy, Fair
from fairs.refusals import BoothInUse, BoothTaken, FairMovedOn, PostOfAnotherEmployer
from jobs.models import Employer, Vacancy
from jobs.rules import fitness
from staff.models import User


@transaction.atomic
def add_booth(*, fair: Fair, employer: Employer, number: int, by: User, at: datetime) -> Booth:
    """The same employer at the same number again is the same booth."""
    fair = _changeable(fair)
    if same := fair.booths.filter(employer=employer, number=number).first():
        return same
    fitness.check_employer(employer)
    try:
        with transaction.atomic():
            return fair.booths.create(employer=employer, number=number)
    except IntegrityError as taken:
        raise BoothTaken from taken


@transaction.atomic
def remove_booth(*, booth: Booth, by: User, at: datetime) -> None:
    """With its posts. Not once a slip sends somebody there."""
    _changeable(booth.fair)
    _delete(booth)


@transaction.atomic
def offer_vacancy(*, booth: Booth, vacancy: Vacancy, wanted: int, by: User, at: datetime) -> BoothVacancy:
    """Put a post on a booth, or say anew how many people it wants."""
    _changeable(booth.fair)
    if vacancy.employer_id != booth.employer_id:
        raise PostOfAnotherEmployer
    offer, _created = BoothVacancy.objects.update_or_create(booth=booth, vacancy=vacancy, defaults={"wanted": wanted})
    return offer


@transaction.atomic
def withdraw_offer(*, offer: BoothVacancy, by: User, at: datetime) -> None:
    _changeable(offer.booth.fair)
    _delete(offer)


def _changeable(fair: Fair) -> Fair:
    fair = locking.fair_alone(fair)
    if not fair.is_not_over:
        raise FairMovedOn
    return fair


def _delete(row: Booth | BoothVacancy) -> None:
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as wished:
        raise BoothInUse from wished
