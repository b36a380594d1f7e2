"""Opening thousands of cases at once: the same rows as the engine writes, by bulk_create, 60 times as fast.

A test opens one case both ways and compares every row. Neither viewflow's signals nor ours are sent: whoever opens
in bulk does not want a listener a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from cases import work_items
from cases.choices import State
from cases.courses import write_courses
from cases.models import Case
from cases.plans import Plan
from cases.services.opening import first_plan, flag_data
from staff.models import User
from workers import journal
from workers.models import Flag, Worker

CHUNK = 1000


@dataclass(frozen=True)
class Opening:
    """One case to be, with the owner already chosen.

    A seed that starts in the middle of a story sets `state` and what its constraints ask for in `columns`, tells the
    story in `lines` (what, at, data) and says in `plan` what the open item shall be.
    """

    worker: Worker
    at: datetime
    flag: Flag | None = None
    owner: User | None = None
    columns: dict = field(default_factory=dict)
    lines: tuple[tuple[str, datetime, dict], ...] = ()
    plan: Plan | None = None


def open_cases_in_bulk(openings: Iterable[Opening], *, by: User | None, chunk: int = CHUNK) -> list[Case]:
    """One transaction a chunk. A worker who has an open case already makes the database refuse the chunk."""
    openings = list(openings)
    cases: list[Case] = []
    for start in range(0, len(openings), chunk):
        cases += _open_chunk(openings[start : start + chunk], by)
    return cases


@transaction.atomic
def _open_chunk(openings: list[Opening], by: User | None) -> list[Case]:
    cases = Case.objects.bulk_create(_case(opening) for opening in openings)
    clocks = work_items.Almanac()
    write_courses([(case, _plan(opening, clocks)) for case, opening in zip(cases, openings, strict=True)])
    journal.record_many(
        entry for case, opening in zip(cases, openings, strict=True) for entry in _entries(case, opening, by)
    )
    return cases


def _case(opening: Opening) -> Case:
    standard = {"state": State.FLAGGED, "state_since": opening.at}
    return Case(
        worker=opening.worker,
        area_id=opening.worker.area_id,
        service_group=opening.worker.service_group,
        owner=opening.owner,
        opened_at=opening.at,
        opened_by_flag=opening.flag,
        **(standard | opening.columns),
    )


def _plan(opening: Opening, clocks: work_items.Almanac) -> Plan:
    plan = opening.plan or first_plan(opening.flag, "flagged", opening.at)
    return plan if plan.clocks else plan.with_clocks(clocks.on(plan.at))


def _entries(case: Case, opening: Opening, by: User | None) -> list[journal.Entry]:
    story = [("case_opened", opening.at, flag_data(opening.flag)), *opening.lines]
    return [
        journal.Entry(case.worker_id, what, by, at, about=case, data={"case": case.pk, **data})
        for what, at, data in story
    ]
