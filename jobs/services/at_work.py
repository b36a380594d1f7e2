"""The worker's status follows the placement: at work once the first day has come, out of work when the job is over.

Said in a step of the case, which holds the lock; `report_come_to_work` takes it.
"""

from datetime import date, datetime

from areas.ranges import Level, code_at
from cases.locking import locked
from cases.models import Case
from jobs.models import Placement
from kit.days import local_day
from staff.models import User
from workers.choices import Source, Status
from workers.models import StatusReport
from workers.services import report_status

SOURCES = {
    Placement.Evidence.WORKER_WORD: Source.CALL,
    Placement.Evidence.EMPLOYER_WORD: Source.EMPLOYER,
}
# The finest division that home and place of work share, and what working there is called.
BY_NEARNESS = (
    (Level.COUNTY, Status.EMPLOYED_IN_COUNTY),
    (Level.PREFECTURE, Status.EMPLOYED_IN_CITY),
    (Level.PROVINCE, Status.EMPLOYED_IN_PROVINCE),
)


def status_at(*, home: int, place: int) -> str:
    """Working in the county, the city, the province, or outside it: by the codes of home and place of work."""
    shared = (status for level, status in BY_NEARNESS if code_at(home, level) == code_at(place, level))
    return next(shared, Status.EMPLOYED_OUTSIDE_PROVINCE)


def report_at_work(placement: Placement, *, by: User | None, at: datetime, source: str | None = None) -> None:
    """Said now, of the time since the first day: it is newer than what was heard before, whatever that speaks of.

    Nothing is said of a day that has not come yet: the first follow-up will say it.
    """
    if placement.start_on <= local_day(at):
        _report(placement, at, since_on=placement.start_on, by=by, at=at, source=source)


def report_come_to_work(*, case: Case, came_at: datetime, by: User | None, at: datetime) -> None:
    """They stand at the place of work. Before the first day this is a journey ended and no job begun: nothing is said.

    Somebody on record as working since the first day is left alone.
    """
    placement = case.placements.current().select_related("worker", "area").first()
    if placement is None or placement.worker.is_employed or placement.start_on > local_day(came_at):
        return
    with locked(case):
        _report(placement, came_at, since_on=local_day(came_at), by=by, at=at, source=Source.SYSTEM)


def take_back_come_to_work(*, case: Case, came_at: datetime, heard_at: datetime, by: User | None, at: datetime) -> None:
    """They do not stand there after all. A status that somebody reported since stays."""
    reports = case.worker.reports.newest_first()
    newest = reports.first()
    if newest and (newest.source, newest.happened_at, newest.entered_at) == (Source.SYSTEM, came_at, heard_at):
        with locked(case) as step:
            say_again(reports.exclude(pk=newest.pk).first(), step.case, by=by, at=at)


def say_again(before: StatusReport | None, case: Case, *, by: User | None, at: datetime) -> None:
    """The reports are append-only, so the one before is reported anew, in a step of the locked case."""
    if before is None:
        return
    report_status(
        worker=case.worker,
        status=before.status,
        happened_at=at,
        by=by,
        at=at,
        source=Source.SYSTEM,
        employer_name=before.employer_name,
        destination=before.destination,
        wage=before.wage,
        since_on=before.since_on or local_day(before.happened_at),
        said_in=case,
        is_put_back=True,
    )


def _report(
    placement: Placement, said_at: datetime, *, since_on: date, by: User | None, at: datetime, source: str | None
) -> None:
    """`since_on` is kept only where it is another day than that of the report."""
    report_status(
        worker=placement.worker,
        status=status_at(home=placement.worker.area_id, place=placement.area_id),
        happened_at=said_at,
        since_on=since_on if since_on != local_day(said_at) else None,
        by=by,
        at=at,
        source=source or SOURCES.get(placement.evidence, Source.SYSTEM),
        employer_name=placement.employer_name[:80],
        destination=placement.area,
        wage=placement.wage,
        said_in=placement.case,
    )


def report_out_of_work(placement: Placement, *, by: User | None, at: datetime) -> None:
    """Only what the placement itself had said: another job known since is left alone."""
    worker = placement.worker
    worker.refresh_from_db(fields=["status", "employer_name"])
    if worker.is_employed and worker.employer_name == placement.employer_name[:80]:
        report_status(
            worker=worker, status=Status.UNEMPLOYED_WILLING, happened_at=at, by=by, at=at, source=Source.SYSTEM,
            said_in=placement.case,
        )  # fmt: skip
