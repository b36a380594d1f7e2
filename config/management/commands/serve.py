import io
import os
import socket
import time
from urllib.error import URLError
from urllib.request import urlopen

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import environment
from config.celery import QUEUES
from config.supervisor import Supervisor

SECONDS_TO_START = 60
QUIET = "ignore:You're running the worker with superuser privileges"  # a demo on a fresh machine may be root's


class Command(BaseCommand):
    help = "Bring the database up to date, then run web, worker and clock until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--demo", action="store_true", help="load the demo county when it is not there yet")

    def handle(self, *args, port, demo, **options):
        check_free(port)
        os.environ.update(PORT=str(port), PYTHONWARNINGS=QUIET)
        self._prepare()
        logins = self._seed() if demo else ""
        connection.close_pool()
        with Supervisor(commands()) as supervisor:
            if await_web(port, supervisor):
                self.stdout.write(f"{logins}\nWayfare 返岗通 is at http://localhost:{port}/   (Ctrl-C stops it)\n")
            ended_badly = supervisor.wait()
        self.stdout.write("Stopped.")
        if ended_badly:
            raise CommandError("One of web, worker and clock ended by itself; its last lines are above.")

    def _prepare(self):
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", verbosity=0)
        call_command("install_broker", stdout=io.StringIO())

    def _seed(self) -> str:
        """The demo and the logins it prints; nothing when no app brings a demo."""
        if "seed_demo" not in get_commands():
            return ""
        self.stdout.write("Loading the demo county, if it is not there yet (the first time takes a while)")
        printed = io.StringIO()
        call_command("seed_demo", stdout=printed)
        return printed.getvalue()


def commands() -> dict[str, list[str]]:
    """What each process runs, after `python`; the worker takes every queue, which is enough for one machine."""
    queues = ",".join(QUEUES)
    schedule = environment.VAR / "clock-schedule"
    celery = "-m celery -A config --quiet"
    return {
        "web": ["-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
        "worker": f"{celery} worker --concurrency=2 --queues={queues} --loglevel=warning --without-gossip".split(),
        "clock": [*f"{celery} beat --pidfile= --loglevel=warning --schedule".split(), str(schedule)],
    }


def check_free(port: int) -> None:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("0.0.0.0", port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken. Another one: make run PORT={port + 1}") from error


def await_web(port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and not supervisor.asked_to_end and not supervisor.first_ended():
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False
