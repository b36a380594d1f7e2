import io
import os
import socket
from collections.abc import Iterable

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from config import databases, environment, rights, web
from config.keeping import systemd
from config.keeping.supervisor import Program, Supervisor
from config.keeping.watches import Watches, web_answers
from kit import static_files
from operations.queues import QUEUES, ROSTERS

SECONDS_TO_START = 60
CELERY = ["-m", "celery", "-A", "config", "--quiet"]
PARTS = ("web", "workers", "clock")
QUIET = "ignore:You're running the worker with superuser privileges"  # a demo on a fresh machine may be root's


class Command(BaseCommand):
    help = "Bring the database up to date, then run web, workers and clock until Ctrl-C; or one part of them only."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--demo", action="store_true", help="load the demo county when it is not there yet")
        parser.add_argument("--only", choices=PARTS, help="where each is a unit or a container; prepares nothing")

    def handle(self, *args, port, demo, only, **options):
        parts = (only,) if only else PARTS
        sockets = web_sockets(port) if "web" in parts else {}
        check_static_files()
        os.environ.update(PORT=str(port), PYTHONWARNINGS=QUIET)
        self._check_prepared() if only or rights.owns_nothing(connection) else self._prepare()
        logins = self._seed() if demo else ""
        connection.close_pool()
        databases.own_nothing(os.environ)
        ports = {name: given[-1].getsockname()[1] for name, given in sockets.items()}
        watches = Watches(web=ports, deaf_after=settings.WAYFARE_DEAF_AFTER)
        with Supervisor(commands(sockets, parts), watches.all()) as supervisor:
            if supervisor.run(until=lambda: all(map(web_answers, ports.values())), seconds=SECONDS_TO_START):
                where = f"is at http://localhost:{port}/" if sockets else f"has its {only}"
                self.stdout.write(f"{logins}\nWayfare 返岗通 {where}   (Ctrl-C stops it)\n")
                systemd.tell(systemd.READY)
                supervisor.run()
            is_wrong = not supervisor.asked_to_end.is_set()
        self.stdout.write("Stopped.")
        if is_wrong:
            raise CommandError(f"The web server did not answer in {SECONDS_TO_START} s; its last lines are above.")

    def _prepare(self):
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", verbosity=0)
        call_command("install_broker", stdout=io.StringIO())
        call_command("grant_rights", stdout=io.StringIO())

    def _check_prepared(self):
        """Several parts begin at once, and who serves may own no tables: preparing is a step of its own."""
        from operations import readiness  # Django is not set up when a test takes this module to pieces

        if missing := readiness.migrations(timezone.now()):
            raise CommandError(f"Migrations {missing}. First, as the owner of the tables: python manage.py migrate")

    def _seed(self) -> str:
        """The demo and the logins it prints; nothing when no app brings a demo."""
        if "seed_demo" not in get_commands():
            return ""
        self.stdout.write("Loading the demo county, if it is not there yet (the first time takes a while)")
        printed = io.StringIO()
        call_command("seed_demo", stdout=printed)
        return printed.getvalue()


def web_sockets(port: int) -> dict[str, tuple[socket.socket, socket.socket]]:
    """For each web process the public socket, which all share, and one of its own on which it can be asked alone.

    They are ours, or systemd's: whoever calls while a web process is started anew waits, and is not turned away.
    """
    try:
        public, *_ = systemd.sockets() or [web.listen(os.environ.get("HOST", "0.0.0.0"), port)]
    except OSError as error:
        raise CommandError(f"Port {port} is taken. Another one: make run PORT={port + 1}") from error
    names = [f"web-{number}" for number in range(1, environment.number("WEB_WORKERS", 2) + 1)]
    return {name: (public, web.listen("127.0.0.1", 0)) for name in names}


def commands(sockets: dict[str, tuple[socket.socket, ...]], parts: Iterable[str] = PARTS) -> dict[str, Program]:
    """What each process runs, after `python`."""
    found = {name: web_process([sock.fileno() for sock in given]) for name, given in sockets.items()}
    if "workers" in parts:
        found |= workers(environment.number("TASK_WORKERS", 2))
    if "clock" in parts:
        found["clock"] = clock()
    return found


def web_process(files: list[int]) -> Program:
    return Program(["-m", "config.web", *[f"--fd={number}" for number in files]], files=tuple(files))


def workers(count: int) -> dict[str, Program]:
    """A roster may take minutes: the last of several leaves them to the others."""
    names = [f"worker-{number}" for number in range(1, count + 1)]
    others = [queue for queue in QUEUES if queue != ROSTERS]
    return {name: worker(name, others if count > 1 and name == names[-1] else QUEUES) for name in names}


def worker(name: str, queues: Iterable[str]) -> Program:
    sign = f"{name}@{socket.gethostname()}"
    options = ["--loglevel=warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Program([*CELERY, "worker", f"--hostname={sign}", f"--queues={','.join(queues)}", *options], sign=sign)


def clock() -> Program:
    from operations.signs import CLOCK

    schedule = f"--schedule={environment.VAR}/clock-schedule"
    return Program([*CELERY, "beat", "--pidfile=", "--loglevel=warning", schedule], sign=CLOCK)


def check_static_files() -> None:
    if missing := static_files.not_collected():
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise CommandError(f"{missing[0]}{more} not collected. First: python manage.py collectstatic --no-input")
