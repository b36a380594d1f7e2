"""At the door: a code, a phone's last four digits, or somebody nobody had sent."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cases.choices import AT_WORK_STATES
from cases.locking import locked
from cases.models import Case
from fairs import locking, texts
from fairs.choices import STILL_OPEN
from fairs.events import checked_in
from fairs.models import Fair, FairReferral, Withdrawal
from fairs.refusals import (
    AnotherFair,
    CaseHasEnded,
    FairMovedOn,
    NotOpenYet,
    OffTheList,
    ResultAlreadyThere,
    SeveralPeople,
    UnknownCode,
)
from fairs.services import casework
from fairs.services.referring import (
    check_may_come,
    check_was_not_here,
    put_on_list,
    withdraw_referral,
    write_referral,
)
from staff.models import User
from workers import journal
from workers.locking import lock_worker
from workers.models import Worker

SLIP = re.compile(r"WF-FAIR:([0-9]{1,18}):([0-9]{6})", re.IGNORECASE)
CODE = re.compile(r"[0-9]{6}")
IS_VISITOR = Q(withdrawn_because=Withdrawal.HAS_A_JOB)
TAIL = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Arrival:
    """`is_replay`: they were in already, since `referral.checked_in_at`."""

    referral: FairReferral
    is_replay: bool


@transaction.atomic
def check_in(*, fair: Fair, digits: str, by: User, at: datetime) -> Arrival:
    """Let the person in. A second check-in changes nothing and keeps the first time."""
    fair = _open_doors(fair)
    with locking.locked_referral(_find(fair, digits)) as referral:
        if referral.has_come:
            return Arrival(referral, is_replay=True)
        if not referral.is_expected:
            raise OffTheList
        _let_in(referral, by=by, at=at)
    return Arrival(referral, is_replay=False)


@transaction.atomic
def register_walk_in(*, fair: Fair, case: Case, by: User, at: datetime) -> Arrival:
    """Somebody came whom nobody had sent: on the list and in, in one go. Who was invited after all just comes in."""
    fair = locking.fair_alone(fair)
    if not fair.is_running:
        raise NotOpenYet
    with locked(case) as step:
        referral = _listed(fair, step.case)
        if referral and referral.has_come:
            return Arrival(referral, is_replay=True)
        if referral is None:
            referral = _register(fair, step.case, by=by, at=at)
        _let_in(referral, by=by, at=at)
    return Arrival(referral, is_replay=False)


@transaction.atomic
def register_newcomer(*, fair: Fair, worker: Worker, by: User, at: datetime) -> Arrival:
    """Somebody of the register who never had a case: it begins at the door. A refusal leaves none behind."""
    fair = locking.fair_alone(fair)
    worker = lock_worker(worker)
    case = Case.objects.filter(worker=worker).order_by("-opened_at", "-pk").first()
    if case is None:
        case = casework.begin(worker, by=by, at=at)
    return register_walk_in(fair=fair, case=case, by=by, at=at)


@transaction.atomic
def undo_check_in(*, referral: FairReferral, by: User, at: datetime) -> FairReferral:
    """The wrong person was let in. Once a result is there the meeting took place."""
    if not locking.fair_shared(referral.fair_id).is_running:
        raise FairMovedOn
    with locking.locked_referral(referral) as referral:
        if referral.result:
            raise ResultAlreadyThere
        if referral.has_come and (referral.withdrawn_at is None or referral.is_visitor):
            _show_out(referral, by=by, at=at)
    return referral


def _listed(fair: Fair, case: Case) -> FairReferral | None:
    """On the list, or in already as somebody who has a job."""
    listed = Q(withdrawn_at=None, result__in=STILL_OPEN) | Q(IS_VISITOR, checked_in_at__isnull=False)
    return fair.referrals.for_change().filter(listed, case=case).first()


def _register(fair: Fair, case: Case, *, by: User, at: datetime) -> FairReferral:
    """Whatever an open case waits for, it goes on from here; who has a job only counts as having come."""
    if not case.is_open:
        raise CaseHasEnded
    check_may_come(fair, case, at)
    check_was_not_here(fair, case)
    if case.state in AT_WORK_STATES:
        return _register_visitor(fair, case, by=by, at=at)
    case = casework.make_free(case, fair, by=by, at=at)
    return put_on_list(fair, case, (), by=by, at=at, is_walk_in=True)


def _register_visitor(fair: Fair, case: Case, *, by: User, at: datetime) -> FairReferral:
    """Nobody waits for an answer, and the case stays with its job."""
    columns = {"withdrawn_at": at, "withdrawn_because": Withdrawal.HAS_A_JOB}
    referral = write_referral(fair, case, is_walk_in=True, by=by, at=at, **columns)
    data = texts.for_journal(referral)
    journal.record(worker=case.worker, what="walked_into_fair", about=referral, by=by, at=at, data=data)
    return referral


def _find(fair: Fair, digits: str) -> FairReferral:
    """By what the slip's square says, by its six digits, else by the last four of the phone."""
    typed = _digits_of(fair, digits)
    people = fair.referrals.counted()
    if CODE.fullmatch(typed):
        found = list(people.filter(code=typed))
    else:
        found = list(people.filter(worker__phone_tail=typed)[:2]) if TAIL.fullmatch(typed) else []
    if not found:
        raise UnknownCode
    if len(found) > 1:
        raise SeveralPeople
    return found[0]


def _digits_of(fair: Fair, text: str) -> str:
    """Half width and without spaces; of a slip only its code."""
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    slip = SLIP.fullmatch(typed)
    if slip and int(slip[1]) != fair.pk:
        raise AnotherFair
    return slip[2] if slip else typed.replace("-", "")


def _open_doors(fair: Fair) -> Fair:
    fair = locking.fair_shared(fair.pk)
    if not fair.is_running:
        raise NotOpenYet
    return fair


def _let_in(referral: FairReferral, *, by: User, at: datetime) -> None:
    referral.checked_in_at, referral.checked_in_by = at, by
    referral.save(update_fields=["checked_in_at", "checked_in_by"])
    journal.record(
        worker=referral.worker, what="checked_in_at_fair", about=referral, by=by, at=at,
        data=texts.for_journal(referral),
    )  # fmt: skip
    texts.take_back_waiting(referral, by=by, at=at)
    checked_in.send(FairReferral, referral=referral, by=by, at=at)


def _show_out(referral: FairReferral, *, by: User, at: datetime) -> None:
    """A guest is expected again; who was registered by mistake was never sent anywhere."""
    was_visitor, referral.checked_in_at, referral.checked_in_by = referral.is_visitor, None, None
    referral.withdrawn_because = Withdrawal.CHECK_IN_UNDONE if was_visitor else referral.withdrawn_because
    referral.save(update_fields=["checked_in_at", "checked_in_by", "withdrawn_because"])
    journal.record(
        worker=referral.worker, what="check_in_undone", about=referral, by=by, at=at,
        data=texts.for_journal(referral),
    )  # fmt: skip
    if referral.is_walk_in and not was_visitor:
        withdraw_referral(referral=referral, why=Withdrawal.CHECK_IN_UNDONE, by=by, at=at)
        casework.call_off(referral, why="fair_check_in_undone", by=by, at=at)
        casework.forget_meeting(referral, by=by, at=at)
        casework.end_what_began_here(referral, at=at)
    else:
        texts.invite_again(referral, at)
