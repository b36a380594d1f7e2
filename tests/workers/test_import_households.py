"""Households come with the roster: who lives together, who is the head, and what is said where the file is unsure."""

import random
import re
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kit.days import local_moment
from tests.cases.test_concurrency import at_once
from tests.staff.factories import UserFactory, area_of
from tests.workers.factories import NOON, HouseholdFactory, WorkerFactory, make_id_number
from tests.workers.rosters import GOOD, HEADINGS, an_xlsx
from tests.workers.test_enrolling import out_of_work, rows_about, someone
from workers import invariants, journal, services
from workers.choices import Source
from workers.imports import cutting, engine, uploads
from workers.imports import homes as homes_of_rosters
from workers.imports.cells import Cell
from workers.imports.fields import Read
from workers.imports.issues import Issue
from workers.imports.relations import read_relation, role_in
from workers.models import Household, JournalLine, RosterHousehold, RosterUpload, SaidOn, Worker
from workers.services import Newcomer, NewWorker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

BACKEND = "django.contrib.auth.backends.ModelBackend"
SAYING = {name: HEADINGS[name] for name in ("household_no", "head_name", "head_id", "relation")}
BLANK = dict.fromkeys(SAYING, "")
TITLES = [HEADINGS[name] for name in GOOD] + list(SAYING.values())
USUAL = {"already_registered", "date_iso_text"}
PEOPLE = [
    *("王强", "李梅", "王小明", "张伟", "陈芳", "张小花", "赵六", "孙七"),
    *("周八", "吴九", "郑十", "钱一", "冯二", "陈三", "褚四"),
]
EARLIER, LATER, LATEST = "2026-10-01", "2026-11-10", "2026-11-20"


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def of_three(monkeypatch):
    """Chunks of three rows."""
    monkeypatch.setattr(cutting, "CHUNK", 3)


def number_of(name: str) -> str:
    return make_id_number(n=PEOPLE.index(name), birth_date=date(1985, 3, 12))


def row(name: str, /, **said) -> list:
    told = {
        **GOOD,
        "name": name,
        "id_number": number_of(name),
        "phone": "13812345678",
        "status": "务农",
        **BLANK,
        **said,
    }
    return [told[column] for column in (*GOOD, *SAYING)]


def received(by, *rows) -> RosterUpload:
    content = an_xlsx(花名册=[TITLES, *rows])
    upload = uploads.receive_roster(content=content, file_name="名册.xlsx", by=by, at=timezone.now())
    taken_up(upload)
    return upload


def taken_up(upload: RosterUpload) -> None:
    while engine.take_up_one(upload.pk, at=timezone.now()):
        pass


def saved(by, *rows) -> RosterUpload:
    upload = received(by, *rows)
    uploads.start_import(upload=upload, by=by, at=timezone.now())
    taken_up(upload)
    upload.refresh_from_db()
    assert upload.is_saved
    return upload


def homes() -> list[dict[str, str]]:
    """Of each household its members and what they are, in the order in which they came."""
    found: dict[int, dict[str, str]] = {}
    members = Worker.objects.filter(household__isnull=False).order_by("pk")
    for home, name, role in members.values_list("household_id", "name", "household_role"):
        found.setdefault(home, {})[name] = role
    return list(found.values())


def words(upload: RosterUpload) -> dict[str, list[str]]:
    """Issues by row, without those that every row has that is known already."""
    return {
        label: [issue[0] for issue in issues if issue[0] not in USUAL]
        for label, issues in upload.verdicts.order_by("no").values_list("label", "issues")
    }


def written() -> tuple:
    return tuple(
        list(rows.order_by("pk").values_list())
        for rows in (Worker.objects, Household.objects, JournalLine.objects, SaidOn.objects)
    )


