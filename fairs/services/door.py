"""At the door: a code, a phone's last four digits, or somebody nobody had sent."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.locking import locked
from cases.models import Case
from fairs import locking, texts
from fairs.events import checked_in
from fairs.models import Fair, FairReferral, Withdrawal
from fairs.refusals import (
    AnotherFair,
    FairMovedOn,
    NotOpenYet,
    OffTheList,
    ResultAlreadyThere,
    SeveralPeople,
    UnknownCode,
)
from fairs.services import casework
from fairs.services.referring import check_may_refer, put_on_list, withdraw_referral
from staff.models import User
from workers import journal

SLIP = re.compile(r"WF-FAIR:([0-9]{1,18}):([0-9]{6})", re.IGNORECASE)
CODE = re.compile(r"[0-9]{6}")
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
        referral = fair.referrals.waiting().for_change().filter(case=step.case).first()
        if referral and referral.has_come:
            return Arrival(referral, is_replay=True)
        if referral is None:
            check_may_refer(fair, step.case, at)
            referral = put_on_list(fair, step.case, (), by=by, at=at, is_walk_in=True)
        _let_in(referral, by=by, at=at)
    return Arrival(referral, is_replay=False)


@transaction.atomic
def undo_check_in(*, referral: FairReferral, by: User, at: datetime) -> FairReferral:
    """The wrong person was let in. Once a result is there the meeting took place."""
    if not locking.fair_shared(referral.fair_id).is_running:
        raise FairMovedOn
    with locking.locked_referral(referral) as referral:
        if referral.result:
            raise ResultAlreadyThere
        if referral.has_come and referral.withdrawn_at is None:
            _show_out(referral, by=by, at=at)
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
    checked_in.send(FairReferral, referral=referral, by=by, at=at)


def _show_out(referral: FairReferral, *, by: User, at: datetime) -> None:
    """A guest is expected again; who was registered by mistake was never sent anywhere."""
    referral.checked_in_at = referral.checked_in_by = None
    referral.save(update_fields=["checked_in_at", "checked_in_by"])
    journal.record(
        worker=referral.worker, what="check_in_undone", about=referral, by=by, at=at,
        data=texts.for_journal(referral),
    )  # fmt: skip
    if referral.is_walk_in:
        withdraw_referral(referral=referral, why=Withdrawal.CHECK_IN_UNDONE, by=by, at=at)
        casework.send_back(referral, why="fair_check_in_undone", by=by, at=at)
