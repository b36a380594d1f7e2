"""Texts to many people of one fair: the eve's reminder, and a call to those who are missing."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from fairs import locking, texts
from fairs.models import Fair, FairReferral
from fairs.refusals import CalledJustNow, NotOpenYet
from fairs.services import crowds
from kit.days import local_day, start_of_day
from staff.models import User

NOT_AGAIN_WITHIN = timedelta(hours=1)


@transaction.atomic
def call_the_missing(*, fair: Fair, seen: datetime | None, by: User, at: datetime) -> Fair:
    """Text everyone who is expected and not here. `seen` is the last call the page knew of: a second press of the
    same button finds another one begun and changes nothing.
    """
    fair = locking.fair_alone(fair)
    if not fair.is_running:
        raise NotOpenYet
    if fair.called_at != seen:
        return fair
    if fair.called_at and at - fair.called_at < NOT_AGAIN_WITHIN:
        raise CalledJustNow
    fair.called_at = at
    fair.save(update_fields=["called_at"])
    crowds.for_each(fair, fair.referrals.expected(), partial(crowds.call_in, at=at))
    return fair


def remind_of(*, day: date, at: datetime) -> int:
    """One text to everyone expected at a fair of that day. Who was invited only today has just been told.

    Says how many people it looked at; the key of each text makes a second round harmless.
    """
    fairs = Fair.objects.taking_referrals(at).on(day)
    people = FairReferral.objects.expected().filter(fair__in=fairs, referred_at__lt=start_of_day(local_day(at)))
    return sum(_remind(found, at) for found in people.order_by("pk"))


@transaction.atomic
def _remind(found: FairReferral, at: datetime) -> bool:
    """Reads the referral under its lock: they may have answered since the list was made."""
    with locking.locked_referral(found) as referral:
        if referral.is_expected:
            texts.remind(referral, at)
    return referral.is_expected
