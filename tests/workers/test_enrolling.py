"""Many at once and one by one write the same; who cannot be taken is refused alone."""

import uuid
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Task

from cases.models import Case, CaseMove, CaseProcess, WorkItem
from tests.staff.factories import DAFANG_VILLAGE, FENGPING, HUAQI, YANJIAO, UserFactory, area_of
from tests.workers.factories import NOON, WorkerFactory, make_id_number
from workers import journal, services
from workers.choices import Source, Status
from workers.models import Flag, JournalLine, SaidOn, StatusReport, Worker, WorkerTag
from workers.refusals import NotOverAge, NotYetHappened, OutsideYourArea, UnderAge
from workers.services import FirstReport, Newcomer, NewWorker

pytestmark = pytest.mark.django_db

OWN_KEYS = {
    "id", "worker_id", "about_id", "hash", "prev_hash", "mac", "task_id", "case_id", "opened_by_flag_id", "once",
    "line_id", "work_item_id", "process_id", "artifact_object_id", "from_task_id", "to_task_id",
    "created", "started", "finished",
}  # fmt: skip
SEALED = {"id_number_cipher", "id_number_blind", "id_number_masked", "id_tail", "phone_cipher"}


def someone(n=1, *, area=FENGPING, **more) -> Newcomer:
    born = date(1985, 1, 5)
    told = {
        "id_number": make_id_number(birth_date=born, n=n),
        "phone": "+8613800001234",
        "sex": "F",
        "birth_date": born,
    }
    return Newcomer(**{"name": "李国琴", "area": area, **told} | more)


def out_of_work(**more) -> FirstReport:
    told = {"status": Status.UNEMPLOYED_WILLING, "happened_at": NOON - timedelta(days=2), "note": "在家"}
    return FirstReport(**told | more)


def at_work() -> FirstReport:
    job = {"employer_name": "鞋厂\\一号\t门", "wage": 4000, "destination": YANJIAO}
    return FirstReport(status=Status.EMPLOYED_IN_COUNTY, happened_at=NOON, **job)


STORIES = {
    "nothing known": lambda n: someone(n),
    "at work": lambda n: someone(n, report=at_work()),
    "out of work": lambda n: someone(n, report=out_of_work()),
    "lifted out and out of work": lambda n, **more: someone(
        n, tags=("lifted_out", "relocated"), report=out_of_work(), **more
    ),
    "without ID number": lambda n: someone(n, id_number="", birth_date=date(1980, 1, n), tags=("lifted_out",)),
    "wishes and a number in words": lambda n: someone(
        n,
        phone="",
        name="阿木·沙玛",
        group_no="3",
        industry="制鞋 13800001234",
        wish_willing=False,
        wish_place="县内",
        wish_wage=3500,
        once=uuid.UUID(int=n),
        report=out_of_work(note="打 13800001234", once=uuid.UUID(int=90 + n)),
    ),
}


def one_by_one(newcomer: Newcomer, *, by=None) -> Worker:
    """As a form would."""
    told = asdict(newcomer)
    report, home = told.pop("report"), area_of(told.pop("area"))
    fields = NewWorker(**told, area=home, registered_area=home)
    worker = services.register_worker(fields=fields, by=by, at=NOON, source=Source.IMPORT)
    if report:
        report["destination"] = area_of(report["destination"]) if report["destination"] else None
        services.report_status(worker=worker, by=by, at=NOON, source=Source.IMPORT, **report)
    return Worker.objects.get(pk=worker.pk)


def enrol(*newcomers: Newcomer, by=None) -> list:
    """Workers, or refusals."""
    answers = services.enrol_workers(newcomers, by=by, at=NOON, source=Source.IMPORT)
    return [Worker.objects.get(pk=answer) if isinstance(answer, int) else answer for answer in answers]


def rows_about(worker: Worker) -> dict:
    """Everything written about somebody, without what must differ from one person to the next."""
    cases = list(map(str, Case.objects.filter(worker=worker).values_list("pk", flat=True)))
    tasks = Task.objects.filter(process__artifact_object_id__in=cases).order_by("pk")
    tables = {
        "worker": Worker.objects.filter(pk=worker.pk),
        "tags": WorkerTag.objects.filter(worker=worker).order_by("pk"),
        "reports": StatusReport.objects.filter(worker=worker).newest_first(),
        "flags": Flag.objects.filter(worker=worker).order_by("pk"),
        "said_on": SaidOn.objects.filter(worker=worker),
        "lines": JournalLine.objects.filter(worker=worker).in_order(),
        "cases": Case.objects.filter(worker=worker).order_by("pk"),
        "items": WorkItem.objects.filter(case__worker=worker).order_by("pk"),
        "moves": CaseMove.objects.filter(case__worker=worker).order_by("pk"),
        "processes": CaseProcess.objects.filter(artifact_object_id__in=cases).order_by("pk"),
        "tasks": tasks,
        "order": Task.previous.through.objects.filter(to_task__in=tasks).order_by("pk"),
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
    assert (saved.id_number, saved.phone) == (someone(1).id_number, "+8613800001234")
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
    child = someone(2, id_number="", birth_date=date(2015, 1, 1))
    pensioner = someone(5, report=out_of_work(status=Status.OVER_AGE))
    tomorrow = someone(6, report=out_of_work(happened_at=NOON + timedelta(days=1)))
    strange = [child, someone(3, area=DAFANG_VILLAGE), pensioner, tomorrow]

    answers = enrol(someone(1), *strange, someone(4), by=cadre)

    refused = [UnderAge, OutsideYourArea, NotOverAge, NotYetHappened]
    assert [type(answer) for answer in answers] == [Worker, *refused, Worker]
    assert list(Worker.objects.order_by("pk")) == [answers[0], answers[-1]]


def test_somebody_on_the_register_already_makes_all_of_them_wait():
    WorkerFactory(id_number=someone(2).id_number)
    before = JournalLine.objects.count()

    with pytest.raises(IntegrityError):
        enrol(someone(1), someone(2))

    assert (Worker.objects.count(), JournalLine.objects.count()) == (1, before)


@pytest.mark.parametrize("people", [2, 20])
def test_it_costs_the_same_few_queries_for_two_and_for_twenty(cadre, people):
    enrolments = [someone(n, tags=("lifted_out",), report=out_of_work()) for n in range(1, people + 1)]
    enrol(STORIES["lifted out and out of work"](99))

    with CaptureQueriesContext(connection) as queries:
        enrol(*enrolments, by=cadre)

    assert len(queries) <= 60
