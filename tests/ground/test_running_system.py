"""What the journeys stand on: a web server and a worker that talk through PostgreSQL."""

import time
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.xdist_group("journeys")


def test_web_answers(running_system):
    assert urlopen(f"{running_system.url}/healthz").read() == b"ok\n"


def test_a_task_reaches_the_worker_through_postgres(running_system):
    running_system.python("from config import celery_app; celery_app.send_task('told.to.nobody')")

    await_line(running_system, "Received unregistered task of type 'told.to.nobody'")
    assert running_system.ask("SELECT count(*) FROM pgmq.q_interactive") == [(0,)]


def test_queues_live_in_the_database(running_system):
    queues = running_system.ask("SELECT queue_name FROM pgmq.meta WHERE queue_name NOT LIKE '%%celery%%' ORDER BY 1")

    assert queues == [("bulk",), ("clock",), ("documents",), ("interactive",)]


def test_clock_of_a_process_follows_the_file(running_system):
    days_ahead = (
        "from config import test_clock; from datetime import date; real = date.today(); "
        "test_clock.follow(); print((date.today() - real).days)"
    )

    running_system.move_clock(days=90)
    moved = running_system.python(days_ahead)
    running_system.move_clock(days=0)
    back = running_system.python(days_ahead)

    assert (moved.strip(), back.strip()) == ("90", "0")


def await_line(system, text: str, seconds: float = 10) -> None:
    """The worker is another process: wait until its log has the line."""
    deadline = time.monotonic() + seconds
    while text not in system.log("worker"):
        assert time.monotonic() < deadline, system.log("worker")
        time.sleep(0.1)
