from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from areas.models import Holiday
from areas.working_days import add_working_days
from cases import services as cases
from cases.services.holding import held
from fairs.events import fair_result_recorded
from fairs.models import Fair, FairReferral, Result
from fairs.refusals import NotCheckedIn, ReasonMissing, ResultAlreadyThere, StartDateMissing
from jobs import services as jobs
from jobs.models import Vacancy
from staff.models import User
from workers import journal

ASK_AGAIN_AFTER = 3
"""Working days an employer has to answer an intent before the cadre asks."""


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
    Fair.objects.select_for_update().get(pk=referral.fair_id)
    with held(referral.case) as step:
        referral = FairReferral.objects.select_related("fair", "worker").get(pk=referral.pk)
        if not says_the_same(referral, outcome):
            check_can_answer(referral, outcome)
            write_result(referral, outcome, by, at)
            MOVES[outcome.result](referral, step.case, outcome, by, at)
            fair_result_recorded.send(sender=FairReferral, referral=referral, by=by, at=at)
    return referral


def says_the_same(referral: FairReferral, outcome: Outcome) -> bool:
    return referral.result == outcome.result and referral.vacancy_id == getattr(outcome.vacancy, "pk", None)


def check_can_answer(referral: FairReferral, outcome: Outcome) -> None:
    if not referral.is_waiting:
        raise ResultAlreadyThere()
    if referral.checked_in_at is None:
        raise NotCheckedIn()
    if outcome.result == Result.NO_MATCH and not outcome.reason:
        raise ReasonMissing()
    if outcome.result == Result.HIRED and not (outcome.vacancy and outcome.start_on):
        raise StartDateMissing()


def write_result(referral: FairReferral, outcome: Outcome, by: User | None, at: datetime) -> None:
    referral.result, referral.result_at, referral.result_by = outcome.result, at, by
    referral.vacancy, referral.reason, referral.note = outcome.vacancy, outcome.reason, outcome.note
    referral.save(update_fields=["result", "result_at", "result_by", "vacancy", "reason", "note"])
    journal.record(
        worker=referral.worker, what=f"fair_result_{outcome.result}", about=referral, by=by, at=at,
        data={"fair": referral.fair.title, "post": str(outcome.vacancy or ""), "reason": outcome.reason},
    )  # fmt: skip


def place(referral, case, outcome, by, at):
    jobs.confirm_placement(
        case=case,
        employer=outcome.vacancy.employer,
        vacancy=outcome.vacancy,
        area=outcome.vacancy.area,
        start_on=outcome.start_on,
        wage=outcome.wage or outcome.vacancy.wage_low,
        evidence="employer_word",
        evidence_note=outcome.note or referral.fair.title,
        needs_transport=outcome.needs_transport,
        found_through="fair",
        by=by,
        at=at,
    )


def send_back(referral, case, outcome, by, at):
    data = {"fair": referral.fair.title, "why": outcome.reason}
    cases.mark_not_matched(case=case, by=by, at=at, why="fair_no_match", about=referral, data=data)


def wait_for_answer(referral, case, outcome, by, at):
    """An intent is not a placement: the case stays referred and the cadre asks in three working days."""
    due_on = add_working_days(timezone.localdate(at), ASK_AGAIN_AFTER, Holiday.objects.as_calendar())
    due_at = timezone.make_aware(datetime.combine(due_on, datetime.max.time().replace(microsecond=0)))
    cases.snooze(
        case=case, until=due_at.replace(hour=0, minute=0, second=0), due_at=due_at, reason="ask_employer",
        data={"fair": referral.fair.title}, by=by, at=at,
    )  # fmt: skip


MOVES = {
    Result.HIRED: place,
    Result.NO_MATCH: send_back,
    Result.INTENT: wait_for_answer,
    Result.SECOND_INTERVIEW: wait_for_answer,
}
