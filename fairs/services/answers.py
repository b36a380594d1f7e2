"""What the worker says by text, and what follows when the case goes another way."""

from datetime import datetime

from django.db import transaction

from cases.models import Case
from fairs import locking, texts
from fairs.models import FairReferral, Result, Withdrawal
from fairs.services import casework
from fairs.services.referring import withdraw_referral
from fairs.services.results import InterviewResult, write_result
from jobs.models import Placement
from kit.sql import Compiled
from staff.models import User
from workers import journal

WAITING_OF_CASE = Compiled(lambda case_id: FairReferral.objects.waiting().filter(case_id=case_id))


@transaction.atomic
def take_yes(*, referral_id: int, at: datetime) -> None:
    """The first yes counts; an answer that comes too late changes nothing."""
    found = FairReferral.objects.expected().filter(pk=referral_id).first()
    if found is None:
        return
    with locking.locked_referral(found) as referral:
        if referral.is_expected and referral.confirmed_at is None:
            referral.confirmed_at = at
            referral.save(update_fields=["confirmed_at"])
            data = texts.for_journal(referral)
            journal.record(worker=referral.worker, what="fair_confirmed", about=referral, by=None, at=at, data=data)


@transaction.atomic
def take_no(*, referral_id: int, at: datetime) -> None:
    """Off the list and back to the cadre at once: there is time for another job."""
    found = FairReferral.objects.expected().filter(pk=referral_id).first()
    if found is None:
        return
    with locking.locked_referral(found) as referral:
        if referral.is_expected:
            withdraw_referral(referral=referral, why=Withdrawal.CANNOT_COME, by=None, at=at)
            casework.send_back(referral, why="fair_cannot_come", by=None, at=at)


@transaction.atomic(savepoint=False)  # part of a step that goes with it: nobody goes on without it
def let_go(*, case: Case, by: User | None, at: datetime) -> None:
    """The case went another way: nobody waits for them at the door. Called while the case is locked, after it moved."""
    if WAITING_OF_CASE.first(case.pk) is None:
        return
    for referral in case.fair_referrals.waiting().for_change():
        withdraw_referral(referral=referral, why=Withdrawal.CASE_MOVED_ON, by=by, at=at)


@transaction.atomic
def take_placement(*, case: Case, placement: Placement | None, by: User | None, at: datetime) -> None:
    """Placed from the case's own page: hired here after all, if it is one of this fair's posts; else let go.

    Called while the case is locked, after it has moved.
    """
    for referral in case.fair_referrals.waiting().for_change():
        if casework.was_hired_here(referral, placement):
            hired = InterviewResult(result=Result.HIRED, vacancy=placement.vacancy)
            write_result(referral, hired, by=by, at=at)
        else:
            withdraw_referral(referral=referral, why=Withdrawal.CASE_MOVED_ON, by=by, at=at)
