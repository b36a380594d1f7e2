"""Each invariant must be able to fail: the row that breaks it is made behind the services' back."""

import pytest
from viewflow.workflow.models import Task

from cases.models import Case, WorkItem
from cases.register import invariants
from tests.cases.factories import CaseFactory
from tests.past_triggers import past_triggers
from tests.staff.factories import HUAQI_VILLAGE
from tests.workers.factories import FlagFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db
CHECKS = [
    invariants.open_cases_without_one_open_item,
    invariants.ended_cases_with_an_open_item,
    invariants.items_whose_step_does_not_fit,
    invariants.items_whose_task_disagrees,
    invariants.items_elsewhere_than_their_case,
    invariants.items_less_or_more_urgent_than_their_case,
    invariants.cases_elsewhere_than_their_worker,
    invariants.open_flags_without_open_case,
    invariants.follow_ups_waiting_for_nobody,
    invariants.cases_elsewhere_than_their_path_leads,
    invariants.cases_that_came_another_way_than_they_say,
]


def items_of(case):
    return WorkItem.objects.filter(case=case)


BREAKS = {
    invariants.open_cases_without_one_open_item: lambda case: items_of(case).update(
        state="done", finished_at=case.opened_at
    ),
    invariants.ended_cases_with_an_open_item: lambda case: Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=case.opened_at, closed_because="moved"
    ),
    invariants.items_whose_step_does_not_fit: lambda case: items_of(case).update(step="travel"),
    invariants.items_whose_task_disagrees: lambda case: Task.objects.filter(work_item__case=case).update(status="DONE"),
    invariants.items_elsewhere_than_their_case: lambda case: items_of(case).update(area=HUAQI_VILLAGE),
    invariants.items_less_or_more_urgent_than_their_case: lambda case: items_of(case).update(priority=0),
    invariants.cases_elsewhere_than_their_worker: lambda case: Worker.objects.filter(pk=case.worker_id).update(
        area=HUAQI_VILLAGE
    ),
    invariants.open_flags_without_open_case: lambda case: FlagFactory(rule="relapsed"),
    invariants.follow_ups_waiting_for_nobody: lambda case: case.follow_ups.create(
        round=1, day_no=7, due_on=case.opened_at.date()
    ),
    invariants.cases_elsewhere_than_their_path_leads: lambda case: case.moves.create(
        from_state="placed", to_state="transported", cause="boarding", at=case.opened_at, happened_at=case.opened_at
    ),
    invariants.cases_that_came_another_way_than_they_say: lambda case: Case.objects.filter(pk=case.pk).update(
        has_been_referred=True
    ),
}


def test_healthy_cases_break_nothing():
    for trait in ("contacted", "referred", "placed", "nearby", "transported", "settled", "closed"):
        CaseFactory(**{trait: True})

    assert [check() for check in CHECKS] == [0] * len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_broken_row_is_counted(check):
    case = CaseFactory()
    with past_triggers():
        BREAKS[check](case)

    assert check() == 1