FAMILY = {"王强": "head", "李梅": "spouse", "王小明": "child"}
SAID = {
    "each row has the number": [
        row("王强", household_no="12", relation="户主"),
        row("李梅", household_no=" 12 ", relation="配偶"),
        row("王小明", household_no="１２", relation="长子"),
    ],
    "only the head's row has the number": [
        row("王强", household_no="12", relation="户主"),
        row("李梅", relation="妻"),
        row("王小明", relation="子"),
    ],
    "each row has the head's ID number": [
        row("王强", head_id=number_of("王强")),
        row("李梅", head_id=number_of("王强"), relation="02 配偶"),
        row("王小明", head_id=number_of("王强"), relation="儿子"),
    ],
    "each row has the head's name": [
        row("王强", head_name="王强"),
        row("李梅", head_name="王 强", relation="配偶"),
        row("王小明", head_name="王强", relation="长子"),
    ],
    "relations only": [
        row("王强", relation="户主"),
        row("李梅", relation="妻子"),
        row("王小明", relation="（儿子）"),
    ],
    "the number, and the name in the rows that follow": [
        row("王强", household_no="12", relation="本人"),
        row("李梅", head_name="王强", relation="配偶"),
        row("王小明", head_name="王强", relation="次子"),
    ],
}


@pytest.mark.parametrize("way", list(SAID))
def test_a_household_is_found_however_the_file_says_it(cadre, way):
    other = [row("张伟", household_no="13", relation="户主"), row("陈芳", household_no="13", relation="妻")]

    upload = saved(cadre, *SAID[way], *other, row("赵六"))

    assert homes() == [FAMILY, {"张伟": "head", "陈芳": "spouse"}]
    assert Worker.objects.get(name="赵六").household is None
    assert words(upload) == {str(label): [] for label in range(2, 8)}
    assert set(SaidOn.objects.filter(household__isnull=False).values_list("household", "household_listed")) == {
        (date(2026, 11, 1), True)
    }
    assert RosterHousehold.objects.count() == 0
    assert list(journal.verify_all()) == []


def test_heads_of_one_name_who_do_not_stand_together_are_two(cadre):
    saved(
        cadre,
        row("王强", head_name="王强", relation="户主"),
        row("李梅", head_name="王强", relation="妻"),
        row("张伟", head_name="张伟", relation="户主"),
        row("王小明", head_name="王强", relation="子"),
    )

    assert homes() == [{"王强": "head", "李梅": "spouse"}, {"张伟": "head"}, {"王小明": "child"}]


def test_one_number_in_two_villages_is_two_households(cadre):
    saved(
        cadre,
        row("王强", household_no="1", relation="户主"),
        row("张伟", household_no="1", relation="户主", address="织金县猫场镇岩脚村"),
    )

    assert homes() == [{"王强": "head"}, {"张伟": "head"}]


ODD = {
    "two heads": (
        [row("王强", household_no="1", relation="户主"), row("李梅", household_no="1", relation="户主")],
        {"2": [], "3": ["two_heads"]},
        [{"王强": "head", "李梅": "other"}],
    ),
    "a relation without a head": ([row("王强", relation="配偶")], {"2": ["relation_without_head"]}, []),
    "a head who stands in no row": (
        [row("王强", household_no="1", relation="子"), row("李梅", household_no="1", relation="女")],
        {"2": ["head_in_no_row"], "3": ["head_in_no_row"]},
        [{"王强": "child", "李梅": "child"}],
    ),
    "a word that nobody knows": (
        [row("王强", household_no="1", relation="户主"), row("李梅", household_no="1", relation="房东")],
        {"2": [], "3": ["relation_unknown"]},
        [{"王强": "head", "李梅": "other"}],
    ),
    "a number that is none": (
        [row("王强", head_id="123", relation="户主")],
        {"2": ["head_id_unreadable"]},
        [{"王强": "head"}],
    ),
    "two households that claim one person": (
        [
            row("王强", household_no="1", relation="户主"),
            row("李梅", household_no="1", relation="妻"),
            row("张伟", household_no="2", relation="户主"),
            row("李梅", household_no="2", relation="妻"),
        ],
        {"2": [], "3": [], "4": [], "5": ["duplicate_exact", "two_households"]},
        [{"王强": "head", "李梅": "spouse"}, {"张伟": "head"}],
    ),
    "a head who is refused": (
        [row("王强", household_no="1", relation="户主", name=""), row("李梅", household_no="1", relation="妻")],
        {"2": ["name_missing"], "3": ["head_in_no_row"]},
        [{"李梅": "spouse"}],
    ),
}


