"""A step of a fair may concern thousands of people, and each of them takes some forty statements.

A page deals with the first of them before it answers. The rest is carried out of the request, one short transaction
for each person, by a task; should that be lost, the clock finds the fair still marked as behind. Every deed looks at
the person anew under their lock and can be done twice.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from celery import signature
from django.db import transaction

from fairs import locking, texts
from fairs.choices import FairState
from fairs.models import Fair, FairReferral, Result, Withdrawal
from fairs.querysets import ReferralQuerySet
from fairs.services import casework
from fairs.services.referring import withdraw_referral
from fairs.services.results import InterviewResult, write_result
from kit.pages import cut
from kit.refusals import Refusal
from staff.models import User

CATCH_UP = "fairs.tasks.bulk_catch_up"
AT_ONCE = 60
"""People dealt with before the page answers: about two seconds."""

Deed = Callable[[FairReferral], None]


def for_each(fair: Fair, people: ReferralQuerySet, deed: Deed) -> None:
    """In order of the case, so that two endings cannot lock each other. The caller holds the fair."""
    first, has_more = cut(people.order_by("case_id"), AT_ONCE)
    for person in first:
        with locking.locked_referral(person) as referral:
            deed(referral)
    if has_more:
        fair.is_behind = True
        fair.save(update_fields=["is_behind"])
        transaction.on_commit(lambda: _enqueue(fair.pk), robust=True)


def catch_up(*, fair_id: int, at: datetime) -> int:
    """Deal with whoever is left. Says how many were looked at; whose case is in use waits for the next round."""
    fair = Fair.objects.get(pk=fair_id)
    if not fair.is_behind:
        return 0
    outcomes = [_done(person, deed) for people, deed in _left(fair, at) for person in people.order_by("case_id")]
    if all(outcomes):
        _mark_caught_up(fair)
    return len(outcomes)


def send_home(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Cancelled: off the list, told, and back to "contacted". A promise somebody was given half-way stands."""
    if referral.is_waiting and not referral.result:
        withdraw_referral(referral=referral, why=Withdrawal.FAIR_CANCELLED, by=by, at=at)
        casework.send_back(referral, why="fair_cancelled", by=by, at=at)
        texts.tell_cancelled(referral, at)


def mark_no_show(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Finished: who did not come is back at "contacted"; who came keeps waiting for an answer."""
    if referral.is_expected:
        write_result(referral, InterviewResult(result=Result.NO_SHOW), by=by, at=at)
        casework.send_back(referral, why="fair_no_show", by=by, at=at)


def tell_of_change(referral: FairReferral, *, is_news: bool = True, by: User | None, at: datetime) -> None:
    """Nobody asks for the result before the new end, and whoever is still to come is told when and where."""
    if referral.is_waiting and not referral.result:
        casework.rest_until_end(referral, by=by, at=at)
    if is_news and referral.is_expected:
        texts.tell_changed(referral, at)


def call_in(referral: FairReferral, *, at: datetime) -> None:
    if referral.is_expected:
        texts.call_in(referral, at)


def _enqueue(fair_id: int) -> None:
    """By name, because the task calls this module. One try only: a page must not wait for a broker that is away."""
    signature(CATCH_UP, kwargs={"fair_id": fair_id}).apply_async(retry=False)


def _left(fair: Fair, at: datetime) -> Iterator[tuple[ReferralQuerySet, Deed]]:
    """What the last steps of the fair still mean for whom."""
    if fair.state == FairState.CANCELLED:
        yield fair.referrals.undecided(), partial(send_home, by=fair.cancelled_by, at=at)
    elif fair.state == FairState.FINISHED:
        yield fair.referrals.expected(), partial(mark_no_show, by=fair.finished_by, at=at)
    else:
        if fair.changed_at:
            told_before = fair.referrals.undecided().filter(referred_at__lte=fair.changed_at)
            yield told_before, partial(tell_of_change, by=None, at=at)
        if fair.end_changed_at:
            resting = fair.referrals.undecided().filter(referred_at__lte=fair.end_changed_at)
            yield resting, partial(tell_of_change, is_news=False, by=None, at=at)
        if fair.called_at:
            yield fair.referrals.expected().filter(referred_at__lte=fair.called_at), partial(call_in, at=at)


def _done(person: FairReferral, deed: Deed) -> bool:
    try:
        with transaction.atomic(), locking.locked_referral(person) as referral:
            deed(referral)
    except Refusal:
        return False
    return True


@transaction.atomic
def _mark_caught_up(seen: Fair) -> None:
    """Unless the fair has taken another step meanwhile, which has people of its own."""
    fair = locking.fair_alone(seen)
    if _steps_of(fair) == _steps_of(seen):
        fair.is_behind = False
        fair.save(update_fields=["is_behind"])


def _steps_of(fair: Fair) -> tuple:
    return fair.state, fair.changed_at, fair.end_changed_at, fair.called_at
