"""Many rows that ask alike are answered at once, and rows nobody answered for wait when the others are saved."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from tests.staff.factories import UserFactory
from tests.workers.factories import WorkerFactory, make_id_number
from tests.workers.rosters import GOOD, HEADINGS, an_xlsx, read_content
from tests.workers.test_import_questions import BACKEND, HERE, names, press, save
from workers.imports import clock, uploads
from workers.imports.packing import Pack, packed
from workers.imports.questions import Option, Question, which_birth_date, which_person, which_row
from workers.imports.selectors import roster_page
from workers.imports.tables import find_people
from workers.models import RosterChunk, RosterUpload, Worker

TITLES = [HEADINGS[name] for name in GOOD]
PEOPLE = ("陈测甲", "陈测乙", "陈测丙")

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def page(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    return client


@pytest.fixture
def known():
    """Without their numbers, which the roster brings."""
    return [WorkerFactory(name=name, id_number="", sex="F", area_id=HERE, n=n) for n, name in enumerate(PEOPLE, 1)]


def row(name: str, **told) -> list:
    return list({**GOOD, "name": name, "phone": "", **told}.values())


def number_of(worker) -> str:
    return make_id_number(birth_date=worker.birth_date, sex=worker.sex, n=worker.pk % 400)


def roster_of(known, by) -> RosterUpload:
    """They, and somebody new."""
    rows = [row(worker.name, id_number=number_of(worker)) for worker in known]
    content = an_xlsx(花名册=[TITLES, *rows, row("周测丁")])
    return uploads.receive_roster(content=content, file_name="x.xlsx", by=by, at=timezone.now())


def shown(upload, by):
    upload.refresh_from_db()
    return roster_page(upload, by=by)


def offered(upload, by) -> dict[str, int]:
    return {answer: count for one in shown(upload, by).at_once for answer, _words, count in one.offers}


# one answer for many


def test_what_many_rows_ask_alike_is_answered_by_one_press_and_taken_back_by_another(page, cadre, known):
    upload = roster_of(known, cadre)
    assert (shown(upload, cadre).asked, offered(upload, cadre)) == (3, {"same": 3, "another": 3})

    press(page, upload, row="*", question="person", choice="same")

    (one,) = shown(upload, cadre).at_once
    assert (shown(upload, cadre).asked, one.answered, one.offers) == (0, 3, [])
    press(page, upload, row="*", question="person")
    assert (shown(upload, cadre).asked, Worker.objects.count()) == (3, 3)


@pytest.mark.parametrize(("answer", "people"), [("same", 4), ("another", 7)])
def test_and_it_is_what_is_done(page, cadre, known, django_capture_on_commit_callbacks, answer, people):
    upload = roster_of(known, cadre)
    press(page, upload, row="*", question="person", choice=answer)

    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (Worker.objects.count(), upload.rows_saved) == (people, 4)
    with_number = {worker.name for worker in Worker.objects.all() if worker.id_number_blind}
    assert with_number == {*PEOPLE, "周测丁"}


def test_what_is_said_of_one_row_goes_before_what_is_said_of_all(page, cadre, known):
    upload = roster_of(known, cadre)
    press(page, upload, row="*", question="person", choice="same")

    press(page, upload, row="2", question="person", choice="another")

    answers = {line.row: line.answers for line in shown(upload, cadre).lines if line.answers}
    told = {label: (answer.is_for_all, answer.words) for label, (answer,) in answers.items()}
    assert {label: is_for_all for label, (is_for_all, _words) in told.items()} == {"2": False, "3": True, "4": True}
    assert told["2"][1] != told["3"][1] == told["4"][1]


def test_rows_are_alike_only_where_one_answer_can_be_meant(known):
    two = (Option("worker:1", "a", object()), Option("worker:2", "b", object()), Option("another", "c"))
    which = Question("2", "person", two)

    assert (which.answer_for_all("same"), which.answer_for_all("another").choice) == (None, "another")
    assert which_row("2", "2", ["3"]).answer_for_all("2") is None
    day = date(1985, 5, 3)
    assert which_birth_date("2", day).answer_for_all("right").choice == day.isoformat()
    assert which_person("2", (), has_number=True).answer_for_all("same") is None


def test_one_row_alone_is_no_many(cadre, known):
    assert shown(roster_of(known[:1], cadre), cadre).at_once == []


# what is left


def test_rows_nobody_answered_for_wait_on_the_page_when_the_others_are_saved(
    page, cadre, known, django_capture_on_commit_callbacks
):
    upload = roster_of(known, cadre)
    press(page, upload, row="3", question="person", choice="another")

    save(upload, cadre, django_capture_on_commit_callbacks)

    rest = upload.rests.get()
    assert (upload.content_cipher, upload.rows_saved, shown(rest, cadre).asked) == (None, 2, 2)
    assert [line.row for line in shown(upload, cadre).lines if line.is_left] == ["2", "4"]
    source = page.get(reverse("workers:roster", args=[upload.pk])).content.decode()
    assert reverse("workers:roster", args=[rest.pk]) in source

    press(page, rest, row="*", question="person", choice="same")
    save(rest, cadre, django_capture_on_commit_callbacks)

    assert (rest.rows_saved, rest.content_cipher, list(upload.rests.filter(saved_at=None))) == (2, None, [])
    assert names() == sorted([*PEOPLE, "陈测乙", "周测丁"])


def test_only_the_rows_that_wait_are_kept_and_sealed(cadre, known, django_capture_on_commit_callbacks):
    upload = roster_of(known[:1], cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)

    rest = upload.rests.get()

    assert [line.row for line in shown(rest, cadre).lines] == ["2"]
    assert [row.cell("id_number").text for row in Pack(rest.content)] == [number_of(known[0])]
    kept = [rest.content_cipher, *(chunk.content_cipher for chunk in RosterChunk.objects.filter(upload=rest))]
    assert [number_of(known[0]).encode() in bytes(sealed) for sealed in kept] == [False, False]
    assert not RosterChunk.objects.filter(upload=upload, content_cipher__isnull=False).exists()


def test_what_was_answered_of_a_row_that_waits_stays_answered(cadre, django_capture_on_commit_callbacks, page):
    known = WorkerFactory(name="陈测甲", id_number="", sex="F", area_id=HERE)
    told = {"id_number": "", "sex": "女", "birth_date": f"{known.birth_date:%y-%m-%d}"}
    titles = [HEADINGS[name] for name in {**GOOD, **told}]
    content = an_xlsx(花名册=[titles, row("陈测甲", **told)])
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    press(page, upload, row="2", question="birth", choice=known.birth_date.isoformat())

    save(upload, cadre, django_capture_on_commit_callbacks)

    (line,) = shown(upload.rests.get(), cadre).lines
    assert (line.question.name, [answer.question.name for answer in line.answers]) == ("person", ["birth"])


def test_the_same_rows_left_twice_wait_once(cadre, known, django_capture_on_commit_callbacks):
    for _time in range(2):
        save(roster_of(known, cadre), cadre, django_capture_on_commit_callbacks)

    assert RosterUpload.objects.filter(saved_at=None).count() == 1


def test_what_is_saved_before_anybody_answered_is_left_once_more(cadre, known, django_capture_on_commit_callbacks):
    """As with two windows open, or where the register asks by now what it did not ask when somebody looked."""
    upload = roster_of(known, cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)
    rest = upload.rests.get()

    save(rest, cadre, django_capture_on_commit_callbacks)

    again = rest.rests.get()
    assert (rest.is_saved, rest.rows_saved, rest.content_cipher) == (True, 0, None)
    assert (again.is_saved, [line.row for line in shown(again, cadre).lines]) == (False, ["2", "3", "4"])


def test_they_are_kept_fourteen_days_and_then_forgotten(cadre, known, django_capture_on_commit_callbacks):
    upload = roster_of(known, cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)
    sent_at = upload.rests.get().sent_at

    uploads.forget_unsaved(at=sent_at + timedelta(days=14))
    assert upload.rests.count() == 1
    uploads.forget_unsaved(at=sent_at + timedelta(days=14, minutes=1))

    assert upload.rests.count() == 0


@pytest.mark.parametrize("told", [{}, {"started_at": 0}, {"started_at": 0, "failed_at": 1}])
def test_a_sealed_file_goes_when_its_day_is_over_though_nobody_sends_another(cadre, known, told):
    upload = roster_of(known, cadre)
    moments = {name: upload.sent_at + timedelta(minutes=minutes) for name, minutes in told.items()}
    moments |= {"moved_at": upload.sent_at}
    RosterUpload.objects.filter(pk=upload.pk).update(**moments)

    with time_machine.travel(upload.sent_at + timedelta(hours=23), tick=False):
        clock.forget_rosters()
    assert RosterUpload.objects.filter(pk=upload.pk).exists()
    with time_machine.travel(upload.sent_at + timedelta(hours=25), tick=False):
        clock.forget_rosters()

    assert not RosterUpload.objects.filter(pk=upload.pk).exists()
    uploads.carry_out(upload_id=upload.pk, now=timezone.now)  # its task was only late: there is nothing to save


def test_the_hour_forgets_rosters_by_itself():
    app.loader.import_default_modules()
    (entry,) = (each for each in app.conf.beat_schedule.values() if each["task"].endswith("forget_rosters"))

    assert entry["task"] in app.tasks
    assert app.amqp.router.route({}, entry["task"])["queue"].name == "clock"


def test_a_row_comes_out_as_it_went_in():
    content = an_xlsx(花名册=[TITLES, row("陈测甲", wage=3500, date="2026-11-01")])
    rows = find_people(read_content(content)).rows

    assert list(Pack(packed(rows))) == rows


def test_somebody_elses_rows_are_not_found(client, cadre, known, django_capture_on_commit_callbacks):
    upload = roster_of(known, cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)
    client.force_login(UserFactory(township_cadre=True), backend=BACKEND)

    assert client.get(reverse("workers:roster", args=[upload.rests.get().pk])).status_code == 404


def test_rows_that_a_colleague_left_to_somebody_lead_nowhere_else(
    page, cadre, known, django_capture_on_commit_callbacks
):
    upload = roster_of(known, UserFactory(township_cadre=True))
    save(upload, upload.by, django_capture_on_commit_callbacks)
    rest, whole = upload.rests.get(), reverse("workers:roster", args=[upload.pk])
    RosterUpload.objects.filter(pk=rest.pk).update(by=cadre)

    source = page.get(reverse("workers:roster", args=[rest.pk])).content.decode()

    assert (rest.file_name in source, whole in source) == (True, False)
