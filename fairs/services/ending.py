"""The doors close, or never open."""

from datetime import datetime
from functools import partial

from django.db import transaction

from fairs import locking
from fairs.choices import TAKES_REFERRALS, FairState
from fairs.events import fair_cancelled, fair_finished
from fairs.models import Fair
from fairs.refusals import FairMovedOn, NotBegun, PeopleInside, PeopleMayStillCome
from fairs.services import crowds
from kit.refusals import ReasonMissing
from staff.models import User


@transaction.atomic
def finish_fair(*, fair: Fair, by: User | None, at: datetime, knows_early: bool = False) -> Fair:
    """Close the doors. Who did not come goes back to the cadre; who came keeps waiting for an answer.

    It cannot be taken back: while people may still come it is refused until `knows_early`.
    """
    fair = locking.fair_alone(fair)
    if fair.state == FairState.FINISHED:
        return fair
    if fair.state not in TAKES_REFERRALS:
        raise FairMovedOn
    if not fair.is_running and at < fair.starts_at:
        raise NotBegun
    if at < fair.ends_at and not knows_early and fair.referrals.expected().exists():
        raise PeopleMayStillCome
    fair.finish(by=by, at=at)
    fair.save(update_fields=["state", "finished_at", "finished_by"])
    crowds.for_each(fair, fair.referrals.expected(), partial(crowds.mark_no_show, by=by, at=at))
    fair_finished.send(Fair, fair=fair, by=by, at=at)
    return fair


@transaction.atomic
def cancel_fair(*, fair: Fair, why: str, by: User, at: datetime, knows_of_inside: bool = False) -> Fair:
    """Nobody goes: everyone is told by text and goes back to "contacted" with a new work item.

    Cancelled half-way, an intent somebody has already been given stands: that employer still answers. With people in
    the hall it is refused until `knows_of_inside`.
    """
    if not why.strip():
        raise ReasonMissing
    fair = locking.fair_alone(fair)
    if fair.state == FairState.CANCELLED:
        return fair
    if not fair.is_not_over:
        raise FairMovedOn
    if not knows_of_inside and fair.referrals.inside().exists():
        raise PeopleInside
    fair.cancel(why=why.strip(), by=by, at=at)
    fair.save(update_fields=["state", "cancelled_because", "cancelled_by", "cancelled_at"])
    crowds.for_each(fair, fair.referrals.undecided(), partial(crowds.send_home, by=by, at=at))
    fair_cancelled.send(Fair, fair=fair, by=by, at=at)
    return fair
