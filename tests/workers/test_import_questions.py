"""Where only a person can tell, a roster asks, and saves nothing of the row before somebody answers."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests.staff.factories import UserFactory
from tests.workers.factories import WorkerFactory, make_id_number
from tests.workers.rosters import GOOD, HEADINGS, ROSTERS, TODAY, a_row, an_xlsx, compare_records
from workers import tasks
from workers.imports import uploads
from workers.imports.comparing import compare_with_register
from workers.imports.questions import Registered
from workers.imports.rows import judge_all
from workers.imports.verdicts import Context
from workers.models import JournalLine, RosterUpload, Worker

pytestmark = pytest.mark.django_db  # where places are read from

HERE = 520524103200
PHONE = "+8613800007011"
BACKEND = "django.contrib.auth.backends.ModelBackend"
ID = "522425198809199026"
WITHOUT = {"id_number": "", "sex": "女", "birth_date": "1988-09-19"}


def told(verdicts) -> list[tuple]:
    return [(v.verdict, v.issue_names, v.is_saved) for v in verdicts]


def of_rows(*rows: dict, decisions=None):
    named = [a_row(label=str(number), **cells) for number, cells in enumerate(rows, 2)]
    return judge_all(named, Context(TODAY, decisions=decisions or {}))


def test_rows_with_one_number_and_two_names_are_named_against_each_other_and_neither_is_saved():
    verdicts = of_rows({}, {"name": "蒋测乙"}, {})

    assert told(verdicts) == [("review", "number_has_two_names", False)] * 3
    assert [dict(verdict.issues[-1].values)["row"] for verdict in verdicts] == ["3", "2, 4", "3"]


@pytest.mark.parametrize("right, saved", [("2", [True, False]), ("3", [False, True])])
def test_the_row_that_somebody_says_is_right_is_saved_and_the_other_left_out(right, saved):
    verdicts = of_rows({}, {"name": "蒋测乙"}, decisions={"2": {"number": right}})

    assert [verdict.is_saved for verdict in verdicts] == saved
    assert [verdict.duplicate_of for verdict in verdicts] == ["" if each else right for each in saved]


@pytest.mark.parametrize(
    "one, other", [("Nguyễn Thị Hoa", "NGUYEN THI HOA"), ("Jose Li", "José-Li"), ("李·四", "李四")]
)
def test_one_name_in_two_spellings_is_one_name(one, other):
    assert told(of_rows({"name": one}, {"name": other}))[1] == ("duplicate", "duplicate_exact", False)


def test_a_character_of_private_use_is_not_left_out_of_a_name():
    assert with_register(Registered(7, "王芳", HERE), name="王\ue123芳").question.name == "name"


@pytest.mark.parametrize("other", ["張芳", "王方", "王芳芳", "张\ue123芳"])
def test_a_name_of_other_characters_is_another_name(other):
    assert [verdict.question is None for verdict in of_rows({"name": "张芳"}, {"name": other})] == [False, False]


def with_register(existing=None, alike=(), decisions=None, **cells):
    (verdict,) = of_rows(cells)
    context = Context(
        TODAY,
        {verdict.person.key: existing} if existing else {},
        look_alikes={verdict.person.key: alike},
        decisions={"2": decisions or {}},
    )
    return compare_with_register(verdict, context)


def test_a_number_that_has_another_name_on_the_register_asks_and_saves_nothing():
    verdict = with_register(Registered(7, "王芬", HERE))

    assert told([verdict]) == [("review", "number_of_another_name", False)]
    assert [option.choice for option in verdict.question.options] == ["register", "new"]
    assert "王芬" not in verdict.message  # it goes into the report, which names nobody


@pytest.mark.parametrize(
    "choice, new_name, keeps", [("register", "", True), ("new", "王芳", False), ("no such thing", None, None)]
)
def test_what_is_decided_about_the_name_is_what_is_done(choice, new_name, keeps):
    verdict = with_register(Registered(7, "王芬", HERE), decisions={"name": choice})

    if new_name is None:
        assert not verdict.is_saved
    else:
        assert (verdict.is_saved, verdict.new_name, verdict.keeps_name) == (True, new_name, keeps)


NUMBERLESS = Registered(7, "王芳", HERE, has_number=False)


@pytest.mark.parametrize(
    "choice, existing, adds",
    [("worker:7", NUMBERLESS, True), ("another", None, False)],
)
def test_somebody_registered_without_a_number_is_asked_about(choice, existing, adds):
    assert told([with_register(alike=(NUMBERLESS,))]) == [("review", "perhaps_registered", False)]

    verdict = with_register(alike=(NUMBERLESS,), decisions={"person": choice})

    assert (verdict.is_saved, verdict.existing, verdict.adds_number) == (True, existing, adds)


def test_a_row_without_a_number_takes_none_away():
    known = Registered(7, "王芳", HERE, has_number=True)

    verdict = with_register(alike=(known,), decisions={"person": "worker:7"}, **WITHOUT)

    assert (verdict.existing, verdict.adds_number) == (known, False)


@pytest.mark.parametrize("rows", [({}, WITHOUT), (WITHOUT, {})], ids=["number first", "number later"])
def test_in_one_file_the_row_without_a_number_asks_about_the_one_that_has_it(rows):
    verdicts = of_rows(*rows)

    place = rows.index(WITHOUT)
    assert [verdict.question is not None for verdict in verdicts] == [each is WITHOUT for each in rows]
    other = verdicts[1 - place].row.label
    same = of_rows(*rows, decisions={verdicts[place].row.label: {"in_file": f"row:{other}"}})[place]
    another = of_rows(*rows, decisions={verdicts[place].row.label: {"in_file": "another"}})[place]
    assert (same.duplicate_of, same.is_saved, another.duplicate_of, another.is_saved) == (other, False, "", True)


OTHER_ID = "522425198809199042"


def test_two_rows_that_would_give_one_record_two_numbers_are_named_against_each_other():
    rows = of_rows({}, {"id_number": OTHER_ID})
    alike = {verdict.person.key: (NUMBERLESS,) for verdict in rows}

    def told_after(*same: str):
        decisions = {row: {"person": "worker:7"} for row in same}
        context = Context(TODAY, look_alikes=alike, decisions=decisions)
        return compare_records([compare_with_register(verdict, context) for verdict in rows])

    both, one = told_after("2", "3"), told_after("3")
    assert told(both) == [("reject", "two_numbers_added", False)] * 2
    assert [dict(verdict.issues[-1].values)["row"] for verdict in both] == ["3", "2"]
    assert [verdict.is_saved for verdict in one] == [False, True]


def test_who_is_no_other_row_may_still_be_on_the_register():
    rows, asked = ({}, WITHOUT), []
    for decisions in ({}, {"in_file": "another"}, {"in_file": "another", "person": "another"}):
        verdict = of_rows(*rows, decisions={"3": decisions})[1]
        context = Context(TODAY, look_alikes={verdict.person.key: (NUMBERLESS,)}, decisions={"3": decisions})
        question = compare_with_register(verdict, context).question
        asked.append(question and question.name)

    assert asked == ["in_file", "person", None]


@pytest.mark.parametrize(
    "refused", [{"name": ""}, {"address": "北京市"}, {"address": "大方县"}], ids=["no name", "no place", "elsewhere"]
)
def test_a_row_that_is_refused_takes_no_other_with_it(refused):
    context = Context(TODAY, ranges=((520524000000, 520525000000),))
    rows = [a_row(label="2", **refused), a_row(label="3"), a_row(label="4")]

    verdicts = judge_all(rows, context)

    assert [verdict.is_saved for verdict in verdicts] == [False, True, False]
    assert [verdict.duplicate_of for verdict in verdicts] == ["", "", "3"]


@pytest.mark.parametrize(
    "cells, asks",
    [
        ({}, True),
        ({"phone": "", "birth_date": "1988-09-20"}, True),
        ({"phone": "", "birth_date": "1970-09-19"}, False),
        ({"birth_date": "1970-09-19"}, True),
        ({"name": "王芬"}, False),
        ({"phone": "", "birth_date": "1988-09-20", "address": "织金县猫场镇团结社区"}, True),
        ({"phone": "", "birth_date": "1988-09-20", "address": "织金县猫场镇"}, True),
        ({"phone": "", "birth_date": "1988-09-20", "address": "大方县羊场镇"}, False),
        ({"phone": "", "sex": "男"}, False),
    ],
    ids=[
        "all",
        "born close",
        "born long before",
        "same phone",
        "other name",
        "other village",
        "no village",
        "other township",
        "other sex",
    ],
)
def test_who_may_be_the_same(cells, asks):
    assert [verdict.question is not None for verdict in of_rows({}, WITHOUT | cells)] == [False, asks]


def test_a_row_that_is_refused_asks_nothing():
    verdicts = of_rows({}, {"name": "蒋测乙", "address": "北京市"}, {"name": "", "id_number": ID})

    assert [verdict.question is not None for verdict in verdicts][2] is False


# on the page, with the register


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def page(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    return client


def sent(name: str, by) -> RosterUpload:
    content = (ROSTERS / name).read_bytes()
    return uploads.receive_roster(content=content, file_name=name, by=by, at=timezone.now())


def save(upload, by, capture) -> None:
    with capture(execute=False):
        uploads.start_import(upload=upload, by=by, at=timezone.now())
    tasks.import_upload(upload_id=upload.pk)
    upload.refresh_from_db()


def press(page, upload, **said):
    return page.post(reverse("workers:decide_row", args=[upload.pk]), said)


def names() -> list[str]:
    return sorted(Worker.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_two_names_in_one_file_wait_for_a_person(page, cadre, django_capture_on_commit_callbacks):
    upload = sent("same_number_two_names.xlsx", cadre)

    shown = page.get(reverse("workers:roster", args=[upload.pk]), {"verdict": "asked"}).content.decode()
    assert ("冯测甲" in shown, "蒋测乙" in shown, "沈测丙" in shown) == (True, True, False)
    press(page, upload, row="2", question="number", choice="3")
    press(page, upload, row="2", question="number", choice="")
    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (names(), upload.rows_saved) == (["沈测丙"], 1)


@pytest.mark.django_db
def test_an_answer_leads_back_to_the_rows_one_was_looking_at(page, cadre):
    upload = sent("same_number_two_names.xlsx", cadre)
    button = reverse("workers:decide_row", args=[upload.pk])

    answer = page.post(f"{button}?verdict=asked&first=100", {"row": "2", "question": "number", "choice": "3"})

    assert answer.url.partition("?")[2] == "verdict=asked&first=100#rows"


@pytest.mark.django_db
def test_the_row_said_to_be_right_is_the_one_that_is_saved(page, cadre, django_capture_on_commit_callbacks):
    upload = sent("same_number_two_names.xlsx", cadre)

    answer = press(page, upload, row="2", question="number", choice="3")
    save(upload, cadre, django_capture_on_commit_callbacks)

    assert answer.url == reverse("workers:roster", args=[upload.pk]) + "#rows"
    assert names() == ["沈测丙", "蒋测乙"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "choice, name, line",
    [("register", "冯以前", "name_kept"), ("new", "蒋测乙", "worker_corrected"), ("", "冯以前", None)],
)
def test_a_later_file_with_another_name_writes_what_was_decided(
    page, cadre, django_capture_on_commit_callbacks, choice, name, line
):
    worker = WorkerFactory(name="冯以前", id_number="520599198808089018", area=HERE)
    upload = sent("same_number_two_names.xlsx", cadre)
    press(page, upload, row="2", question="number", choice="3")

    press(page, upload, row="3", question="name", choice=choice)
    save(upload, cadre, django_capture_on_commit_callbacks)

    worker.refresh_from_db()
    lines = JournalLine.objects.filter(worker=worker, by=cadre).order_by("seq").values_list("what", flat=True)
    assert (worker.name, lines.first()) == (name, line)


@pytest.mark.django_db
def test_without_then_with_a_number_is_one_person_by_one_press(page, cadre, django_capture_on_commit_callbacks):
    for file in ("same_person_1_without_number.xlsx", "same_person_2_with_number.xlsx"):
        upload = sent(file, cadre)
        if "2" in file:
            press(page, upload, row="2", question="person", choice=f"worker:{Worker.objects.get().pk}")
        save(upload, cadre, django_capture_on_commit_callbacks)

    worker = Worker.objects.get()
    assert (worker.id_number, worker.cases.count()) == ("520599198503129576", 1)
    assert JournalLine.objects.filter(worker=worker, what="worker_corrected", by=cadre).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("answer, people", [(None, 1), ("another", 2), ("same", 1)])
@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["number later", "number first"])
def test_it_is_never_decided_by_itself(page, cadre, django_capture_on_commit_callbacks, order, answer, people):
    files = ["same_person_1_without_number.xlsx", "same_person_2_with_number.xlsx"]
    for number in order:
        upload = sent(files[number - 1], cadre)
        if number == order[1] and answer:
            choice = f"worker:{Worker.objects.get().pk}" if answer == "same" else answer
            press(page, upload, row="2", question="person", choice=choice)
        save(upload, cadre, django_capture_on_commit_callbacks)

    assert Worker.objects.count() == people
    if answer == "same":
        assert Worker.objects.get().id_number == "520599198503129576"


@pytest.mark.django_db
def test_the_same_file_after_the_number_was_added_finds_the_one_person(page, cadre, django_capture_on_commit_callbacks):
    test_without_then_with_a_number_is_one_person_by_one_press(page, cadre, django_capture_on_commit_callbacks)

    for file in ("same_person_1_without_number.xlsx", "same_person_2_with_number.xlsx"):
        save(sent(file, cadre), cadre, django_capture_on_commit_callbacks)

    assert Worker.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind, asks", [({"idless": True}, 1), ({}, 0)], ids=["without a number", "with another"])
def test_a_namesake_with_a_number_of_their_own_is_another_person(page, cadre, kind, asks):
    WorkerFactory(name="吴测先", area=HERE, phone=PHONE, **kind)

    upload = sent("same_person_2_with_number.xlsx", cadre)

    shown = page.get(reverse("workers:roster", args=[upload.pk])).content.decode()
    assert shown.count('class="wf-roster-ask"') == asks


@pytest.mark.django_db
def test_somebody_outside_the_area_is_not_asked_about(page, cadre):
    WorkerFactory(name="吴测先", area=520521101210, idless=True, phone=PHONE)

    upload = sent("same_person_2_with_number.xlsx", cadre)

    assert "wf-roster-ask" not in page.get(reverse("workers:roster", args=[upload.pk])).content.decode()


@pytest.mark.django_db
def test_two_people_taken_for_one_record_do_not_take_each_others_number(
    page, cadre, django_capture_on_commit_callbacks
):
    worker = WorkerFactory(name="王芳", area=HERE, idless=True, phone="+8613812345678")
    titles, rows = list(GOOD), [GOOD, GOOD | {"id_number": make_id_number(n=3)}]
    content = an_xlsx(表=[[HEADINGS[name] for name in titles], *[[row[name] for name in titles] for row in rows]])
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    for row in ("2", "3"):
        press(page, upload, row=row, question="person", choice=f"worker:{worker.pk}")

    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (Worker.objects.get().id_number, upload.rows_saved) == ("", 0)


@pytest.mark.django_db
def test_nothing_is_decided_about_a_roster_that_is_being_saved(page, cadre, django_capture_on_commit_callbacks):
    upload = sent("same_number_two_names.xlsx", cadre)
    with django_capture_on_commit_callbacks():
        uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    answer = press(page, upload, row="2", question="number", choice="3")

    upload.refresh_from_db()
    assert (answer.status_code, upload.decisions) == (409, {})


@pytest.mark.django_db
def test_what_was_answered_is_forgotten_with_the_file(page, cadre, django_capture_on_commit_callbacks):
    upload = sent("same_number_two_names.xlsx", cadre)
    press(page, upload, row="2", question="number", choice="3")

    save(upload, cadre, django_capture_on_commit_callbacks)

    assert (upload.rows_saved, upload.decisions) == (2, {})
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterUpload.objects.update(decisions={"2": {"birth": "1985-11-12"}})


@pytest.mark.django_db
def test_an_old_tab_is_told_that_the_roster_was_saved(page, cadre, django_capture_on_commit_callbacks):
    upload = sent("same_number_two_names.xlsx", cadre)
    save(upload, cadre, django_capture_on_commit_callbacks)

    answer = press(page, upload, row="2", question="number", choice="3")

    assert (answer.status_code, answer.context["refusal"].code) == (409, "already_saved")
    assert reverse("workers:roster", args=[upload.pk]) in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("started, code", [(True, "too_late_to_decide"), (False, "answered_elsewhere")])
def test_nobody_waits_for_the_task_that_holds_the_roster(page, cadre, started, code):
    upload = sent("same_number_two_names.xlsx", cadre)
    RosterUpload.objects.update(started_at=timezone.now() if started else None)

    with held_elsewhere(upload):
        answer = press(page, upload, row="2", question="number", choice="3")

    assert (answer.status_code, answer.context["refusal"].code) == (409, code)


@contextmanager
def held_elsewhere(upload):
    """Another connection has the row locked."""
    locked, done = Event(), Event()

    def hold():
        try:
            with transaction.atomic():
                RosterUpload.objects.select_for_update().get(pk=upload.pk)
                locked.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        locked.wait(timeout=10)
        try:
            yield
        finally:
            done.set()


@pytest.mark.django_db
@pytest.mark.parametrize("worksheet", [" 第一组", "第一组 ", "组" * 200], ids=["blank before", "blank after", "long"])
def test_an_answer_is_kept_whatever_the_worksheet_is_called(page, cadre, worksheet):
    upload = sent("same_number_two_names.xlsx", cadre)
    row, choice = f"{worksheet}!5", f"row:{worksheet}!6"

    press(page, upload, row=row, question="in_file", choice=choice)

    upload.refresh_from_db()
    assert upload.decisions == {row: {"in_file": choice}}


@pytest.mark.django_db
@pytest.mark.parametrize("said", [{}, {"row": "2", "question": "none of ours"}])
def test_an_answer_that_cannot_be_read_is_not_passed_over_in_silence(page, cadre, said):
    upload = sent("same_number_two_names.xlsx", cadre)

    answer = press(page, upload, **said)

    assert (answer.status_code, answer.context["refusal"].code) == (422, "answer_unreadable")
