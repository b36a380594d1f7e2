"""Rows of the journal for COPY: byte for byte what is written one by one."""

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.utils.translation import gettext_lazy

from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, WorkerFactory
from workers import journal
from workers.journal.copying import HEAD_COLUMNS, LINE_COLUMNS, Lines
from workers.models import JournalHead, JournalLine

pytestmark = pytest.mark.django_db
COLUMNS = ("seq", "what", "about_type", "about_id", "by_id", "happened_at", "entered_at", "data")
HASHES = ("prev_hash", "hash", "mac")
TOLD = ("case_contacted", {"case": 7, "note": '说"好"\\\t', "reask_on": None})


def test_a_copied_chain_is_the_one_that_is_written_line_by_line():
    written, copied = WorkerFactory(), WorkerFactory()
    for what, data in (("worker_registered", {"area": 1}), TOLD):
        journal.record(
            worker=written, what=what, by=None, at=NOON, about=written, happened_at=NOON - timedelta(days=1), data=data
        )

    copy_chain(copied.pk, written)

    assert rows(copied, COLUMNS) == rows(written, COLUMNS)
    assert list(journal.verify(copied)) == []
    assert JournalHead.objects.get(pk=copied.pk).seq == JournalHead.objects.get(pk=written.pk).seq


def copy_chain(key: int, told_of) -> None:
    """Goes on behind what the factory wrote."""
    lines, head = Lines(), JournalHead.objects.get(pk=key)
    before, seq = bytes(head.hash), head.seq
    said = {"happened_at": iso(NOON - timedelta(days=1)), "entered_at": iso(NOON)}
    texts = ('{"area":1}', '{"case":7,"note":"说\\"好\\"\\\\\\t","reask_on":null}')
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY workers_journalline ({', '.join(LINE_COLUMNS)}) FROM STDIN") as copy:
            for what, data in zip(("worker_registered", TOLD[0]), texts, strict=True):
                seq += 1
                about = ("workers.worker", told_of.pk)
                row, before = lines.line(
                    10**6 + seq, key, seq, before, what=what, about=about, by=None, data=data, **said
                )
                copy.write(row)
        cursor.execute("CREATE TEMP TABLE moved (LIKE workers_journalhead)")
        with cursor.copy(f"COPY moved ({', '.join(HEAD_COLUMNS)}) FROM STDIN") as copy:
            copy.write(lines.head(key, seq, before))
        cursor.execute(
            "UPDATE workers_journalhead head SET seq = moved.seq, hash = moved.hash, mac = moved.mac FROM moved "
            "WHERE head.worker_id = moved.worker_id"
        )


def iso(at) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def rows(worker, columns) -> list[tuple]:
    return list(JournalLine.objects.filter(worker=worker).order_by("seq").values_list(*columns))


def test_the_same_line_has_the_same_hash_and_mark():
    worker = WorkerFactory()
    line = journal.record(worker=worker, what=TOLD[0], by=None, at=NOON, data=TOLD[1])

    row, digest = Lines().line(
        line.pk, worker.pk, line.seq, bytes(line.prev_hash), what=line.what, about=None, by=None, happened_at=iso(NOON),
        entered_at=iso(NOON), data='{"case":7,"note":"说\\"好\\"\\\\\\t","reask_on":null}',
    )  # fmt: skip

    assert digest == line.hash
    assert [cell.removeprefix("\\\\x") for cell in row.rstrip("\n").split("\t")[-3:]] == [
        bytes(getattr(line, name)).hex() for name in HASHES
    ]


# ---- many at once --------------------------------------------------------------------------------------------------


def entries(worker, by) -> list[journal.Entry]:
    """About nothing, about a row with and without an instance, of another time, with words of every kind."""
    data = {
        "note": '说"好"\\\t, 电话13800001234',
        "n": 1.5,
        "on": NOON.date(),
        "at": NOON,
        "said": gettext_lazy("Settled"),
    }
    return [
        journal.Entry(worker.pk, "worker_registered", None, NOON),
        journal.Entry(worker.pk, "case_contacted", by, NOON, about=by, data=data),
        journal.Entry(
            worker.pk,
            "case_escalated",
            by,
            NOON,
            about=journal.About(type(by), by.pk),
            happened_at=NOON - timedelta(days=1),
        ),
    ]


def test_many_lines_made_as_text_are_those_that_are_made_one_by_one():
    one_by_one, as_text, by = WorkerFactory(), WorkerFactory(), UserFactory()
    for said in entries(one_by_one, by):
        journal.record_many([said])

    assert journal.record_all(entries(as_text, by)) == 3

    assert rows(as_text, COLUMNS) == rows(one_by_one, COLUMNS)
    assert list(journal.verify_all()) == []


def test_many_lines_of_many_workers_go_on_behind_each_ones_last():
    workers = [WorkerFactory() for _ in range(3)]

    journal.record_all(journal.Entry(worker.pk, "x", None, NOON) for worker in (*workers, *reversed(workers)))

    assert [worker.journal_lines.count() for worker in workers] == [3, 3, 3]
    assert list(journal.verify_all()) == []


def test_no_lines_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert journal.record_all([]) == 0


def test_a_chain_whose_head_was_moved_keeps_its_wrong_mark():
    worker = WorkerFactory()
    JournalHead.objects.filter(pk=worker.pk).update(mac=b"x" * 36)

    journal.record_all(journal.Entry(worker.pk, "x", None, NOON) for _ in range(2))

    assert [fault.why for fault in journal.verify(worker)] == ["head_moved"]
