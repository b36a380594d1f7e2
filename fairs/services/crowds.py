"""A step of a fair may concern thousands of people, and each of them takes some forty statements.

A page deals with the first of them before it answers. The rest is carried out of the request, one short transaction
for each person, by a task; should that be lost, the clock finds the fair still marked as behind. Every deed looks at
the person anew under their lock and can be done twice.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from celery import signature
from django.db import transaction

from fairs import locking, texts
from fairs.choices import FairState
from fairs.models import Fair, FairReferral, ReferralBatch, Result, Withdrawal
from fairs.querysets import ReferralQuerySet
from fairs.services import casework
from fairs.services.referring import withdraw_referral
from fairs.services.results import InterviewResult, write_result
from kit.pages import cut
from kit.refusals import Refusal
from staff.models import User

CATCH_UP = "fairs.tasks.bulk_catch_up"
TEXTS_AFTER = timedelta(minutes=10)
"""A press that sent many and is taken back within this time is heard of by nobody."""
AT_ONCE = 20
"""People dealt with before the page answers: less than a second."""
MANY = 60
"""So many still to be dealt with take longer than somebody looks at the page."""

Deed = Callable[[FairReferral], None]


def for_each(fair: Fair, people: ReferralQuerySet, deed: Deed) -> None:
    """The caller holds the fair; the cases of those who are dealt with now are held before the first of them."""
    first, has_more = cut(people.order_by("case_id"), AT_ONCE)
    locking.hold_cases_of(first)
    for person in first:
        with locking.locked_referral(person) as referral:
            deed(referral)
    if has_more:
        leave_for_later(fair)
    elif not fair.is_behind:
        _note_all_are_told(fair)


def leave_for_later(fair: Fair) -> None:
    """The task does the rest once this transaction is through; the clock, should the task be lost."""
    fair.is_behind = True
    fair.save(update_fields=["is_behind"])
    transaction.on_commit(lambda: _enqueue(fair.pk), robust=True)


def catch_up(*, fair_id: int, at: datetime) -> int:
    """Deal with whoever is left. Says how many were looked at; whose case is in use waits for the next round."""
    fair = Fair.objects.get(pk=fair_id)
    if not fair.is_behind:
        return 0
    steps = _steps_of(fair)
    outcomes = [_done(person, deed) for people, deed in _left(fair, at) for person in people.order_by("case_id")]
    if all(outcomes):
        _mark_caught_up(fair, steps, at)
    return len(outcomes)


def has_many_left(fair: Fair, *, at: datetime) -> bool:
    """Whether people of the last steps still wait to be told or sent back, and not just for a moment."""
    return fair.is_behind and sum(people.count() for people, _deed in _left(fair, at)) > MANY


def send_home(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Cancelled: off the list, told, and back to "contacted". A promise somebody was given half-way stands."""
    if batch := _batch_taken_back(referral):
        take_back(referral, by=batch.undone_by, at=at)
    elif referral.is_waiting and not referral.result:
        withdraw_referral(referral=referral, why=Withdrawal.FAIR_CANCELLED, by=by, at=at)
        casework.call_off(referral, why="fair_cancelled", is_reason=False, by=by, at=at)
        texts.tell_cancelled(referral, at)


def mark_no_show(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Finished: who did not come is back at "contacted"; who came keeps waiting for an answer.

    Who was never told of the fair has stayed away from nothing.
    """
    if not referral.is_expected:
        return
    if batch := _batch_taken_back(referral):
        take_back(referral, by=batch.undone_by, at=at)
    elif texts.is_unheard_of(referral):
        withdraw_referral(referral=referral, why=Withdrawal.NOT_TOLD, by=by, at=at)
        casework.call_off(referral, why="fair_not_told", by=by, at=at)
    else:
        write_result(referral, InterviewResult(result=Result.NO_SHOW), by=by, at=at)
        texts.take_back_waiting(referral, by=by, at=at)
        casework.send_back(referral, why="fair_no_show", by=by, at=at)


def tell_of_change(referral: FairReferral, *, is_news: bool = True, by: User | None, at: datetime) -> None:
    """Nobody asks for the result before the new end, and whoever is still to come is told when and where."""
    if referral.is_waiting and not referral.result:
        casework.rest_until_end(referral, by=by, at=at)
    if is_news and referral.is_expected:
        texts.tell_changed(referral, at)


def tell_invited(referral: FairReferral, *, at: datetime) -> None:
    """One of many, sent by one press: the text waits until that press can no longer be taken back unheard."""
    if referral.is_expected:
        texts.tell_invited(referral, at, not_before=referral.referred_at + TEXTS_AFTER)


def take_back(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Sent by one press that was taken back: off the list, and told so if they had been told of the fair."""
    if referral.is_expected:
        withdraw_referral(referral=referral, why=Withdrawal.TAKEN_BACK, by=by, at=at)
        casework.call_off(referral, by=by, at=at)
        texts.tell_taken_back(referral, at)


def _batch_taken_back(referral: FairReferral) -> ReferralBatch | None:
    """The fair took another step while many were still to be taken off its list: that they were comes first."""
    if referral.batch_id is None or not referral.is_expected:
        return None
    taken_back = ReferralBatch.objects.filter(pk=referral.batch_id, undone_at__isnull=False)
    return taken_back.select_related("undone_by").defer("verdicts").first()


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
        for batch in fair.batches.filter(undone_at__isnull=False).select_related("undone_by"):
            yield fair.referrals.expected().filter(batch=batch), partial(take_back, by=batch.undone_by, at=at)
        untold = fair.referrals.expected().filter(batch__isnull=False, batch__told_at=None, batch__undone_at=None)
        yield untold, partial(tell_invited, at=at)
        if fair.is_news("changed_at"):
            told_before = fair.referrals.undecided().filter(referred_at__lte=fair.changed_at)
            yield told_before, partial(tell_of_change, by=None, at=at)
        if fair.is_news("end_changed_at"):
            resting = fair.referrals.undecided().filter(referred_at__lte=fair.end_changed_at)
            yield resting, partial(tell_of_change, is_news=False, by=None, at=at)
        if fair.is_news("called_at"):
            yield fair.referrals.expected().filter(referred_at__lte=fair.called_at), partial(call_in, at=at)


def _done(person: FairReferral, deed: Deed) -> bool:
    try:
        with transaction.atomic(), locking.locked_referral(person) as referral:
            deed(referral)
    except Refusal:
        return False
    return True


@transaction.atomic
def _mark_caught_up(seen: Fair, steps: tuple, at: datetime) -> None:
    """Unless the fair has taken another step meanwhile, which has people of its own."""
    fair = locking.fair_alone(seen)
    if _steps_of(fair) == steps:
        fair.is_behind = False
        fair.save(update_fields=["is_behind"])
        _note_all_are_told(fair)
        fair.batches.filter(told_at=None).update(told_at=at)


def _note_all_are_told(fair: Fair) -> None:
    fair.caught_up_with = fair.calls_and_changes
    fair.save(update_fields=["caught_up_with"])


def _steps_of(fair: Fair) -> tuple:
    batches = tuple(fair.batches.order_by("pk").values_list("pk", "undone_at"))
    untold = fair.referrals.filter(batch__isnull=False, batch__told_at=None).count()
    return fair.state, fair.changed_at, fair.end_changed_at, fair.called_at, batches, untold
