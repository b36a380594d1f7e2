"""What casework does when another stage speaks: through the real events, not by calling the handlers."""

from datetime import timedelta

import pytest

from areas.models import Area
from cases.models import Case
from tests.cases.factories import NOON, CaseFactory
from tests.staff.factories import HUAQI_VILLAGE
from tests.workers.factories import WorkerFactory
from workers.choices import Status
from workers.models import Flag
from workers.services import flag_worker, report_status, update_worker

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def test_no_flag_without_a_case():
    worker = WorkerFactory(unemployed=True)

    flag = flag_worker(worker=worker, rule="self_reported", by=None, at=NOON)

    assert Case.objects.get(worker=worker).opened_by_flag == flag


def test_case_that_cannot_be_opened_takes_the_flag_with_it(monkeypatch):
    worker = WorkerFactory(unemployed=True)
    monkeypatch.setattr("cases.services.opening.start_process", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        flag_worker(worker=worker, rule="self_reported", by=None, at=NOON)

    assert (Flag.objects.count(), Case.objects.count()) == (0, 0)


def test_two_rules_at_once_open_one_case():
    worker = WorkerFactory(employed=True, tags=["lifted_out"])

    report_status(worker=worker, status=Status.RETURNED_STAYING, happened_at=NOON, by=None, at=NOON, source="self")

    assert worker.flags.open().count() == 3
    assert Case.objects.filter(worker=worker).count() == 1


def test_move_to_another_village_is_followed(supervisor):
    case = CaseFactory()
    village = Area.objects.get(pk=HUAQI_VILLAGE)

    update_worker(worker=case.worker, changes={"area": village}, by=supervisor, at=LATER)

    case = Case.objects.get(pk=case.pk)
    assert (case.area_id, case.work_items.get().area_id) == (HUAQI_VILLAGE, HUAQI_VILLAGE)


def test_other_corrections_leave_the_case_alone(supervisor):
    case = CaseFactory()

    update_worker(worker=case.worker, changes={"wish_place": "浙江"}, by=supervisor, at=LATER)

    assert case.worker.journal_lines.newest_first().first().what == "worker_corrected"


def test_lost_work_soon_after_settling_takes_the_case_up_again():
    case = CaseFactory(settled=True)
    at = case.settled_at + timedelta(days=5)
    report_status(
        worker=case.worker, status=Status.EMPLOYED_IN_CITY, happened_at=case.settled_at, by=None, at=at, source="import"
    )

    report_status(worker=case.worker, status=Status.UNEMPLOYED_WILLING, happened_at=at, by=None, at=at, source="self")

    case = Case.objects.get(worker=case.worker)
    assert (case.state, case.reopened_early_count) == ("flagged", 1)
