"""Many at once and one by one write the same; who cannot be taken is refused alone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, WorkItem
from tests.staff.factories import DAFANG_VILLAGE, FENGPING, HUAQI, YANJIAO, UserFactory, area_of
from tests.workers.factories import NOON, WorkerFactory, make_id_number
from workers import journal, services
from workers.choices import Source, Status
from workers.models import Flag, JournalLine, SaidOn, StatusReport, Worker, WorkerTag
from workers.refusals import OutsideYourArea, UnderAge
from workers.services import Enrolment, NewWorker

pytestmark = pytest.mark.django_db

OWN_KEYS = {"id", "worker_id", "about_id", "hash", "prev_hash", "mac", "task_id", "case_id", "opened_by_flag_id"}
SEALED = {"id_number_cipher", "id_number_blind", "id_number_masked", "id_tail", "phone_cipher"}


def someone(n=1, *, area=FENGPING, report=None, **more) -> Enrolment:
    fields = {"name": "李国琴", "area": area_of(area), "id_number": make_id_number(n=n), "phone": "13800001234"}
    return Enrolment(NewWorker(**fields | more), report)


def out_of_work(**more) -> dict:
    return {"status": Status.UNEMPLOYED_WILLING, "happened_at": NOON - timedelta(days=2), "note": "在家"} | more


def at_work() -> dict:
    job = {"employer_name": "鞋厂", "wage": 4000, "destination": area_of(YANJIAO)}
    return {"status": Status.EMPLOYED_IN_COUNTY, "happened_at": NOON, **job}


STORIES = {
    "nothing known": lambda n: someone(n),
    "at work": lambda n: someone(n, report=at_work()),
    "out of work": lambda n: someone(n, report=out_of_work()),
    "lifted out and out of work": lambda n, **more: someone(
        n, tags=("lifted_out", "relocated"), report=out_of_work(), **more
    ),
    "without ID number": lambda n: someone(n, id_number="", sex="F", birth_date=date(1980, 1, n), tags=("lifted_out",)),
}


def one_by_one(enrolment: Enrolment, *, by=None) -> Worker:
    worker = services.register_worker(fields=enrolment.fields, by=by, at=NOON, source=Source.IMPORT)
    if enrolment.report:
        services.report_status(worker=worker, by=by, at=NOON, source=Source.IMPORT, **enrolment.report)
    return Worker.objects.get(pk=worker.pk)


def enrol(*enrolments: Enrolment, by=None) -> list:
    return services.enrol_workers(enrolments, by=by, at=NOON, source=Source.IMPORT)


def rows_about(worker: Worker) -> dict:
    """Everything written about somebody, without what must differ from one person to the next."""
    tables = {
        "worker": Worker.objects.filter(pk=worker.pk),
        "tags": WorkerTag.objects.filter(worker=worker).order_by("pk"),
        "reports": StatusReport.objects.filter(worker=worker).newest_first(),
        "flags": Flag.objects.filter(worker=worker).order_by("pk"),
        "said_on": SaidOn.objects.filter(worker=worker),
        "lines": JournalLine.objects.filter(worker=worker).in_order(),
        "cases": Case.objects.filter(worker=worker).order_by("pk"),
        "items": WorkItem.objects.filter(case__worker=worker).order_by("pk"),
    }
    return {name: [plain(row) for row in rows.values()] for name, rows in tables.items()}


def plain(row: dict) -> dict:
    kept = {name: value for name, value in row.items() if name not in OWN_KEYS | SEALED}
    return kept | {"data": {key: value for key, value in row.get("data", {}).items() if key != "case"}}


@pytest.mark.parametrize("story", list(STORIES))
def test_many_at_once_write_what_one_by_one_writes(cadre, story):
    alone = one_by_one(STORIES[story](1), by=cadre)

    (among_many,) = enrol(STORIES[story](2), by=cadre)

    expected, found = rows_about(alone), rows_about(among_many)
    for rows in (expected, found):
        rows["worker"][0].pop("birth_date")
    assert found == expected
    assert list(journal.verify_all()) == []


def test_numbers_are_sealed_and_found_again():
    (worker,) = enrol(someone(1))

    saved = Worker.objects.get(pk=worker.pk)
    assert (saved.id_number, saved.phone) == (make_id_number(n=1), "+8613800001234")
    assert Worker.objects.get(id_number_blind=saved.id_number_blind) == saved


def test_the_load_of_cases_is_shared_as_if_they_came_one_after_the_other(cadre):
    colleague = UserFactory(township_cadre=True)
    enrolments = [someone(n, tags=("lifted_out",), report=out_of_work()) for n in range(1, 6)]

    enrol(*enrolments)

    owners = list(Case.objects.order_by("worker_id").values_list("owner", flat=True))
    assert owners == [cadre.pk, colleague.pk, cadre.pk, colleague.pk, cadre.pk]


def test_a_village_has_its_own_cadre_and_one_without_falls_to_the_township(cadre):
    own = UserFactory(village_cadre=True)
    UserFactory(township_cadre=True, posted=HUAQI)
    places = [FENGPING, YANJIAO, FENGPING, DAFANG_VILLAGE]

    enrol(*(STORIES["lifted out and out of work"](n, area=area) for n, area in enumerate(places, 1)))

    owners = [case.owner for case in Case.objects.order_by("worker_id")]
    assert owners == [own, cadre, own, None]


def test_who_cannot_be_taken_is_refused_alone(cadre):
    child = someone(2, id_number="", sex="F", birth_date=date(2015, 1, 1))
    answers = enrol(someone(1), child, someone(3, area=DAFANG_VILLAGE), someone(4), by=cadre)

    assert [type(answer) for answer in answers] == [Worker, UnderAge, OutsideYourArea, Worker]
    assert list(Worker.objects.order_by("pk")) == [answers[0], answers[3]]


def test_somebody_on_the_register_already_makes_all_of_them_wait():
    WorkerFactory(id_number=make_id_number(n=2))
    before = JournalLine.objects.count()

    with pytest.raises(IntegrityError):
        enrol(someone(1), someone(2))

    assert (Worker.objects.count(), JournalLine.objects.count()) == (1, before)


def test_households_go_another_way():
    with pytest.raises(ValueError, match="register_worker"):
        enrol(someone(1, status=Status.UNEMPLOYED_WILLING))


@pytest.mark.parametrize("people", [2, 20])
def test_it_costs_the_same_few_queries_for_two_and_for_twenty(cadre, people):
    enrolments = [someone(n, tags=("lifted_out",), report=out_of_work()) for n in range(1, people + 1)]
    enrol(STORIES["lifted out and out of work"](99))

    with CaptureQueriesContext(connection) as queries:
        enrol(*enrolments, by=cadre)

    assert len(queries) <= 50
