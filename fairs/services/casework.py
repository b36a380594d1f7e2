"""What a fair means for the case. The only place that moves cases and places people."""

from datetime import date, datetime

from areas.models import Holiday
from areas.working_days import add_working_days
from cases import services as cases
from cases.choices import CloseReason, State
from cases.models import Case
from cases.policies import can_move
from fairs.models import Booth, Fair, FairReferral
from jobs import services as jobs
from jobs.models import Placement, Vacancy
from jobs.services.introductions import LONGEST_WAIT
from kit.days import end_of_day, local_day, start_of_day
from staff.models import User
from workers.models import Worker

ASK_AGAIN_AFTER = 3
"""Working days an employer has to answer an intent before the cadre asks."""


def mark_referred(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """contacted -> referred. Nobody is asked for the result before the fair has ended."""
    cases.mark_referred(
        case=referral.case, by=_mover(by, referral.case), at=at, until=referral.fair.ends_at, about=referral,
        reason="fair", data={"fair": referral.fair.title},
    )  # fmt: skip


def make_free(case: Case, fair: Fair, *, by: User | None, at: datetime) -> Case:
    """Somebody stands at the door: met there if nobody had spoken to them, and no longer waiting for another answer."""
    how = {"by": _mover(by, case), "at": at, "data": {"fair": fair.title}}
    if case.state == State.FLAGGED:
        return cases.mark_met(case=case, **how)
    if case.state == State.REFERRED:
        return cases.mark_not_matched(case=case, why="fair_walked_in", **how)
    return case


def begin(worker: Worker, *, by: User | None, at: datetime) -> Case:
    """Nobody had flagged them, and they look for work all the same."""
    return cases.open_case(worker=worker, flag=None, by=by, at=at)


def end_what_began_here(referral: FairReferral, *, at: datetime) -> None:
    """Registered at the door by mistake, and that was why there is a case: their cadre is not sent after them."""
    case = Case.objects.get(pk=referral.case_id)
    if case.state == State.FLAGGED and case.opened_by_flag_id is None and case.opened_at == referral.referred_at:
        cases.close_case(case=case, reason=CloseReason.WRONG_PERSON, by=None, at=at)


def forget_meeting(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """Registered at the door by mistake, and that was their first talk: nobody has spoken to them."""
    case = referral.case
    if case.moves.filter(line__what="case_met", at=referral.referred_at).exists():
        cases.undo_met(case=case, by=_mover(by, case), at=at, data={"fair": referral.fair.title})


def send_back(referral: FairReferral, *, why: str, by: User | None, at: datetime, data: dict | None = None) -> None:
    """referred -> contacted, with `why` (a word of `cases.reasons`) on the cadre's list."""
    case = referral.case
    cases.mark_not_matched(
        case=case, by=_mover(by, case), at=at, why=why, about=referral,
        data={"fair": referral.fair.title, **(data or {})},
    )  # fmt: skip


def call_off(referral: FairReferral, *, why: str = "", is_reason: bool = True, by: User | None, at: datetime) -> None:
    """referred -> contacted as if nobody had been referred; `why` is told in the journal, and on the list as well where
    the cadre has to know before they call."""
    case = referral.case
    cases.call_off_referral(
        case=case, about=referral, why=why, is_reason=is_reason, by=_mover(by, case), at=at,
        data={"fair": referral.fair.title},
    )  # fmt: skip


def wait_for_answer(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """An intent is not a placement: the case stays referred, and the cadre asks in three working days.

    Another intent asks later, and moves the limit no further than `LONGEST_WAIT` from the fair.
    """
    ask_on = add_working_days(local_day(at), ASK_AGAIN_AFTER, Holiday.objects.as_calendar())
    latest = end_of_day(local_day(referral.fair.ends_at) + LONGEST_WAIT)
    cases.snooze(
        case=referral.case, until=start_of_day(ask_on), due_at=end_of_day(ask_on), latest=latest,
        reason="ask_employer", data={"fair": referral.fair.title}, by=by, at=at,
    )  # fmt: skip


def rest_until_end(referral: FairReferral, *, by: User | None, at: datetime) -> None:
    """The fair has another time: nobody asks for the result before its new end."""
    ends_at = referral.fair.ends_at
    cases.snooze(case=referral.case, until=ends_at, reason="fair", data={"fair": referral.fair.title}, by=by, at=at)


def place(
    referral: FairReferral,
    vacancy: Vacancy,
    *,
    start_on: date,
    wage: int | None,
    needs_transport: bool,
    by: User | None,
    at: datetime,
) -> Placement:
    """Hired at the booth: a placement on the employer's word."""
    return jobs.confirm_placement(
        case=referral.case,
        employer=vacancy.employer,
        vacancy=vacancy,
        area=vacancy.area,
        start_on=start_on,
        wage=wage or vacancy.wage_low,
        evidence=Placement.Evidence.EMPLOYER_WORD,
        evidence_note=_whose_word(referral, vacancy),
        needs_transport=needs_transport,
        found_through=Placement.FoundThrough.FAIR,
        by=_mover(by, referral.case),
        at=at,
    )


def was_hired_here(referral: FairReferral, placement: Placement | None) -> bool:
    """A cadre confirmed a job for somebody who had come: is it one of this fair's posts?"""
    if placement is None or placement.vacancy_id is None or not referral.has_come:
        return False
    return referral.fair.booths.filter(offers__vacancy_id=placement.vacancy_id).exists()


def _whose_word(referral: FairReferral, vacancy: Vacancy) -> str:
    """Who said it: the employer at its booth, and what it wrote on the slip."""
    booth = Booth.objects.filter(fair=referral.fair_id, employer=vacancy.employer_id).first()
    spoken = [referral.fair.title, str(booth or vacancy.employer), referral.note]
    return " ".join(filter(None, spoken))[:300]


def _mover(by: User | None, case: Case) -> User | None:
    """Somebody may have moved away since they were invited: then the house itself moves the case.

    Who recorded it stands in the referral and in its own journal line.
    """
    return by if by is not None and can_move(by, case) else None
