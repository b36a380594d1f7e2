"""Somebody is put on a fair's list, and taken off it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cases import services as cases
from cases.choices import State
from cases.locking import locked
from cases.models import Case
from cases.refusals import UndoOvertaken
from fairs import locking, texts
from fairs.choices import MOST_WISHES
from fairs.events import referral_withdrawn, referred_to_fair
from fairs.models import BoothVacancy, Fair, FairReferral, Wish, Withdrawal
from fairs.refusals import (
    AlreadyReferred,
    EmployerStaysAway,
    FairClosed,
    HasAJob,
    NotAtThisFair,
    NotContactedYet,
    NotServed,
    TooManyWishes,
    WasHere,
)
from fairs.services import casework
from fairs.services.licence import check_crowd
from jobs.rules import fitness
from kit.days import local_day
from notifications.services import withdraw_messages
from staff.models import User
from workers import journal
from workers.models import Worker


@transaction.atomic
def refer_to_fair(
    *, fair: Fair, case: Case, wishes: Sequence[BoothVacancy] = (), by: User | None, at: datetime
) -> FairReferral:
    """Send the worker to the fair with a door code and a text. Asking twice gives the same referral."""
    fair = locking.fair_alone(fair)
    with locked(case) as step:
        if same := fair.referrals.waiting().for_change().filter(case=step.case).first():
            return same
        check_may_refer(fair, step.case, at)
        check_crowd(fair, more=1)
        check_wishes(fair, step.case.worker, wishes, at)
        referral = put_on_list(fair, step.case, wishes, by=by, at=at)
        texts.tell_invited(referral, at)
    referred_to_fair.send(FairReferral, referral=referral, by=by, at=at)
    return referral


@transaction.atomic
def withdraw_referral(*, referral: FairReferral, why: str, by: User | None, at: datetime) -> None:
    """Take the person off the list. The caller holds the case and moves it, or has moved it."""
    referral.withdrawn_at, referral.withdrawn_because = at, why
    referral.save(update_fields=["withdrawn_at", "withdrawn_because"])
    data = texts.for_journal(referral, why=why)
    journal.record(worker=referral.worker, what="fair_referral_withdrawn", about=referral, by=by, at=at, data=data)
    withdraw_messages(about=referral, by=by, at=at)
    referral_withdrawn.send(FairReferral, referral=referral, by=by, at=at)


@transaction.atomic
def undo_referral(*, referral: FairReferral, by: User, at: datetime) -> None:
    """Referred by mistake, and taken back the same day. Whoever has come to the fair was not.

    Who has been told of the fair is told that they need not go.
    """
    locking.fair_alone(referral.fair)
    with locked(referral.case) as step:
        referral = step.case.fair_referrals.for_change().get(pk=referral.pk)
        if referral.withdrawn_at:
            return
        if referral.has_come:
            raise UndoOvertaken
        withdraw_referral(referral=referral, why=Withdrawal.TAKEN_BACK, by=by, at=at)
        made_by = referral.referred_by_id
        cases.undo_move(case=step.case, about=referral, made_by=made_by, by=by, at=at)
        texts.tell_taken_back(referral, at)


def check_may_refer(fair: Fair, case: Case, at: datetime) -> None:
    """Has been spoken to, waits for no other answer, and was not at this fair already."""
    check_may_come(fair, case, at)
    if case.state == State.FLAGGED:
        raise NotContactedYet
    if case.state == State.REFERRED:
        raise AlreadyReferred
    if case.state != State.CONTACTED:
        raise HasAJob
    check_was_not_here(fair, case)


def check_may_come(fair: Fair, case: Case, at: datetime) -> None:
    if not fair.takes_referrals or fair.ends_at <= at:
        raise FairClosed
    if not fair.serves(case.area_id):
        raise NotServed
    fitness.check_old_enough(case.worker, local_day(at))


def check_was_not_here(fair: Fair, case: Case) -> None:
    if fair.referrals.current().filter(worker=case.worker_id).exists():
        raise WasHere


def check_wishes(fair: Fair, worker: Worker, wishes: Sequence[BoothVacancy], at: datetime) -> None:
    """The law's part only: an employer's own limits are talked over at its booth."""
    if len(wishes) > MOST_WISHES:
        raise TooManyWishes
    here = BoothVacancy.objects.filter(booth__fair=fair, pk__in=[offer.pk for offer in wishes])
    if here.count() < len(wishes):
        raise NotAtThisFair
    if here.filter(booth__comes=False).exists():
        raise EmployerStaysAway
    for offer in wishes:
        fitness.check_protected(worker, offer.vacancy, local_day(at))
        fitness.check_employer(offer.vacancy.employer)


def put_on_list(
    fair: Fair, case: Case, wishes: Sequence[BoothVacancy], *, by: User | None, at: datetime, is_walk_in: bool = False
) -> FairReferral:
    """The row, its wishes, its journal line and the case's step. The caller holds fair and case, and has checked."""
    referral = write_referral(fair, case, is_walk_in=is_walk_in, by=by, at=at)
    Wish.objects.bulk_create(
        Wish(referral=referral, offer=offer, rank=rank) for rank, offer in enumerate(wishes, start=1)
    )
    journal.record(
        worker=case.worker, what="walked_into_fair" if is_walk_in else "referred_to_fair", about=referral,
        by=by, at=at, data=texts.for_journal(referral, wishes=[str(offer.vacancy) for offer in wishes]),
    )  # fmt: skip
    casework.mark_referred(referral, by=by, at=at)
    return referral


def write_referral(fair: Fair, case: Case, *, by: User | None, at: datetime, **columns) -> FairReferral:
    return FairReferral.objects.create(
        fair=fair, case=case, worker=case.worker, code=_free_code(fair), referred_at=at, referred_by=by, **columns
    )


def _free_code(fair: Fair) -> str:
    """Six random digits no one else at the fair has. The fair is locked, so the choice holds."""
    taken = set(fair.referrals.values_list("code", flat=True))
    while (code := f"{secrets.randbelow(10**6):06d}") in taken:
        pass
    return code
