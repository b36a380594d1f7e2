"""One way to move a case: lock, transition, journal, move, item finished, the flow opens the next one, announce."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import models
from django_fsm import TransitionNotAllowed

from cases import events
from cases.choices import Cause, ItemState
from cases.locking import LockedCase, locked
from cases.models import Case
from cases.queue import items, moves
from cases.queue.flow import PlacementFlow
from cases.queue.plan import Plan
from cases.refusals import CaseEnded, CaseMovedOn
from kit import sql
from staff.models import User
from workers import journal
from workers.models import JournalLine


@dataclass(frozen=True)
class Line:
    """What the journal will say."""

    what: str
    about: models.Model | None = None
    happened_at: datetime | None = None
    data: dict | None = None

    def and_data(self, more: dict) -> "Line":
        return replace(self, data={**(self.data or {}), **more})


def perform_step(
    *,
    case: Case,
    move: Callable[[Case], None],
    line: Line,
    cause: str,
    plan: Plan | Callable[[Case], Plan],
    by: User | None,
    at: datetime,
    check: Callable[[User | None, Case], None],
    ending: str = ItemState.DONE,
) -> Case:
    """Move the case and route anew; the case as it now is comes back. Only inside the caller's transaction.

    `move` calls one transition. `plan` may be a function of the moved case, for steps that plan from it.
    """
    with locked(case) as step:
        check(by, step.case)
        move_locked(step, move=move, line=line, cause=cause, plan=plan, by=by, at=at, ending=ending)
    return step.case


def move_locked(
    step: LockedCase,
    *,
    move: Callable[[Case], None],
    line: Line,
    cause: str,
    plan: Plan | Callable[[Case], Plan],
    by: User | None,
    at: datetime,
    ending: str = ItemState.DONE,
) -> None:
    """The same for a case that the caller already holds."""
    from_state = step.case.state
    _transition(step.case, move)
    told = write_line(step.case, line, by=by, at=at)
    # tags and household may have changed since the last step: the new item runs by the clock of today's group
    step.case.service_group = step.case.worker.service_group
    if step.case.state == from_state:
        items.finish(step.item, state=ending, by=by, at=at)
        sql.update(step.case)
    else:
        told_move = moves.build(step.case, told, from_state=from_state, to_state=step.case.state, cause=cause)
        moves.finish_and_move(step.item, told_move, ending=ending)
    _route(step, plan=plan(step.case) if callable(plan) else plan, by=by)
    undoes = line.about if cause == Cause.UNDONE else None
    events.case_moved.send(
        Case, case=step.case, from_state=from_state, to_state=step.case.state, undoes=undoes, by=by, at=at
    )


def next_item(step: LockedCase, *, plan: Plan, by: User | None, at: datetime, ending: str = ItemState.DONE) -> None:
    """Finish the item and open another for the same state, as after a follow-up that is not the last."""
    items.finish(step.item, state=ending, by=by, at=at)
    _route(step, plan=plan, by=by)


def write_line(case: Case, line: Line, *, by: User | None, at: datetime) -> JournalLine:
    return journal.record(
        worker=case.worker,
        what=line.what,
        about=line.about or case,
        by=by,
        at=at,
        happened_at=line.happened_at,
        data={"case": case.pk, **(line.data or {})},
    )


def start_process(case: Case, plan: Plan) -> None:
    """A new course for a case just opened, or opened again after its last course ended."""
    PlacementFlow.start.run(case=case, plan=plan)


def _transition(case: Case, move: Callable[[Case], None]) -> None:
    try:
        move(case)
    except TransitionNotAllowed as refused:
        raise (CaseMovedOn if case.is_open else CaseEnded) from refused


def _route(step: LockedCase, *, plan: Plan, by: User | None) -> None:
    if step.item is None:
        start_process(step.case, plan)
        return
    activation = _activation_of(step, plan)
    activation.take(by)
    activation.start(None)
    activation.execute()


def _activation_of(step: LockedCase, plan: Plan):
    """viewflow's handle on the task, carrying the locked case so that the hub reads the new state."""
    task = step.item.task
    activation = task.flow_task.activation_class(task)
    activation.process.artifact = step.case
    activation.process.plan = plan
    return activation
