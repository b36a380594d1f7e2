"""The list of cases as a file: the rows of the list, nobody else, and everybody in it in the log of who saw what."""

import io

import pytest
import time_machine
from openpyxl import load_workbook

from kit import spreadsheets
from staff.models import AccessLog
from tests.cases.factories import NOON, CaseFactory
from tests.cases.pages import queries_of, signed_in, url_of
from tests.staff.factories import (
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI_VILLAGE,
    MAOCHANG,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db

XLSX = url_of("list_xlsx")


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def case_in(area, **more):
    worker = {"name": more.pop("name")} if "name" in more else {}
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area_of(area), **worker), **more)


def rows_of(answer):
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    return list(sheet.iter_rows(min_row=2, values_only=True))


def names_of(answer):
    return sorted(row[0] for row in rows_of(answer))


@pytest.mark.parametrize("query", [{}, {"sort": "name"}, {"state": "any"}, {"area": MAOCHANG}, {"due": "late"}])
def test_the_file_has_the_rows_of_the_list(supervisor, query):
    for area in (FENGPING, HUAQI_VILLAGE):
        case_in(area)
        case_in(area, closed=True)
    client = signed_in(supervisor)

    shown = [row["name"] for row in client.get(url_of("list"), query).context["rows"]]
    answer = client.get(XLSX, query)

    assert [row[0] for row in rows_of(answer)] == shown


def test_a_row_says_who_where_what_next_by_when_and_who_is_responsible(supervisor, cadre):
    case = case_in(FENGPING, owner=cadre, name="韦海燕")

    (row,) = rows_of(signed_in(supervisor).get(XLSX))

    age = case.worker.age(NOON.date())
    assert row[:5] == ("韦海燕", "F", age, "Maochang Town", "Fengping Village")
    assert row[5:7] == (case.worker.phone_tail, "Flagged")
    assert row[7:9] == ("Contact", case.work_items.get().reason_text)
    assert (row[9].date() > NOON.date(), row[13]) == (True, "王芳")


def test_everybody_in_the_file_stands_in_the_log_of_who_saw_what(supervisor):
    cases = [case_in(FENGPING) for _ in range(3)]

    rows_of(signed_in(supervisor).get(XLSX))

    logged = AccessLog.objects.filter(user=supervisor, what="exported", at=NOON)
    assert sorted(logged.values_list("worker_id", flat=True)) == sorted(case.worker_id for case in cases)
    assert set(logged.values_list("reason", flat=True)) == {"个案列表"}  # whoever took it along in whichever language


def test_the_file_names_only_people_whose_records_one_may_read_where_they_live():
    """An administrator of the county who is a cadre in one village looks into records there only."""
    here, elsewhere = case_in(FENGPING, name="韦海燕"), case_in(HUAQI_VILLAGE, name="石敏")
    case_in(DAFANG_VILLAGE)
    user = UserFactory(administrator=True, posted=ZHIJIN)
    PostingFactory(user=user, role="village_cadre", area_id=FENGPING)

    answer = signed_in(user).get(XLSX)

    assert (names_of(answer), elsewhere.worker.name) == ([here.worker.name], "石敏")
    assert list(AccessLog.objects.filter(what="exported").values_list("worker_id", flat=True)) == [here.worker_id]


@pytest.mark.parametrize("role", ["administrator"])
def test_who_reads_no_records_exports_none(role):
    assert signed_in(UserFactory(role=role)).get(XLSX).status_code == 403


def test_no_number_of_a_person_is_in_the_file(supervisor):
    case = case_in(FENGPING)

    said = str(rows_of(signed_in(supervisor).get(XLSX)))

    assert [number for number in (case.worker.phone, case.worker.id_number) if number and number in said] == []


def test_a_name_that_looks_like_a_formula_is_text(supervisor):
    case = case_in(FENGPING)
    type(case.worker).objects.filter(pk=case.worker_id).update(name="=1+1")

    assert names_of(signed_in(supervisor).get(XLSX)) == ["=1+1"]


def test_a_list_that_is_too_long_is_refused_and_nobody_is_logged(supervisor, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST", 1)
    for _ in range(2):
        case_in(FENGPING)

    answer = signed_in(supervisor).get(XLSX)

    assert (answer.status_code, AccessLog.objects.filter(what="exported").count()) == (409, 0)


def test_the_file_counts_queries_once(supervisor):
    case_in(FENGPING)
    one = queries_of(signed_in(supervisor), XLSX)
    for _ in range(3):
        case_in(FENGPING)

    assert queries_of(signed_in(supervisor), XLSX) == one


# ---- the other lists


@pytest.mark.parametrize(
    "address", ["/fairs.xlsx", "/vacancies.xlsx", "/employers.xlsx", "/trips.xlsx", "/messages.xlsx", "/people.xlsx"]
)
def test_every_list_has_its_file(supervisor, address):
    answer = signed_in(supervisor).get(address)

    assert (answer.status_code, rows_of(answer) is not None) == (200, True)


@pytest.mark.parametrize(
    ("address", "heads"),
    [
        ("/trips.xlsx", {"出发地", "到达地", "已订座"}),
        ("/employers.xlsx", {"所在地", "剩余名额"}),
    ],
)
def test_the_heads_of_a_file_are_the_words_of_its_page(supervisor, address, heads):
    answer = signed_in(supervisor, "zh-hans").get(address)

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert heads - {cell.value for cell in sheet[1]} == set()


@pytest.mark.parametrize(
    "address", ["/cases/", "/fairs/", "/vacancies/", "/employers/", "/trips/", "/messages/", "/people/"]
)
def test_every_list_leads_to_its_file(supervisor, address):
    page = signed_in(supervisor).get(address)

    assert f'href="{address.rstrip("/")}.xlsx' in page.content.decode()
