"""Sending a roster in through the web: looked at first, saved once, its file forgotten."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from staff.models import User
from tests.staff.factories import DAFANG, UserFactory, area_of
from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, an_xlsx
from workers import tasks
from workers.imports import clock, engine, selectors, uploads
from workers.imports.reading import DamagedFile
from workers.models import RosterUpload, Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

TITLES = [HEADINGS[name] for name in GOOD]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def signed_in(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    return client


def a_roster(*rows, name="名单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, an_xlsx(花名册=[TITLES, *(rows or [list(GOOD.values())])]))


def received(by, **kwargs) -> RosterUpload:
    file = a_roster(**kwargs)
    return uploads.receive_roster(content=file.read(), file_name=file.name, by=by, at=timezone.now())


def save(upload, by, capture) -> None:
    """Press the button, then let the worker process do its part."""
    with capture(execute=False):
        uploads.start_import(upload=upload, by=by, at=timezone.now())
    tasks.import_upload(upload_id=upload.pk)
    upload.refresh_from_db()


def test_a_roster_is_shown_before_anything_is_saved(signed_in):
    response = signed_in.post(reverse("workers:import"), {"file": a_roster()}, follow=True)

    upload = RosterUpload.objects.get()
    assert response.redirect_chain == [(reverse("workers:roster", args=[upload.pk]), 302)]
    assert "王芳" in response.content.decode()
    assert Worker.objects.count() == 0


def test_a_file_that_cannot_be_read_is_refused_with_the_way_out(signed_in):
    response = signed_in.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04")})

    assert response.status_code == 409
    assert str(DamagedFile.message) in response.content.decode()
    assert str(DamagedFile.way_out) in response.content.decode()
    assert RosterUpload.objects.count() == 0


def test_a_file_with_a_far_cell_is_refused_by_the_name_of_the_cell(signed_in):
    content = (ROSTERS / "stray_XFD1000.xlsx").read_bytes()

    response = signed_in.post(reverse("workers:import"), {"file": SimpleUploadedFile("x.xlsx", content)})

    assert (response.status_code, response.content.decode().count("XFD1000")) == (409, 2)


def test_blank_rows_that_follow_each_other_are_named_together(signed_in, cadre):
    rows = [list(GOOD.values()), *[[]] * 3, ["合计"], [], list(GOOD.values())]
    file = a_roster(*rows)
    upload = uploads.receive_roster(content=file.read(), file_name=file.name, by=cadre, at=timezone.now())

    page = selectors.roster_page(upload, by=cadre)

    assert [row.label for row in page.passed_over] == ["3–5", "6", "7"]


def test_no_file_at_all_is_said_beside_the_field(signed_in):
    assert signed_in.post(reverse("workers:import"), {}).status_code == 422


def test_saving_goes_through_a_worker_process_and_forgets_the_file(cadre, django_capture_on_commit_callbacks):
    upload = received(cadre)

    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (upload.is_saved, upload.content_cipher, upload.counts) == (True, None, {"accept_normalised": 1})
    assert [worker.id_number for worker in Worker.objects.all()] == [GOOD["id_number"]]


def test_pressing_twice_and_running_twice_saves_once(cadre, signed_in, django_capture_on_commit_callbacks):
    upload = received(cadre)
    with django_capture_on_commit_callbacks() as handed_over:
        for _press in range(2):
            signed_in.post(reverse("workers:save_roster", args=[upload.pk]))

    for _run in range(2):
        tasks.import_upload(upload_id=upload.pk)

    assert (len(handed_over), Worker.objects.count()) == (1, 1)


def test_the_same_file_sent_twice_waits_once(cadre):
    content = a_roster().read()  # made once: a workbook carries the second it was written in

    first, second = (
        uploads.receive_roster(content=content, file_name="名单.xlsx", by=cadre, at=timezone.now()) for _ in range(2)
    )

    assert first.pk == second.pk


def test_a_roster_that_breaks_off_saves_nothing_and_may_be_tried_again(
    cadre, signed_in, django_capture_on_commit_callbacks, monkeypatch
):
    upload = received(cadre)
    with monkeypatch.context() as broken:
        broken.setattr(engine, "save_rows", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save(upload, cadre, django_capture_on_commit_callbacks)
    upload.refresh_from_db()
    page = signed_in.get(reverse("workers:roster", args=[upload.pk]))
    assert (upload.is_saved, upload.failed_at is None, page.status_code, Worker.objects.count()) == (
        False,
        False,
        200,
        0,
    )

    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (upload.is_saved, upload.failed_at, Worker.objects.count()) == (True, None, 1)


def test_saved_rows_lead_to_their_people_for_whoever_may_see_them(cadre, signed_in, django_capture_on_commit_callbacks):
    User.objects.filter(pk=cadre.pk).update(display_name="赵明")  # no namesake of the row: the page bears both
    upload = received(cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)
    worker, page = Worker.objects.get(), reverse("workers:roster", args=[upload.pk])
    link = f'<a href="{reverse("workers:worker", args=[worker.pk])}">王芳</a>'

    theirs = signed_in.get(page).content.decode()
    Worker.objects.update(area=area_of(DAFANG))
    moved_away = signed_in.get(page).content.decode()

    assert (link in theirs, "王芳" in moved_away) == (True, False)
    assert list(upload.verdicts.values_list("worker", flat=True)) == [worker.pk]


def test_a_row_of_somebody_known_leads_to_them_too(cadre, signed_in, django_capture_on_commit_callbacks):
    for name in ("一.xlsx", "二.xlsx"):
        upload = received(cadre, name=name)
        save(upload, cadre, django_capture_on_commit_callbacks)

    assert (upload.rows_saved, upload.verdicts.get().worker) == (1, Worker.objects.get())


def test_the_page_waits_while_the_roster_is_being_saved(cadre, signed_in, django_capture_on_commit_callbacks):
    upload = received(cadre)
    with django_capture_on_commit_callbacks():
        uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    progress = reverse("workers:roster_progress", args=[upload.pk])

    assert "roster-progress" in signed_in.get(progress).content.decode()
    assert progress in signed_in.get(reverse("workers:roster", args=[upload.pk])).content.decode()

    tasks.import_upload(upload_id=upload.pk)
    assert signed_in.get(progress)["HX-Refresh"] == "true"


def test_a_roster_whose_task_was_lost_is_started_again_by_the_clock(cadre, django_capture_on_commit_callbacks):
    """Killed between the commit and the broker, or in the midst of it while the database was away."""
    upload = received(cadre)
    sent = [
        len(waiting)
        for minutes in (9, 11)
        if RosterUpload.objects.filter(pk=upload.pk).update(started_at=ago(minutes), moved_at=ago(minutes))
        for waiting in [restarted(django_capture_on_commit_callbacks)]
    ]
    again = len(restarted(django_capture_on_commit_callbacks))
    tasks.import_upload(upload_id=upload.pk)

    assert (sent, again, len(restarted(django_capture_on_commit_callbacks))) == ([0, 1], 0, 0)
    assert Worker.objects.count() == 1


def ago(minutes: int):
    return timezone.now() - timedelta(minutes=minutes)


def restarted(capture) -> list:
    """What the clock hands to the broker."""
    with capture() as handed_over:
        clock.restart_lost()
    return handed_over


def test_a_roster_that_failed_waits_for_its_sender(cadre, django_capture_on_commit_callbacks):
    upload, long_ago = received(cadre), timezone.now() - timedelta(hours=1)
    RosterUpload.objects.filter(pk=upload.pk).update(started_at=long_ago, failed_at=long_ago)

    assert restarted(django_capture_on_commit_callbacks) == []


def test_a_broker_that_is_away_leaves_the_roster_to_the_clock(cadre, signed_in, monkeypatch):
    """The press is kept, and its page says so instead of an error."""
    upload = received(cadre)

    def away(*_, **__):
        raise OperationalError

    monkeypatch.setattr("celery.canvas.Signature.apply_async", away)
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = signed_in.post(reverse("workers:save_roster", args=[upload.pk]))

    upload.refresh_from_db()
    assert (answer.status_code, upload.is_being_saved) == (302, True)


def test_a_roster_whose_task_was_lost_can_be_started_once_more(cadre, signed_in, django_capture_on_commit_callbacks):
    upload = received(cadre)
    page, button = reverse("workers:roster", args=[upload.pk]), reverse("workers:save_roster", args=[upload.pk])
    RosterUpload.objects.filter(pk=upload.pk).update(started_at=ago(9), moved_at=ago(9))
    assert button not in signed_in.get(page).content.decode()
    RosterUpload.objects.filter(pk=upload.pk).update(started_at=ago(11), moved_at=ago(11))
    assert button in signed_in.get(page).content.decode()

    with django_capture_on_commit_callbacks() as handed_over:
        signed_in.post(button)

    assert len(handed_over) == 1


@pytest.mark.parametrize("is_saved", [False, True], ids=["before saving", "after saving"])
def test_the_report_can_be_taken_away(cadre, signed_in, django_capture_on_commit_callbacks, is_saved):
    upload = received(cadre)
    if is_saved:
        save(upload, cadre, django_capture_on_commit_callbacks)

    response = signed_in.get(reverse("workers:roster_report", args=[upload.pk]))

    assert response.content.decode().splitlines()[0] == "\ufefffile_row,verdict,issues,field,message"
    assert len(response.content.decode().splitlines()) == 2
    assert GOOD["id_number"] not in response.content.decode()
    assert "attachment" in response["Content-Disposition"]


BAD_PHONE = GOOD | {"phone": "1380013800"}


def test_a_saved_report_is_in_the_language_of_whoever_reads_it(cadre, django_capture_on_commit_callbacks):
    file = a_roster(list(BAD_PHONE.values()))
    upload = uploads.receive_roster(content=file.read(), file_name=file.name, by=cadre, at=timezone.now())
    with override("zh-hans"):
        save(upload, cadre, django_capture_on_commit_callbacks)
    upload.refresh_from_db()

    told = []
    for language in ("en", "zh-hans"):
        with override(language):
            told.append(selectors.report_of(upload).splitlines()[1])

    assert upload.verdicts.get().issues[0][0] == "phone_invalid"
    english = "the person is kept without it. The phone number is too short: a mobile has 11 digits."
    assert [english in row for row in told] == [True, False]
    assert [row.isascii() for row in (told[0].replace(HEADINGS["phone"], ""), told[1])] == [True, False]


def test_a_report_kept_by_an_earlier_version_is_still_read(cadre, signed_in, django_capture_on_commit_callbacks):
    upload = received(cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)
    rows = [
        "file_row,verdict,issues,field,message",
        "2,warn,over_60,身份证号,年龄超过 60 岁。",
        "3,left_out,above,,表头以上",
    ]
    old = "\ufeff" + "".join(row + "\r\n" for row in rows)
    RosterUpload.objects.filter(pk=upload.pk).update(report=old)

    page = signed_in.get(reverse("workers:roster", args=[upload.pk])).content.decode()
    file = signed_in.get(reverse("workers:roster_report", args=[upload.pk])).content.decode()

    assert ("年龄超过 60 岁。" in page, file) == (True, old)


def test_rows_are_shown_by_verdict_and_a_hundred_at_a_time(cadre, signed_in):
    rows = [[f"王{chr(0x4E00 + n)}", "", "", "", "", ""] for n in range(120)]
    file = a_roster(list(GOOD.values()), *rows)
    upload = uploads.receive_roster(content=file.read(), file_name=file.name, by=cadre, at=timezone.now())
    address = reverse("workers:roster", args=[upload.pk])

    counts = [
        signed_in.get(address, query).content.decode().count('<td class="go">')
        for query in ({}, {"first": "100"}, {"verdict": "accept_normalised"}, {"first": "x"}, {"verdict": "x"})
    ]

    assert counts == [100, 21, 1, 100, 100]


@pytest.mark.parametrize("name", ["roster", "roster_progress", "roster_report", "save_roster"])
def test_somebody_elses_roster_is_not_found(cadre, client, name):
    upload = received(cadre)
    client.force_login(UserFactory(supervisor=True, posted=DAFANG), backend=BACKEND)
    ask = client.post if name == "save_roster" else client.get

    assert ask(reverse(f"workers:{name}", args=[upload.pk])).status_code == 404


def test_a_village_cadre_imports_no_rosters(client):
    client.force_login(UserFactory(village_cadre=True), backend=BACKEND)

    assert client.get(reverse("workers:import")).status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(client):
    assert client.get(reverse("workers:import")).url == f"{reverse('staff:login')}?next={reverse('workers:import')}"


def test_the_file_waits_sealed(cadre):
    upload = received(cadre)

    assert upload.content[:4] == b"PK\x03\x04"
    assert b"PK\x03\x04" not in bytes(upload.content_cipher)


def test_a_roster_nobody_saves_is_deleted_after_a_day(cadre):
    old = received(cadre)
    RosterUpload.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=1, minutes=1))

    received(cadre, name="另一份.xlsx")

    assert [upload.file_name for upload in RosterUpload.objects.all()] == ["另一份.xlsx"]


def test_a_roster_that_was_deleted_meanwhile_is_refused(cadre):
    upload = received(cadre)
    RosterUpload.objects.all().delete()

    with pytest.raises(uploads.RosterGone):
        uploads.start_import(upload=upload, by=cadre, at=timezone.now())


@pytest.mark.parametrize(
    "change",
    [{"saved_at": timezone.now()}, {"content_cipher": None}, {"report": "x"}, {"failed_at": timezone.now()}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_a_half_saved_roster(cadre, change):
    upload = received(cadre)

    with pytest.raises(IntegrityError), transaction.atomic():
        RosterUpload.objects.filter(pk=upload.pk).update(**change)


def test_the_list_of_rosters_costs_the_same_for_one_and_for_three(cadre, signed_in):
    counts = []
    for name in ("张一", "张二", "张三"):
        file = a_roster([name, *list(GOOD.values())[1:]])
        uploads.receive_roster(content=file.read(), file_name=file.name, by=cadre, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            response = signed_in.get(reverse("workers:import"))
        counts.append((response.content.decode().count("名单.xlsx"), len(queries)))

    assert [rosters for rosters, _queries in counts] == [1, 2, 3]
    assert len({queries for _rosters, queries in counts}) == 1
