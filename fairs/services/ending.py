from datetime import datetime

from django.db import transaction

from cases import services as cases
from cases.services.holding import held
from fairs.events import fair_cancelled
from fairs.models import Fair, FairState, Result
from fairs.refusals import FairMovedOn
from fairs.services.planning import lock_fair
from fairs.services.referring import withdraw_referral, words_for_sms
from fairs.services.results import Outcome, write_result
from notifications.services import queue_message
from staff.models import User


@transaction.atomic
def finish_fair(*, fair: Fair, by: User | None, at: datetime) -> Fair:
    """Close the doors. Who did not come goes back to the cadre as "contacted"."""
    fair = lock_fair(fair)
    if fair.state == FairState.FINISHED:
        return fair
    if fair.state not in (FairState.OPEN, FairState.RUNNING):
        raise FairMovedOn()
    fair.finish()
    fair.save()
    for referral in waiting_people(fair).filter(checked_in_at__isnull=True, result=""):
        with held(referral.case):
            write_result(referral, Outcome(result=Result.NO_SHOW), by, at)
            send_back(referral, "fair_no_show", by, at)
    return fair


@transaction.atomic
def cancel_fair(*, fair: Fair, why: str, by: User, at: datetime) -> Fair:
    """Everyone still waiting goes back to "contacted" with a new work item, and is told by SMS."""
    fair = lock_fair(fair)
    if fair.state == FairState.CANCELLED:
        return fair
    if not fair.can_be_cancelled:
        raise FairMovedOn()
    fair.cancel(why=why, by=by, at=at)
    fair.save()
    for referral in waiting_people(fair):
        with held(referral.case):
            send_home(referral, by, at)
    fair_cancelled.send(sender=Fair, fair=fair, by=by, at=at)
    return fair


def waiting_people(fair: Fair):
    """In order of the case, so that two endings cannot lock each other."""
    return fair.referrals.waiting().select_related("worker", "case", "fair").order_by("case_id")


def send_home(referral, by, at) -> None:
    withdraw_referral(referral=referral, why="fair_cancelled", by=by, at=at)
    send_back(referral, "fair_cancelled", by, at)
    queue_message(
        worker=referral.worker, template="fair_cancelled", context=words_for_sms(referral),
        dedupe_key=f"fair_cancelled:{referral.pk}", at=at,
    )  # fmt: skip


def send_back(referral, why: str, by, at) -> None:
    data = {"fair": referral.fair.title}
    cases.mark_not_matched(case=referral.case, by=by, at=at, why=why, about=referral, data=data)
