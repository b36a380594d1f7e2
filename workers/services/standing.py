"""How thousands of people stand on the register, and what a list says anew of them: to look builds no model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from workers.models import StatusReport
from workers.rules.flag_rules import Raised


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a list says of somebody on the register: `changes` as for `update_worker`, None when it may change nothing;
    `report` as in `Enrolment`."""

    worker_id: int
    changes: Mapping | None
    tags: Sequence[str] = ()
    report: dict | None = None


@dataclass(slots=True)
class Standing:
    """Columns of a worker, by the names of the model."""

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
    group_no: str
    industry: str
    wish_willing: bool | None
    wish_place: str
    wish_wage: int | None


@dataclass(slots=True)
class News:
    """What of it is new. `report` is the row to be written, and `is_newest` when nothing later is known; `flags` are
    those it raises."""

    standing: Standing
    changed: dict
    tags: list[str]
    said: dict | None
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


STANDING = """
SELECT id, area_code, birth_date, household_id, service_group, status, status_since, employer_name, destination_code,
    wage, phone_blind, group_no, industry, wish_willing, wish_place, wish_wage
FROM workers_worker WHERE id = ANY(%s::bigint[])
"""
TAGS = "SELECT worker_id, tag FROM workers_workertag WHERE valid_to IS NULL AND worker_id = ANY(%s::bigint[])"
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
    """What it says of the people of some renewals; `said` are the `once` of reports that are there."""

    people: dict[int, Standing]
    tags: dict[int, set[str]]
    said: set[UUID]


def look(renewals: Sequence[Renewal], *, tags_of: Iterable[int]) -> Register:
    """At most three queries for thousands."""
    people = {row[0]: Standing(*row) for row in _found(STANDING, [one.worker_id for one in renewals])}
    tags: dict[int, set[str]] = {}
    for worker_id, tag in _found(TAGS, list(tags_of)):
        tags.setdefault(worker_id, set()).add(tag)
    onces = [one.report["once"] for one in renewals if one.report and one.report["once"]]
    return Register(people, tags, {once for (once,) in _found(SAID, onces)})


def _found(query: str, keys: list) -> list[tuple]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, [keys])
        return cursor.fetchall()


def later(said: Sequence[tuple[int, datetime]]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """By worker: when the last of their reports happened, and the last of the minute that begins then."""
    with connection.cursor() as cursor:
        cursor.execute(LATER, [list(column) for column in zip(*said, strict=True)])
        return {worker_id: (newest, of_minute) for worker_id, newest, of_minute in cursor.fetchall()}
