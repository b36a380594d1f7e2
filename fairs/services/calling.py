"""Texts to many people of one fair: the eve's reminder, and a call to those who are missing."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from fairs import locking, texts
from fairs.models import Fair, FairReferral
from fairs.refusals import CalledJustNow, NotOpenYet
from fairs.services import crowds
from kit.days import local_day, start_of_day
from kit.locks.sweeping import sweep_patiently
from notifications.services import keys_queued
from staff.models import User

NOT_AGAIN_WITHIN = timedelta(hours=1)
AT_ONCE = 1000


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
    """One text to everyone expected at a fair of that day; how many are new. Who was invited only today has just been
    told.

    Some thousand in a transaction; the key of each text makes a second round harmless. Whose case somebody holds is
    waited for when the others are through.
    """
    fairs = Fair.objects.taking_referrals(at).on(day)
    people = FairReferral.objects.expected().filter(fair__in=fairs, referred_at__lt=start_of_day(local_day(at)))
    return sweep_patiently(
        people,
        wanted=_untold,
        some=partial(_remind, at=at),
        one=partial(_wait_and_remind, at=at),
        size=AT_ONCE,
        what="Reminded of tomorrow's fair",
    )


def _untold(keys: list[int]) -> list[int]:
    """No case is locked for somebody who has been reminded: this runs every twenty minutes. 3 queries."""
    people = FairReferral.objects.filter(pk__in=keys).only("pk", "fair_id").prefetch_related("fair")
    key_of = {referral.pk: texts.reminder_key(referral) for referral in people}
    told = keys_queued(key_of.values())
    return [pk for pk in keys if key_of.get(pk) not in told]


@transaction.atomic
def _remind(keys: list[int], *, at: datetime) -> tuple[int, list[int]]:
    """How many are new, and whose case somebody else holds. Read under the lock: they may have answered since."""
    people = locking.referrals_nobody_changes(keys)
    told = texts.remind_all((referral for referral in people if referral.is_expected), at)
    return told, sorted(set(keys) - {referral.pk for referral in people})


@transaction.atomic
def _wait_and_remind(key: int, *, at: datetime) -> int:
    with locking.locked_referral(FairReferral.objects.get(pk=key)) as referral:
        return texts.remind_all([referral] if referral.is_expected else [], at)
