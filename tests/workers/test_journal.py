"""The journal: append-only, chained, and honest about who tampered where."""

import base64
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, FlagFactory, WorkerFactory
from tests.workers.rewriting import rewrite
from workers import journal
from workers.journal import Fault, vouching
from workers.models import JournalHead, JournalLine, Worker
from workers.rules import masks
from workers.rules.seals import spelling


def digest_of(line):
    return spelling.hashed(spelling.content(line))


def write(worker, what="status_reported", **more):
    return journal.record(worker=worker, what=what, by=None, at=NOON, **more)


@transaction.atomic
def write_and_fail(worker):
    write(worker)
    raise RuntimeError


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE trips over this test's own rows first
        cursor.execute(statement)


@pytest.fixture
def worker(db):
    """With four lines: the one of the factory and three more."""
    worker = WorkerFactory()
    for n in range(3):
        write(worker, data={"n": n})
    return worker


class tampering:
    """What only the owner of the database can do: the triggers rest meanwhile."""

    def __enter__(self):
        self.cursor = connection.cursor()
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        return self.cursor

    def __exit__(self, *_):
        self.cursor.execute("SET session_replication_role = origin")


# ---- writing -------------------------------------------------------------------------------------------------------


def test_lines_of_a_worker_are_numbered_and_chained(worker):
    lines = list(worker.journal_lines.in_order())

    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert bytes(lines[0].prev_hash) == journal.BEFORE_THE_FIRST
    assert [bytes(line.prev_hash) for line in lines[1:]] == [bytes(line.hash) for line in lines[:-1]]
    assert (worker.journal_head.seq, bytes(worker.journal_head.hash)) == (4, bytes(lines[-1].hash))


@pytest.mark.django_db
def test_each_worker_has_a_chain_of_their_own():
    one, other = WorkerFactory(), WorkerFactory()
    write(one)

    assert [line.seq for line in other.journal_lines.all()] == [1]


@pytest.mark.django_db
def test_a_line_says_what_about_whom_by_whom_and_both_times():
    user, flag = UserFactory(), FlagFactory()
    earlier = NOON - timedelta(days=2)

    line = journal.record(
        worker=flag.worker, what="worker_flagged", about=flag, by=user, at=NOON, happened_at=earlier, data={"rule": "x"}
    )

    line.refresh_from_db()
    assert (line.what, line.about_type, line.about_id, line.by) == ("worker_flagged", "workers.flag", flag.pk, user)
    assert (line.happened_at, line.entered_at, line.data) == (earlier, NOON, {"rule": "x"})


@pytest.mark.django_db
def test_data_is_stored_as_it_will_be_read_back():
    line = write(
        WorkerFactory(),
        data={"on": date(2026, 3, 5), "at": NOON, "pay": Decimal("1.50"), "word": gettext_lazy("yes"), "list": (1, 2)},
    )

    stored = {
        "on": "2026-03-05",
        "at": "2026-03-05T04:00:00Z",
        "pay": "1.50",
        "word": line.data["word"],
        "list": [1, 2],
    }
    assert JournalLine.objects.get(pk=line.pk).data == line.data == stored
    assert journal.verify(line.worker) == []


@pytest.mark.django_db
def test_numbers_of_people_are_masked_before_they_are_written():
    line = write(
        WorkerFactory(), data={"note": "新号码13800001234，身份证522425198706019028", "deep": [{"x": "+8613800001234"}]}
    )

    assert line.data == {"note": "新号码138****1234，身份证5224**********9028", "deep": [{"x": "138****1234"}]}


@given(
    before=st.text(alphabet="电话 a，"),
    number=st.sampled_from(["13800001234", "522425198706019028", "52242519870601902X"]),
    after=st.text(alphabet="。b "),
)
def test_no_number_survives_in_free_text(before, number, after):
    assert number not in masks.scrub(before + number + after)


@pytest.mark.django_db
def test_a_line_is_not_written_when_the_change_is_undone():
    worker = WorkerFactory()

    with pytest.raises(RuntimeError):
        write_and_fail(worker)

    assert worker.journal_lines.count() == 1
    assert journal.verify(worker) == []


