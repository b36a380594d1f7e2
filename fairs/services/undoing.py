"""A result that was entered by mistake is taken back, on the day it was entered, by whoever entered it."""

from datetime import datetime

from django.db import transaction

from cases import services as cases
from cases.refusals import UndoOvertaken
from fairs import locking, texts
from fairs.choices import PROMISES
from fairs.models import FairReferral, Result
from fairs.services import casework
from fairs.services.restoring import say_what_was_said_before
from jobs import services as jobs
from staff.models import User
from workers import journal


@transaction.atomic
def undo_result(*, referral: FairReferral, by: User, at: datetime) -> FairReferral:
    """What was said at the booth before stands again, or nothing; the case goes back with it. Twice is once."""
    locking.fair_shared(referral.fair_id)
    with locking.locked_referral(referral) as referral:
        if not referral.result:
            return referral
        cases.check_is_mine_of_today(made_by=referral.result_by_id, made_at=referral.result_at, by=by, at=at)
        if referral.result in PROMISES:
            _forget_promise(referral, by=by, at=at)
        elif referral.result == Result.NO_MATCH:
            cases.undo_move(case=referral.case, about=referral, made_by=by.pk, by=by, at=at)
        else:
            _undo_job(referral, by=by, at=at)
    return FairReferral.objects.for_change().get(pk=referral.pk)


def _forget_promise(referral: FairReferral, *, by: User, at: datetime) -> None:
    if not referral.is_waiting:
        raise UndoOvertaken
    data = texts.for_journal(referral, result=referral.result)
    say_what_was_said_before(referral)
    referral.save()
    journal.record(worker=referral.worker, what="fair_result_undone", about=referral, by=by, at=at, data=data)
    if referral.result:
        casework.wait_for_answer(referral, by=by, at=referral.result_at)
    else:
        casework.rest_until_end(referral, by=by, at=at)


def _undo_job(referral: FairReferral, *, by: User, at: datetime) -> None:
    """The fair hears from the case that there is no such job."""
    jobs_of_it = referral.case.placements.current().filter(confirmed_at=referral.result_at)
    placement = jobs_of_it.first() if referral.result == Result.HIRED else None
    if placement is None:
        raise UndoOvertaken
    jobs.undo_placement(placement=placement, by=by, at=at)
