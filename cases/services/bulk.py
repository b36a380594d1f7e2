"""Opening thousands of cases at once: the same rows as the engine writes, by COPY, a hundred times as fast.

A test opens one case both ways and compares every row. Neither viewflow's signals nor ours are sent: whoever opens
in bulk does not want a listener a case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models, transaction

from cases.choices import Cause, FollowUpResult, State, Step
from cases.models import Case, CaseMove, FollowUp, WorkItem
from cases.queue import items, moves
from cases.queue.bulk import FirstCourses, advance, write_courses
from cases.queue.deadlines import Clocks
from cases.queue.plan import Plan
from cases.services.opening import choose_owners, first_plan, flag_data
from cases.services.schedule import plan_of, plan_of_travel, planned_follow_ups
from kit.copying import NULL, Pattern, copy_in, keys_of
from kit.days import local_moment
from kit.sql import any_of
from staff.models import User
from workers import journal
from workers.journal.copying import Book, canonical
from workers.models import Flag, JournalLine, Worker
from workers.services import Enrolled

CHUNK = 1000


@dataclass(frozen=True)
class Chapter:
    """A journal line of a case to be, and the state it led to."""

    what: str
    at: datetime
    to_state: str
    cause: str
    data: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """One case to be, with the owner already chosen.

    A seed that starts in the middle of a story tells it in `story`, and sets what the constraints of the state it leads
    to ask for in `columns`. Follow-ups are planned for a case at work; those that fell due before `followed_up_until`
    were answered "still working". `plan` is the open item, if not the usual one of the step.
    """

    worker: Worker
    at: datetime
    flag: Flag | None = None
    owner: User | None = None
    columns: dict = field(default_factory=dict)
    story: tuple[Chapter, ...] = ()
    plan: Plan | None = None
    followed_up_until: date | None = None


def open_cases_in_bulk(openings: Iterable[Opening], *, by: User | None, chunk: int = CHUNK) -> list[Case]:
    """One transaction a chunk. A worker who has an open case already makes the database refuse the chunk."""
    openings = list(openings)
    cases: list[Case] = []
    for start in range(0, len(openings), chunk):
        cases += _open_chunk(openings[start : start + chunk], by)
    return cases


def open_cases_of_enrolled(enrolled: Iterable[Enrolled], *, book: Book, by: User | None, at: datetime) -> None:
    """For newcomers to the register who came with a flag; the first flag opens the case. Their lines are added to
    `book`, which whoever enrols them writes."""
    flagged = [one for one in enrolled if one.flags]
    if not flagged:
        return
    owners = choose_owners([one.area_id for one in flagged], at=at)
    courses, keys = FirstCourses(len(flagged), at), keys_of(Case, len(flagged))
    columns = ("id", "worker_id", "area_id", "service_group", "owner_id", "opened_by_flag_id")
    opened = Pattern(Case(opened_at=at, state_since=at), *columns)
    first = CaseMove(from_state="", to_state=State.FLAGGED, cause=Cause.OPENED, at=at, happened_at=at, by=by)
    moved = Pattern(first, "id", "case_id", "line_id")
    move_keys = keys_of(CaseMove, len(flagged))
    for one, owner in zip(flagged, owners, strict=True):
        key, (flag, raised) = next(keys), one.flags[0]
        owner_id = owner.pk if owner else NULL
        told = {"rule": raised.rule, "facts": raised.data}
        opened.add(key, one.worker_id, one.area_id, one.service_group, owner_id, flag)
        courses.add(key, one.area_id, one.service_group, owner_id, told)
        line = book.add(one.worker_id, "case_opened", canonical({"case": key, **told}), about=("cases.case", key))
        moved.add(next(move_keys), key, line)
    for rows in (opened, courses, moved):
        rows.write()


def open_cases_of_flagged(flagged: list[Enrolled], *, book: Book, by: User | None, at: datetime) -> None:
    """The same for people of whom a list brought news, unless they have an open case."""
    open_ones = Case.objects.open().filter(any_of("worker_id", [one.worker_id for one in flagged]))
    served = set(open_ones.values_list("worker_id", flat=True)) if flagged else set()
    open_cases_of_enrolled([one for one in flagged if one.worker_id not in served], book=book, by=by, at=at)


@dataclass(frozen=True)
class Referred:
    """A case that the caller holds by its open item, and the row it is referred by."""

    item: WorkItem
    about: models.Model


@transaction.atomic
def mark_referred_in_bulk(
    referred: list[Referred], *, until: datetime, reason: str, data: dict, by: User | None, at: datetime
) -> None:
    """`mark_referred` for hundreds at once: the same rows, in a dozen statements. Nobody's permission is asked here."""
    clocks = items.clocks_on(at)
    for one in referred:
        one.item.case.refer(at=at)
        one.item.case.service_group = one.item.case.worker.service_group
    cases = [one.item.case for one in referred]
    said = [{"case": one.item.case_id, "reason": reason, **data} for one in referred]
    lines = journal.record_many(
        journal.Entry(one.item.case.worker_id, "case_referred", by, at, about=one.about, data=told)
        for one, told in zip(referred, said, strict=True)
    )
    moved = {"from_state": State.CONTACTED, "to_state": State.REFERRED, "cause": Cause.REFERRAL}
    rows = [moves.build(case, line, **moved) for case, line in zip(cases, lines, strict=True)]
    for row, one in zip(rows, referred, strict=True):
        row.work_item = one.item
    copy_in(rows)
    Case.objects.bulk_update(cases, ["state", "state_since", "service_group"])
    due = {group: clocks.due_at(Step.RESULT, group, until) for group in {case.service_group for case in cases}}
    plans = [Plan(at, reason, data, due[case.service_group], until, clocks=clocks) for case in cases]
    advance(list(zip([one.item for one in referred], plans, strict=True)), by=by, at=at)


