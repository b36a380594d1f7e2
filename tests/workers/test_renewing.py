"""News of many at once and one by one writes the same; for whom more follows is left for one by one."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseMove
from tests.cases.factories import CaseFactory
from tests.cases.test_concurrency import at_once
from tests.staff.factories import DAFANG_VILLAGE, FENGPING, YANJIAO, area_of
from tests.workers.factories import NOON, FlagFactory, HouseholdFactory, StatusReportFactory, WorkerFactory
from tests.workers.test_enrolling import plain, rows_about
from workers import invariants, journal, services
from workers.choices import Source, Status, Tag
from workers.models import JournalHead, JournalLine, Worker
from workers.refusals import InvalidPhone, NotOverAge, NotYetHappened, OutsideYourArea, UnderAge
from workers.services import ALONE, Renewal, Renewed, renewing

pytestmark = pytest.mark.django_db

AT = NOON + timedelta(days=30)
LONG_AGO = NOON - timedelta(days=200)


def a_report(status=Status.UNEMPLOYED_WILLING, *, days_ago=1, **more) -> dict:
    told = {"status": status, "happened_at": AT - timedelta(days=days_ago), "note": "在家", "once": uuid.uuid4()}
    return told | more


def a_job(status=Status.EMPLOYED_IN_COUNTY, **more) -> dict:
    return a_report(status, **{"employer_name": "鞋厂", "wage": 4000, "destination": area_of(YANJIAO)} | more)


PEOPLE = {
    "nothing known": lambda: WorkerFactory(),
    "without a phone": lambda: WorkerFactory(phoneless=True, idless=True),
    "at work": lambda: WorkerFactory(employed=True),
    "out of work, flagged": lambda: FlagFactory(rule="lifted_out_out_of_work", worker=out_of_work()).worker,
    "lifted out": lambda: WorkerFactory(unemployed=True, tags=[Tag.LIFTED_OUT]),
    "out of work once": lambda: FlagFactory(rule="relapsed", cleared=True, worker=out_of_work()).worker,
    "reported since": lambda: StatusReportFactory(worker=WorkerFactory(), happened_at=AT - timedelta(hours=1)).worker,
    "reported that minute": lambda: reported_in_the_minute(),
    "in a house without work": lambda: a_member(zero=True, unemployed=True),
    "in a house with work": lambda: a_member(zero=False, employed=True),
    "case flagged": lambda: CaseFactory().worker,
    "case contacted": lambda: CaseFactory(contacted=True).worker,
    "case placed": lambda: CaseFactory(placed=True).worker,
    "case on the way": lambda: CaseFactory(transported=True).worker,
    "case closed": lambda: CaseFactory(closed=True).worker,
    "case closed long ago": lambda: CaseFactory(closed=True, at=LONG_AGO).worker,
}
NEWS = {
    "a phone and a group": lambda: {"changes": {"phone": "138 1234 5678", "group_no": "7"}},
    "a wish": lambda: {
        "changes": {"wish_willing": True, "wish_place": "浙江", "wish_wage": 5000, "industry": "电话13800001234"}
    },
    "the same place": lambda: {"changes": {"area": area_of(FENGPING)}, "report": a_report()},
    "another place": lambda: {"changes": {"area": area_of(YANJIAO)}},
    "tags": lambda: {"tags": (Tag.LIFTED_OUT, Tag.RELOCATED)},
    "out of work": lambda: {"report": a_report()},
    "out of work and lifted out": lambda: {
        "changes": {"wish_willing": True}, "tags": (Tag.LIFTED_OUT,), "report": a_report(Status.RETURNED_STAYING)
    },
    "at work": lambda: {"report": a_job()},
    "since when": lambda: {"report": a_job(Status.EMPLOYED_OUTSIDE_PROVINCE, since_on=date(2026, 3, 1))},
    "deceased": lambda: {"report": a_report(Status.DECEASED)},
    "of long ago": lambda: {"changes": {"group_no": "9"}, "report": a_report(Status.FARMING, days_ago=300)},
    "studying": lambda: {"report": a_report(Status.STUDENT)},
}  # fmt: skip


def out_of_work() -> Worker:
    return WorkerFactory(unemployed=True, tags=[Tag.LIFTED_OUT])


def a_member(*, zero: bool, **traits) -> Worker:
    home = HouseholdFactory(members=2, members__status=Status.STUDENT, zero_employment=zero)
    return WorkerFactory(household=home, **traits)


def reported_in_the_minute() -> Worker:
    worker = WorkerFactory()
    for seconds in (10, 30):
        StatusReportFactory(worker=worker, happened_at=AT - timedelta(days=1) + timedelta(seconds=seconds))
    return worker


def renewal(worker: Worker, *, changes=(), tags=(), report=None, said_on=None) -> Renewal:
    return Renewal(worker.pk, dict(changes), tags, report, said_on)


def one_by_one(one: Renewal, *, by=None) -> tuple[str, ...]:
    """`update_worker`, `set_tag` and `report_status`."""
    return services.renew_worker(one, by=by, at=AT, source=Source.IMPORT)


def renew(*renewals: Renewal, by=None) -> list:
    return services.renew_workers(renewals, by=by, at=AT, source=Source.IMPORT)


def written_about(worker: Worker) -> dict:
    moves = CaseMove.objects.filter(case__worker=worker).order_by("pk")
    rows = rows_about(worker) | {"moves": [plain(row) for row in moves.values()]}
    heads = JournalHead.objects.filter(pk=worker.pk).values_list("seq", flat=True)
    own = {"name", "name_pinyin", "name_initials", "household_id", "phone_blind", "phone_tail", "once"}
    own |= {"item_id", "line_id", "work_item_id", "reason_data"}
    return {name: [without(row, own) for row in found] for name, found in rows.items()} | {"heads": list(heads)}


def invariants_broken() -> dict[str, int]:
    """Some people of these tests have a flag without a case, or a status that nobody said."""
    return {name: count for name, count in invariants.violations() if count}


def without(row: dict, names: set[str]) -> dict:
    told = row.get("data", {}).get("changed", {})
    told.get("phone", [""])[0] = ""
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize("person", list(PEOPLE))
def test_many_at_once_write_what_one_by_one_writes(cadre, person):
    said = {news: (NEWS[news], PEOPLE[person](), PEOPLE[person]()) for news in NEWS}
    for told, alone, _among_many in said.values():
        one_by_one(renewal(alone, **told()), by=cadre)
    broken = set(invariants_broken())
    renewals = [renewal(among_many, **told()) for told, _alone, among_many in said.values()]

    answers = dict(zip(said, zip(renewals, renew(*renewals, by=cadre), strict=True), strict=True))

    left = {news: one for news, (one, answer) in answers.items() if answer is ALONE}
    for one in left.values():
        one_by_one(one, by=cadre)
    assert set(left) == GOES_ALONE.get(person, set()) | {"another place"}
    for told, (_said, alone, among_many) in said.items():
        assert (told, written_about(among_many)) == (told, written_about(alone))
    assert list(journal.verify_all()) == []
    assert set(invariants_broken()) <= broken
    call_command("check_tallies")


WITH_WORK, WITHOUT = {"at work", "since when"}, {"the same place", "out of work", "out of work and lifted out"}
GOES_ALONE = {
    "in a house without work": WITH_WORK | {"deceased", "studying", "of long ago"},
    "in a house with work": WITHOUT,
    "case flagged": WITH_WORK | {"deceased"},
    "case contacted": WITH_WORK | {"deceased"},
    "case placed": {"deceased", "out of work and lifted out"},
    "case on the way": {"deceased", "out of work and lifted out"},
    "case closed": {"out of work and lifted out"},
}
"""Who moves takes the case along, whether there is one or not."""


def test_who_brings_nothing_new_is_known_by_a_look_that_locks_nothing():
    people = [WorkerFactory(tags=[Tag.LIFTED_OUT]) for _ in range(20)]
    renewals = [
        renewal(worker, changes={"phone": worker.phone, "group_no": "2"}, tags=[Tag.LIFTED_OUT], report=a_report())
        for worker in people
    ]
    renew(*renewals)
    lines = JournalLine.objects.count()

    with CaptureQueriesContext(connection) as queries:
        answers = renew(*renewals)

    assert answers == [Renewed(worker.pk, is_news=False) for worker in people]
    assert JournalLine.objects.count() == lines
    assert [query["sql"] for query in queries if "FOR " in query["sql"]] == []
    assert len(queries) == 3


@pytest.mark.parametrize("people", [2, 40])
def test_it_costs_the_same_few_queries_for_two_and_for_forty(cadre, people):
    renewals = [
        renewal(
            WorkerFactory(), changes={"phone": f"1381234{n:04}", "wish_wage": 5000}, tags=[Tag.LIFTED_OUT],
            report=a_report(),
        )
        for n in range(people)
    ]  # fmt: skip

    with CaptureQueriesContext(connection) as queries:
        answers = renew(*renewals, by=cadre)

    assert (len(answers), Case.objects.count()) == (people, people)
    assert len(queries) <= 65


REFUSED = {
    OutsideYourArea: lambda: renewal(WorkerFactory(area=DAFANG_VILLAGE), changes={"group_no": "7"}),
    InvalidPhone: lambda: renewal(WorkerFactory(), changes={"phone": "12345"}),
    UnderAge: lambda: renewal(WorkerFactory(birth_date=date(2015, 1, 1)), changes={"group_no": "7"}),
    NotYetHappened: lambda: renewal(WorkerFactory(), report=a_report(days_ago=-1)),
    NotOverAge: lambda: renewal(WorkerFactory(), report=a_report(Status.OVER_AGE)),
}


@pytest.mark.parametrize("refusal", list(REFUSED))
def test_who_cannot_be_taken_is_refused_alone(cadre, refusal):
    good, bad = renewal(WorkerFactory(), changes={"group_no": "7"}), REFUSED[refusal]()
    with pytest.raises(refusal), transaction.atomic():
        one_by_one(bad, by=cadre)
    before = written_about(Worker.objects.get(pk=bad.worker_id))

    first, second = renew(bad, good, by=cadre)

    assert (isinstance(first, refusal), second) == (True, Renewed(good.worker_id, is_news=True))
    assert written_about(Worker.objects.get(pk=bad.worker_id)) == before


def test_a_second_row_about_somebody_waits_for_the_first():
    worker = WorkerFactory()

    answers = renew(renewal(worker, changes={"group_no": "7"}), renewal(worker, changes={"group_no": "8"}))

    assert answers == [Renewed(worker.pk, is_news=True), ALONE]
    assert Worker.objects.get().group_no == "7"


def test_of_a_household_that_comes_to_work_all_go_alone_who_move_it():
    home = HouseholdFactory(zero_employment=True)
    first, second, third = (WorkerFactory(household=home, unemployed=True) for _ in range(3))

    answers = renew(
        renewal(first, report=a_report(Status.STUDENT)),
        renewal(second, report=a_job()),
        renewal(third, report=a_report(note="as before")),
    )

    assert answers == [ALONE, ALONE, Renewed(third.pk, is_news=True)]


def test_a_visit_is_no_list():
    with pytest.raises(ValueError, match="one person"):
        services.renew_workers([], by=None, at=AT, source=Source.VISIT)


def test_a_blank_cell_erases_nothing():
    worker = WorkerFactory()

    assert renew(renewal(worker, changes={"phone": "", "group_no": "", "wish_wage": None})) == [
        Renewed(worker.pk, is_news=False)
    ]


# ---- two lists at once ---------------------------------------------------------------------------------------------


def two_lists_at_once(people: list[Worker]) -> tuple[list, int]:
    """The same people in opposite order; what became of it, and how many have what both said."""
    groups = [renewal(worker, changes={"group_no": "7"}, report=a_report()) for worker in people]
    wages = [renewal(worker, changes={"wish_wage": 5000}, report=a_report(days_ago=2)) for worker in reversed(people)]

    outcomes = at_once(lambda: renew(*groups), lambda: renew(*wages))

    return outcomes, Worker.objects.filter(group_no="7", wish_wage=5000).count()


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_lose_nothing(monkeypatch):
    people, barrier = [WorkerFactory() for _ in range(30)], threading.Barrier(2)
    real = renewing.write

    def read_by_both(*news, **how):
        barrier.wait(timeout=10)
        return real(*news, **how)

    with monkeypatch.context() as off:
        off.setattr(renewing, "lock_workers", lambda worker_ids, homes: None)
        off.setattr(renewing, "write", read_by_both)
        _outcomes, with_both = two_lists_at_once(people)
    assert with_both < len(people)
    Worker.objects.update(group_no="2", wish_wage=None)

    outcomes, with_both = two_lists_at_once(people)

    assert [{answer.is_news for answer in answers} for answers in outcomes] == [{True}, {True}]
    assert with_both == len(people)
    assert list(journal.verify_all()) == []


def test_locks_are_taken_in_the_order_of_everybody_else():
    """Case, household, worker, journal: a step of a case takes them so, and two lists take each kind by its keys."""
    worker = CaseFactory(worker=a_member(zero=True, unemployed=True)).worker

    with CaptureQueriesContext(connection) as queries:
        renew(renewal(worker, changes={"group_no": "7"}, report=a_report(Status.RETURNED_STAYING)))

    locking = [query["sql"] for query in queries if " FOR UPDATE" in query["sql"] or " FOR NO KEY" in query["sql"]]
    assert [sql.split('FROM "')[1].split('"')[0] for sql in locking][:4] == [
        "cases_case", "workers_household", "workers_worker", "workers_journalhead",
    ]  # fmt: skip
    assert ["ORDER BY" in sql for sql in locking][:4] == [True] * 4
