"""A machine of its own for a drill: folder, keys, database, and the processes that `manage.py serve` keeps."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from config import web
from config.environment import ROOT, new_secrets

SECONDS_TO_ANSWER = 300


class Machine:
    """`env` may name a server; without one an embedded one lies in its folder. `keys` are kept elsewhere."""

    def __init__(self, folder: Path, *, keys: dict[str, str], **env: str):
        self.folder, self.backups = folder, folder / "backups"
        own = {"WAYFARE_VAR": str(folder), "WAYFARE_BACKUPS": str(self.backups), "WAYFARE_SEALS": str(folder / "seals")}
        named = {"WAYFARE_ENV": "development", "DATABASE_URL": "", "DATABASE_OWNER_URL": "", "CELERY_BROKER_URL": ""}
        self.env = os.environ | named | own | keys | env
        for made_by_setup in ("fonts", "staticfiles"):
            shutil.copytree(ROOT / "var" / made_by_setup, folder / made_by_setup, dirs_exist_ok=True)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def working(self, code: str) -> Iterator[subprocess.Popen]:
        """Somebody who works by these lines of Python until all is over, and dies with the machine."""
        command = [sys.executable, "-u", "manage.py", "shell", "--no-imports", "-c", code]
        process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Everything as `manage.py serve` runs it; the address, as soon as a page is shown and all is ready."""
        with web.listen("127.0.0.1", 0) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.env | {"HOST": "127.0.0.1"}, stdout=subprocess.DEVNULL)
        try:
            await_page(f"http://127.0.0.1:{port}/login/")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def await_page(address: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        try:
            urlopen(address, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"No page after {SECONDS_TO_ANSWER} s: {address}")


def keys_kept_elsewhere() -> dict[str, str]:
    return new_secrets()


def plain_programs() -> Path | None:
    """Of the newest PostgreSQL that the system has, where it has one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found and (found[-1] / "initdb").exists() else None


@contextmanager
def plain_server(programs: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL of one's own, as the guide sets it up: an owner, and an application that owns nothing."""
    folder = Path(mkdtemp(prefix="plain-"))
    shutil.chown(folder, "postgres")
    as_postgres = ["runuser", "-u", "postgres", "--"]
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
    subprocess.run([*as_postgres, programs / "initdb", "-D", folder / "data", "--auth=trust", "-E", "UTF8"], **quiet)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    control = [*as_postgres, programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], **quiet)
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as link:
            link.execute("CREATE ROLE wayfare_owner LOGIN")
            link.execute("CREATE ROLE wayfare LOGIN")
            link.execute("CREATE DATABASE wayfare OWNER wayfare_owner")
        address = f"postgres:///wayfare?host={folder}&user="
        yield {"DATABASE_URL": f"{address}wayfare", "DATABASE_OWNER_URL": f"{address}wayfare_owner"}
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder)