@transaction.atomic
def _open_chunk(openings: list[Opening], by: User | None) -> list[Case]:
    cases = copy_in(_case(opening) for opening in openings)
    pairs = list(zip(cases, openings, strict=True))
    almanac = items.Almanac()
    waiting = _plan_follow_ups(pairs, almanac)
    write_courses([(case, _plan(case, opening, almanac, waiting.get(case.pk))) for case, opening in pairs])
    told = [(case, chapter) for case, opening in pairs for chapter in _story(opening)]
    lines = journal.record_many(_entry(case, chapter, by) for case, chapter in told)
    copy_in(_moves(told, lines))
    return cases


def _case(opening: Opening) -> Case:
    *_, last = _story(opening)
    return Case(
        worker=opening.worker,
        area_id=opening.worker.area_id,
        service_group=opening.worker.service_group,
        owner=opening.owner,
        opened_at=opening.at,
        opened_by_flag=opening.flag,
        state=last.to_state,
        state_since=last.at,
        **opening.columns,
    )


def _plan_follow_ups(pairs: list[tuple[Case, Opening]], almanac: items.Almanac) -> dict[int, FollowUp]:
    """The first one still waiting, by case."""
    rows = [row for case, opening in pairs if case.placed_on for row in _follow_ups(case, opening, almanac)]
    waiting = (row for row in copy_in(rows) if row.done_at is None)
    return {row.case_id: row for row in sorted(waiting, key=lambda row: row.day_no, reverse=True)}


def _follow_ups(case: Case, opening: Opening, almanac: items.Almanac) -> Iterator[FollowUp]:
    for row in planned_follow_ups(case, placement=None, clocks=almanac.on(case.state_since)):
        if case.state == State.SETTLED or (opening.followed_up_until and row.due_on < opening.followed_up_until):
            row.result, row.by = FollowUpResult.STILL_WORKING, case.owner
            row.done_at = row.entered_at = local_moment(row.due_on, 10)
        yield row


def _plan(case: Case, opening: Opening, almanac: items.Almanac, follow_up: FollowUp | None) -> Plan:
    at = case.state_since
    plan = opening.plan or _usual_plan(case, opening.flag, at, almanac.on(at), follow_up)
    return plan if plan.clocks else plan.with_clocks(almanac.on(plan.at))


def _usual_plan(case: Case, flag: Flag | None, at: datetime, clocks: Clocks, follow_up: FollowUp | None) -> Plan:
    if case.step == Step.CONTACT:
        return first_plan(flag, "flagged", at)
    if case.step == Step.TRAVEL:
        return plan_of_travel(case, at=at, clocks=clocks)
    if case.step == Step.FOLLOW_UP and follow_up:
        return plan_of(follow_up, at=at, clocks=clocks)
    return Plan(at=at, reason="referral_waiting" if case.step == Step.RESULT else "willing")


def _story(opening: Opening) -> tuple[Chapter, ...]:
    first = Chapter("case_opened", opening.at, State.FLAGGED, Cause.OPENED, flag_data(opening.flag))
    return first, *opening.story


def _entry(case: Case, chapter: Chapter, by: User | None) -> journal.Entry:
    data = {"case": case.pk, **chapter.data}
    return journal.Entry(case.worker_id, chapter.what, by, chapter.at, about=case, data=data)


def _moves(told: list[tuple[Case, Chapter]], lines: list[JournalLine]) -> Iterator[CaseMove]:
    before: dict[int, str] = {}
    for (case, chapter), line in zip(told, lines, strict=True):
        from_state = before.get(case.pk, "")
        yield moves.build(case, line, from_state=from_state, to_state=chapter.to_state, cause=chapter.cause)
        before[case.pk] = chapter.to_state
