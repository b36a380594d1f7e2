"""What the journeys stand on: a web server and a worker that talk through PostgreSQL."""

import time
from urllib.request import urlopen

import pytest

from config import environment

CLOCK = "import time; print(time.time())"
pytestmark = pytest.mark.xdist_group("journeys")


def test_web_answers(running_system):
    assert urlopen(f"{running_system.url}/healthz").read() == b"ok\n"


def test_a_task_reaches_the_worker_through_postgres(running_system):
    running_system.python("from config import celery_app; celery_app.send_task('told.to.nobody')")

    await_line(running_system, "Received unregistered task of type 'told.to.nobody'")
    await_none_left(running_system, "told.to.nobody")


def test_queues_live_in_the_database(running_system):
    queues = running_system.ask("SELECT queue_name FROM pgmq.meta WHERE queue_name NOT LIKE '%%celery%%' ORDER BY 1")

    assert queues == [("bulk",), ("clock",), ("documents",), ("interactive",), ("rosters",)]


@pytest.mark.clock
def test_clock_of_a_process_follows_the_file(running_system):
    running_system.move_clock(days=90)
    moved = hours_ahead(running_system)
    running_system.move_clock(days=0)
    back = hours_ahead(running_system)

    assert (moved, back) == (90 * 24, 0)


def test_no_error_of_normal_running_stands_in_the_log_of_the_database(running_system):
    """Of a worker that has worked under the rights of production, and has had time to send whatever it sends."""
    begun = running_system.ask("SELECT now()")
    running_system.python("from config import celery_app; celery_app.send_task('told.to.nobody.twice')")
    await_line(running_system, "Received unregistered task of type 'told.to.nobody.twice'")
    time.sleep(max(0, 5 - (running_system.ask("SELECT now()")[0][0] - begun[0][0]).total_seconds()))

    log = (environment.VAR / "postgres" / "log").read_text(errors="replace")
    assert [line for line in log.splitlines() if f" {running_system.database} ERROR:" in line] == []


def hours_ahead(system) -> int:
    """How far a command of the system lives ahead of the tests."""
    return round((float(system.manage("shell", "--no-imports", "-c", CLOCK)) - time.time()) / 3600)


def await_none_left(system, task: str, seconds: float = 60) -> None:
    """A worker lets a message go a moment after it wrote of it, and the clock's own messages pass through its queue."""
    deadline = time.monotonic() + seconds
    while system.ask("SELECT message FROM pgmq.q_interactive WHERE message::text LIKE %s", f"%{task}%"):
        assert time.monotonic() < deadline, system.log("worker")
        time.sleep(0.1)


def await_line(system, text: str, seconds: float = 120) -> None:
    """The worker is another process: wait until its log has the line."""
    deadline = time.monotonic() + seconds
    while text not in system.log("worker"):
        assert time.monotonic() < deadline, system.log("worker")
        time.sleep(0.1)