@pytest.mark.django_db
def test_recording_a_line_takes_one_statement_where_the_end_is_known_and_two_where_not(django_assert_num_queries):
    worker = Worker.objects.get(pk=WorkerFactory().pk)

    with transaction.atomic(), django_assert_num_queries(2):
        write(worker)
    with transaction.atomic(), django_assert_num_queries(1):
        write(worker)
    read_with_it = Worker.objects.select_related("journal_head").get(pk=worker.pk)
    with transaction.atomic(), django_assert_num_queries(1):
        write(read_with_it)

    assert journal.verify(worker) == []


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["by another", "and taken back"])
def test_an_end_that_is_known_from_before_is_where_the_chain_ends_or_nothing_is_written(written):
    worker = WorkerFactory()
    if written == "by another":
        write(Worker.objects.get(pk=worker.pk))
    else:
        with pytest.raises(RuntimeError):
            write_and_fail(worker)

    write(worker)

    seqs = list(worker.journal_lines.in_order().values_list("seq", flat=True))
    assert seqs == list(range(1, 1 + len(seqs)))
    assert journal.verify(worker) == []


@pytest.mark.django_db
def test_many_lines_at_once_make_the_same_chain(django_assert_num_queries):
    workers = [WorkerFactory() for _ in range(3)]
    entries = [journal.Entry(worker.pk, f"line_{n}", None, NOON, data={"n": n}) for n in range(2) for worker in workers]

    with transaction.atomic(), django_assert_num_queries(5):
        assert len(journal.record_many(entries)) == 6

    assert [(line.seq, line.what) for line in workers[1].journal_lines.in_order()] == [
        (1, "worker_registered"),
        (2, "line_0"),
        (3, "line_1"),
    ]
    assert list(journal.verify_all()) == []


def test_what_a_hash_covers_never_changes():
    """Pinned: with another spelling every chain already written would look tampered with."""
    line = JournalLine(
        worker_id=7, seq=1, what="worker_registered", about_type="", about_id=None, by_id=None,
        happened_at=datetime(2026, 3, 5, 4, tzinfo=UTC), entered_at=datetime(2026, 3, 5, 4, 0, 1, 5, tzinfo=UTC),
        data={"source": "visit", "名": ["李"]}, prev_hash=journal.BEFORE_THE_FIRST,
    )  # fmt: skip

    assert spelling.canonical(line) == (
        '{"about_id":null,"about_type":"","by":null,"data":{"source":"visit","名":["李"]},'
        '"entered_at":"2026-03-05T04:00:01.000005+00:00","happened_at":"2026-03-05T04:00:00.000000+00:00",'
        '"seq":1,"what":"worker_registered","worker":7}'
    )
    assert digest_of(line).hex() == "a9902b7dcd3c7db8b80bd567f8aa43eab45e909180cf18a3d0a663b12f6c0883"


# ---- the database refuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["workers_journalline", "workers_statusreport"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET happened_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_past(worker, cadre, table, statement):
    worker.reports.create(status="farming", happened_at=NOON, entered_at=NOON, source="visit")

    with pytest.raises(IntegrityError, match=f"{table} is append-only"):
        run(statement.format(table))


def test_two_lines_cannot_have_one_number(worker):
    first = worker.journal_lines.in_order().first()
    first.pk = None

    with pytest.raises(IntegrityError, match="journal_one_line_per_number"), transaction.atomic():
        first.save(force_insert=True)


# ---- tampering is found --------------------------------------------------------------------------------------------


def test_an_untouched_chain_holds(worker):
    assert journal.verify(worker) == []
    assert list(journal.verify_all()) == []


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"n\": 99}'",
        "what = 'worker_corrected'",
        "happened_at = happened_at - interval '1 day'",
        "entered_at = entered_at + interval '1 microsecond'",
        "by_id = (SELECT min(id) FROM staff_user)",
        "about_type = 'workers.flag', about_id = 1",
    ],
)
def test_an_altered_line_is_found(worker, cadre, change):
    with tampering() as cursor:
        cursor.execute(f"UPDATE workers_journalline SET {change} WHERE worker_id = %s AND seq = 2", [worker.pk])

    assert journal.verify(worker) == [Fault(worker.pk, 2, "altered")]


def test_an_altered_line_with_its_hash_made_to_fit_is_found_at_the_next(worker):
    line = worker.journal_lines.get(seq=2)
    line.data = {"n": 99}
    with tampering() as cursor:
        cursor.execute(
            "UPDATE workers_journalline SET data = '{\"n\": 99}', hash = %s WHERE id = %s",
            [digest_of(line), line.pk],
        )

    assert journal.verify(worker) == [Fault(worker.pk, 2, "forged"), Fault(worker.pk, 3, "altered")]


def test_a_removed_line_is_found(worker):
    with tampering() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s AND seq = 2", [worker.pk])

    assert journal.verify(worker) == [Fault(worker.pk, 2, "missing")]


