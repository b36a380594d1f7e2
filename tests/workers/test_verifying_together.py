"""The journal looked through by several processes, and only what moved since a day."""

import asyncio
import os
import signal
import threading
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from kit.days import local_day
from tests.past_triggers import past_triggers
from tests.workers.factories import NOON, WorkerFactory
from workers import journal
from workers.journal import Fault, reading, seals, together, verifying
from workers.journal.places import keep_outside
from workers.journal.reading import EVERYBODY, Those
from workers.journal.together import Unfinished, spelled_as_seals, spread, verify_together
from workers.journal.verifying import verify_seals
from workers.models import JournalHead
from workers.rules.seals.replay import Sealed

SOON, LATER = NOON + timedelta(days=2), NOON + timedelta(days=3)


@pytest.fixture
def places(tmp_path, settings):
    settings.WAYFARE_SEALS = [str(tmp_path / "here")]


@pytest.fixture
def people(places, monkeypatch):
    """Five, each a piece, each with two lines, all sealed."""
    monkeypatch.setattr(together, "PEOPLE_A_PIECE", 1)
    people = [WorkerFactory() for _ in range(5)]
    for worker in people:
        write(worker, at=NOON)
    seal(at=NOON)
    return people


def write(worker, *, at):
    journal.record(worker=worker, what="status_reported", by=None, at=at)


def seal(*, at):
    seals.seal(at=at)
    keep_outside(at=at)


def alter(*lines):
    with past_triggers() as cursor:
        for worker, seq in lines:
            cursor.execute(
                "UPDATE workers_journalline SET what = 'x' WHERE worker_id = %s AND seq = %s", [worker.pk, seq]
            )


def remove(worker):
    with past_triggers() as cursor:
        for table in ("journalline", "journalhead"):
            cursor.execute(f"DELETE FROM workers_{table} WHERE worker_id = %s", [worker.pk])
        cursor.execute("DELETE FROM workers_worker WHERE id = %s", [worker.pk])


def found(*, jobs=2, since=None) -> tuple[list[Fault], Counter]:
    counts, sealed = Counter(), Sealed(since=spelled_as_seals(since) if since else "")
    assert list(verify_seals(sealed)) == []
    return list(verify_together(jobs=jobs, sealed=sealed, counts=counts, since=since)), counts


# ---- several processes ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_several_find_what_one_finds_in_its_order(people, jobs):
    alter((people[0], 1), (people[3], 2))
    remove(people[1])

    sealed, counts = Sealed(), Counter()
    assert list(verify_seals(sealed)) == []
    alone = list(journal.verify_all(sealed=sealed, counts=counts))

    assert found(jobs=jobs) == (alone, counts)
    assert [fault.why for fault in alone] == ["altered", "altered", "chain_gone"]


def beside_a_loop(deed):
    """What the deed returns in a thread whose connection was opened before its event loop ran, as Playwright runs one:
    Django keeps that connection apart, and a child finds it again."""
    answers = []

    async def done():
        assert connection.connection is None
        answers.append(deed())
        connections.close_all()

    def live():
        connection.ensure_connection()
        asyncio.run(done())
        connections.close_all()

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_no_two_of_them_share_a_connection_that_was_opened_before_an_event_loop(people, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

    faults, counts = beside_a_loop(lambda: found(jobs=2))

    assert (faults, counts["chains"]) == ([], 5)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_the_same_with_several(people, capsys):
    call_command("verify_journal", jobs=3)

    assert capsys.readouterr().out.startswith("The journal holds.\n10 lines of 5 workers; seal 1 ")


@pytest.mark.django_db(transaction=True)
def test_lines_of_nobody_on_the_register_are_looked_at_beyond_the_last_of_them(people):
    stranger = people[-1].pk + 1000
    alter((people[-1], 2))
    with past_triggers() as cursor:
        cursor.execute("UPDATE workers_journalline SET worker_id = %s WHERE worker_id = %s", [stranger, people[0].pk])

    faults, _counts = found()

    assert {fault.worker_id for fault in faults} == {people[0].pk, people[-1].pk, stranger}


def killed(piece):
    os.kill(os.getpid(), signal.SIGKILL)


def broken(piece):
    raise RuntimeError("the disk is full")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("deed", "says"), [(killed, "ended with -9"), (broken, "the disk is full")])
