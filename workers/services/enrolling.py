"""Many people put on the register at once: the rows and lines that `register_worker`, `report_status` and
`raise_flag` write one by one, in a few statements. A test writes the same people both ways and compares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from kit.copying import copy_in
from kit.days import local_day
from kit.refusals import Refusal
from staff.models import User
from workers import journal
from workers.events import workers_enrolled
from workers.models import Flag, StatusReport, Worker, WorkerTag
from workers.refusals import NotYetHappened
from workers.rules import flag_rules
from workers.services.flagging import flag_entry
from workers.services.households import service_group_of
from workers.services.registering import NewWorker, new_worker
from workers.services.reporting import adopt, told_of
from workers.services.said_on import Said, note_new, said_of


@dataclass(frozen=True)
class Enrolment:
    """One newcomer, without a household, and the first report about them: arguments of `report_status` but `worker`,
    `by`, `at` and `source`; None when nothing is known."""

    fields: NewWorker
    report: dict | None = None


@dataclass(frozen=True)
class Enrolled:
    """What became of it. Flags are in the order they were raised."""

    worker: Worker
    tags: tuple[WorkerTag, ...] = ()
    report: StatusReport | None = None
    flags: tuple[Flag, ...] = field(default=())


@transaction.atomic
def enrol_workers(
    enrolments: Sequence[Enrolment], *, by: User | None, at: datetime, source: str
) -> list[Worker | Refusal]:
    """A worker or a refusal for each, in their order. Somebody who is on the register already makes the database
    refuse them all (IntegrityError): then take them one by one."""
    keys = Worker.objects.next_keys(len(enrolments))
    answers = [_prepared(*one, by=by, at=at, source=source) for one in zip(enrolments, keys, strict=True)]
    enrolled = [answer for answer in answers if isinstance(answer, Enrolled)]
    _insert(enrolled)
    note_new(_said(enrolments, answers, at, source))
    journal.record_many(entry for one in enrolled for entry in _entries_until_flagged(one, by, at, source))
    workers_enrolled.send(sender=Worker, enrolled=enrolled, by=by, at=at)
    journal.record_many(flag_entry(flag, by=by, at=at) for one in enrolled for flag in one.flags[1:])
    return [answer.worker if isinstance(answer, Enrolled) else answer for answer in answers]


def _prepared(enrolment: Enrolment, key: int, *, by: User | None, at: datetime, source: str) -> Enrolled | Refusal:
    """Everything that can be said without the database."""
    fields = enrolment.fields
    if fields.household or fields.status != Worker.Status.UNKNOWN:
        raise ValueError("households and statuses of the form itself go through register_worker")
    try:
        worker = new_worker(fields, by=by, at=at, key=key)
        report = _report(worker, enrolment.report, by=by, at=at, source=source)
    except Refusal as refusal:
        return refusal
    tags = tuple(dict.fromkeys(fields.tags))
    flags = _flags(worker, report, tags, by=by, at=at)
    if report:
        adopt(worker, report)
    worker.service_group = service_group_of(tags, zero_employment=False)
    begun = local_day(at)
    rows = tuple(WorkerTag(worker=worker, tag=tag, source=source, valid_from=begun) for tag in tags)
    return Enrolled(worker, rows, report, flags)


def _report(worker: Worker, told: dict | None, *, by: User | None, at: datetime, source: str) -> StatusReport | None:
    if told is None:
        return None
    if told["happened_at"] > at:
        raise NotYetHappened
    return StatusReport(worker=worker, entered_at=at, source=source, by=by, **told)


def _flags(worker: Worker, report: StatusReport | None, tags, *, by: User | None, at: datetime) -> tuple[Flag, ...]:
    if report is None:
        return ()
    met = flag_rules.rules_met(previous=worker.status, status=report.status, source=report.source, tags=tags)
    return tuple(Flag(worker=worker, rule=rule.rule, data=rule.data, raised_at=at, raised_by=by) for rule in met)


def _insert(enrolled: list[Enrolled]) -> None:
    copy_in(one.worker for one in enrolled)
    copy_in(tag for one in enrolled for tag in one.tags)
    copy_in(one.report for one in enrolled if one.report)
    copy_in(flag for one in enrolled for flag in one.flags)


def _said(enrolments: Sequence[Enrolment], answers: list, at: datetime, source: str) -> Iterator[Said]:
    today = local_day(at)
    for enrolment, answer in zip(enrolments, answers, strict=True):
        if isinstance(answer, Enrolled):
            fields, names = enrolment.fields, enrolment.fields.dated
            yield said_of(answer.worker.pk, names, fields.said_on or today, names, at=at, source=source)


def _entries_until_flagged(one: Enrolled, by: User | None, at: datetime, source: str) -> Iterator[journal.Entry]:
    """As far as what is announced: the lines of whoever listens stand before a second flag's."""
    worker = one.worker
    yield journal.Entry(worker.pk, "worker_registered", by, at, data={"source": source, "area": worker.area_id})
    for row in one.tags:
        yield journal.Entry(worker.pk, "tag_set", by, at, about=row, data={"tag": row.tag, "basis": source})
    if one.report:
        data = told_of(one.report, Worker.Status.UNKNOWN)
        happened_at = one.report.happened_at
        yield journal.Entry(worker.pk, "status_reported", by, at, one.report, happened_at=happened_at, data=data)
    for flag in one.flags[:1]:
        yield flag_entry(flag, by=by, at=at)
