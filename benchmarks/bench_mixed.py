"""Everything at once, for an hour, in a copy of the population: pages, casework with bookings, rosters, the clock.

The system runs as `manage.py serve` runs it; two caseworkers, two readers and one roster after the other are processes
beside it. `MINUTES=10` is a shorter hour. Afterwards nothing may be wrong with invariants, tallies or journal.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from django.db import connection

from benchmarks import figure
from benchmarks.bench_import import FIRST_DAY, written
from benchmarks.machines import await_page
from benchmarks.population import copy_of_the_population
from benchmarks.processes import children_of
from benchmarks.scratch import environment_of_it
from config import environment, web

ROSTER = 20_000
CHECKS = (
    ("check_invariants", "--without", "journal_chains_hold"),
    ("check_tallies",),
    ("verify_journal", "--jobs", "2"),
)
BETWEEN_LOOKS = 10  # seconds
SETTLED = 5
"""In the first fifth of the time caches fill up: what grows afterwards is told."""
KINDS = {"web": "web", "celery": "worker"}
AT_WORK = (("caseworker", 0, 2), ("caseworker", 1, 2), ("reader", 0, 2), ("reader", 1, 2))


@figure("mixed", runs=1)
def mixed() -> Iterator[dict]:
    """Deeds a minute and their times while pages, casework, bookings, rosters and the clock run together."""
    seconds = 60 * environment.number("MINUTES", 60)
    with copy_of_the_population(), tempfile.TemporaryDirectory() as folder:
        env = {**environment_of_it(), "CELERY_BROKER_URL": "", "HOST": "127.0.0.1"}
        with serving(env) as (address, server), ExitStack() as beside:
            people = [
                beside.enter_context(
                    begun(
                        ["-m", "benchmarks.at_work", who, str(seconds), str(which), str(of)],
                        {**env, "WAYFARE_AT": address},
                    )
                )
                for who, which, of in AT_WORK
            ]
            rosters, memory = one_after_the_other(Path(folder), env, server, seconds)
            told = [json.loads(heard(person)) for person in people]
        circles = deadlocks()
        for check in CHECKS:
            subprocess.run([sys.executable, "manage.py", *check], cwd=environment.ROOT, env=env, check=True)
    yield from times_of(told, seconds)
    yield {"row": "rosters meanwhile", "rows_per_s": rosters / seconds, "rows": rosters}
    yield from memory
    yield {"row": "circles of locks", "deadlocks": circles}


@contextmanager
def serving(env: dict[str, str], *more: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address, and the process whose children serve."""
    with web.listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with begun(["manage.py", "serve", "--port", str(port), *more], env) as server:
        await_page(f"http://127.0.0.1:{port}/login/")
        yield f"http://127.0.0.1:{port}", server


@contextmanager
def begun(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen([sys.executable, *command], cwd=environment.ROOT, env=env, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def heard(person: subprocess.Popen) -> bytes:
    said, _ = person.communicate()
    if person.returncode:
        raise SystemExit(f"somebody at work ended with {person.returncode}")
    return said


def one_after_the_other(
    folder: Path, env: dict[str, str], server: subprocess.Popen, seconds: float
) -> tuple[int, list[dict]]:
    """Rows imported by the time that is up, and a row on the memory of each kind of process."""
    until, began, rows, looks = time.monotonic() + seconds, time.monotonic(), 0, defaultdict(list)
    while time.monotonic() < until:
        file = written(folder / f"{rows}.csv", range(rows, rows + ROSTER), FIRST_DAY)
        command = [sys.executable, "manage.py", "import_workers", str(file), "--jobs", "1"]
        process = subprocess.Popen(command, cwd=environment.ROOT, env=env, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            look(server.pid, time.monotonic() - began, looks)
            time.sleep(BETWEEN_LOOKS)
        if process.returncode:
            raise SystemExit(f"the import ended with {process.returncode}")
        rows += ROSTER
        file.unlink()
    settled = {kind: [mb for at, mb in told if at > seconds / SETTLED] for kind, told in looks.items()}
    return rows, [grown(kind, mb) for kind, mb in sorted(settled.items()) if mb]


def look(server: int, at: float, looks: dict[str, list[tuple[float, float]]]) -> None:
    """MB that each kind of process has for itself, all of the kind together."""
    found = defaultdict(float)
    for pid in children_of(server):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            own = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:  # it ended meanwhile
            continue
        kind = next((kind for word, kind in KINDS.items() if word in words), "other")
        found[kind] += sum(int(line.split()[1]) for line in own.splitlines() if line.startswith("Private_")) / 1024
    for kind, mb in found.items():
        looks[kind].append((at, mb))


def deadlocks() -> int:
    """Of all processes together, as PostgreSQL counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return count


def grown(kind: str, looks: list[float]) -> dict:
    third = max(len(looks) // 3, 1)
    first, last = median(looks[:third]), median(looks[-third:])
    return {"row": f"memory of {kind}", "first_third_mb": first, "last_third_mb": last, "most_mb": max(looks)}


def times_of(told: list[dict], seconds: float) -> Iterator[dict]:
    together: dict[str, list[float]] = defaultdict(list)
    for one in told:
        for name, ms in one["ms"].items():
            together[name] += ms
    for name, ms in sorted(together.items()):
        p95 = quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]
        yield {"row": name, "a_minute": len(ms) * 60 / seconds, "p50_ms": median(ms), "p95_ms": min(p95, max(ms))}
    refused = sum(sum(one["refused"].values()) for one in told)
    yield {"row": "refused", "deeds": refused}
