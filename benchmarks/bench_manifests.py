"""The manifest of a full coach to PDF: the copy to hang up and the leader's, one after the other in one process.

No database is needed: the people are made up, as many as there are seats. CPU is told beside the time, because the
machine may be busy with something else.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from types import SimpleNamespace

from benchmarks import figure
from benchmarks.bench_letters import NAMES, POSTS, alone

SEATS, TIMES = 50, 8
LEAVES = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


@figure("manifests", runs=3)
def manifests() -> Iterable[dict]:
    """A bus of 50, every seat taken: CPU for each of the two copies, from the rows to the bytes."""
    for copy, spent in alone(time_copies).items():
        yield {"row": copy, "first_ms": round(spent["ms"][0]), "ms": median(spent["ms"]), "cpu_ms": spent["cpu_ms"]}


def time_copies() -> dict:
    from transport import papers

    return {copy: timed(copy) for copy in (papers.POSTED, papers.SEALED)}


def timed(copy: str) -> dict:
    spent, cpu = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        render(copy)
        spent.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return {"ms": spent, "cpu_ms": median(cpu)}


def render(copy: str) -> bytes:
    from django.template.loader import render_to_string
    from django.utils import translation

    from kit.papers import render_pdf
    from transport import papers

    with translation.override(papers.PAPER_LANGUAGE):
        return render_pdf(render_to_string("transport/papers/manifest.html", a_full_bus(copy)), style="manifest")


def a_full_bus(copy: str) -> dict:
    from areas.models import Area
    from transport import papers
    from transport.models import Stop, Trip

    pickup = Stop(kind="pickup", order=1, name="猫场镇政府广场", landmark="老槐树下", gather_at=LEAVES, at=LEAVES)
    dropoff = Stop(kind="dropoff", order=1, name="宁波站", at=LEAVES + timedelta(hours=26), contact_name="周敏")
    trip = Trip(
        code="ZJ-260305-01", title="织金—宁波", capacity=SEATS, departs_at=LEAVES, arrives_at=dropoff.at,
        carrier="黔西北合成客运公司", plate="贵F·12345", drivers=[{"name": "王强", "joins_at": ""}], distance_km=1730,
        area=Area(pk=520524000000, name="织金县"),
    )  # fmt: skip
    lines = [a_line(n, copy, pickup, dropoff) for n in range(SEATS)]
    return {
        "trip": trip,
        "copy": copy,
        "pages": list(papers._pages(lines, copy)),
        "pickups": [(pickup, SEATS)],
        "dropoffs": [(dropoff, SEATS)],
        "totals": papers.Totals(people=SEATS, men=25, women=25, free=0, luggage=80, employers=SEATS),
    }


def a_line(n: int, copy: str, pickup, dropoff):
    """Different from every other in each of its words."""
    from transport import papers
    from transport.models import Seat

    home = SimpleNamespace(local_name="大寨社区", parent=SimpleNamespace(short_name="猫场"))
    worker = SimpleNamespace(name=NAMES[n % 5], get_sex_display="女男"[n % 2], area=home)
    booking = SimpleNamespace(pickup=pickup, dropoff=dropoff, luggage=1 + n % 3)
    employer = f"{POSTS[n % 5]}第{n + 1}分厂"
    person = SimpleNamespace(booking=booking, worker=worker, age=20 + n % 40, house="", employer=employer)
    number = f"5224**********{n:04d}" if copy == papers.POSTED else f"52242519870601{n:04d}"
    return papers.ManifestRow(Seat(label=str(n + 1), number=n + 1), person, number, f"13800{n:06d}", f"李四 138{n:08d}")
