"""One worker sent to one post without a fair, and what the employer said."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cases import services as cases
from cases.choices import State
from cases.locking import locked
from cases.models import Case
from jobs.models import Introduction, Placement, Vacancy
from jobs.refusals import EvidenceMissing, IntroductionDecided, NotInReach
from jobs.rules import fitness
from jobs.sealed import kept_if_all_goes_well
from jobs.services.placements import confirm_placement
from jobs.services.terms import Terms
from kit.days import end_of_day, local_day
from kit.replays import first_row
from kit.sql import Compiled
from staff.models import User
from workers import journal

ANSWER_WITHIN = timedelta(days=3)
LONGEST_WAIT = timedelta(days=14)
"""So long an employer may think it over. Whoever waits longer is asked after as before, and is late."""
Result = Introduction.Result
OPEN_OF_CASE = Compiled(lambda case_id: Introduction.objects.open().filter(case_id=case_id))
WHY = {Result.NOT_HIRED: "introduction_not_hired", Result.NO_SHOW: "introduction_no_show"}


@transaction.atomic
def introduce(
    *,
    case: Case,
    vacancy: Vacancy,
    by: User | None,
    at: datetime,
    until: datetime | None = None,
    once: UUID | None = None,
) -> Introduction:
    """contacted -> referred, to one post. Nobody is asked for the result before `until`, three days on by default."""
    if earlier := first_row(Introduction, once):
        return earlier
    vacancy = Vacancy.objects.select_related("employer").get(pk=vacancy.pk)
    with locked(case) as step:
        if step.case.state != State.CONTACTED:
            raise NotInReach
        fitness.check_may_recommend(step.case.worker, vacancy, local_day(at))
        introduction = Introduction.objects.create(
            case=step.case,
            vacancy=vacancy,
            introduced_at=at,
            introduced_by=by,
            until=until or end_of_day(local_day(at) + ANSWER_WITHIN),
            once=once,
        )
        _refer(introduction, by=by, at=at)
        said = _said(vacancy)
        journal.record(worker=step.case.worker, what="introduced", about=introduction, by=by, at=at, data=said)
    return introduction


@kept_if_all_goes_well()
@transaction.atomic
def record_introduction_result(
    *,
    introduction: Introduction,
    result: str,
    by: User | None,
    at: datetime,
    note: str = "",
    terms: Terms | None = None,
    until: datetime | None = None,
    once: UUID | None = None,
) -> Introduction:
    """hired -> placed with `terms`; not hired or no-show -> contacted; waiting -> ask again at `until`.

    Whoever waits longer than `LONGEST_WAIT` is late. The same result twice is one; a different one after a final
    result is refused.
    """
    with locked(introduction.case):
        introduction.refresh_from_db()
        if not introduction.is_open:
            return _same(introduction, result)
        _write(introduction, result, note=note, by=by, at=at)
        if result == Result.HIRED:
            _place(introduction, terms, by=by, at=at, once=once)
        elif result == Result.WAITING:
            _wait(introduction, until or end_of_day(local_day(at) + ANSWER_WITHIN), by=by, at=at)
        else:
            _send_back(introduction, by=by, at=at)
    return introduction


def let_lapse(*, case: Case, by: User | None, at: datetime) -> int:
    """The case left `referred` by another road: nobody is asked any more. Says how many lapsed, 0 or 1.

    Called while the case is locked, and most have none.
    """
    if OPEN_OF_CASE.first(case.pk) is None:
        return 0
    lapsed = {"result": Result.LAPSED, "result_at": at, "result_by": by}
    return case.introductions.open().update(**lapsed)


def take_up_lapsed(*, case: Case) -> int:
    """The step by which the case left `referred` has just been taken back: what lapsed by it waits for its answer."""
    undone = case.moves.order_by("-pk")[1]
    lapsed = case.introductions.filter(result=Result.LAPSED, result_at=undone.at)
    return lapsed.update(result="", result_at=None, result_by=None)


def _refer(introduction: Introduction, *, by: User | None, at: datetime) -> None:
    cases.mark_referred(
        case=introduction.case,
        by=by,
        at=at,
        until=introduction.until,
        about=introduction,
        reason="introduced",
        data=_said(introduction.vacancy),
    )


def _said(vacancy: Vacancy) -> dict:
    return {"employer": vacancy.employer.name, "post": vacancy.title}


def _same(introduction: Introduction, result: str) -> Introduction:
    if introduction.result != result:
        raise IntroductionDecided
    return introduction


def _write(introduction: Introduction, result: str, *, note: str, by: User | None, at: datetime) -> None:
    introduction.result, introduction.note = result, note
    introduction.result_at, introduction.result_by = at, by
    introduction.save(update_fields=["result", "note", "result_at", "result_by"])
    if result != Result.WAITING:
        said = _said(introduction.vacancy) | {"result": result, "note": note}
        worker = introduction.case.worker
        journal.record(worker=worker, what="introduction_answered", about=introduction, by=by, at=at, data=said)


def _send_back(introduction: Introduction, *, by: User | None, at: datetime) -> None:
    cases.mark_not_matched(
        case=introduction.case,
        by=by,
        at=at,
        why=WHY[introduction.result],
        about=introduction,
        data=_said(introduction.vacancy) | {"note": introduction.note},
    )


def _place(introduction: Introduction, terms: Terms | None, *, by, at, once) -> None:
    if terms is None:
        raise EvidenceMissing
    vacancy = introduction.vacancy
    confirm_placement(
        case=introduction.case,
        employer=vacancy.employer,
        vacancy=vacancy,
        area=vacancy.area,
        start_on=terms.start_on,
        wage=terms.wage,
        evidence=terms.evidence,
        evidence_note=terms.evidence_note,
        evidence_file=terms.evidence_file,
        needs_transport=terms.needs_transport,
        by=by,
        at=at,
        found_through=Placement.FoundThrough.INTRODUCTION,
        once=once,
    )


def _wait(introduction: Introduction, until: datetime, *, by, at) -> None:
    introduction.until = until
    introduction.save(update_fields=["until"])
    said = _said(introduction.vacancy)
    journal.record(
        worker=introduction.case.worker, what="employer_deciding", about=introduction, by=by, at=at, data=said
    )
    cases.snooze(
        case=introduction.case,
        until=until,
        due_at=until,
        latest=end_of_day(local_day(introduction.introduced_at) + LONGEST_WAIT),
        reason="employer_deciding",
        data=said,
        by=by,
        at=at,
    )
