"""Putting a person on the register, and keeping what it says about them right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from areas.models import Area
from kit import sql
from kit.days import local_day
from staff.models import User
from workers import identity, journal
from workers.choices import Source, Status
from workers.events import worker_corrected, worker_registered
from workers.locking import lock_worker
from workers.models import Household, StatusReport, Worker
from workers.policies import can_register_in
from workers.refusals import DuplicateIdNumber, HasAnotherIdNumber, NothingSaid, OutsideYourArea, UnderAge
from workers.rules.ages import WORKING_AGE
from workers.services.correcting import apply_changes
from workers.services.households import make_way, recompute_zero_employment, regroup, service_group_of
from workers.services.reporting import report_first_status, report_status, take_up
from workers.services.said_on import note, said_of
from workers.services.standing import DATED, HOME, is_said
from workers.services.tagging import set_tag

SAME_VISIT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class NewWorker:
    """One person as a form or a roster gives them. ID number and phone as written; sex and birth date are read from
    the ID number when there is one, and must agree with it when they are given too. `said_on` is the day of the roster,
    None for today."""

    name: str
    area: Area
    sex: str = ""
    birth_date: date | None = None
    id_number: str = ""
    phone: str = ""
    registered_area: Area | None = None
    group_no: str = ""
    household: Household | None = None
    household_role: str = ""
    tags: tuple[str, ...] = ()
    status: str = Status.UNKNOWN
    status_happened_at: datetime | None = None
    employer_name: str = ""
    industry: str = ""
    destination: Area | None = None
    wage: int | None = None
    wish_willing: bool | None = None
    wish_place: str = ""
    wish_kind: str = ""
    wish_wage: int | None = None
    wish_with_spouse: bool = False
    sms_allowed: bool = True
    contact_hours: str = ""
    once: UUID | None = None
    said_on: date | None = None

    @property
    def dated(self) -> list[str]:
        """Facts that a list may say again."""
        return [name for name in DATED if is_said(getattr(self, name))]


COPIED = (
    "area", "registered_area", "group_no", "household", "household_role", "industry", "wish_willing", "wish_place",
    "wish_kind", "wish_wage", "wish_with_spouse", "sms_allowed", "contact_hours", "once",
)  # fmt: skip


@transaction.atomic
def register_worker(*, fields: NewWorker, by: User | None, at: datetime, source: str) -> Worker:
    """Add one person. A replay (same `once`) returns the person added first; over 60 is no reason to refuse."""
    if first := _registered_before(fields.once):
        return first
    worker = new_worker(fields, by=by, at=at)
    home, report = fields.household, _first_report(worker, fields, by=by, at=at, source=source)
    worker.service_group = service_group_of(fields.tags, zero_employment=bool(home and home.zero_employment))
    make_way(worker, by=by, at=at, source=source)
    if not sql.insert(worker, unless=sql.ANY_COLUMN):
        return _who_was_faster(worker)
    journal.begin(worker)
    journal.record(
        worker=worker, what="worker_registered", by=by, at=at, data={"source": source, "area": worker.area_id}
    )
    note([said_of(worker.pk, fields.dated, fields.said_on or local_day(at), fields.dated, at=at, source=source)])
    _tag(worker, fields, by=by, at=at, source=source)
    worker_registered.send(sender=Worker, worker=worker, by=by, at=at)
    if report:
        report_first_status(report)
    elif home:
        recompute_zero_employment(household=home, by=by, at=at)
    return worker


@transaction.atomic
def update_worker(
    *,
    worker: Worker,
    changes: dict,
    by: User | None,
    at: datetime,
    source: str = Source.VISIT,
    said_on: date | None = None,
) -> Worker:
    """Correct the record. `changes` maps names in `correcting.CORRECTABLE` to new values, numbers as written.

    Values that are as they were leave no trace; status is never corrected but reported anew. `said_on` is the day on
    which it was said, None for today: whoever says it, it is taken (`renew_worker` asks what stands against it).
    """
    lock_worker(worker)
    home, area = worker.household, changes.get("area", worker.area)
    check_keeps(by, worker.area_id, area.pk)
    told = apply_changes(worker, changes, today=local_day(at))
    if worker.age(local_day(at)) < WORKING_AGE:
        raise UnderAge
    if not told:
        return worker
    if HOME & told.keys():
        make_way(worker, by=by, at=at, source=source)
    _save_corrected(worker)
    note([said_of(worker.pk, told.keys() & {*DATED}, said_on or local_day(at), told, at=at, source=source)])
    journal.record(worker=worker, what="worker_corrected", by=by, at=at, data={"source": source, "changed": told})
    if "household" in told:
        _recompute_homes(worker, home, by=by, at=at)
    worker_corrected.send(sender=Worker, worker=worker, changed=frozenset(told), by=by, at=at)
    return worker


@transaction.atomic
def add_id_number(*, worker: Worker, id_number: str, by: User | None, at: datetime, source: str) -> Worker:
    """To a record without one. Where another number stands by now, it may be another person's record."""
    lock_worker(worker)
    if worker.id_number not in ("", id_number):
        raise HasAnotherIdNumber
    return update_worker(worker=worker, changes={"id_number": id_number}, by=by, at=at, source=source)


