from datetime import timedelta

import pytest
from django.utils import timezone

from cases import clock
from cases.models import WorkItem
from config.celery import app
from tests.cases.factories import CaseFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]


def test_every_scheduled_task_exists_and_goes_to_the_clock_queue():
    app.loader.import_default_modules()
    names = [entry["task"] for entry in clock.SCHEDULE.values()]

    assert [name for name in names if name not in app.tasks] == []
    assert {app.amqp.router.route({}, name)["queue"].name for name in names} == {"clock"}


def test_escalation_runs_by_the_real_clock():
    case = CaseFactory(at=timezone.now())
    WorkItem.objects.filter(case=case).update(escalates_at=timezone.now() - timedelta(seconds=1))

    for _run in range(2):
        clock.escalate_overdue()

    assert case.work_items.get().escalation_level == 1


def test_asking_again_runs_by_the_real_clock():
    case = CaseFactory(closed=True)
    type(case).objects.filter(pk=case.pk).update(
        closed_because="not_willing", reask_on=timezone.localdate(), closed_at=timezone.now()
    )

    for _run in range(2):
        clock.ask_again()

    case = type(case).objects.get(pk=case.pk)
    assert (case.state, case.reopened_count) == ("flagged", 1)
