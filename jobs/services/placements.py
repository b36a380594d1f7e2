"""Somebody starts a job, and somebody's job ends.

Locks: the case first, with all that `cases` locks, then the vacancy. Everybody takes them in this order, fairs too,
and the database's own recount of a vacancy comes after both.
"""

from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from areas.models import Area
from cases import services as cases
from cases.choices import State
from cases.locking import locked
from cases.models import Case
from cases.refusals import CaseMovedOn
from jobs import events
from jobs.models import Employer, Introduction, Placement, Vacancy
from jobs.refusals import PlacementEnded
from jobs.rules import fitness
from jobs.sealed import kept_if_all_goes_well
from jobs.services.at_work import report_at_work, report_out_of_work
from jobs.services.terms import Terms, check_end, check_evidence, check_start
from kit.days import local_day
from kit.replays import first_row
from notifications.services import queue_message, withdraw_messages
from staff.models import User
from workers import journal
from workers.models import Worker

PLACEABLE = (State.CONTACTED, State.REFERRED)
AT_WORK = (State.PLACED, State.TRANSPORTED)


@kept_if_all_goes_well()
@transaction.atomic
def confirm_placement(
    *,
    case: Case,
    employer: Employer,
    vacancy: Vacancy | None,
    area: Area,
    start_on: date,
    wage: int | None,
    evidence: str,
    evidence_note: str = "",
    needs_transport: bool,
    by: User | None,
    at: datetime,
    found_through: str,
    evidence_file: File | None = None,
    once: UUID | None = None,
) -> Placement:
    """The case becomes placed, the post has one opening less, and the worker is told. `wage` is yuan a month."""
    if earlier := first_row(Placement, once):
        return earlier
    terms = Terms(start_on, evidence, needs_transport, wage, evidence_note, evidence_file)
    with locked(case) as step:
        vacancy = vacancy and _lock(vacancy)
        employer.refresh_from_db(fields=["name", "is_held"])
        _check(step.case, employer, vacancy, terms, local_day(at))
        _end_others_of(step.case.worker, ended_on=start_on, by=by, at=at)
        placement = _write(step.case, employer, vacancy, area, terms, found_through, by=by, at=at, once=once)
        _answer_introduction(placement, by=by, at=at)
        _place(placement, by=by, at=at)
        report_at_work(placement, by=by, at=at)
    _tell(placement, at=at)
    events.placement_confirmed.send(Placement, placement=placement, by=by, at=at)
    return placement


@transaction.atomic
def end_placement(
    *, placement: Placement, because: str, ended_on: date, by: User | None, at: datetime, note: str = ""
) -> Placement:
    """The job is over, or never began: the opening is free again and the case goes back to contacted."""
    with locked(placement.case) as step:
        placement = step.case.placements.select_related("worker").get(pk=placement.pk)
        if not placement.is_current:
            return _same(placement, because)
        check_end(placement, because, ended_on, local_day(at))
        write_end(placement, because=because, ended_on=ended_on, by=by, at=at, note=note)
        if step.case.state in AT_WORK:
            why = "fell_through" if because == Placement.Ended.NEVER_STARTED else "left_job"
            cases.mark_fell_through(case=step.case, by=by, at=at, why=why, about=placement)
        report_out_of_work(placement, by=by, at=at)
    return placement


def write_end(
    placement: Placement, *, because: str, ended_on: date, by: User | None, at: datetime, note: str = ""
) -> None:
    """The row, the journal, the texts and the announcement; the case is somebody else's."""
    placement.ended_on, placement.ended_because, placement.ended_by = ended_on, because, by
    placement.save(update_fields=["ended_on", "ended_because", "ended_by"])
    data = {"employer": placement.employer_name, "because": because, "ended_on": ended_on, "note": note}
    withdraw_messages(about=placement, by=by, at=at)
    journal.record(worker=placement.worker, what="placement_ended", about=placement, by=by, at=at, data=data)
    events.placement_ended.send(Placement, placement=placement, by=by, at=at)


def _same(placement: Placement, because: str) -> Placement:
    if placement.ended_because != because:
        raise PlacementEnded
    return placement


def _lock(vacancy: Vacancy) -> Vacancy:
    return Vacancy.objects.select_for_update(of=("self",)).select_related("employer").get(pk=vacancy.pk)


def _check(case: Case, employer: Employer, vacancy: Vacancy | None, terms: Terms, today: date) -> None:
    if case.state not in PLACEABLE:
        raise CaseMovedOn
    check_evidence(terms)
    check_start(case, terms.start_on, today)
    fitness.check_may_place(case.worker, employer, vacancy, terms.start_on)


def _end_others_of(worker: Worker, *, ended_on: date, by: User | None, at: datetime) -> None:
    """A job still on the books from an earlier case gives way."""
    for placement in worker.placements.current():
        write_end(placement, because=Placement.Ended.CHANGED_JOB, ended_on=ended_on, by=by, at=at)


def _answer_introduction(placement: Placement, *, by: User | None, at: datetime) -> None:
    """An introduction still open is answered by this: hired there, or overtaken by a job elsewhere."""
    for introduction in placement.case.introductions.open():
        is_there = introduction.vacancy_id == placement.vacancy_id
        introduction.result = Introduction.Result.HIRED if is_there else Introduction.Result.LAPSED
        introduction.result_at, introduction.result_by = at, by
        introduction.save(update_fields=["result", "result_at", "result_by"])


def _place(placement: Placement, *, by: User | None, at: datetime) -> None:
    cases.mark_placed(
        case=placement.case,
        start_on=placement.start_on,
        needs_transport=placement.needs_transport,
        by=by,
        at=at,
        about=placement,
        data=_said(placement),
    )
    said = _said(placement)
    journal.record(worker=placement.worker, what="placement_confirmed", about=placement, by=by, at=at, data=said)


def _write(case, employer, vacancy, area, terms: Terms, found_through: str, *, by, at, once) -> Placement:
    return Placement.objects.create(
        case=case,
        worker=case.worker,
        vacancy=vacancy,
        employer=employer,
        employer_name=employer.name,
        area=area,
        start_on=terms.start_on,
        wage=terms.wage,
        evidence=terms.evidence,
        evidence_note=terms.evidence_note.strip(),
        evidence_file=terms.evidence_file or "",
        found_through=found_through,
        needs_transport=terms.needs_transport,
        confirmed_at=at,
        confirmed_by=by,
        once=once,
    )


def _said(placement: Placement) -> dict:
    return {
        "employer": placement.employer_name,
        "post": placement.vacancy.title if placement.vacancy else "",
        "wage": placement.wage,
        "evidence": placement.evidence,
        "found_through": placement.found_through,
    }


def _tell(placement: Placement, *, at: datetime) -> None:
    context = {"employer": placement.employer_name, "start_on": placement.start_on}
    key = f"placed:{placement.pk}"
    queue_message(worker=placement.worker, template="placed", context=context, dedupe_key=key, about=placement, at=at)