@transaction.atomic
def recognise_worker(
    *,
    worker: Worker,
    changes: dict,
    id_number: str,
    tags: Iterable[str],
    report: dict,
    keeps_name: bool,
    by: User | None,
    at: datetime,
    source: str,
) -> Worker:
    """Somebody about to be registered turned out to be this person: what is new is added, and said as it was said.

    A replay (same `once` of the report) changes nothing.
    """
    lock_worker(worker)
    once = report["once"]
    if once and (first := StatusReport.objects.filter(once=once).first()):
        return first.worker
    if id_number:
        add_id_number(worker=worker, id_number=id_number, by=by, at=at, source=source)
    update_worker(worker=worker, changes=changes, by=by, at=at, source=source)
    if keeps_name:
        keep_name(worker=worker, by=by, at=at)
    for tag in tags:
        set_tag(worker=worker, tag=tag, by=by, at=at, source=source)
    report_status(worker=worker, by=by, at=at, source=source, **report)
    return worker


@transaction.atomic
def keep_name(*, worker: Worker, by: User | None, at: datetime) -> None:
    """Another name was given for this ID number, and somebody decided that the one here is right."""
    lock_worker(worker)
    check_keeps(by, worker.area_id)
    journal.record(worker=worker, what="name_kept", by=by, at=at)


@transaction.atomic
def verify_worker(*, worker: Worker, by: User | None, at: datetime, how: str) -> Worker:
    """Somebody looked, and the record is right as it stands now. Said twice within the hour it is one line."""
    lock_worker(worker)
    check_keeps(by, worker.area_id)
    if _just_verified(worker, by, at, how):
        return worker
    worker.last_verified_at, worker.last_verified_by, worker.last_verified_how = at, by, how
    worker.save(update_fields=["last_verified_at", "last_verified_by", "last_verified_how"])
    journal.record(worker=worker, what="worker_verified", by=by, at=at, data={"how": how})
    return worker


@transaction.atomic
def update_and_verify(*, worker: Worker, changes: dict, by: User | None, at: datetime, how: str) -> Worker:
    """Put right what is wrong and vouch for the rest: both or neither."""
    update_worker(worker=worker, changes=changes, by=by, at=at, source=how)
    return verify_worker(worker=worker, by=by, at=at, how=how)


def _just_verified(worker: Worker, by: User | None, at: datetime, how: str) -> bool:
    same = (worker.last_verified_by, worker.last_verified_how) == (by, how)
    return same and worker.last_verified_at is not None and at - worker.last_verified_at < SAME_VISIT


def _registered_before(once: UUID | None) -> Worker | None:
    return Worker.objects.filter(once=once).first() if once else None


def new_worker(fields: NewWorker, *, by: User | None, at: datetime, key: int | None = None) -> Worker:
    """Unsaved, with every refusal that needs no look at the register. `key` when it was drawn with many others."""
    check_keeps(by, fields.area.pk)
    worker = _filled_in(fields, at, key)
    if worker.age(local_day(at)) < WORKING_AGE:
        raise UnderAge
    return worker


def check_keeps(by: User | None, *area_codes: int) -> None:
    """Where a person lives and will live. Raises OutsideYourArea."""
    if by is not None and not all(can_register_in(by, code) for code in area_codes):
        raise OutsideYourArea


def _filled_in(fields: NewWorker, at: datetime, key: int | None) -> Worker:
    worker = Worker(pk=key, created_at=at, **{name: getattr(fields, name) for name in COPIED})
    worker.set_name(identity.read_name(fields.name))
    worker.set_phone(identity.read_phone(fields.phone))
    if fields.id_number:
        read = identity.read_id_number(fields.id_number, local_day(at))
        identity.check_agrees(read, sex=fields.sex, birth_date=fields.birth_date)
        worker.set_id_number(read.number)
        worker.sex, worker.birth_date = read.sex, read.birth_date
    elif fields.sex and fields.birth_date:
        worker.sex, worker.birth_date = fields.sex, fields.birth_date
    else:
        raise NothingSaid
    return worker


def _who_was_faster(worker: Worker) -> Worker:
    if first := _registered_before(worker.once):
        return first
    raise DuplicateIdNumber(Worker.objects.get(id_number_blind=worker.id_number_blind))


def _save_corrected(worker: Worker) -> None:
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError as error:
        twin = Worker.objects.exclude(pk=worker.pk).filter(id_number_blind=worker.id_number_blind).first()
        if worker.id_number_blind is None or twin is None:
            raise
        raise DuplicateIdNumber(twin) from error


def _tag(worker: Worker, fields: NewWorker, *, by: User | None, at: datetime, source: str) -> None:
    begun = local_day(at)
    for tag in dict.fromkeys(fields.tags):
        row = worker.tags.create(tag=tag, source=source, valid_from=begun)
        journal.record(worker=worker, what="tag_set", about=row, by=by, at=at, data={"tag": tag, "basis": source})


def _first_report(
    worker: Worker, fields: NewWorker, *, by: User | None, at: datetime, source: str
) -> StatusReport | None:
    """Unsaved, with what it says in the columns of the worker; None when nothing is known."""
    if fields.status == Status.UNKNOWN:
        return None
    report = StatusReport(
        worker=worker, status=fields.status, happened_at=fields.status_happened_at or at, entered_at=at, by=by,
        source=source, employer_name=fields.employer_name, destination=fields.destination, wage=fields.wage,
    )  # fmt: skip
    take_up(worker, report)
    return report


def _recompute_homes(worker: Worker, before: Household | None, *, by: User | None, at: datetime) -> None:
    homes = {home.pk: home for home in (before, worker.household) if home}
    for pk in sorted(homes):
        recompute_zero_employment(household=homes[pk], by=by, at=at)
    regroup([worker])
