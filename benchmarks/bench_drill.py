"""The machine is lost: a backup made while people work, and all of it put back where there was nothing."""

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import figure
from benchmarks.machines import Machine, keys_kept_elsewhere, plain_programs, plain_server

PEOPLE = 20_000
WORK = """
from itertools import cycle
from django.conf import settings
from django.utils import timezone
from workers.models import Worker
from workers.services import report_status
folder = settings.MEDIA_ROOT / "evidence"
folder.mkdir(parents=True, exist_ok=True)
for n, pk in enumerate(cycle(Worker.objects.values_list("pk", flat=True)[:2000])):
    (folder / f"{n}.txt").write_text("paper " * 200)
    now = timezone.now()
    worker = Worker.objects.get(pk=pk)
    report_status(worker=worker, status="returned_staying", happened_at=now, source="visit", by=None, at=now)
    print(n)
"""


@figure("drill", runs=1)
def drill() -> Iterable[dict]:
    """Back up the demo county while people work, lose the machine, restore where nothing is, to the first page."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        keys, kept = keys_kept_elsewhere(), Path(folder, "kept.backup")
        lost = Machine(Path(folder, "lost"), keys=keys)
        yield {"row": "backup", **back_up(lost, kept)}
        shutil.rmtree(lost.folder, ignore_errors=True)
        for name, server in servers():
            with server as env:
                yield {"row": name, **put_back(Machine(Path(folder, name.replace(" ", "-")), keys=keys, **env), kept)}


def back_up(lost: Machine, kept: Path) -> dict:
    lost.manage("migrate", "--verbosity=0")
    lost.manage("install_broker")
    lost.manage("seed_demo", f"--workers={PEOPLE}")
    with lost.working(WORK) as somebody:
        before = [int(line) for line in islice(somebody.stdout, 20)][-1]
        lost.manage("seal_journal")
        started = time.perf_counter()
        lost.manage("backup")
        took = time.perf_counter() - started
    [path] = lost.backups.iterdir()
    size = path.stat().st_size
    shutil.move(path, kept)
    return {"s": round(took, 1), "MB": round(size / 1e6, 1), "people": PEOPLE, "reports_before": before + 1}


def put_back(new: Machine, kept: Path) -> dict:
    """Rows that are missing, and faults of invariants or journal, end the drill: `restore` fails on them."""
    started = time.perf_counter()
    said = new.manage("restore", str(kept))
    restored = time.perf_counter() - started
    with new.serving():
        answered = time.perf_counter() - started
    return {
        "restore_min": round(restored / 60, 2),
        "first_page_min": round(answered / 60, 2),
        "rows": int(re.search(r"(\d+) rows, as many as were backed up", said)[1]),
        "missing": 0,
        "journal": "holds" if "The journal holds." in said else "FAULTS",
    }


def servers() -> Iterator[tuple[str, object]]:
    yield "embedded", embedded()
    if programs := plain_programs():
        yield f"PostgreSQL {programs.parent.name}", plain_server(programs)


@contextmanager
def embedded() -> Iterator[dict[str, str]]:
    yield {}
