"""A process that runs and does nothing is as bad as a dead one: it is ended, and started anew."""

import subprocess
import threading
from contextlib import closing, suppress
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from config import web
from config.keeping.supervisor import Program, Supervisor
from config.keeping.watches import Watches
from operations.models import Process, Pulse
from operations.signs import CLOCK
from operations.watching import signs

pytestmark = pytest.mark.django_db

IDLE = Program(["-c", "import time; time.sleep(600)"], sign="worker-1@here")
IMPORT = "workers.tasks.import_upload"
LATE = timedelta(seconds=1000)


@pytest.fixture
def supervisor():
    """Of one process, which never says anything of itself: the tests do so in its name."""
    with Supervisor({"worker-1": IDLE}) as supervisor:
        supervisor.run(until=lambda: any(supervisor.running()), seconds=10)
        yield supervisor


def says(supervisor, *, seen=timedelta(), turned=timedelta(), busy_with="", busy=None) -> None:
    busy_since = None if busy is None else Now() - busy
    [worker] = supervisor.running()
    Process.objects.create(
        name="worker-1@here", pid=worker.pid, seen_at=Now() - seen, turned_at=Now() - turned, busy_with=busy_with,
        busy_since=busy_since,
    )  # fmt: skip


def is_ended(supervisor) -> bool:
    """After one look; and another takes the place of who was ended."""
    [worker] = supervisor.running()
    before = worker.pid
    Watches(web={}, deaf_after=0).look_at_signs(supervisor)
    return dies(worker) and supervisor.run(until=lambda: worker.pid not in {None, before}, seconds=30)


def dies(worker) -> bool:
    with suppress(subprocess.TimeoutExpired):
        return worker.process.wait(0.5) < 0
    return False


def test_who_turns_and_is_idle_goes_on(supervisor):
    says(supervisor)

    assert not is_ended(supervisor)


def test_who_is_not_heard_of_is_ended(supervisor):
    says(supervisor, seen=LATE)

    assert is_ended(supervisor)


def test_who_never_said_a_word_is_ended(supervisor):
    assert is_ended(supervisor)


def test_nobody_is_taken_for_a_process_of_another_machine_that_has_the_same_number(supervisor):
    says(supervisor)
    [worker] = supervisor.running()
    Process.objects.create(name="worker-1@there", pid=worker.pid, seen_at=Now() - LATE)

    assert not is_ended(supervisor)


def test_who_is_seen_and_does_not_ask_for_work_is_ended(supervisor):
    says(supervisor, turned=LATE)

    assert is_ended(supervisor)


def test_who_is_at_a_long_task_goes_on(supervisor):
    says(supervisor, turned=LATE, busy_with=IMPORT, busy=LATE)

    assert not is_ended(supervisor)


def test_who_takes_longer_than_the_task_may_is_ended(supervisor):
    says(supervisor, turned=timedelta(hours=2), busy_with=IMPORT, busy=timedelta(hours=2))

    assert is_ended(supervisor)


def test_who_is_idle_while_the_pulses_of_its_queue_get_lost_is_ended(supervisor):
    says(supervisor)
    Pulse.objects.create(queue="bulk", process="worker-1@here", pid=1, at=Now() - LATE)
    assert not is_ended(supervisor)  # the clock may not have asked

    Process.objects.create(name=CLOCK, pid=1, seen_at=Now())

    assert is_ended(supervisor)


def test_nobody_is_blamed_for_silence_while_the_database_was_away(supervisor):
    says(supervisor, seen=LATE)
    watches = Watches(web={}, deaf_after=60)
    [worker] = supervisor.running()
    worker.began -= 600

    watches.look_at_signs(supervisor)

    assert not dies(worker)
    assert signs()[0].why_deaf


def test_of_two_web_processes_the_one_that_does_not_answer_at_its_own_port_is_ended():
    with closing(web.listen("127.0.0.1", 0)) as answered, closing(web.listen("127.0.0.1", 0)) as held:
        ports = {"web-1": held.getsockname()[1], "web-2": answered.getsockname()[1]}
        held.close()
        answering = web.Web(ok, [answered.dup()])
        over = threading.Event()
        threading.Thread(target=answering.run, args=[over], daemon=True).start()
        with Supervisor(dict.fromkeys(ports, Program(IDLE.arguments))) as supervisor:
            supervisor.run(until=lambda: all(child.pid for child in supervisor.children), seconds=10)
            deaf, well = supervisor.children
            watches = Watches(web=ports, deaf_after=0)
            watches.look_at_web(supervisor)
            assert dies(deaf)
            assert not dies(well)
        over.set()


def ok(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
