"""Rows about people on the register that say nothing new, as most of a roster that is sent a second time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from areas.models import Area
from kit.days import local_day
from kit.refusals import Refusal
from staff.models import User
from workers.imports import saving
from workers.imports.verdicts import Verdict
from workers.models import StatusReport, Worker, WorkerTag
from workers.policies import can_register_in
from workers.services import WORKING_AGE, apply_changes


@dataclass(frozen=True)
class Register:
    """What the register says about the people of some rows."""

    workers: dict[int, Worker]
    tags: dict[int, set[str]]
    reports: set[UUID]


def without_news(verdicts: list[Verdict], *, areas: Mapping[int, Area], by: User | None, at: datetime) -> list[Verdict]:
    """Those that `saving.save` would leave everything as it is for, neither refused nor written. Four queries."""
    register = _look_up(verdicts, areas, at)
    return [verdict for verdict in verdicts if not _is_news(verdict, register, areas, by=by, at=at)]


def _look_up(verdicts: list[Verdict], areas: Mapping[int, Area], at: datetime) -> Register:
    keys = [verdict.existing.worker_id for verdict in verdicts]
    tags: dict[int, set[str]] = {}
    for worker_id, tag in WorkerTag.objects.current().filter(worker_id__in=keys).values_list("worker_id", "tag"):
        tags.setdefault(worker_id, set()).add(tag)
    return Register(Worker.objects.in_bulk(keys), tags, _said_already(verdicts, areas, at))


def _said_already(verdicts: list[Verdict], areas: Mapping[int, Area], at: datetime) -> set[UUID]:
    """What a row without a date said counts while nothing newer is known of the person."""
    onces: dict[bool, list[UUID]] = {True: [], False: []}
    for person in (verdict.person for verdict in verdicts):
        if report := saving.report_of(person, areas, at):
            onces[person.collected_on is not None].append(report["once"])
    dated = StatusReport.objects.filter(once__in=onces[True])
    undated = StatusReport.objects.filter(once__in=onces[False]).not_overtaken()
    return set(dated.values_list("once", flat=True)) | set(undated.values_list("once", flat=True))


def _is_news(verdict: Verdict, register: Register, areas: Mapping[int, Area], *, by: User | None, at: datetime) -> bool:
    if verdict.is_decided:
        return True
    person, worker = verdict.person, register.workers[verdict.existing.worker_id]
    report = saving.report_of(person, areas, at)
    if report and report["once"] not in register.reports:
        return True
    changes = saving.changes_of(worker, person, areas)
    if changes is None:
        return False
    is_tagged = register.tags.get(worker.pk, set()).issuperset(saving.tags_of(person, at))
    return not is_tagged or _would_change(worker, changes, by=by, at=at)


def _would_change(worker: Worker, changes: dict, *, by: User | None, at: datetime) -> bool:
    """Or be refused. The instance is for looking only: it is thrown away."""
    today, places = local_day(at), _places(worker, changes)
    try:
        told = apply_changes(worker, changes, today=today)
    except Refusal:
        return True
    is_theirs = by is None or all(can_register_in(by, place) for place in places)
    return bool(told) or worker.age(today) < WORKING_AGE or not is_theirs


def _places(worker: Worker, changes: dict) -> Iterable[int]:
    return worker.area_id, changes["area"].pk if "area" in changes else worker.area_id