@pytest.mark.parametrize("size", [3, 5000])
@pytest.mark.parametrize("story", list(ODD))
def test_what_is_odd_is_said_on_the_row_and_the_person_is_saved(cadre, monkeypatch, story, size):
    monkeypatch.setattr(cutting, "CHUNK", size)
    rows, said, expected = ODD[story]

    upload = received(cadre, *rows)
    before = words(upload)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    taken_up(upload)

    assert (before, words(upload), homes()) == (said, said, expected)
    page = [verdict for verdict in upload.verdicts.all() if not verdict.is_saved]
    assert len(page) == sum(bool({"duplicate_exact", "name_missing"} & set(each)) for each in said.values())


def test_a_column_that_makes_a_household_of_everybody_is_left_out(cadre, monkeypatch):
    monkeypatch.setattr("workers.imports.families.MOST_MEMBERS", 4)

    upload = saved(cadre, *(row(name, household_no="520524") for name in PEOPLE[:5]))

    assert (homes(), Worker.objects.count()) == ([], 5)
    assert set(map(tuple, words(upload).values())) == {("household_too_large",)}


def test_a_phone_that_a_household_shares_makes_no_doubt_about_its_members(cadre):
    without = {"id_number": "", "status": ""}
    titles = [*TITLES, "性别", "出生日期"]
    rows = [
        [*row("王强", household_no="1", relation="户主"), "男", ""],
        [*row("王强", household_no="1", relation="子", **without), "男", "2008-05-06"],
        [*row("王强", **without), "男", "1970-05-06"],
    ]
    content = an_xlsx(花名册=[titles, *rows])

    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())

    asking = upload.verdicts.exclude(asks=None).values_list("label", flat=True)
    assert list(asking) == ["4"]


# ---- chunks --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("of_three")
def test_a_household_is_not_cut_in_two(cadre):
    lone = [row("赵六"), row("孙七")]

    upload = saved(cadre, *lone, *SAID["relations only"], row("周八"))

    assert list(upload.chunks.order_by("no").values_list("rows", flat=True)) == [5, 1]
    assert homes() == [FAMILY]


@pytest.mark.usefixtures("of_three")
def test_rows_far_apart_are_one_household_with_one_head(cadre):
    first, second, third = SAID["each row has the number"]
    heads = [row("张伟", household_no="12", relation="户主")]

    upload = saved(cadre, third, row("赵六"), row("孙七"), second, row("周八"), row("吴九"), first, *heads)

    assert homes() == [{"王小明": "child", "李梅": "spouse", "王强": "head", "张伟": "other"}]
    assert words(upload) == {str(label): [] for label in range(2, 9)} | {"9": ["two_heads"]}


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_come_to_one_household_at_once_make_one(monkeypatch):
    cadre = UserFactory(township_cadre=True)
    monkeypatch.setattr(cutting, "CHUNK", 3)
    chance = random.Random(3)
    rows = [row(name, household_no=str(n % 4)) for n, name in enumerate(PEOPLE)]
    chance.shuffle(rows)
    upload = received(cadre, *rows)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    outcomes = at_once(*[lambda: taken_up(upload)] * 4)

    upload.refresh_from_db()
    taken_up(upload)
    assert outcomes == [None] * 4
    assert sorted(sorted(home) for home in homes()) == sorted(sorted(PEOPLE[n::4]) for n in range(4))
    assert Household.objects.count() == 4


# ---- people on the register ----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(cadre):
    couple = [row("张伟", head_name="张伟"), row("陈芳", head_name="张伟", relation="妻")]
    rows = [*SAID["each row has the number"], *couple]
    saved(cadre, *rows)
    before = written()

    again = saved(cadre, *rows)

    assert written() == before
    assert words(again) == {str(label): [] for label in range(2, 7)}


def test_a_list_that_says_it_otherwise_finds_the_household_by_its_people(cadre):
    saved(cadre, *SAID["each row has the number"])
    home = Household.objects.get()

    numbers = {"household_no": "77"}
    saved(
        cadre,
        row("张伟", household_no="12", relation="户主", date=LATER),
        row("王强", **numbers, relation="户主", date=LATER),
        row("王小明", **numbers, relation="子", date=LATER),
        row("李梅", **numbers, relation="妻", date=LATER),
        row("张小花", **numbers, relation="儿媳", date=LATER),
    )

    assert homes()[0] == FAMILY | {"张小花": "child_in_law"}
    assert (Worker.objects.get(name="张小花").household, homes()[1]) == (home, {"张伟": "head"})
    assert JournalLine.objects.filter(what="worker_corrected").count() == 0