def test_lines_that_changed_places_are_found(worker):
    with tampering() as cursor:
        for before, after in ((2, 99), (3, 2), (99, 3)):
            cursor.execute(
                "UPDATE workers_journalline SET seq = %s WHERE worker_id = %s AND seq = %s", [after, worker.pk, before]
            )

    assert journal.verify(worker) == [Fault(worker.pk, seq, "altered") for seq in (2, 3, 4)]


def test_a_last_line_cut_off_is_found(worker):
    with tampering() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s AND seq = 4", [worker.pk])

    assert journal.verify(worker) == [Fault(worker.pk, 4, "cut_off")]


def test_a_chain_cut_off_whole_is_found(worker):
    with tampering() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s", [worker.pk])

    assert list(journal.verify_all()) == journal.verify(worker) == [Fault(worker.pk, 4, "cut_off")]


def test_a_head_that_is_gone_is_found(worker):
    with tampering() as cursor:
        cursor.execute("DELETE FROM workers_journalhead WHERE worker_id = %s", [worker.pk])

    assert list(journal.verify_all()) == journal.verify(worker) == [Fault(worker.pk, 4, "cut_off")]


def test_a_line_moved_to_another_worker_is_found(worker):
    other = WorkerFactory()
    with tampering() as cursor:
        cursor.execute(
            "UPDATE workers_journalline SET worker_id = %s, seq = 2 WHERE worker_id = %s AND seq = 4",
            [other.pk, worker.pk],
        )

    assert {fault.worker_id for fault in journal.verify_all()} == {worker.pk, other.pk}


def test_verify_all_finds_the_one_among_many(worker):
    for _ in range(3):
        WorkerFactory()
    with tampering() as cursor:
        cursor.execute("UPDATE workers_journalline SET data = '{}' WHERE worker_id = %s AND seq = 3", [worker.pk])

    assert list(journal.verify_all(at_once=2)) == [Fault(worker.pk, 3, "altered")]


def test_the_command_says_the_journal_holds(worker, capsys):
    call_command("verify_journal")

    assert capsys.readouterr().out == (
        "The journal holds.\n4 lines of 1 workers; held against no seal, for WAYFARE_SEALS names no place.\n"
    )


@pytest.mark.parametrize("only", [False, True])
def test_the_command_names_an_altered_line_and_fails(worker, capsys, only):
    with tampering() as cursor:
        cursor.execute("UPDATE workers_journalline SET data = '{}' WHERE worker_id = %s AND seq = 3", [worker.pk])

    with pytest.raises(CommandError) as failure:
        call_command("verify_journal", **({"worker": worker.pk} if only else {}))

    assert failure.value.returncode == 1
    assert capsys.readouterr().out == f"worker {worker.pk}: line 3 was altered, or moved here from another place\n"


# ---- who holds the database and not the key ------------------------------------------------------------------------


def test_a_last_line_deleted_with_the_head_moved_back_is_found(worker):
    rewrite(worker, drop=1)

    assert list(journal.verify_all()) == journal.verify(worker) == [Fault(worker.pk, 3, "head_moved")]


def test_a_chain_computed_anew_is_found_at_the_line_that_was_changed(worker):
    rewrite(worker, change={2: {"data": {"n": 99}}})

    assert journal.verify(worker) == [
        Fault(worker.pk, 2, "forged"),
        Fault(worker.pk, 3, "forged"),
        Fault(worker.pk, 4, "forged"),
        Fault(worker.pk, 4, "head_moved"),
    ]


def test_a_line_forged_in_a_colleagues_name_is_found(worker, cadre):
    rewrite(worker, add=[{"by_id": cadre.pk, "what": "case_closed"}])

    assert journal.verify(worker) == [Fault(worker.pk, 5, "forged"), Fault(worker.pk, 5, "head_moved")]


@pytest.mark.parametrize("at_once", [False, True])
def test_what_is_written_later_does_not_cover_up_that_a_head_was_moved(worker, at_once):
    rewrite(worker, drop=1)

    if at_once:
        journal.record_many([journal.Entry(worker.pk, "worker_verified", None, NOON)])
    else:
        write(worker)

    assert journal.verify(worker) == [Fault(worker.pk, 4, "head_moved")]


def test_a_chain_deleted_whole_with_its_head_is_found(worker):
    with tampering() as cursor:
        for table in ("journalline", "journalhead"):
            cursor.execute(f"DELETE FROM workers_{table} WHERE worker_id = %s", [worker.pk])

    assert list(journal.verify_all()) == journal.verify(worker) == [Fault(worker.pk, 0, "no_chain")]


