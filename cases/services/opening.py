"""How a case begins, and begins again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from areas.ranges import Level, code_at
from cases import events, policies
from cases.choices import ENDED_STATES, Cause, State, Step
from cases.contact.outcomes import AT_WORK
from cases.locking import LockedCase, locked
from cases.models import Case, WorkItem
from cases.queue import moves
from cases.queue.items import clocks_on
from cases.queue.plan import Plan
from cases.queue.steps import Line, move_locked, start_process, write_line
from cases.refusals import AnotherCaseIsOpen, CaseMovedOn, NewerCaseExists
from cases.services.next_steps import wake
from kit import sql
from kit.days import local_day
from kit.sql import STAND_IN, STAND_IN_DAY, Compiled
from staff.models import Posting, User
from staff.querysets import UserQuerySet
from staff.roles import CADRES, CASEWORKERS
from workers.choices import Rule
from workers.models import Flag, Worker

# an ended case that is flagged again within this time goes on; later it is a new story
REOPENS_WITHIN = timedelta(days=90)
# taken up by hand within this time, an ended case had not ended
IS_A_MISTAKE_WITHIN = timedelta(days=7)
# of one worker the open one, else the youngest
LATEST_FIRST = (ExpressionWrapper(Q(state__in=ENDED_STATES), output_field=BooleanField()), "-opened_at", "-pk")


@transaction.atomic(savepoint=False)  # part of raising a flag: nobody goes on without it
def open_case(*, worker: Worker, flag: Flag | None, by: User | None, at: datetime) -> Case:
    """The worker's open case, a recent one taken up again, or a new one: a flag always has a case.

    Whoever flags a worker holds the worker's lock, and the case's before it.
    """
    case = _latest_case(worker)
    if case is None or is_old(case, at):
        return _open_new(worker=worker, flag=flag, by=by, at=at)
    if case.is_open:
        return _add_flag(case=case, flag=flag, by=by, at=at)
    return reopen_case(case=case, flag=flag, by=by, at=at)


@transaction.atomic
def reopen_case(
    *, case: Case, flag: Flag | None = None, by: User | None, at: datetime, reason: str = "reopened"
) -> Case:
    """Take up an ended case again. It keeps its opening and first contact.

    It goes on where the worker lives now: while it was ended it stayed where it was served.
    """
    with locked(case) as step:
        _check_may_reopen(by, step, flag)
        ended_at = step.case.settled_at or step.case.closed_at or at
        step.case.area_id = step.case.worker.area_id
        if not _still_serves(step.case.owner, step.case.area_id, at):
            step.case.owner = choose_owner(code=step.case.area_id, at=at)
        move_locked(
            step,
            move=lambda c: c.reopen(at=at),
            line=Line("case_reopened", about=flag, data={**flag_data(flag), "days": (at - ended_at).days}),
            cause=Cause.REOPENED,
            plan=_plan_again(step.case, flag, reason, at),
            by=by,
            at=at,
        )
    events.case_reopened.send(Case, case=step.case, flag=flag, by=by, at=at)
    return step.case


def item_it_goes_on_by(case: Case, at: datetime) -> WorkItem | None:
    """Of an ended case: whose time limit holds when somebody takes the case up again by hand; None for a new one.

    Ended by mistake, nothing has changed for the worker; and whoever was never reached still waits for that.
    """
    within = IS_A_MISTAKE_WITHIN if case.first_contacted_at else REOPENS_WITHIN
    if case.state != State.CLOSED or at - case.closed_at > within:
        return None
    return case.work_items.exclude(finished_at=None).order_by("-finished_at", "-pk").first()


def _plan_again(case: Case, flag: Flag | None, reason: str, at: datetime) -> Plan | Callable[[Case], Plan]:
    """Nobody who is late becomes punctual by ending the case and taking it up again."""
    item = item_it_goes_on_by(case, at) if flag is None and reason == "reopened" else None
    if item is None:
        return first_plan(flag, reason, at)
    never_reached = case.first_contacted_at is None

    def plan(moved: Case) -> Plan:
        clocks = clocks_on(at)
        return replace(
            first_plan(case.opened_by_flag if never_reached else None, "taken_up_again", at),
            due_at=min(item.due_at, clocks.due_at(Step.CONTACT, moved.service_group, at)),
            escalation_level=item.escalation_level,
            escalated_at=item.escalated_at,
            clocks=clocks,
        )

    return plan


def choose_owner(*, code: int, at: datetime) -> User | None:
    """The cadre of the village with the fewest open cases, else of the township; of equals the longest known.

    None when neither has one: the township's and the county's lists show what nobody owns.
    """
    for area_code in dict.fromkeys([code, code_at(code, Level.TOWNSHIP)]):
        owner = LEAST_LOADED.first(area_code, local_day(at))
        if owner is not None:
            return owner
    return None


def choose_owners(codes: list[int], *, at: datetime, but: User | None = None) -> list[User | None]:
    """`choose_owner` for many cases to be opened one after the other: each counts for the next. Two queries.

    `but` is somebody who goes.
    """
    around = {code_at(code, Level.TOWNSHIP) for code in codes} | set(codes)
    postings = Posting.objects.current(local_day(at)).in_role(*CADRES).filter(area_id__in=around, user__is_active=True)
    postings = postings.exclude(user=but) if but else postings
    serving: dict[int, set[int]] = {}
    for area_id, user_id in postings.values_list("area_id", "user_id"):
        serving.setdefault(area_id, set()).add(user_id)
    people = {user.pk: user for user in _with_load(User.objects.filter(pk__in=set().union(*serving.values())))}
    return [_take_least_loaded(people, serving, code) for code in codes]


def _take_least_loaded(people: dict[int, User], serving: dict[int, set[int]], code: int) -> User | None:
    """Their load grows by this case."""
    keys = serving.get(code) or serving.get(code_at(code, Level.TOWNSHIP))
    if not keys:
        return None
    owner = min((people[key] for key in keys), key=lambda user: (user.load, user.pk))
    owner.load += 1
    return owner


def _cadres_of(area_code: int, today: date) -> UserQuerySet:
    """The least loaded first."""
    postings = Posting.objects.current(today).in_role(*CADRES).filter(area_id=area_code)
    people = User.objects.active().filter(pk__in=postings.values("user_id"))
    return _with_load(people).order_by("load", "pk")


def _with_load(people: UserQuerySet) -> UserQuerySet:
    return people.annotate(load=Count("owned_cases", filter=~Q(owned_cases__state__in=ENDED_STATES)))


def _still_serves(owner: User | None, code: int, at: datetime) -> bool:
    """Cadres come and go between the end of a case and its second beginning."""
    if owner is None or not owner.is_active:
        return False
    postings = owner.postings_on(local_day(at))
    return any(p.role in CASEWORKERS and p.area.contains(code) for p in postings)


def _latest_case(worker: Worker) -> Case | None:
    """The open one, else the youngest: an ended one that is old stays ended, a young one is taken up again."""
    return LATEST_OF.first(worker.pk)


LATEST_OF = Compiled(
    lambda worker_id: Case.objects.filter(worker_id=worker_id).select_related("worker").order_by(*LATEST_FIRST)[:1]
)
LEAST_LOADED = Compiled(lambda area_code, today: _cadres_of(area_code, today)[:1], STAND_IN, STAND_IN_DAY)


def is_old(case: Case, at: datetime) -> bool:
    ended_at = case.settled_at or case.closed_at
    return ended_at is not None and at - ended_at > REOPENS_WITHIN


def _open_new(*, worker: Worker, flag: Flag | None, by: User | None, at: datetime) -> Case:
    case = Case(
        worker=worker,
        area_id=worker.area_id,
        service_group=worker.service_group,
        owner=choose_owner(code=worker.area_id, at=at),
        opened_at=at,
        state_since=at,
        opened_by_flag=flag,
    )
    sql.insert(case)
    told = write_line(case, Line("case_opened", data=flag_data(flag)), by=by, at=at)
    sql.insert(moves.build(case, told, from_state="", to_state=case.state, cause=Cause.OPENED))
    start_process(case, first_plan(flag, "flagged", at))
    events.case_opened.send(Case, case=case, flag=flag, by=by, at=at)
    return case


def _add_flag(*, case: Case, flag: Flag | None, by: User | None, at: datetime) -> Case:
    """The flag's own line is in the journal. Somebody at work who is said to be out of it is asked today."""
    if flag and case.state in AT_WORK and flag.rule != Rule.WAGE_TROUBLE:
        write_line(case, Line("case_flagged_again", about=flag, data=flag_data(flag)), by=by, at=at)
        wake(case=case, reason="flag", data=flag_data(flag), by=by, at=at)
    return case


def _check_may_reopen(by: User | None, step: LockedCase, flag: Flag | None) -> None:
    """A flag reopens by rule, whoever raised it; without one it is a cadre's decision."""
    if flag is None:
        policies.check_can_work_on(by, step.case)
    if step.item is not None or step.case.is_open:
        raise CaseMovedOn
    if Case.objects.open().filter(worker=step.case.worker_id).exists():
        raise AnotherCaseIsOpen
    if Case.objects.filter(worker=step.case.worker_id, opened_at__gt=step.case.opened_at).exists():
        raise NewerCaseExists


def first_plan(flag: Flag | None, otherwise: str, at: datetime) -> Plan:
    if flag is None:
        return Plan(at=at, reason=otherwise)
    return Plan(at=at, reason="flag", data=flag_data(flag))


def flag_data(flag: Flag | None) -> dict:
    return {"rule": flag.rule, "facts": flag.data} if flag else {}
