"""Who sits where, and what they offer. Over fairs keep their booths: the slips name them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from fairs import locking
from fairs.models import Booth, BoothVacancy, Fair, FairReferral, Result
from fairs.refusals import BoothInUse, BoothTaken, FairMovedOn, MorePostsThanOpen, PostOfAnotherEmployer
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
    check_are_open(booth, vacancy, wanted)
    offer, _created = BoothVacancy.objects.update_or_create(booth=booth, vacancy=vacancy, defaults={"wanted": wanted})
    return offer


@transaction.atomic
def withdraw_offer(*, offer: BoothVacancy, by: User, at: datetime) -> None:
    _changeable(offer.booth.fair)
    _delete(offer)


def check_are_open(booth: Booth, vacancy: Vacancy, wanted: int) -> None:
    """Locks the post: nobody fills it until this offer stands. Who was hired at this fair does not count against it."""
    vacancy = Vacancy.objects.select_for_update(no_key=True).get(pk=vacancy.pk)
    hired = FairReferral.objects.filter(fair=booth.fair_id, vacancy=vacancy, result=Result.HIRED).count()
    left = 0 if vacancy.closed_at else vacancy.openings
    if wanted > left + hired:
        raise MorePostsThanOpen(_("Only %(n)s of these posts are open.") % {"n": left})


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
