"""A roster in chunks is judged and saved as one that is taken as a whole, by whichever process, in whatever order."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.staff.factories import UserFactory
from tests.workers.factories import WorkerFactory, make_id_number
from tests.workers.rosters import GOOD, HEADINGS, SAMPLE_XLSX, an_xlsx, check_roster, read_content
from workers import tasks
from workers.imports import cutting, engine, judging, selectors, uploads
from workers.imports.progress import is_checked, progress_of
from workers.imports.rows import judge
from workers.models import RosterChunk, RosterUpload, RosterVerdict, Worker

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

State = RosterChunk.State
TITLES = [HEADINGS[name] for name in GOOD]
BACKEND = "django.contrib.auth.backends.ModelBackend"
HERE = 520524103200


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def signed_in(client, cadre):
    client.force_login(cadre, backend=BACKEND)
    return client


@pytest.fixture
def of_three(monkeypatch):
    """Chunks of three rows, of which none is judged while the sender waits."""
    monkeypatch.setattr(cutting, "CHUNK", 3)
    monkeypatch.setattr(engine, "SMALL", 0)
    monkeypatch.setattr(uploads, "REFRESHED", 0)


def people(count: int) -> list[list]:
    told = ({"id_number": make_id_number(n=n), "name": f"王{chr(0x4E00 + n)}"} for n in range(count))
    return [list({**GOOD, **each}.values()) for each in told]


def received(by, *rows) -> RosterUpload:
    content = an_xlsx(花名册=[TITLES, *rows])
    return uploads.receive_roster(content=content, file_name="名册.xlsx", by=by, at=timezone.now())


def pieces(upload: RosterUpload) -> int:
    done = 0
    while engine.take_up_one(upload.pk, at=timezone.now()):
        done += 1
    return done


def states(upload: RosterUpload) -> list[str]:
    return list(upload.chunks.order_by("no").values_list("state", flat=True))


def told(verdicts) -> list[tuple]:
    return [(v.row.label, v.verdict, [[i.name, i.field, dict(i.values)] for i in v.issues]) for v in verdicts]


@pytest.mark.parametrize("size", [7, 5000])
def test_a_sample_gets_the_verdicts_of_the_whole_in_chunks_of_any_size(cadre, size):
    supervisor, now = UserFactory(supervisor=True), timezone.now()
    content = SAMPLE_XLSX.read_bytes()
    upload = RosterUpload(by=supervisor, file_name="x", sent_at=now)
    upload.seal(content)
    upload.save()
    cutting.cut(upload, iter(read_content(content)), takes_hidden=False, at=now, size=size)

    pieces(upload)

    whole = check_roster(read_content(content), by=supervisor, at=now)
    kept = upload.verdicts.order_by("no").values_list("label", "verdict", "issues")
    assert [(label, verdict, issues) for label, verdict, issues in kept] == told(whole.verdicts)
    assert progress_of(upload).counts == whole.counts


@pytest.mark.usefixtures("of_three")
def test_a_large_roster_is_looked_at_by_worker_processes_and_says_how_far_it_is(cadre, signed_in):
    upload = received(cadre, *people(8))
    page = reverse("workers:roster", args=[upload.pk])

    assert (states(upload), is_checked(upload)) == ([State.CUT] * 3, False)
    assert "roster-progress" in signed_in.get(page).content.decode()
    assert signed_in.post(reverse("workers:save_roster", args=[upload.pk])).status_code == 409

    pieces(upload)

    assert (states(upload), progress_of(upload).judged) == ([State.CHECKED] * 3, 8)
    assert "roster-progress" not in signed_in.get(page).content.decode()


@pytest.mark.usefixtures("of_three")
def test_a_paused_roster_goes_on_where_it_stopped(cadre, signed_in):
    upload = received(cadre, *people(8))
    pieces(upload)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    engine.take_up_one(upload.pk, at=timezone.now())

    signed_in.post(reverse("workers:pause_roster", args=[upload.pk]))

    assert (pieces(upload), Worker.objects.count()) == (0, 3)
    assert (
        reverse("workers:resume_roster", args=[upload.pk])
        in signed_in.get(reverse("workers:roster", args=[upload.pk])).content.decode()
    )
    signed_in.post(reverse("workers:resume_roster", args=[upload.pk]))
    pieces(upload)
    upload.refresh_from_db()
    assert (upload.is_saved, upload.rows_saved, Worker.objects.count()) == (True, 8, 8)


@pytest.mark.usefixtures("of_three")
def test_a_roster_that_is_broken_off_asks_first_and_keeps_what_is_saved(cadre, signed_in):
    upload = received(cadre, *people(8))
    pieces(upload)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    engine.take_up_one(upload.pk, at=timezone.now())
    cancel = reverse("workers:cancel_roster", args=[upload.pk])

    asked = signed_in.get(cancel).content.decode()
    signed_in.post(cancel)
    pieces(upload)

    upload.refresh_from_db()
    assert "3" in asked
    assert (upload.is_saved, upload.rows_saved, Worker.objects.count(), upload.content_cipher) == (True, 3, 3, None)
    lines = selectors.roster_page(upload, by=cadre).lines
    assert [line.is_left for line in lines] == [False] * 3 + [True] * 5
    assert not upload.chunks.filter(content_cipher__isnull=False).exists()


@pytest.mark.usefixtures("of_three")
def test_rows_a_second_are_reckoned_to_the_end_of_a_chunk(cadre):
    """To its beginning the first one would take no time at all."""
    upload = received(cadre, *people(8))
    pieces(upload)
    upload = uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    clock = iter(upload.started_at + timedelta(seconds=second) for second in (0, 2))

    with pytest.raises(StopIteration):
        engine.work(upload.pk, now=lambda: next(clock))

    upload.refresh_from_db()
    assert (progress_of(upload).done, progress_of(upload).rate) == (3, 1.5)


@pytest.mark.usefixtures("of_three")
def test_what_one_process_has_in_hand_another_leaves_alone(cadre):
    upload = received(cadre, *people(8))
    pieces(upload)
    upload = uploads.start_import(upload=upload, by=cadre, at=timezone.now())
    first = engine._claimed(upload, *engine._wanted(upload))

    assert first.no == 0
    assert [chunk.no for chunk in upload.chunks.order_by("no").exclude(pk=first.pk)] == [3, 6]


@pytest.mark.usefixtures("of_three")
def test_a_roster_is_under_way_until_somebody_closed_it(cadre):
    """Or who imports the same file would take it for broken off while another process closes it."""
    upload = received(cadre, *people(8))
    pieces(upload)
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    told = [(engine.take_up_one(upload.pk, at=timezone.now()), engine.is_under_way(upload.pk)) for _each in range(4)]

    assert told == [(True, True)] * 3 + [(True, False)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("of_three")
def test_a_roster_that_is_only_looked_at_is_under_way_while_somebody_sets_its_rows_against_each_other(cadre):
    upload = received(cadre, *people(8))
    pieces(upload)
    seen = []

    with transaction.atomic():
        engine._held(upload.pk)
        look = threading.Thread(target=lambda: (seen.append(engine.is_under_way(upload.pk)), connection.close()))
        look.start()
        look.join()

    assert (seen, engine.is_under_way(upload.pk)) == ([True], False)


@pytest.mark.usefixtures("of_three")
def test_two_rows_far_apart_that_give_one_record_two_numbers_are_named_and_neither_is_saved(cadre):
    known = WorkerFactory(name="陈测甲", id_number="", sex="F", area_id=HERE, birth_date="1987-06-01")
    known.refresh_from_db()
    twins = [list({**GOOD, "name": "陈测甲", "phone": "", "id_number": make_id_number(n=n)}.values()) for n in (20, 21)]
    upload = received(cadre, twins[0], *people(6), twins[1])
    pieces(upload)

    uploads.decide(upload=upload, by=cadre, row="*", question="person", choice="same", at=timezone.now())
    pieces(upload)

    upload.refresh_from_db()
    assert upload.disputed == {"2": ["9"], "9": ["2"]}
    named = upload.verdicts.filter(issues__contains=[["two_numbers_added"]])
    assert list(upload.verdicts.filter(is_saved=False).values_list("label", flat=True)) == ["2", "9"], named
    uploads.decide(upload=upload, by=cadre, row="9", question="person", choice="another", at=timezone.now())
    pieces(upload)
    upload.refresh_from_db()
    assert (upload.disputed, upload.verdicts.filter(is_saved=False).count()) == ({}, 0)


def test_an_answer_that_makes_somebody_of_a_row_sets_it_against_the_others(cadre):
    """Without a birth date it was nobody, and nothing could be like it."""
    titles = [HEADINGS[name] for name in (*GOOD, "sex", "birth_date")]
    without = {"id_number": "", "sex": "女"}
    rows = [list({**GOOD, **without, "birth_date": day}.values()) for day in ("1988-09-19", "88-09-19")]
    content = an_xlsx(花名册=[titles, *rows])
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=timezone.now())
    before = upload.verdicts.get(label="3").asks

    uploads.decide(upload=upload, by=cadre, row="3", question="birth", choice="1988-09-19", at=timezone.now())

    assert before[1] == "birth"
    assert upload.verdicts.get(label="3").verdict == "duplicate"


def test_what_the_register_learns_meanwhile_stands_on_the_page_of_a_small_roster(cadre, signed_in):
    upload = received(cadre, list(GOOD.values()))
    page = reverse("workers:roster", args=[upload.pk])
    WorkerFactory(id_number=GOOD["id_number"], name=GOOD["name"], area_id=HERE)

    signed_in.get(page)

    assert upload.verdicts.get().verdict == "update_existing"


def test_a_waiting_roster_of_an_earlier_version_is_cut_when_its_page_is_opened(cadre, signed_in):
    upload = received(cadre, list(GOOD.values()))
    upload.chunks.all().delete()
    upload.verdicts.all().delete()
    RosterUpload.objects.update(cut_at=None, compared_at=None, rows=0)

    assert "王芳" in signed_in.get(reverse("workers:roster", args=[upload.pk])).content.decode()


def test_names_and_questions_are_forgotten_when_it_is_saved(cadre, django_capture_on_commit_callbacks):
    upload = received(cadre, *people(2))
    assert set(upload.verdicts.values_list("name", flat=True)) == {"王一", "王丁"}
    uploads.start_import(upload=upload, by=cadre, at=timezone.now())

    tasks.import_upload(upload_id=upload.pk)

    assert set(upload.verdicts.values_list("name", "asks", "answered")) == {("", None, None)}
    assert set(upload.verdicts.values_list("is_new", "is_saved")) == {(True, True)}
    assert set(upload.chunks.values_list("content_cipher", "outline_cipher", "judged_cipher")) == {(None, None, None)}


@pytest.mark.parametrize(
    "change", [{"rows_saved": 99}, {"state": "strange"}, {"no": 3}], ids=lambda change: next(iter(change))
)
@pytest.mark.usefixtures("of_three")
def test_the_database_refuses_a_chunk_that_cannot_be(cadre, change):
    upload = received(cadre, *people(8))

    with pytest.raises(IntegrityError), transaction.atomic():
        upload.chunks.filter(no=0).update(**change)


def judged_again(upload, *, at, monkeypatch) -> list[str]:
    """Labels of the rows that are read once more."""
    read = []
    upload.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr(cutting, "judge", lambda row, context: read.append(row.label) or judge(row, context))
        judging.judged(upload, upload.chunks.get(), cutting.context_of(upload, at))
    return read


def test_a_row_is_read_once_a_day_unless_it_asks(cadre, monkeypatch):
    titles = [HEADINGS[name] for name in (*GOOD, "sex", "birth_date")]
    asking = list({**GOOD, "id_number": "", "sex": "女", "birth_date": "88-09-19"}.values())
    content = an_xlsx(花名册=[titles, [*GOOD.values(), "女", ""], asking])
    now = timezone.now()
    upload = uploads.receive_roster(content=content, file_name="x.xlsx", by=cadre, at=now)

    today, tomorrow = (judged_again(upload, at=at, monkeypatch=monkeypatch) for at in (now, now + timedelta(days=1)))

    assert (today, tomorrow) == (["3"], ["2", "3"])


def test_after_an_answer_each_row_is_read_with_it(cadre, monkeypatch):
    upload = received(cadre, list(GOOD.values()))
    upload.decisions = {"2": {"person": "same"}}
    upload.save()

    assert judged_again(upload, at=upload.sent_at, monkeypatch=monkeypatch) == ["2"]


def test_a_chunk_lies_sealed_for_its_own_row(cadre):
    upload = received(cadre, list(GOOD.values()))
    chunk = upload.chunks.get()

    for kept in (chunk.content_cipher, chunk.outline_cipher, chunk.judged_cipher):
        assert GOOD["id_number"].encode() not in bytes(kept)
    assert next(iter(cutting.pack_of(chunk))).cell("id_number").text == GOOD["id_number"]


def test_a_forgotten_roster_takes_its_chunks_and_verdicts_along(cadre):
    upload = received(cadre, list(GOOD.values()))

    uploads.forget_unsaved(at=upload.sent_at + timedelta(days=1, minutes=1))

    assert (RosterChunk.objects.count(), RosterVerdict.objects.count()) == (0, 0)


@pytest.mark.usefixtures("of_three")
def test_its_page_asks_the_same_few_queries_for_ten_and_for_fifty_rows(cadre, signed_in):
    counts = []
    for count in (10, 49):
        upload = received(cadre, *people(count))
        pieces(upload)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(reverse("workers:roster", args=[upload.pk]))
        counts.append(len(queries))

    assert counts[0] == counts[1]
