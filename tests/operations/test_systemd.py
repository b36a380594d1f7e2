"""What systemd hands over and wants to hear: as it does it, with its variables, its file number and its socket."""

import os
import socket
import subprocess
import sys

from config import web
from config.keeping import systemd
from config.management.commands import serve

ASK = "from config.keeping import systemd; print([s.getsockname()[1] for s in systemd.sockets()])"


def started_by_systemd(listening: socket.socket, *, pid: str) -> str:
    """What a process says that finds the socket under the number 3."""
    script = f'LISTEN_FDS=1 LISTEN_PID={pid} exec "$0" -c "$1" 3<&{listening.fileno()}'
    started = ["bash", "-c", script, sys.executable, ASK]
    return subprocess.run(started, pass_fds=[listening.fileno()], capture_output=True, text=True, check=True).stdout


def test_the_socket_of_a_unit_is_taken_over():
    with web.listen("127.0.0.1", 0) as listening:
        assert started_by_systemd(listening, pid="$$") == f"[{listening.getsockname()[1]}]\n"


def test_a_socket_that_was_meant_for_another_process_is_left_alone():
    with web.listen("127.0.0.1", 0) as listening:
        assert started_by_systemd(listening, pid="1") == "[]\n"


def test_systemd_is_told_where_it_listens_and_nobody_elsewhere(tmp_path, monkeypatch):
    systemd.tell(systemd.READY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        systemd.tell(systemd.READY)

        assert heard.recv(100) == b"READY=1"


def test_a_silent_systemd_disturbs_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))

    systemd.tell(systemd.ALIVE)


def test_each_part_has_its_processes_alone():
    with web.listen("127.0.0.1", 0) as public:
        sockets = {"web-1": (public,)}

        assert list(serve.commands(sockets, ["web"])) == ["web-1"]
        assert list(serve.commands({}, ["workers"])) == ["worker-1", "worker-2"]
        assert list(serve.commands({}, ["clock"])) == ["clock"]
        assert list(serve.commands(sockets)) == ["web-1", "worker-1", "worker-2", "clock"]


def test_the_last_of_several_workers_leaves_rosters_to_the_others():
    takes_rosters = [
        [any("rosters" in each for each in worker.arguments) for worker in serve.workers(count).values()]
        for count in (1, 2, 3)
    ]

    assert takes_rosters == [[True], [True, False], [True, True, False]]


def test_a_worker_writes_signs_under_the_name_by_which_it_is_watched():
    worker = serve.workers(1)["worker-1"]

    assert worker.sign == f"worker-1@{os.uname().nodename}"
    assert f"--hostname={worker.sign}" in worker.arguments
