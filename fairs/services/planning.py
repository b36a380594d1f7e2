from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from fairs.models import Booth, BoothVacancy, Fair, FairState
from fairs.refusals import BoothInUse, BoothTaken, FairMovedOn, LicenceMissing, NoBooths
from jobs.models import Employer, Vacancy
from staff.models import User

LICENCE_NOTICE = timedelta(days=20)

CHANGEABLE = (
    "title", "venue", "landmark", "starts_at", "ends_at", "expected", "licence_applied_on", "licence_no",
)  # fmt: skip


@transaction.atomic
def plan_fair(*, fields: dict, by: User, at: datetime, once: UUID | None = None) -> Fair:
    """`fields` are the cleaned values of the form: area and the changeable columns."""
    if once and (fair := Fair.objects.filter(once=once).first()):
        return fair
    return Fair.objects.create(**fields, organiser=by, created_at=at, once=once)


@transaction.atomic
def change_fair(*, fair: Fair, fields: dict, by: User, at: datetime) -> Fair:
    """A finished or cancelled fair stays as it was."""
    fair = lock_fair(fair)
    if not fair.can_be_cancelled:
        raise FairMovedOn()
    for name in CHANGEABLE:
        setattr(fair, name, fields.get(name, getattr(fair, name)))
    if fair.state == FairState.RUNNING:
        check_has_licence(fair)
    fair.save()
    return fair


@transaction.atomic
def open_fair(*, fair: Fair, by: User, at: datetime) -> Fair:
    """Let cadres refer people. Pressing twice is pressing once."""
    fair = lock_fair(fair)
    if fair.state == FairState.OPEN:
        return fair
    if fair.state != FairState.PLANNED:
        raise FairMovedOn()
    check_licence_asked_for(fair)
    if not BoothVacancy.objects.filter(booth__fair=fair).exists():
        raise NoBooths()
    fair.open()
    fair.save()
    return fair


@transaction.atomic
def start_fair(*, fair: Fair, by: User | None, at: datetime) -> Fair:
    fair = lock_fair(fair)
    if fair.state == FairState.RUNNING:
        return fair
    if fair.state != FairState.OPEN:
        raise FairMovedOn()
    check_has_licence(fair)
    fair.start()
    fair.save()
    return fair


@transaction.atomic
def add_booth(*, fair: Fair, employer: Employer, number: int, by: User, at: datetime) -> Booth:
    lock_fair(fair)
    try:
        with transaction.atomic():
            return fair.booths.create(employer=employer, number=number)
    except IntegrityError as taken:
        same = fair.booths.filter(employer=employer, number=number).first()
        if same is None:
            raise BoothTaken() from taken
        return same


@transaction.atomic
def remove_booth(*, booth: Booth, by: User, at: datetime) -> None:
    try:
        with transaction.atomic():
            booth.delete()
    except ProtectedError as wished:
        raise BoothInUse() from wished


@transaction.atomic
def offer_vacancy(*, booth: Booth, vacancy: Vacancy, wanted: int, by: User, at: datetime) -> BoothVacancy:
    """Put a post on a booth, or say anew how many people it wants."""
    offer, _created = BoothVacancy.objects.update_or_create(
        booth=booth, vacancy=vacancy, defaults={"wanted": wanted}
    )
    return offer


@transaction.atomic
def withdraw_offer(*, offer: BoothVacancy, by: User, at: datetime) -> None:
    try:
        with transaction.atomic():
            offer.delete()
    except ProtectedError as wished:
        raise BoothInUse() from wished


def lock_fair(fair: Fair) -> Fair:
    """First in the lock order: fair, trip, seats, case, worker."""
    return Fair.objects.select_for_update().get(pk=fair.pk)


def check_licence_asked_for(fair: Fair) -> None:
    """A large fair opens once the licence is there or was asked for 20 days ahead."""
    if not fair.needs_licence or fair.licence_no:
        return
    applied = fair.licence_applied_on
    if applied is None or applied > (fair.starts_at - LICENCE_NOTICE).date():
        raise LicenceMissing()


def check_has_licence(fair: Fair) -> None:
    if fair.needs_licence and not fair.licence_no:
        raise LicenceMissing()
