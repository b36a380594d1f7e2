"""How a work item is made and changed. Used by the flow, by bulk opening and by the services; saves nothing itself
but what its name says."""

from datetime import date, datetime

from cases.choices import Escalation, ItemState
from cases.deadlines import Clocks
from cases.local_time import local_day
from cases.models import Case, ClockRule, WorkItem
from cases.plans import Plan


def clocks_on(at: datetime) -> Clocks:
    """The rules in force on that day."""
    return ClockRule.objects.valid_on(local_day(at)).as_clocks()


class Almanac:
    """The clocks of many days, each read once: for bulk work that spans months."""

    def __init__(self):
        self._clocks: dict[date, Clocks] = {}

    def on(self, at: datetime) -> Clocks:
        day = local_day(at)
        if day not in self._clocks:
            self._clocks[day] = clocks_on(at)
        return self._clocks[day]


def build(*, case: Case, step: str, plan: Plan, task_id: int | None = None) -> WorkItem:
    """The unsaved item of a case for a step; where, who and how urgent come from the case."""
    clocks = plan.clocks or clocks_on(plan.at)
    due_at = plan.due_at or clocks.due_at(step, case.service_group, plan.at)
    return WorkItem(
        task_id=task_id,
        case=case,
        area_id=case.area_id,
        step=step,
        owner_id=case.owner_id,
        due_at=due_at,
        not_before=plan.not_before,
        priority=case.priority,
        reason=plan.reason,
        reason_data=plan.data,
        opened_at=plan.at,
        escalates_at=clocks.escalates_at(step, case.service_group, due_at, Escalation.VILLAGE),
    )


def set_due(item: WorkItem, due_at: datetime, clocks: Clocks, group: str) -> None:
    """A new due moment starts the way up anew."""
    item.due_at = due_at
    item.escalation_level, item.escalated_at = Escalation.VILLAGE, None
    item.escalates_at = clocks.escalates_at(item.step, group, due_at, Escalation.VILLAGE)


def finish(item: WorkItem, *, state: str, by, at: datetime) -> None:
    item.state, item.finished_by, item.finished_at = state, by, at
    item.escalates_at = None
    item.save(update_fields=["state", "finished_by", "finished_at", "escalates_at"])


def mark_undone(item: WorkItem) -> None:
    """A finished item whose finishing was taken back."""
    item.state = ItemState.UNDONE
    item.save(update_fields=["state"])
