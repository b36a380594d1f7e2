"""A year of the journal, written, sealed and looked through, in a scratch database that is dropped afterwards."""

import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings

from benchmarks import figure
from benchmarks.scratch import empty_database

START = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
VILLAGE = 520524103200
PEOPLE, DAYS, LINES_A_DAY, SEALS_A_DAY = 5_000, 365, 1_000, 1
MANY, AT_ONCE, HOURS = 1_000_000, 10_000, 5
NOTE = "电话已接通，本人在家，愿意去浙江务工，下周三前等通知"


@figure("journal", runs=1)
def journal_of_a_year() -> Iterable[dict]:
    """365 days of 1,000 lines about 5,000 people, with a seal a day: what writing, verifying and checking cost."""
    from workers import journal
    from workers.journal import exporting, places, seals
    from workers.rules.seals import export
    from workers.rules.seals.replay import Sealed

    with TemporaryDirectory() as folder, override_settings(WAYFARE_SEALS=[f"{folder}/seals"]), empty_database():
        people = make_people()
        yield {"name": "journal.one by one", "us_a_line": us_each(500, lambda n: record(people[n % 50], n))}
        yield from write_year(people)
        sealed, counts, started = Sealed(), Counter(), time.perf_counter()
        found = [*journal.verify_seals(sealed), *journal.verify_all(sealed=sealed, counts=counts)]
        yield {
            "name": "journal.verified",
            "s": since(started),
            **counts,
            "seals": sealed.last.number,
            "faults": len(found),
        }
        file, started = Path(folder, "journal.txt"), time.perf_counter()
        exporting.export(file, at=START + timedelta(days=DAYS))
        places.keep_outside(at=START + timedelta(days=DAYS))
        yield {"name": "journal.exported", "s": since(started), "MB": round(file.stat().st_size / 1e6)}
        check, started = export.Check(places.places()[0], trusted=seals.trusted_keys()), time.perf_counter()
        with file.open(encoding="utf-8") as lines:
            faults = list(check.faults(lines))
        yield {"name": "journal.verified offline", "s": since(started), "lines": check.lines, "faults": len(faults)}


@figure("seals", runs=1)
def seals_of_many() -> Iterable[dict]:
    """A million chains, and 1,000 of them move an hour: the first seal, one of an hour, and the process at its most."""
    from workers.journal import places, seals

    with TemporaryDirectory() as folder, override_settings(WAYFARE_SEALS=[f"{folder}/seals"]), empty_database():
        people = make_people(1000)
        lay_heads_beside(people[0])
        for nth in range(1 + HOURS):
            if nth:
                write(people, nth)
            started = time.perf_counter()
            sealing = seals.seal(at=START + timedelta(hours=nth))
            places.keep_outside(at=START + timedelta(hours=nth))
            if nth in (0, HOURS):
                row = "an hour's" if nth else "the first"
                yield {"row": row, "s": since(started), "chains": sealing.seal.chains, "peak_MB": resident_mb()}


def lay_heads_beside(worker) -> None:
    """People like this one, each with a chain of one line that nobody wrote: a seal looks at heads alone."""
    from django.db import connection

    from workers.journal import authenticity
    from workers.models import JournalHead, Worker

    columns = ", ".join(field.column for field in Worker._meta.concrete_fields if not field.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO workers_worker ({columns}) SELECT {columns} FROM workers_worker, generate_series(1, %s) "
            "WHERE id = %s RETURNING id",
            [MANY, worker.pk],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for n in range(0, MANY, AT_ONCE):
        JournalHead.objects.bulk_create(
            JournalHead(worker_id=key, seq=1, hash=(end := os.urandom(32)), mac=authenticity.of_head(key, 1, end))
            for key in keys[n : n + AT_ONCE]
        )


def resident_mb() -> int:
    """The most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def make_people(count: int = PEOPLE) -> list:
    from workers.models import Worker

    rows = [Worker(area_id=VILLAGE, sex="F", birth_date=date(1990, 1, 1), created_at=START) for _ in range(count)]
    for row in rows:
        row.set_name("李国琴")
    people = Worker.objects.bulk_create(rows)
    write(people, 0)
    return people


def write_year(people) -> Iterator[dict]:
    from workers.journal import places, seals

    writing = sealing = 0.0
    a_round = LINES_A_DAY // SEALS_A_DAY
    for n in range(DAYS * SEALS_A_DAY):
        those = [people[(n * a_round + k) * 7 % PEOPLE] for k in range(a_round)]
        started = time.perf_counter()
        write(those, n)
        between = time.perf_counter()
        seals.seal(at=START + timedelta(hours=n))
        places.keep_outside(at=START + timedelta(hours=n))
        writing, sealing = writing + between - started, sealing + time.perf_counter() - between
    lines = DAYS * SEALS_A_DAY * a_round
    yield {"name": "journal.many at once", "us_a_line": round(1e6 * writing / lines)}
    yield {"name": "journal.sealed", "ms_a_seal": round(1e3 * sealing / DAYS / SEALS_A_DAY, 1)}


def write(people, n: int) -> None:
    from workers import journal

    at = START + timedelta(hours=n)
    journal.record_many(
        journal.Entry(who.pk, "contact_recorded", None, at, data={"n": n, "note": NOTE}) for who in people
    )


def record(worker, n: int) -> None:
    from workers import journal

    journal.record(worker=worker, what="contact_recorded", by=None, at=START, data={"n": n, "note": NOTE})


def us_each(times: int, step: Callable[[int], None]) -> int:
    started = time.perf_counter()
    for n in range(times):
        step(n)
    return round(1e6 * (time.perf_counter() - started) / times)


def since(started: float) -> float:
    return round(time.perf_counter() - started, 1)
