"""How thousands of people stand on the register, and what a list says anew of them: to look builds no model."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from workers.models import StatusReport
from workers.rules.flag_rules import Raised

DATED = ("phone", "area", "group_no", "industry", "wish_willing", "wish_place", "wish_wage")
"""What a list may say of somebody besides how things stand. For each it is kept on which day it was said last."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a list says of somebody on the register: `changes` as for `update_worker`, of DATED facts; `report` as in
    `Enrolment`. `said_on` is the day of the list, None when it has none: then it is said now."""

    worker_id: int
    changes: Mapping
    tags: Sequence[str] = ()
    report: dict | None = None
    said_on: date | None = None


@dataclass(slots=True)
class Standing:
    """Columns of a worker, by the names of the model. `verified_on` is the day of the last verification, `said_on` when
    each of the DATED facts was said."""

    id: int
    area_id: int
    birth_date: date
    household_id: int | None
    service_group: str
    status: str
    status_since: date | None
    employer_name: str
    destination_id: int | None
    wage: int | None
    phone_blind: bytes | None
    wrong_phone_blind: bytes | None
    group_no: str
    industry: str
    wish_willing: bool | None
    wish_place: str
    wish_wage: int | None
    verified_on: date | None
    said_on: tuple[date | None, ...]


@dataclass(slots=True)
class Facts:
    """What a list brings of somebody: `changed` is taken over, `kept` stands as it was, and of `noted` the day is newer
    than the one that is known."""

    changed: dict = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def keep(self, name: str) -> None:
        self.kept.append(name)
        self.changed.pop(name, None)
        if name in self.noted:
            self.noted.remove(name)


@dataclass(slots=True)
class News:
    """What of it is new. `report` is the row to be written, and `is_newest` when nothing later is known; `flags` are
    those it raises."""

    standing: Standing
    facts: Facts
    tags: list[str]
    said: dict | None
    said_on: date | None
    report: StatusReport | None = None
    is_newest: bool = False
    flags: list[Raised] = field(default_factory=list)

    @property
    def worker_id(self) -> int:
        return self.standing.id

    @property
    def status(self) -> str:
        """The status they have from now on, if the news says one."""
        return self.report.status if self.is_newest else ""

    @property
    def moves_home(self) -> bool:
        """The household has to be asked whether it has work."""
        return bool(self.status and self.standing.household_id and self.status != self.standing.status)


STANDING = f"""
SELECT id, area_code, birth_date, household_id, service_group, status, status_since, employer_name, destination_code,
    wage, phone_blind, wrong_phone_blind, worker.group_no, worker.industry, worker.wish_willing, worker.wish_place,
    worker.wish_wage, (last_verified_at AT TIME ZONE %s)::date, {", ".join(f"said.{name}" for name in DATED)}
FROM workers_worker worker LEFT JOIN workers_saidon said ON said.worker_id = worker.id
WHERE id = ANY(%s::bigint[])
"""
BESIDE = -len(DATED)
TAGS = "SELECT worker_id, tag, valid_to FROM workers_workertag WHERE worker_id = ANY(%s::bigint[])"
SAID = "SELECT once FROM workers_statusreport WHERE once = ANY(%s::uuid[])"
LATER = """
SELECT said.worker_id, newest.happened_at, (
    SELECT max(happened_at) FROM workers_statusreport
    WHERE worker_id = said.worker_id AND happened_at > said.at AND happened_at < said.at + interval '1 minute'
)
FROM unnest(%s::bigint[], %s::timestamptz[]) AS said (worker_id, at)
LEFT JOIN LATERAL (
    SELECT happened_at FROM workers_statusreport WHERE worker_id = said.worker_id ORDER BY happened_at DESC LIMIT 1
) newest ON true
"""


@dataclass(frozen=True)
class Register:
    """What it says of the people of some renewals: `tags` are the current ones, `ended` those of before with their last
    day, `said` the `once` of reports that are there."""

    people: dict[int, Standing]
    tags: dict[int, set[str]]
    ended: dict[tuple[int, str], date]
    said: set[UUID]


def look(renewals: Sequence[Renewal], *, tags_of: Collection[int]) -> Register:
    """At most three queries for thousands."""
    onces = [one.report["once"] for one in renewals if one.report and one.report["once"]]
    tags, ended = _tags(tags_of)
    said = {once for (once,) in _found(SAID, onces)} if onces else set()
    return Register(people_of([one.worker_id for one in renewals]), tags, ended, said)


def people_of(worker_ids: Sequence[int]) -> dict[int, Standing]:
    rows = _found(STANDING, settings.TIME_ZONE, worker_ids) if worker_ids else []
    return {row[0]: Standing(*row[:BESIDE], row[BESIDE:]) for row in rows}


def _tags(worker_ids: Collection[int]) -> tuple[dict[int, set[str]], dict[tuple[int, str], date]]:
    tags: dict[int, set[str]] = {}
    ended: dict[tuple[int, str], date] = {}
    for worker_id, tag, valid_to in _found(TAGS, list(worker_ids)) if worker_ids else ():
        if valid_to is None:
            tags.setdefault(worker_id, set()).add(tag)
        else:
            ended[worker_id, tag] = max(valid_to, ended.get((worker_id, tag), valid_to))
    return tags, ended


def _found(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def later(said: Sequence[tuple[int, datetime]]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """By worker: when the last of their reports happened, and the last of the minute that begins then."""
    with connection.cursor() as cursor:
        cursor.execute(LATER, [list(column) for column in zip(*said, strict=True)])
        return {worker_id: (newest, of_minute) for worker_id, newest, of_minute in cursor.fetchall()}
