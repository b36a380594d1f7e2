"""What was said at the booth, and where it leads."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from fairs import locking, texts
from fairs.choices import PROMISES
from fairs.events import fair_result_recorded
from fairs.models import FairReferral, NoMatchReason, Result
from fairs.refusals import (
    NotAtThisFair,
    NotCheckedIn,
    OffTheList,
    PostMissing,
    ResultAlreadyThere,
    StartDateMissing,
)
from fairs.services import casework
from jobs.models import Vacancy
from kit.refusals import ReasonMissing
from staff.models import User
from workers import journal


@dataclass(frozen=True)
class Outcome:
    """What was said at the booth. `start_on`, `wage` (yuan a month) and `needs_transport` only for hired."""

    result: str
    vacancy: Vacancy | None = None
    start_on: date | None = None
    wage: int | None = None
    needs_transport: bool = True
    reason: str = ""
    note: str = ""


@transaction.atomic
def record_result(*, referral: FairReferral, outcome: Outcome, by: User, at: datetime) -> FairReferral:
    """Write down what the employer said and move the case with it. The same answer twice is one."""
    locking.fair_shared(referral.fair_id)
    with locking.referral_held(referral) as referral:
        if _says_the_same(referral, outcome):
            return referral
        _check(referral, outcome)
        write_result(referral, outcome, by=by, at=at)
        _move_on(referral, outcome, by=by, at=at)
    fair_result_recorded.send(FairReferral, referral=referral, by=by, at=at)
    return referral


def write_result(referral: FairReferral, outcome: Outcome, *, by: User | None, at: datetime) -> None:
    """The row and its journal line. The caller holds the case, and moves it or has moved it."""
    referral.result, referral.result_at, referral.result_by = outcome.result, at, by
    referral.vacancy, referral.reason, referral.note = outcome.vacancy, outcome.reason, outcome.note
    referral.save(update_fields=["result", "result_at", "result_by", "vacancy", "reason", "note"])
    post = str(outcome.vacancy or "")
    data = texts.for_journal(referral, post=post, reason=outcome.reason, note=outcome.note)
    what = f"fair_result_{outcome.result}"
    journal.record(worker=referral.worker, what=what, about=referral, by=by, at=at, data=data)


def _says_the_same(referral: FairReferral, outcome: Outcome) -> bool:
    return referral.result == outcome.result and referral.vacancy_id == getattr(outcome.vacancy, "pk", None)


def _check(referral: FairReferral, outcome: Outcome) -> None:
    if not referral.is_waiting:
        raise OffTheList if referral.withdrawn_at else ResultAlreadyThere
    if not referral.has_come:
        raise NotCheckedIn
    if outcome.result == Result.NO_MATCH and outcome.reason not in NoMatchReason.values:
        raise ReasonMissing
    if outcome.result == Result.HIRED and not (outcome.vacancy and outcome.start_on):
        raise StartDateMissing
    if outcome.result in PROMISES and not outcome.vacancy:
        raise PostMissing
    _check_is_offered(referral, outcome.vacancy)


def _check_is_offered(referral: FairReferral, vacancy: Vacancy | None) -> None:
    if vacancy and not referral.fair.booths.filter(offers__vacancy=vacancy).exists():
        raise NotAtThisFair


def _move_on(referral: FairReferral, outcome: Outcome, *, by: User, at: datetime) -> None:
    if outcome.result == Result.HIRED:
        casework.place(
            referral, outcome.vacancy, start_on=outcome.start_on, wage=outcome.wage,
            needs_transport=outcome.needs_transport, by=by, at=at,
        )  # fmt: skip
    elif outcome.result == Result.NO_MATCH:
        casework.send_back(referral, why="fair_no_match", by=by, at=at, data={"why": outcome.reason})
    else:
        casework.wait_for_answer(referral, by=by, at=at)