def test_a_newer_list_moves_somebody_and_an_older_one_does_not(cadre):
    family = SAID["each row has the number"]
    saved(cadre, *family, row("张伟", household_no="13", relation="户主"))
    moved = row("王小明", household_no="13", relation="女婿", date=LATER)

    older = saved(
        cadre,
        row("王小明", household_no="13", relation="女婿", date=EARLIER),
        row("张伟", household_no="13", relation="户主"),
    )
    before = homes()
    newer = saved(cadre, row("张伟", household_no="13", relation="户主"), moved)

    assert (before, words(older)["2"]) == ([FAMILY, {"张伟": "head"}], ["household_stands"])
    assert (homes(), words(newer)["3"]) == (
        [{"王强": "head", "李梅": "spouse"}, {"王小明": "child_in_law", "张伟": "head"}],
        [],
    )
    told = JournalLine.objects.get(what="worker_corrected").data["changed"]
    assert (sorted(told), told["household_role"]) == (["household", "household_role"], ["child", "child_in_law"])
    assert {name for name, count in invariants.violations() if count} == set()


@pytest.mark.parametrize("said", ["long before the list", "today", "nobody knows when"])
def test_what_a_person_said_no_list_says_otherwise(cadre, said):
    rows = [*SAID["each row has the number"], row("张伟", household_no="13", relation="户主")]
    saved(cadre, *([*each[:5], EARLIER, *each[6:]] for each in rows))
    son, head = Worker.objects.get(name="王小明"), Worker.objects.get(name="张伟")
    at = local_moment(date(2026, 10, 20), 12) if said == "long before the list" else timezone.now()
    services.join_household(worker=son, other=head, role="child_in_law", by=cadre, at=at)
    if said == "nobody knows when":
        SaidOn.objects.filter(worker=son).delete()
    before = homes()

    upload = saved(
        cadre,
        row("王小明", household_no="12", relation="子", date=LATER),
        row("王强", household_no="12", relation="户主", date=LATER),
    )

    assert (homes(), words(upload)) == (before, {"2": ["household_stands"], "3": []})


