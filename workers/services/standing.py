"""How thousands of people stand on the register, and what a list says anew of them: to look builds no model."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db import connection

from kit.copying import array_of
from workers.rules.flag_rules import Raised

DATED = ("phone", "area", "group_no", "industry", "wish_willing", "wish_place", "wish_wage", "household")
"""What a list may say of somebody besides how things stand. For each it is kept on which day it was said last."""


HOME = frozenset({"household", "household_role"})
"""With whom somebody lives and as what: one fact, dated as the first."""


class Alone(Enum):
    ALONE = "alone"


ALONE = Alone.ALONE
"""Nothing was written; the services for one person are to be called."""


def is_said(value: object) -> bool:
    """A blank cell says nothing."""
    return bool(value) or value is False


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a list says of somebody on the register: `changes` as for `update_worker`, of DATED facts; `report` are the
    arguments of `report_status` but `worker`, `by`, `at` and `source`. `said_on` is the day of the list, None when it
    has none: then it is said now."""

    worker_id: int
    changes: Mapping
    tags: Sequence[str] = ()
    report: dict | None = None
    said_on: date | None = None


@dataclass(slots=True)
class Standing:
    """Columns of a worker, by the names of the model. `verified_on` is the day of the last verification, `said_on` when
    each of the DATED facts was said; `household_listed` that a list said with whom they live."""

    id: int
    area_id: int
    birth_date: date
    household_id: int | None
    household_role: str
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
    household_listed: bool | None
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


@dataclass(slots=True, kw_only=True)
class Report:
    """A status report to be, by the names of its model."""

    status: str
    happened_at: datetime
    source: str
    note: str = ""
    employer_name: str = ""
    destination_id: int | None = None
    wage: int | None = None
    since_on: date | None = None
    once: UUID | None = None


@dataclass(slots=True)
class News:
    """What of it is new. `report` is the row to be written, and `is_newest` when nothing later is known; `flags` are
    those it raises."""

    standing: Standing
    facts: Facts
    tags: list[str]
    said: dict | None
    said_on: date | None
    report: Report | None = None
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
    def home_id(self) -> int | None:
        """The household they are in from now on."""
        home = self.facts.changed.get("household")
        return home.pk if home else self.standing.household_id

    @property
    def moves_home(self) -> bool:
        """The household has to be asked whether it has work."""
        return bool(self.status and self.home_id and self.status != self.standing.status)

    @property
    def homes(self) -> set[int]:
        """The household that they are in, and the one that they come into."""
        return {self.standing.household_id, self.home_id} - {None}


STANDING = f"""
SELECT id, area_code, birth_date, household_id, household_role, service_group, status, status_since,
    employer_name, destination_code, wage, phone_blind, wrong_phone_blind, worker.group_no, worker.industry,
    worker.wish_willing, worker.wish_place, worker.wish_wage,
    (last_verified_at AT TIME ZONE '{settings.TIME_ZONE}')::date, said.household_listed,
    {", ".join(f"said.{name}" for name in DATED)}
FROM workers_worker worker LEFT JOIN workers_saidon said ON said.worker_id = worker.id
WHERE id = ANY(%s::bigint[])
"""
BESIDE = -len(DATED)
TAGS = "SELECT worker_id, tag, valid_to FROM workers_workertag WHERE worker_id = ANY(%s::bigint[])"
SAID = "SELECT once FROM workers_statusreport WHERE once = ANY(%s::uuid[])"
LATER = """
SELECT said.worker_id, newest.happened_at > said.at, minute.last, newest.happened_at > minute.last
FROM unnest(%s::bigint[], %s::timestamptz[]) AS said (worker_id, at)
LEFT JOIN LATERAL (
    SELECT happened_at FROM workers_statusreport WHERE worker_id = said.worker_id ORDER BY happened_at DESC LIMIT 1
) newest ON true
CROSS JOIN LATERAL (
    SELECT max(happened_at) AS last FROM workers_statusreport
    WHERE worker_id = said.worker_id AND happened_at > said.at AND happened_at < said.at + interval '1 minute'
) minute
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
    rows = _found(STANDING, worker_ids) if worker_ids else []
    return {row[0]: Standing(*row[:BESIDE], row[BESIDE:]) for row in rows}


def _tags(worker_ids: Collection[int]) -> tuple[dict[int, set[str]], dict[tuple[int, str], date]]:
    tags: dict[int, set[str]] = {}
    ended: dict[tuple[int, str], date] = {}
    for worker_id, tag, valid_to in _found(TAGS, worker_ids) if worker_ids else ():
        if valid_to is None:
            tags.setdefault(worker_id, set()).add(tag)
        else:
            ended[worker_id, tag] = max(valid_to, ended.get((worker_id, tag), valid_to))
    return tags, ended


def _found(query: str, *columns: Iterable) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(map(array_of, columns)))
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Later:
    """Whether something later than a moment is known of somebody; the last of the minute that begins then, and whether
    something later than that is known."""

    than_said: bool
    of_minute: datetime | None
    than_minute: bool

    def than(self, happened_at: datetime) -> bool:
        """`happened_at` is the moment itself, or was put into its minute."""
        return bool(self.than_minute if happened_at == self.of_minute else self.than_said)


def later(said: Sequence[tuple[int, datetime]]) -> dict[int, Later]:
    """By worker."""
    found = _found(LATER, *zip(*said, strict=True))
    return {worker_id: Later(*rest) for worker_id, *rest in found}
