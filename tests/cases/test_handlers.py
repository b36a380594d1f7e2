"""What casework does when another stage speaks: through the real events, not by calling the handlers."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from areas.models import Area
from cases.models import Case
from cases.services import undo_contact
from tests.cases.factories import NOON, CaseFactory, reach
from tests.cases.listening import heard
from tests.staff.factories import HUAQI_VILLAGE
from tests.workers.factories import WorkerFactory
from workers.choices import EMPLOYED, Status
from workers.events import status_reported
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
    assert (case.state, case.reopened_count) == ("flagged", 1)


def tell(case, status, *, source, by=None, at=LATER):
    report_status(worker=case.worker, status=status, happened_at=at, by=by, at=at, source=source)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("source", ["self", "import", "visit", "call", "employer", "system"])
@pytest.mark.parametrize("status, reason", [(Status.EMPLOYED_IN_CITY, "self_found"), (Status.DECEASED, "deceased")])
def test_news_that_leaves_nothing_to_do_closes_the_case_whoever_brings_it(source, status, reason):
    case = tell(CaseFactory(), status, source=source)

    assert (case.state, case.closed_because, case.closed_at) == ("closed", reason, LATER)
    assert case.work_items.get().state == "superseded"
    assert case.worker.flags.open().count() == 0


@pytest.mark.parametrize("source, is_named", [("visit", True), ("call", True), ("self", False), ("import", False)])
def test_the_cadre_who_wrote_it_down_closed_it(cadre, source, is_named):
    case = tell(CaseFactory(), Status.DECEASED, source=source, by=cadre)

    line = case.worker.journal_lines.get(what="case_closed")
    assert (case.closed_by, line.by) == ((cadre, cadre) if is_named else (None, None))


@pytest.mark.parametrize("stage", ["contacted", "referred"])
def test_work_found_alone_closes_a_case_on_its_way(stage):
    assert tell(CaseFactory(**{stage: True}), Status.EMPLOYED_IN_CITY, source="call").state == "closed"


@pytest.mark.parametrize("stage, state", [("nearby", "placed"), ("transported", "transported")])
def test_who_is_at_work_stays_followed_up_but_death_ends_it(stage, state):
    case = CaseFactory(**{stage: True})

    at_work = tell(case, Status.EMPLOYED_IN_CITY, source="visit").state
    after = tell(case, Status.DECEASED, source="visit", at=LATER + timedelta(days=3))

    assert (at_work, after.state, after.follow_ups.waiting().count()) == (state, "closed", 0)


def test_what_a_talk_on_the_case_says_is_acted_on_once(cadre):
    case = CaseFactory(owner=cadre)

    reach(case, at=LATER, by=cadre, status=Status.EMPLOYED_IN_CITY)

    lines = case.worker.journal_lines.filter(what__startswith="case_closed")
    assert [line.what for line in lines] == ["case_closed_after_talk"]


def test_talk_taken_back_is_no_news_that_closes_its_own_case(cadre):
    """Flagged while at work, over wages: the status put back says "at work", and the case is where it was."""
    case = CaseFactory(worker=WorkerFactory(employed=True), owner=cadre)
    before = case.worker.status
    attempt = reach(case, at=LATER, by=cadre, status=Status.UNEMPLOYED_WILLING)

    undo_contact(attempt=attempt, by=cadre, at=LATER + timedelta(minutes=1))

    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.worker.status, before in EMPLOYED) == ("flagged", before, True)
    assert case.work_items.open().count() == 1


def test_report_names_the_case_it_was_said_in(cadre):
    case = CaseFactory(owner=cadre)

    with heard(status_reported) as announced:
        attempt = reach(case, at=LATER, by=cadre, status=Status.RETURNED_GOING_BACK)
        undo_contact(attempt=attempt, by=cadre, at=LATER + timedelta(minutes=1))
        tell(case, Status.RETURNED_STAYING, source="visit", by=cadre, at=LATER + timedelta(minutes=2))

    assert [news["said_in"] for _, news in announced] == [case, case, None]


def test_what_a_step_of_the_case_reports_locks_the_case_no_second_time(cadre):
    case = CaseFactory(owner=cadre)

    with CaptureQueriesContext(connection) as queries:
        reach(case, at=LATER, by=cadre, status=Status.RETURNED_GOING_BACK)

    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"] and '"cases_workitem"' in query["sql"]]
    assert len(locks) == 1


def test_older_news_closes_nothing():
    case = CaseFactory()
    tell(case, Status.UNEMPLOYED_WILLING, source="call")

    report_status(
        worker=case.worker, status=Status.EMPLOYED_IN_CITY, happened_at=NOON, by=None, at=LATER, source="visit"
    )

    assert Case.objects.get(pk=case.pk).is_open


@pytest.mark.parametrize("status", [Status.NOT_WILLING, Status.STUDENT, Status.OVER_AGE])
def test_other_news_is_for_a_talk_to_settle(status):
    assert tell(CaseFactory(worker__birth_date=date(1964, 3, 1)), status, source="visit").is_open


@pytest.mark.parametrize("is_new", [True, False], ids=["flagged by it", "flagged before"])
def test_met_at_the_door_is_the_contact(cadre, is_new):
    worker = WorkerFactory(employed=True) if is_new else CaseFactory().worker
    told = {"status": Status.UNEMPLOYED_WILLING, "happened_at": NOON - timedelta(days=2), "source": "visit"}

    report_status(worker=worker, by=cadre, at=NOON, note="在家，想找活", **told)

    case = Case.objects.get(worker=worker)
    attempt = case.attempts.get()
    assert (case.state, attempt.outcome, attempt.note) == ("contacted", "visited_met", "在家，想找活")
    assert worker.reports.filter(status=Status.UNEMPLOYED_WILLING).count() == 1
    assert case.work_items.open().get().step == "refer"
    undo_contact(attempt=attempt, by=cadre, at=NOON)
    assert Case.objects.get(worker=worker).state == "flagged"


@pytest.mark.parametrize(
    ("source", "told_by", "status"),
    [
        ("call", "cadre", Status.UNEMPLOYED_WILLING),
        ("visit", "stranger", Status.UNEMPLOYED_WILLING),
        ("visit", None, Status.UNEMPLOYED_WILLING),
        ("visit", "cadre", Status.NOT_WILLING),
    ],
)
def test_what_was_heard_otherwise_leaves_the_talk_to_be_held(request, source, told_by, status):
    case = CaseFactory()
    by = told_by and request.getfixturevalue(told_by)

    report_status(worker=case.worker, status=status, happened_at=NOON, by=by, at=NOON, source=source)

    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.attempts.count()) == ("flagged", 0)
