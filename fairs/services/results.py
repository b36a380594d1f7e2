"""What was said at the booth, and where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from fairs import locking, texts
from fairs.choices import PROMISES
from fairs.events import fair_result_recorded
from fairs.models import BoothVacancy, Fair, FairReferral, NoMatchReason, Result
from fairs.refusals import (
    MoreHiredThanPromised,
    NotAtThisFair,
    NotCheckedIn,
    OffTheList,
    PostMissing,
    ResultAlreadyThere,
    StartDateMissing,
    StartsBeforeFair,
    UnknownCode,
)
from fairs.services import casework
from jobs.models import Vacancy
from kit.days import local_day
from kit.refusals import ReasonMissing, Refusal
from staff.models import User
from workers import journal


@dataclass(frozen=True)
class InterviewResult:
    """What was said at the booth. `start_on`, `wage` (yuan a month) and `needs_transport` only for hired.

    `is_beyond_promise`: whoever records it knows that the employer hires more people than it promised this fair.
    """

    result: str
    vacancy: Vacancy | None = None
    start_on: date | None = None
    wage: int | None = None
    needs_transport: bool = True
    reason: str = ""
    note: str = ""
    is_beyond_promise: bool = False


@transaction.atomic
def record_result(*, referral: FairReferral, interview: InterviewResult, by: User, at: datetime) -> FairReferral:
    """Write down what the employer said and move the case with it. The same answer twice is one."""
    locking.fair_shared(referral.fair_id)
    with locking.locked_referral(referral) as referral:
        if _says_the_same(referral, interview):
            return referral
        _check(referral, interview)
        write_result(referral, interview, by=by, at=at)
        _move_on(referral, interview, by=by, at=at)
    fair_result_recorded.send(FairReferral, referral=referral, by=by, at=at)
    return referral


def check_waits_for_result(*, fair: Fair, code: str) -> None:
    """Whether an employer can say something of whoever has this door code, and if not, why."""
    referral = fair.referrals.filter(code=code).first()
    if referral is None:
        raise UnknownCode
    _check_is_here(referral)
    if referral.result:
        raise ResultAlreadyThere


def record_results(
    *, said: Iterable[tuple[FairReferral, InterviewResult]], by: User, at: datetime
) -> dict[int, Refusal | None]:
    """Many at once: each row stands alone, and one that is refused stops no other. By referral: why not, or None."""
    outcomes: dict[int, Refusal | None] = {}
    for referral, interview in said:
        try:
            record_result(referral=referral, interview=interview, by=by, at=at)
            outcomes[referral.pk] = None
        except Refusal as refusal:
            outcomes[referral.pk] = refusal
    return outcomes


def write_result(referral: FairReferral, interview: InterviewResult, *, by: User | None, at: datetime) -> None:
    """The row and its journal line. The caller holds the case, and moves it or has moved it."""
    referral.result, referral.result_at, referral.result_by = interview.result, at, by
    referral.vacancy, referral.reason, referral.note = interview.vacancy, interview.reason, interview.note
    referral.save(update_fields=["result", "result_at", "result_by", "vacancy", "reason", "note"])
    post = str(interview.vacancy or "")
    key = {"post_id": interview.vacancy.pk} if interview.vacancy else {}
    data = texts.for_journal(referral, post=post, **key, reason=interview.reason, note=interview.note)
    what = f"fair_result_{interview.result}"
    journal.record(worker=referral.worker, what=what, about=referral, by=by, at=at, data=data)


def _says_the_same(referral: FairReferral, interview: InterviewResult) -> bool:
    return referral.result == interview.result and referral.vacancy_id == getattr(interview.vacancy, "pk", None)


def _check(referral: FairReferral, interview: InterviewResult) -> None:
    _check_is_here(referral)
    if interview.result == Result.NO_MATCH and interview.reason not in NoMatchReason.values:
        raise ReasonMissing
    if interview.result == Result.HIRED and not (interview.vacancy and interview.start_on):
        raise StartDateMissing
    if interview.start_on and interview.start_on < local_day(referral.fair.starts_at):
        raise StartsBeforeFair
    if interview.result in PROMISES and not interview.vacancy:
        raise PostMissing
    _check_is_offered(referral, interview.vacancy)
    if interview.result == Result.HIRED and not interview.is_beyond_promise:
        _check_was_promised(referral, interview.vacancy)


def _check_is_here(referral: FairReferral) -> None:
    if not referral.is_waiting:
        raise OffTheList if referral.withdrawn_at else ResultAlreadyThere
    if not referral.has_come:
        raise NotCheckedIn


def _check_is_offered(referral: FairReferral, vacancy: Vacancy | None) -> None:
    if vacancy and not referral.fair.booths.filter(offers__vacancy=vacancy).exists():
        raise NotAtThisFair


def _check_was_promised(referral: FairReferral, vacancy: Vacancy) -> None:
    locking.post_alone(vacancy)
    offer = BoothVacancy.objects.filter(booth__fair=referral.fair_id, vacancy=vacancy).select_related("booth").first()
    hired = FairReferral.objects.filter(fair=referral.fair_id, vacancy=vacancy, result=Result.HIRED).count()
    if hired >= offer.wanted:
        raise MoreHiredThanPromised(promised=offer.wanted, hired=hired)


def _move_on(referral: FairReferral, interview: InterviewResult, *, by: User, at: datetime) -> None:
    if interview.result == Result.HIRED:
        casework.place(
            referral, interview.vacancy, start_on=interview.start_on, wage=interview.wage,
            needs_transport=interview.needs_transport, by=by, at=at,
        )  # fmt: skip
    elif interview.result == Result.NO_MATCH:
        casework.send_back(referral, why="fair_no_match", by=by, at=at, data={"why": interview.reason})
    else:
        casework.wait_for_answer(referral, by=by, at=at)
