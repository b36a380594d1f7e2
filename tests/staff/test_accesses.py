"""Who looked at records on a day and who took lists along: one line a colleague and deed, for whoever oversees."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from staff.models import AccessLog
from staff.services import log_access, log_export
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, UserFactory, area_of
from tests.workers.factories import NOON, WorkerFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/who-looked/"
What = AccessLog.What


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def auditor(client):
    user = UserFactory(auditor=True, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def cadre():
    return UserFactory(village_cadre=True, display_name="Wang")


def export(user, *workers, reason="one list", at=NOON):
    list(log_export([(pk, ()) for pk in workers], user=user, at=at, reason=reason))


def lines(client, **asked) -> list[tuple]:
    return [
        (line.name, line.kind, line.about, line.people, line.times)
        for line in client.get(ADDRESS, asked).context["lines"]
    ]


def test_a_day_has_a_line_for_each_colleague_and_deed_and_exports_come_first(client, auditor, cadre):
    for worker in (1, 1, 2):
        log_access(cadre, worker, What.OPENED_RECORD, NOON)
    log_access(cadre, 1, What.REVEALED_ID, NOON, reason="letter")
    export(cadre, 1, 2, 3)
    export(cadre, 4, reason="another list")

    assert lines(client) == [
        ("Wang", "exported", "one list", 3, 1),
        ("Wang", "exported", "another list", 1, 1),
        ("Wang", "opened_record", "", 2, 3),
        ("Wang", "revealed_id", "", 1, 1),
    ]


def test_a_list_is_taken_along_once_a_file_however_many_people_stand_in_it(client, auditor, cadre):
    export(cadre, 1, 2, 3)
    export(cadre, 1, 2, at=NOON + timedelta(minutes=1))
    export(cadre, 1, reason="another list")

    page = client.get(ADDRESS)

    assert [line[3:] for line in lines(client)] == [(3, 2), (1, 1)]
    assert "3 lists taken along" in " ".join(page.content.decode().split())


def test_another_day_is_asked_for_and_tomorrow_is_today(client, auditor, cadre):
    log_access(cadre, 1, What.OPENED_RECORD, NOON - timedelta(days=1))
    yesterday, tomorrow = ((NOON.date() + timedelta(days=n)).isoformat() for n in (-1, 1))

    assert (lines(client), len(lines(client, day=yesterday)), lines(client, day=tomorrow)) == ([], 1, [])
    assert lines(client, day="nonsense") == []


def test_colleagues_of_another_county_are_not_named(client, auditor):
    log_access(UserFactory(supervisor=True, posted=DAFANG), 1, What.OPENED_RECORD, NOON)

    assert lines(client) == []


@pytest.mark.parametrize("role", ["village_cadre", "township_cadre", "administrator", "fair_organiser"])
def test_who_does_not_oversee_reads_nothing_of_it(client, role):
    client.force_login(UserFactory(**{role: True}))

    assert [client.get(address).status_code for address in (ADDRESS, "/who-looked.xlsx")] == [403, 403]


def test_the_day_is_a_file_too(client, auditor, cadre):
    export(cadre, 1, 2, reason="=list")

    book = load_workbook(BytesIO(b"".join(client.get("/who-looked.xlsx").streaming_content)))

    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[:5] for row in rows] == [("Wang", "Exported a list", "=list", 2, 1)]
    assert book.worksheets[0]["C2"].data_type == "s"


def test_the_menu_of_whoever_oversees_leads_there(client, auditor):
    assert f'href="{ADDRESS}"' in client.get(ADDRESS).content.decode()


# ---- whose records one colleague looked at


def page_of(client, colleague, **asked):
    return client.get(f"{ADDRESS}{colleague.pk}/", asked)


def test_a_line_leads_to_whose_records_a_colleague_looked_at_and_each_to_the_record(client, auditor, cadre):
    here, elsewhere = WorkerFactory(), WorkerFactory(area=area_of(DAFANG_VILLAGE))
    for worker in (here, elsewhere):
        log_access(cadre, worker.pk, What.OPENED_RECORD, NOON)
    log_access(cadre, here.pk, What.REVEALED_ID, NOON, reason="letter")
    opened = f'href="{ADDRESS}{cadre.pk}/?day={NOON.date()}&amp;what=opened_record"'

    listed, all_of_day = client.get(ADDRESS).content.decode(), page_of(client, cadre)
    page = page_of(client, cadre, what="opened_record")

    assert opened in listed
    assert {line.worker for line in page.context["page"].lines} == {here, None}
    assert (page.context["page"].total, all_of_day.context["page"].total) == (2, 3)
    assert f'href="/workers/{here.pk}/"' in page.content.decode()
    assert elsewhere.name not in page.content.decode()
    assert page_of(client, cadre, day="2026-03-04").context["page"].total == 0


def test_the_record_leads_back_to_the_day_of_whoever_looked(client, auditor, cadre):
    worker, stranger = WorkerFactory(), UserFactory(supervisor=True, posted=DAFANG)
    for user in (cadre, stranger):
        log_access(user, worker.pk, What.OPENED_RECORD, NOON)

    record = client.get(f"/workers/{worker.pk}/").content.decode()

    leads = [f'href="{ADDRESS}{user.pk}/?day={NOON.date()}"' in record for user in (cadre, stranger)]
    assert leads == [True, False]


def test_the_day_of_a_colleague_is_for_whoever_oversees_them(client, auditor, cadre):
    assert page_of(client, UserFactory(supervisor=True, posted=DAFANG)).status_code == 404
    client.force_login(cadre)
    assert page_of(client, cadre).status_code == 404


def test_a_day_of_many_looks_has_pages(client, auditor, cadre, monkeypatch):
    monkeypatch.setattr("workers.looking.PAGE", 2)
    for n in range(3):
        log_access(cadre, n + 1, What.OPENED_RECORD, NOON - timedelta(minutes=n))

    first = page_of(client, cadre)
    second = client.get(first.context["next_url"])

    assert [len(page.context["page"].lines) for page in (first, second)] == [2, 1]
