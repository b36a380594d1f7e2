"""The doors close, or never open."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from fairs import texts
from fairs.choices import TAKES_REFERRALS, FairState
from fairs.events import fair_cancelled, fair_finished
from fairs.models import Fair, FairReferral, Result, Withdrawal
from fairs.querysets import ReferralQuerySet
from fairs.refusals import FairMovedOn, NotBegun, ReasonMissing
from fairs.services import casework, locking
from fairs.services.referring import withdraw_referral
from fairs.services.results import Outcome, write_result
from staff.models import User


@transaction.atomic
def finish_fair(*, fair: Fair, by: User | None, at: datetime) -> Fair:
    """Close the doors. Who did not come goes back to the cadre; who came keeps waiting for an answer."""
    fair = locking.fair_alone(fair)
    if fair.state == FairState.FINISHED:
        return fair
    if fair.state not in TAKES_REFERRALS:
        raise FairMovedOn
    if not fair.is_running and at < fair.starts_at:
        raise NotBegun
    fair.finish()
    fair.save(update_fields=["state"])
    for referral in _one_by_one(fair.referrals.expected()):
        if referral.is_expected:
            write_result(referral, Outcome(result=Result.NO_SHOW), by=by, at=at)
            casework.send_back(referral, why="fair_no_show", by=by, at=at)
    fair_finished.send(Fair, fair=fair, by=by, at=at)
    return fair


@transaction.atomic
def cancel_fair(*, fair: Fair, why: str, by: User, at: datetime) -> Fair:
    """Nobody goes: everyone is told by text and goes back to "contacted" with a new work item.

    Cancelled half-way, an intent somebody has already been given stands: that employer still answers.
    """
    if not why.strip():
        raise ReasonMissing
    fair = locking.fair_alone(fair)
    if fair.state == FairState.CANCELLED:
        return fair
    if not fair.is_not_over:
        raise FairMovedOn
    fair.cancel(why=why.strip(), by=by, at=at)
    fair.save(update_fields=["state", "cancelled_because", "cancelled_by", "cancelled_at"])
    for referral in _one_by_one(fair.referrals.undecided()):
        if referral.is_waiting and not referral.result:
            _send_home(referral, by=by, at=at)
    fair_cancelled.send(Fair, fair=fair, by=by, at=at)
    return fair


def _one_by_one(people: ReferralQuerySet) -> Iterator[FairReferral]:
    """In order of the case, so that two endings cannot lock each other; each read anew under its lock."""
    for found in people.order_by("case_id"):
        with locking.referral_held(found) as referral:
            yield referral


def _send_home(referral: FairReferral, *, by: User, at: datetime) -> None:
    withdraw_referral(referral=referral, why=Withdrawal.FAIR_CANCELLED, by=by, at=at)
    casework.send_back(referral, why="fair_cancelled", by=by, at=at)
    texts.tell_cancelled(referral, at)
