"""Processes of a system that runs are killed; the others go on, it comes back, and no task is lost."""

import json
import os
import signal
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg
import pytest

from config import databases, logs
from tests.operations.served import LEASE, PATIENCE, ServedSystem, until

pytestmark = pytest.mark.xdist_group("served")  # they share one running system

PULSE = "operations.clock.pulse"
PULSES = "SELECT count(*) FROM operations_pulse WHERE queue LIKE %s"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with ServedSystem(folder=tmp_path_factory.mktemp("served")) as served:
        yield served


def pulses(system, name: str, number: int) -> None:
    system.send(*[(PULSE, {"queue": f"{name}-{n}"}) for n in range(number)])


def web_answers(system) -> bool:
    try:
        return urlopen(f"{system.url}/healthz", timeout=5).status == 200
    except (URLError, OSError):
        return False


def test_killed_workers_come_back_and_the_tasks_are_done(system):
    before = system.pids()
    for name in ("worker-1", "worker-2"):
        system.kill(name)
    pulses(system, "killed", 10)

    until(lambda: system.count(PULSES, "killed-%") == 10)
    until(lambda: set(system.pids()) == set(before))
    assert [name for name, pid in system.pids().items() if before[name] == pid] == ["web-1", "clock"]


def test_what_a_killed_process_had_claimed_is_claimed_as_long_as_it_lives_and_comes_back(system, tmp_path):
    """The task takes longer than a claim lasts, and nobody else begins it before its process dies."""
    held = "SELECT count(*) FROM pgmq.q_interactive WHERE read_ct = %s AND vt > last_read_at + %s * interval '1 second'"
    system.send(("tests.operations.deadly.linger", {"until": str(tmp_path / "end")}))
    until(lambda: system.count(held, 1, 2 * LEASE))
    until(lambda: system.count("SELECT count(*) FROM operations_process WHERE busy_with LIKE '%%linger'"))
    pid = system.count("SELECT pid FROM operations_process WHERE busy_with LIKE '%%linger'")

    os.kill(pid, signal.SIGKILL)

    until(lambda: system.count(held, 2, LEASE / 2))
    (tmp_path / "end").touch()
    until(lambda: system.count("SELECT count(*) FROM pgmq.q_interactive") == 0)


def test_a_task_that_kills_its_process_is_laid_aside_after_three_tries_and_those_behind_it_are_done(system):
    """They wait side by side when a worker looks for work, and are not claimed with it."""
    with system.asleep("worker-1", "worker-2"):
        system.send(("tests.operations.deadly.die", {}))
        pulses(system, "behind", 3)

    until(lambda: system.count("SELECT count(*) FROM operations_failure WHERE task LIKE '%%deadly.die'"))

    assert system.ask("SELECT kind, queue, tries FROM operations_failure WHERE task LIKE '%%deadly.die'") == [
        ("deadly", "interactive", 3)
    ]
    until(lambda: system.count("SELECT count(*) FROM pgmq.q_interactive") == 0)
    until(lambda: system.count(PULSES, "behind-%") == 3)


def test_a_task_that_fails_is_shown_without_its_words(system):
    system.send(("tests.operations.deadly.fail", {}))

    until(lambda: system.count("SELECT count(*) FROM operations_failure WHERE task LIKE '%%deadly.fail'"))

    [(kind, error)] = system.ask("SELECT kind, error FROM operations_failure WHERE task LIKE '%%deadly.fail'")
    assert kind == "raised"
    assert error.startswith("LookupError at tests/operations/deadly.py:")


def test_the_number_of_a_request_is_in_the_lines_of_the_task_that_it_set_off(system):
    token = logs.request_id.set("from-the-page")
    system.send(("tests.operations.deadly.tell", {}))
    logs.request_id.reset(token)

    until(lambda: '"told"' in system.log("serve"))

    [line] = [json.loads(line) for line in system.log("serve").splitlines() if '"told"' in line]
    assert (line["level"], line["request_id"]) == ("WARNING", "from-the-page")
    assert line["task_id"]


def test_the_web_is_killed_and_the_workers_do_not_notice(system):
    before = system.pids()
    system.kill("web-1")

    until(lambda: system.pids().get("web-1") not in {None, before["web-1"]})
    until(lambda: web_answers(system))
    assert {**system.pids(), "web-1": 0} == {**before, "web-1": 0}


def test_while_a_table_is_locked_a_page_says_that_too_much_is_going_on_and_is_whole_again_afterwards(system):
    session = {"Cookie": f"sessionid={'a' * 32}"}
    with psycopg.connect(databases.conninfo(system.parameters)) as other:
        other.execute("LOCK TABLE staff_opensession")
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{system.url}/today/", headers=session), timeout=PATIENCE)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "10")
    assert "现在用的人太多" in refused.value.read().decode()
    assert urlopen(Request(f"{system.url}/today/", headers=session), timeout=PATIENCE).url.endswith(
        "/login/?next=/today/"
    )


def test_who_calls_while_the_web_is_started_anew_waits_and_is_served(system):
    """The port is the supervisor's, so nobody is turned away."""
    before = system.kill("web-1")
    assert urlopen(f"{system.url}/healthz", timeout=PATIENCE).status == 200
    assert system.pid_of("web-1") != before


def test_who_loses_the_supervisor_ends(system):
    """Otherwise they would hold the port, and the next supervisor could not start."""
    children = list(system.pids().values())

    os.kill(system.supervisor, signal.SIGKILL)
    system.processes[0].wait()

    until(lambda: not any(is_alive(pid) for pid in children))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