def test_known_people_without_a_household_come_into_one_in_few_statements(cadre):
    people = [WorkerFactory(name=name, id_number=number_of(name), phone="+8613812345678") for name in PEOPLE]
    rows = [
        row(name, household_no=str(n // 3), relation="户主" if n % 3 == 0 else "子") for n, name in enumerate(PEOPLE)
    ]

    saved(cadre, *rows)

    assert [list(home.values()) for home in homes()] == [["head", "child", "child"]] * 5
    assert JournalLine.objects.filter(what="worker_corrected", worker__in=people).count() == 15
    assert list(journal.verify_all()) == []


def test_who_comes_into_a_household_that_loses_the_last_work_is_told_to_all(cadre):
    saved(cadre, row("王强", household_no="12", relation="户主", status=""))

    saved(
        cadre,
        row("王强", household_no="5", relation="户主"),
        row("李梅", household_no="5", relation="妻", status="未就业"),
    )

    assert homes() == [{"王强": "head", "李梅": "spouse"}]
    assert not Household.objects.get().zero_employment


def test_a_household_without_work_is_known_with_its_first_row(cadre):
    saved(
        cadre,
        row("王强", household_no="12", relation="户主", status="未就业"),
        row("李梅", household_no="12", relation="妻", status="未就业"),
        row("张伟", household_no="13", relation="户主", status="未就业"),
        row("陈芳", household_no="13", relation="妻"),
    )

    groups = dict(Worker.objects.values_list("name", "service_group"))
    assert groups == {"王强": "key_plus", "李梅": "key_plus", "张伟": "general", "陈芳": "general"}
    told = JournalLine.objects.filter(what="household_without_work").values_list("worker__name", flat=True)
    assert list(told) == ["王强"]
    assert {name for name, count in invariants.violations() if count} == set()


def test_a_head_whom_a_person_named_stands_and_one_of_an_older_list_gives_way(cadre):
    saved(cadre, *SAID["each row has the number"])
    family = [
        row("王小明", household_no="1", relation="户主", date=LATER),
        row("李梅", household_no="1", relation="母", date=LATER),
    ]

    saved(cadre, *family)
    taken_over = homes()
    mother, home = Worker.objects.get(name="李梅"), Household.objects.get()
    services.update_worker(worker=mother, changes={"household_role": "head"}, by=cadre, at=timezone.now())
    later = saved(cadre, *[[*each[:5], LATEST, *each[6:]] for each in family])

    assert taken_over == [{"王强": "other", "李梅": "parent", "王小明": "head"}]
    assert homes() == [{"王强": "other", "李梅": "head", "王小明": "other"}]
    assert words(later) == {"2": ["head_stands"], "3": ["household_stands"]}
    assert home.members.count() == 3


def test_a_household_that_newcomers_come_into_is_held_until_they_are_in(cadre):
    saved(cadre, *SAID["each row has the number"])
    upload = received(cadre, row("王强", household_no="5"), row("张小花", household_no="5", relation="女"))
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        taken_up(upload)

    locking = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    assert [re.search(r'FROM "?(\w+)', sql)[1] for sql in locking][-2:] == ["workers_household", "workers_worker"]
    assert homes() == [FAMILY | {"张小花": "child"}]


# ---- many at once and one by one ------------------------------------------------------------------------------------


def newcomers(home: Household, *statuses: str, first: int = 1, **more) -> list[Newcomer]:
    roles = ["head", "spouse", "child", "child"]
    return [
        someone(
            first + n, household=home.pk, household_role=roles[n], tags=("lifted_out",),
            report=out_of_work(status=status) if status else None, said_on=date(2026, 3, 1), **more,
        )
        for n, status in enumerate(statuses)
    ]  # fmt: skip


def alone(newcomer: Newcomer, *, by) -> Worker:
    told = asdict(newcomer)
    report, place = told.pop("report"), area_of(told.pop("area"))
    told["household"] = Household.objects.get(pk=told["household"])
    fields = NewWorker(**told, area=place, registered_area=place)
    worker = services.register_worker(fields=fields, by=by, at=NOON, source=Source.IMPORT)
    if report:
        services.report_status(worker=worker, by=by, at=NOON, source=Source.IMPORT, **report)
    return worker


def household_and_rows(home: Household) -> tuple:
    told = {name: value for name, value in Household.objects.filter(pk=home.pk).values()[0].items() if name != "id"}
    members = [rows_about(worker) for worker in home.members.order_by("pk")]
    for rows in members:
        (worker,) = rows["worker"]
        for name in ("household_id", "birth_date"):
            worker.pop(name)
    return told, members


FAMILIES = {
    "all are out of work": ["unemployed_willing", "returned_staying"],
    "one works": ["farming", "unemployed_willing", "unemployed_willing"],
    "nobody has said anything": ["", "student"],
    "the last is out of work": ["", "student", "unemployed_willing", ""],
}


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_household_written_at_once_is_as_the_services_write_it_one_by_one(cadre, family):
    one, many = HouseholdFactory(), HouseholdFactory()
    for newcomer in newcomers(one, *FAMILIES[family]):
        alone(newcomer, by=cadre)

    answers = services.enrol_workers(
        newcomers(many, *FAMILIES[family], first=11), by=cadre, at=NOON, source=Source.IMPORT
    )

    assert all(isinstance(answer, int) for answer in answers)
    assert household_and_rows(many) == household_and_rows(one)
    assert {name for name, count in invariants.violations() if count} == set()


def test_who_changes_what_is_known_of_others_in_the_household_goes_alone(cadre):
    idle, headed, quiet = (HouseholdFactory(members=1) for _ in range(3))
    headed.members.update(household_role="head")
    comers = [
        *newcomers(idle, "unemployed_willing"),
        *newcomers(headed, "student", first=11),
        *newcomers(quiet, "student", first=21),
    ]

    answers = services.enrol_workers(comers, by=cadre, at=NOON, source=Source.IMPORT)

    assert [answer is services.ALONE for answer in answers] == [True, True, False]
    assert alone(comers[1], by=cadre).household_role == "head"
    assert sorted(headed.members.values_list("household_role", flat=True)) == ["head", "other"]


@pytest.mark.parametrize("families", [2, 20])
def test_households_cost_the_same_few_statements_for_two_and_for_twenty(cadre, families):
    rows = [
        row("王强", id_number=make_id_number(n=n, birth_date=date(1970 + place, 1, 1)),
            household_no=f"{place}-{n // 3}", relation="户主" if n % 3 == 0 else "子")
        for place in range(max(families // 10, 1)) for n in range(min(families, 10) * 3)
    ]  # fmt: skip
    upload = received(cadre, *rows)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        taken_up(upload)

    assert (Household.objects.count(), Worker.objects.count()) == (families, families * 3)
    assert len(queries) <= 75


def test_a_household_has_one_head_and_who_is_named_anew_takes_the_place(cadre):
    first, second = (WorkerFactory(household=HouseholdFactory(), household_role="head") for _ in range(2))

    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.filter(pk=second.pk).update(household=first.household)
    services.join_household(worker=second, other=first, role="head", by=cadre, at=NOON)

    roles = dict(Worker.objects.filter(household=first.household).values_list("pk", "household_role"))
    assert roles == {first.pk: "other", second.pk: "head"}
    told = JournalLine.objects.get(worker=first, what="worker_corrected").data["changed"]
    assert told == {"household_role": ["head", "other"]}


# ---- words and columns ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word, role",
    [
        ("户主", "head"), ("本人", "head"), ("01户主", "head"), ("配偶", "spouse"), ("妻", "spouse"), ("夫", "spouse"),
        ("长子", "child"), ("次 女", "child"), ("女儿", "child"), ("儿媳", "child_in_law"), ("女婿", "child_in_law"),
        ("父", "parent"), ("母亲", "parent"), ("户主之弟", "sibling"), ("祖父", "other"), ("孙子", "other"),
        ("wife", "spouse"), ("房东", None), ("媳妇", None),
    ],
)  # fmt: skip
def test_relations_are_read_as_they_are_written(word, role):
    assert role_in(Cell(word)) == role
    assert read_relation(Cell(word)) == Read(role or "other", () if role else ("relation_unknown",))


def test_the_page_of_columns_offers_them_and_the_page_of_rows_says_what_is_odd(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    upload = received(
        cadre, row("王强", household_no="1", relation="户主"), row("李梅", household_no="1", relation="户主")
    )

    columns = client.get(reverse("workers:roster_columns", args=[upload.pk])).content.decode()
    page = client.get(reverse("workers:roster", args=[upload.pk])).content.decode()

    assert [f'value="{name}" selected' in columns for name in ("household_no", "head_name", "head_id", "relation")] == (
        [True] * 4
    )
    assert str(Issue("two_heads", "", (("row", "2"),)).message) in page


def test_households_of_rows_left_over_are_those_of_the_roster(cadre):
    rows = [
        row("王强", household_no="1", relation="户主"),
        row("李梅", household_no="1", relation="妻", id_number=number_of("张伟")),
        row("张伟", household_no="2", relation="户主"),
    ]
    upload = saved(cadre, *rows)
    kept = RosterHousehold.objects.count()
    rest = upload.rests.get()
    about = rest.verdicts.exclude(asks=None).first()

    uploads.decide(upload=rest, by=cadre, row=about.asks[0], question="number", choice="3", at=timezone.now())
    taken_up(rest)
    uploads.start_import(upload=rest, by=cadre, at=timezone.now())
    taken_up(rest)

    assert (kept, homes()) == (1, [{"王强": "head", "李梅": "spouse"}])
    assert RosterHousehold.objects.count() == 0


def test_what_rows_left_over_are_found_by_goes_with_time(cadre):
    saved(
        cadre,
        row("王强", household_no="1"),
        row("李梅", household_no="1", id_number=number_of("王强")),
        row("张伟", household_no="1"),
    )

    homes_of_rosters.forget_old(at=timezone.now() + timedelta(days=13))
    kept = RosterHousehold.objects.count()
    homes_of_rosters.forget_old(at=timezone.now() + timedelta(days=15))

    assert (kept, RosterHousehold.objects.count()) == (1, 0)