def test_a_mark_of_another_line_does_not_do(worker):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE workers_journalline line SET mac = other.mac FROM workers_journalline other "
            "WHERE line.worker_id = %s AND line.seq = 2 AND other.worker_id = line.worker_id AND other.seq = 3",
            [worker.pk],
        )

    assert journal.verify(worker) == [Fault(worker.pk, 2, "forged")]


def test_a_head_is_not_deleted(worker):
    with pytest.raises(IntegrityError, match="workers_journalhead is append-only"):
        run("DELETE FROM workers_journalhead")


# ---- keys change, and lines from before there were any -------------------------------------------------------------


@pytest.fixture
def new_key(settings):
    """In front of the ring; call it to take the old one away."""
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [f"new:{base64.b64encode(b'n' * 32).decode()}", *old]
    return lambda: setattr(settings, "FIELD_KEYS", settings.FIELD_KEYS[:1])


def test_the_journal_holds_when_the_old_key_is_gone(worker, new_key, capsys):
    call_command("rotate_field_keys")
    new_key()

    assert list(journal.verify_all()) == []
    assert "Journal: 5 marks of lines and heads made anew." in capsys.readouterr().out
    write(worker)
    assert journal.verify(worker) == []


def test_a_change_of_keys_vouches_for_nothing_that_was_forged(worker, cadre, new_key):
    rewrite(worker, add=[{"by_id": cadre.pk}])

    assert (sum(journal.renew()), sum(journal.renew())) == (4, 0)

    new_key()
    assert journal.verify(worker) == [Fault(worker.pk, 5, "forged"), Fault(worker.pk, 5, "head_moved")]


def test_lines_from_before_there_were_marks_are_vouched_for_where_they_hold(worker):
    other = WorkerFactory()
    with tampering() as cursor:
        cursor.execute("UPDATE workers_journalline SET mac = ''; UPDATE workers_journalhead SET mac = ''")
        cursor.execute("UPDATE workers_journalline SET what = 'x' WHERE worker_id = %s", [other.pk])

    assert vouching.vouch_for_old(JournalLine, JournalHead) == (4, [other.pk])

    assert list(journal.verify_all()) == [Fault(other.pk, 1, "altered"), Fault(other.pk, 1, "head_moved")]


# ---- two writers at once -------------------------------------------------------------------------------------------

WITHOUT_LOCK = (
    "SELECT seq, hash, mac FROM workers_journalhead "
    "WHERE worker_id = %s AND %s::bytea IS NOT NULL AND %s::bytea IS NOT NULL"
)


@pytest.mark.django_db(transaction=True)
def test_two_writers_without_the_lock_collide(monkeypatch):
    worker = WorkerFactory()
    forget_its_end(worker)
    monkeypatch.setattr(journal.lines, "LOCK_HEAD", WITHOUT_LOCK)
    both_have_read = threading.Barrier(2)
    read = journal.lines._lock_head

    def read_and_wait(worker_id):
        head = read(worker_id)
        both_have_read.wait(timeout=10)
        return head

    monkeypatch.setattr(journal.lines, "_lock_head", read_and_wait)

    failures = write_in_threads(worker, 2)

    assert [type(failure) for failure in failures] == [journal.lines.HeadNotHeld]
    assert JournalLine.objects.filter(worker=worker).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("know_its_end", [False, True])
def test_many_writers_with_the_lock_queue_up(know_its_end):
    worker = WorkerFactory()
    if not know_its_end:
        forget_its_end(worker)

    failures = write_in_threads(worker, 8)

    assert failures == []
    assert [line.seq for line in worker.journal_lines.in_order()] == list(range(1, 10))
    assert journal.verify(worker) == []


@pytest.mark.django_db(transaction=True)
def test_the_first_lines_of_a_worker_written_at_once_make_one_chain():
    worker = WorkerFactory()
    with tampering() as cursor:
        cursor.execute("DELETE FROM workers_journalline; DELETE FROM workers_journalhead")

    failures = write_in_threads(worker, 4)

    assert failures == []
    assert JournalHead.objects.get().seq == 4
    assert journal.verify(worker) == []


def forget_its_end(worker: Worker) -> None:
    worker.known_end = None


def write_in_threads(worker: Worker, writers: int) -> list[Exception]:
    """Each in a connection of its own, started together; answers what went wrong."""
    start, failures = threading.Barrier(writers), []

    def writer(n: int) -> None:
        try:
            start.wait(timeout=10)
            write(worker, data={"n": n})
        except (IntegrityError, journal.lines.HeadNotHeld) as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
