"""What the columns of a strange file stand for is said once, and kept for the rosters of the area."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.staff.factories import DAFANG, FENGPING, UserFactory
from tests.workers.rosters import GOOD, an_xlsx
from workers.imports import uploads
from workers.imports.columns import Words
from workers.imports.meanings import columns_page, words_for
from workers.imports.reading import DamagedFile
from workers.imports.tables import NoHeading
from workers.models import ColumnMeaning, RosterUpload, Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

BACKEND = "django.contrib.auth.backends.ModelBackend"
STRANGE = ["谁", "号", "怎么找", "哪里人", "近况", "哪天问的"]
ROW = [GOOD[name] for name in ("name", "id_number", "phone", "address", "status", "date")]
SAID = ["name", "id_number", "phone", "address", "status", "date"]


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def signed_in(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    return client


def received(by, *rows) -> RosterUpload:
    return uploads.receive_roster(
        content=an_xlsx(花名册=[["猫场镇返乡人员"], *rows]), file_name="名册.xlsx", by=by, at=timezone.now()
    )


def said(fields=SAID) -> dict:
    return {f"column-{number}": field for number, field in enumerate(fields)}


def test_a_file_whose_headings_nobody_knows_asks_what_they_stand_for(cadre, signed_in):
    upload = received(cadre, STRANGE, ROW)

    answer = signed_in.get(reverse("workers:roster", args=[upload.pk]), follow=True)

    columns = reverse("workers:roster_columns", args=[upload.pk])
    assert answer.redirect_chain == [(columns, 302)]
    shown = answer.content.decode()
    assert ["怎么找" in shown, "王芳" in shown, GOOD["id_number"] in shown] == [True, True, False]

    kept = signed_in.post(f"{columns}?row=2", said())

    upload.refresh_from_db()
    assert (kept.status_code, upload.rows) == (302, 1)
    assert upload.verdicts.get().name == "王芳"


@pytest.mark.parametrize("rows", [[[" "]], [["\n"]] * 60 + [["王芳"]]], ids=["nothing", "far below"])
def test_a_file_with_nothing_to_see_at_its_top_is_refused_since_nobody_could_say_what_its_columns_are(cadre, rows):
    with pytest.raises(NoHeading):
        uploads.receive_roster(content=an_xlsx(表=rows), file_name="名册.xlsx", by=cadre, at=timezone.now())

    assert RosterUpload.objects.count() == 0


def test_a_file_that_breaks_below_its_first_line_is_refused_and_not_asked_about(cadre):
    content = "姓名,身份证号\n".encode() + b"x" * 3_000_000

    with pytest.raises(DamagedFile):
        uploads.receive_roster(content=content, file_name="名册.csv", by=cadre, at=timezone.now())


def test_the_next_file_of_the_area_is_understood_and_one_of_another_area_is_not(cadre, signed_in):
    first = received(cadre, STRANGE, ROW)
    signed_in.post(f"{reverse('workers:roster_columns', args=[first.pk])}?row=2", said())

    colleague, stranger = UserFactory(township_cadre=True), UserFactory(supervisor=True, posted=DAFANG)

    assert received(colleague, STRANGE, [*ROW[:-1], "2026-11-02"]).rows == 1
    assert received(stranger, STRANGE, ROW).cut_at is None


def test_a_word_of_the_county_holds_in_its_townships_and_theirs_goes_before_it(cadre):
    at = timezone.now()
    for area, field in ((520524000000, "remark"), (520524103000, "name")):
        ColumnMeaning.objects.create(area_id=area, heading="谁", field=field, said_at=at)
    ColumnMeaning.objects.create(area_id=520524000000, heading="号", field="id_number", said_at=at)

    assert words_for(cadre, at).fields_of(["谁", "号"]) == {0: "name", 1: "id_number"}
    assert words_for(UserFactory(supervisor=True), at).fields_of(["谁", "号"]) == {0: "remark", 1: "id_number"}
    assert words_for(None, at).fields_of(["谁", "号"]) == {}


def test_a_column_that_was_taken_for_another_is_corrected_and_the_correction_taken_back(cadre, signed_in):
    titles = ["姓名", "身份证号", "联系电话", "紧急电话", "户籍地址", "就业状态"]
    row = [GOOD["name"], GOOD["id_number"], "13812345678", "13800007011", GOOD["address"], GOOD["status"]]
    upload = received(cadre, titles, row)
    columns = reverse("workers:roster_columns", args=[upload.pk])
    usual = [column.field for column in columns_page(upload, at=timezone.now()).columns]
    assert usual == ["name", "id_number", "phone", "", "address", "status"]

    signed_in.post(columns, said(["name", "id_number", "", "phone", "address", "status"]))

    other = [column.field for column in columns_page(upload, at=timezone.now()).columns]
    assert other == ["name", "id_number", "", "phone", "address", "status"]
    assert set(ColumnMeaning.objects.values_list("heading", "field")) == {("联系电话", ""), ("紧急电话", "phone")}
    signed_in.post(columns, said(usual))
    assert ColumnMeaning.objects.count() == 0


@pytest.mark.parametrize(
    "fields", [["", *SAID[1:]], ["name", *[""] * 5], ["name", "phone", "phone", "address", "status", "date"]]
)
def test_what_cannot_be_is_refused_and_what_was_chosen_stays(cadre, signed_in, fields):
    upload = received(cadre, STRANGE, ROW)

    answer = signed_in.post(f"{reverse('workers:roster_columns', args=[upload.pk])}?row=2", said(fields))

    assert (answer.status_code, ColumnMeaning.objects.count()) == (422, 0)
    assert 'value="status" selected' in answer.content.decode() or "status" not in fields


def test_nobody_elses_file_is_shown(cadre, client):
    upload = received(cadre, STRANGE, ROW)
    client.force_login(UserFactory(township_cadre=True), backend=BACKEND)

    assert client.get(reverse("workers:roster_columns", args=[upload.pk])).status_code == 404


def test_once_it_is_being_saved_nothing_is_read_anew(cadre, signed_in):
    upload = received(cadre, STRANGE, ROW)
    columns = f"{reverse('workers:roster_columns', args=[upload.pk])}?row=2"
    signed_in.post(columns, said())
    upload.refresh_from_db()
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    assert signed_in.post(columns, said()).status_code == 302
    assert (upload.chunks.count(), Worker.objects.count()) == (1, 0)


def test_one_meaning_of_a_heading_in_an_area():
    told = {"area_id": FENGPING, "heading": "谁", "field": "name", "said_at": timezone.now()}
    ColumnMeaning.objects.create(**told)

    with pytest.raises(IntegrityError), transaction.atomic():
        ColumnMeaning.objects.create(**told)


def test_somebodys_word_goes_before_the_first_column_that_claims_the_same():
    words = Words({"紧急电话": "phone"})

    assert words.fields_of(["姓名", "联系电话", "紧急电话"]) == {0: "name", 2: "phone"}
