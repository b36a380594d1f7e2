from datetime import datetime

from django.db import transaction

from fairs.events import checked_in
from fairs.models import Fair, FairReferral, FairState
from fairs.refusals import NotOpenYet, ResultAlreadyThere, SeveralPeople, UnknownCode
from staff.models import User
from workers import journal


def find_at_door(*, fair: Fair, digits: str) -> FairReferral:
    """By the six digits of the slip, else by the last four of the phone."""
    digits = "".join(filter(str.isdigit, digits))
    people = fair.referrals.current().select_related("worker", "fair")
    if len(digits) == 6 and (person := people.filter(code=digits).first()):
        return person
    if len(digits) != 4:
        raise UnknownCode()
    found = list(people.filter(worker__phone_tail=digits)[:2])
    if not found:
        raise UnknownCode()
    if len(found) > 1:
        raise SeveralPeople()
    return found[0]


@transaction.atomic
def check_in(*, fair: Fair, digits: str, by: User, at: datetime) -> FairReferral:
    """Let the person in. A second check-in changes nothing and keeps the first time."""
    fair = Fair.objects.select_for_update().get(pk=fair.pk)
    if fair.state != FairState.RUNNING:
        raise NotOpenYet()
    referral = find_at_door(fair=fair, digits=digits)
    if referral.checked_in_at:
        return referral
    referral.checked_in_at, referral.checked_in_by = at, by
    referral.save(update_fields=["checked_in_at", "checked_in_by"])
    journal.record(
        worker=referral.worker, what="checked_in_at_fair", about=referral, by=by, at=at,
        data={"fair": fair.title},
    )  # fmt: skip
    checked_in.send(sender=FairReferral, referral=referral, by=by, at=at)
    return referral


@transaction.atomic
def undo_check_in(*, referral: FairReferral, by: User, at: datetime) -> FairReferral:
    """The wrong person was let in. Once a result is there the meeting took place."""
    Fair.objects.select_for_update().get(pk=referral.fair_id)
    referral = FairReferral.objects.select_related("worker", "fair").get(pk=referral.pk)
    if referral.result:
        raise ResultAlreadyThere()
    if referral.checked_in_at is None:
        return referral
    referral.checked_in_at = referral.checked_in_by = None
    referral.save(update_fields=["checked_in_at", "checked_in_by"])
    journal.record(
        worker=referral.worker, what="check_in_undone", about=referral, by=by, at=at,
        data={"fair": referral.fair.title},
    )  # fmt: skip
    return referral