def test_a_process_that_dies_or_breaks_fails_the_run(people, deed, says):
    pieces = reading.stretches(1)

    with pytest.raises(Unfinished, match=says):
        list(spread(deed, pieces, 2))


@pytest.mark.django_db(transaction=True)
def test_the_command_fails_when_a_process_dies(people, monkeypatch):
    monkeypatch.setattr(verifying, "look_at", lambda piece, **_: killed(piece))

    with pytest.raises(CommandError, match="Not all of the journal was looked through") as failure:
        call_command("verify_journal", jobs=2)

    assert failure.value.returncode == 1


def slow_but_first(piece):
    if piece.after == 0:
        killed(piece)
    return piece


@pytest.mark.django_db(transaction=True)
def test_no_process_outlives_a_run_that_failed(people):
    with pytest.raises(Unfinished):
        list(spread(slow_but_first, reading.stretches(1), 3))

    assert together.FORK.active_children() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guarded", "expected"), [(False, ["cut_off"]), (True, [])])
def test_a_line_written_between_head_and_lines_is_no_fault(people, monkeypatch, guarded, expected):
    """With the guard off the head is older than the lines read after it."""
    real = reading._heads

    def heads_then_a_line(worker_ids):
        heads = real(worker_ids)
        elsewhere(lambda: write(people[0], at=SOON))
        monkeypatch.setattr(reading, "_heads", real)
        return heads

    monkeypatch.setattr(reading, "_heads", heads_then_a_line)
    if not guarded:
        monkeypatch.setattr(reading, "one_moment", nullcontext)

    assert [fault.why for fault in journal.verify_all()] == expected


def elsewhere(deed):
    """On a connection of its own."""

    def run():
        try:
            deed()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


# ---- since a day ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_chains_that_moved_since_are_looked_at_and_these_from_their_first_line(people):
    write(people[0], at=LATER)
    alter((people[0], 1), (people[1], 1))

    faults, counts = found(since=SOON)

    assert faults == [Fault(people[0].pk, 1, "altered")]
    assert counts == {"chains": 1, "lines": 3}


@pytest.mark.django_db
def test_a_chain_that_was_sealed_since_and_cut_back_is_found(people):
    """Its lines are gone, so only the seal outside knows that it moved."""
    old = JournalHead.objects.get(pk=people[2].pk)
    write(people[2], at=LATER)
    seal(at=LATER)
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s AND seq = 3", [people[2].pk])
        JournalHead.objects.filter(pk=old.pk).update(seq=old.seq, hash=old.hash, mac=old.mac)

    faults, _counts = found(since=SOON)

    assert faults == [Fault(people[2].pk, 3, "sealed_and_gone")]


@pytest.mark.django_db
def test_a_chain_that_was_sealed_since_and_is_gone_is_found(people):
    write(people[2], at=LATER)
    seal(at=LATER)
    remove(people[2])

    assert found(since=SOON)[0] == [Fault(people[2].pk, 3, "chain_gone")]


@pytest.mark.django_db
def test_nothing_is_said_of_who_did_not_move(people):
    alter((people[1], 1))
    remove(people[2])

    assert found(since=SOON) == ([], {})


@pytest.mark.django_db
def test_the_command_says_of_which_chains_it_speaks(people, capsys):
    write(people[0], at=LATER)

    call_command("verify_journal", since=local_day(SOON))

    assert f"3 lines of 1 workers, those that moved since {local_day(SOON)}; seal 1 " in capsys.readouterr().out


@pytest.mark.django_db
def test_chains_of_some_are_those_of_everybody(people):
    assert list(Those([worker.pk for worker in people]).chains(2)) == list(EVERYBODY.chains(3))
