"""Somebody says how things stand with a worker."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models, transaction

from areas.models import Area
from kit import sql
from kit.days import local_day
from staff.models import User
from workers import journal
from workers.choices import EMPLOYED, Source, Status, VerifiedHow
from workers.events import status_followed, status_reported
from workers.locking import lock_household, lock_worker
from workers.models import StatusReport, Worker
from workers.refusals import NotOverAge, NotYetHappened
from workers.rules import flag_rules
from workers.rules.ages import EARLIEST_PENSION
from workers.services.flagging import write_flag
from workers.services.households import follow_members

LATER_ONES = """
SELECT max(happened_at) FILTER (WHERE happened_at < %s), max(happened_at) FROM workers_statusreport
WHERE worker_id = %s AND happened_at > %s
"""
TAGS_AND_FLAGS = """
SELECT
    ARRAY(SELECT tag FROM workers_workertag WHERE worker_id = %s AND valid_to IS NULL),
    ARRAY(SELECT rule FROM workers_flag WHERE worker_id = %s AND cleared_at IS NULL)
"""
# Whoever hears it from the worker has verified the record by that.
VERIFIES = {Source.VISIT: VerifiedHow.VISIT, Source.CALL: VerifiedHow.CALL}


def report_status(
    *,
    worker: Worker,
    status: str,
    happened_at: datetime,
    by: User | None,
    at: datetime,
    source: str,
    note: str = "",
    employer_name: str = "",
    destination: Area | None = None,
    wage: int | None = None,
    since_on: date | None = None,
    once: UUID | None = None,
    said_in: models.Model | None = None,
    is_put_back: bool = False,
) -> StatusReport:
    """Add a report, follow its consequences, announce it. A replay (same `once`) returns the first report.

    The worker's status is the report that happened last, not the one entered last: an older event written down
    late is kept in the record, but changes nothing and flags nobody. `since_on` is the day from which it is so, where
    that is not the day of the report. `said_in` is the locked case whose own step says
    it, which others must not take for news. What an undo puts back raises no flag.
    """
    if happened_at > at:
        raise NotYetHappened
    if not is_put_back:
        check_age(status, worker.age(local_day(at)))
    report = StatusReport(
        worker=worker, status=status, happened_at=happened_at, entered_at=at, source=source, by=by, note=note,
        employer_name=employer_name, destination=destination, wage=wage, since_on=since_on,
        once=once,
    )  # fmt: skip
    return _write(report, said_in, is_put_back)


def report_first_status(report: StatusReport) -> None:
    """The same for the unsaved report of somebody put on the register in this transaction, with what it says
    (`take_up`): nobody else knows them yet, so nothing was known before and only the household is to be locked."""
    worker = report.worker
    if report.happened_at > report.entered_at:
        raise NotYetHappened
    check_age(report.status, worker.age(local_day(report.entered_at)))
    if worker.household_id:
        worker.household = lock_household(worker.household_id)
    _write_down(report, "status_reported", previous=Status.UNKNOWN)
    _follow(worker, report, Status.UNKNOWN, said_in=None, is_put_back=False)


def check_age(status: str, age: int) -> None:
    """`age` in whole years; NotOverAge when that is said of somebody who cannot be."""
    if status == Status.OVER_AGE and age < EARLIEST_PENSION:
        raise NotOverAge(age)


@transaction.atomic(savepoint=False)  # what is refused was refused before
def _write(report: StatusReport, said_in: models.Model | None, is_put_back: bool) -> StatusReport:
    worker = lock_worker(report.worker, said_in=said_in)
    if report.once and (first := StatusReport.objects.filter(once=report.once).first()):
        return first
    report.happened_at, is_newest = _in_its_place(worker, report.happened_at)
    previous = worker.status
    _write_down(report, "status_reported" if is_newest else "older_status_reported", previous=previous)
    if is_newest:
        sql.update(worker, *take_up(worker, report))
        _follow(worker, report, previous, said_in, is_put_back)
    return report


def _write_down(report: StatusReport, what: str, *, previous: str) -> None:
    sql.insert(report)
    journal.record(
        worker=report.worker, what=what, about=report, by=report.by, at=report.entered_at,
        happened_at=report.happened_at, data=told_of(report, previous),
    )  # fmt: skip


def _in_its_place(worker: Worker, happened_at: datetime) -> tuple[datetime, bool]:
    """When it happened, and whether nothing that is known happened later.

    Given to the minute, it lies after what is known of that minute: it was entered later.
    """
    minute_over = happened_at + timedelta(minutes=1)
    last_of_minute, last = sql.ask(LATER_ONES, [minute_over, worker.pk, happened_at])
    when = in_its_minute(happened_at, last_of_minute)
    return when, last is None or last <= when


def in_its_minute(happened_at: datetime, last: datetime | None) -> datetime:
    """`last` is what is known to have happened later in the minute that begins then."""
    return happened_at if happened_at.second or happened_at.microsecond else last or happened_at


def told_of(report: StatusReport, previous: str) -> dict:
    """What the journal keeps of a report."""
    told = {"status": report.status, "previous": previous, "source": report.source}
    since = report.since_on and report.since_on.isoformat()
    extra = {"note": report.note, "employer": report.employer_name, "wage": report.wage, "since_on": since}
    return told | {name: value for name, value in extra.items() if value}


def take_up(worker: Worker, report: StatusReport) -> list[str]:
    """`adopt`, and the record is verified by whoever heard it from the worker. Returns the names of the columns."""
    adopt(worker, report)
    return ["status", "status_since", "employer_name", "destination", "wage", *_verify(worker, report)]


def adopt(worker: Worker, report: StatusReport) -> None:
    """The worker's own columns, unsaved, now say what the report says; a job that is over is no longer theirs."""
    if report.status != worker.status or worker.status_since is None or report.since_on:
        worker.status_since = report.since_on or local_day(report.happened_at)
    is_employed = report.status in EMPLOYED
    worker.status = report.status
    worker.employer_name = report.employer_name if is_employed else ""
    worker.destination_id = report.destination_id if is_employed else None
    worker.wage = report.wage if is_employed else None


def _verify(worker: Worker, report: StatusReport) -> list[str]:
    how = VERIFIES.get(report.source)
    if not how or (worker.last_verified_at and worker.last_verified_at > report.happened_at):
        return []
    worker.last_verified_at, worker.last_verified_by = report.happened_at, report.by
    worker.last_verified_how = how
    return ["last_verified_at", "last_verified_by", "last_verified_how"]


def _follow(
    worker: Worker, report: StatusReport, previous: str, said_in: models.Model | None, is_put_back: bool
) -> None:
    """Household, then everyone who listens, then the flags: a flag must find the household's clock in place."""
    by, at = report.by, report.entered_at
    has_moved = bool(worker.household_id) and report.status != previous
    if has_moved and follow_members(household=worker.household, by=by, at=at):
        worker.refresh_from_db(fields=["service_group"])
    status_reported.send(sender=Worker, worker=worker, report=report, previous=previous, said_in=said_in, by=by, at=at)
    tags, standing = sql.ask(TAGS_AND_FLAGS, [worker.pk, worker.pk])
    met = flag_rules.rules_met(previous=previous, status=report.status, source=report.source, tags=tags)
    for raised in () if is_put_back else met:
        if raised.rule not in standing:
            write_flag(worker, raised, by=by, at=at)
    status_followed.send(sender=Worker, worker=worker, report=report, said_in=said_in, by=by, at=at)
