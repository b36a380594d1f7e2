"""Rosters from the file to the register by the command that a county loads with: cases, journal and verdicts included.

The peer is bare COPY of the very rows that came of it, into the same tables with the same indexes, by two writers,
without a trigger or a foreign key: what no import can be faster than. Each run has a database of its own.
"""

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
from django.db import connection

from benchmarks import bench_judging, figure, import_export
from benchmarks.population import copy_of_the_population
from benchmarks.processes import most_mb
from benchmarks.scratch import empty_database, environment_of_it
from config import databases, environment

ROWS, AGAIN = 1_000_000, 300_000
XLSX_ROWS = 100_000
TABLES = (
    *("workers_worker", "workers_workertag", "workers_statusreport", "workers_flag", "workers_saidon"),
    *("workers_journalline", "workers_journalhead", "cases_case", "cases_workitem", "cases_casemove"),
    *("viewflow_process", "viewflow_task", "viewflow_task_previous"),
)
PREFIXES = ("522401", "522422", "522423", "522424", "522425", "522426", "522427", "522428")
HOUSEHOLD, MEMBERS = ("户编号", "户主姓名", "与户主关系"), ("户主", "配偶", "子")
WRITERS = 2
BETWEEN_LOOKS = 0.2  # seconds
PEER = "bare COPY of the same rows into the same tables by two writers, {peer:,.0f} rows/s, same run"
BY_IMPORT_EXPORT = (
    ("by django-import-export, the worker table alone", 20_000, import_export.TableAlone),
    ("by django-import-export, with all that follows", 2_000, import_export.WithAllThatFollows),
)
FIRST_DAY, NEXT_MONTH = date(2026, 9, 30), date(2026, 10, 31)


@figure("import", runs=1)
def first_load() -> Iterator[dict]:
    """Rows a second of a roster of a million people into an empty register by two processes, cases included."""
    with empty_database(), tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder) / "a.csv", range(ROWS), FIRST_DAY)
        told = imported(file, ROWS)
        peer = ROWS / copied_bare(Path(folder))
        yield {"row": "into an empty register", **told, "of_bare_copy": told["rows_per_s"] / peer,
               "peer": PEER.format(peer=peer)}  # fmt: skip
        yield {"row": "the same again, no news", **imported(again(file, "b.csv"), ROWS)}
        news = written(Path(folder) / "c.csv", range(AGAIN), FIRST_DAY, changed=10)
        yield {"row": "300,000 of them again, 10 % changed", **imported(news, AGAIN)}
        month = written(Path(folder) / "d.csv", range(AGAIN), NEXT_MONTH)
        yield {"row": "300,000 of them a month later", **imported(month, AGAIN)}
    for row, people, way in BY_IMPORT_EXPORT:
        with empty_database(), tempfile.TemporaryDirectory() as folder:
            file = written(Path(folder) / "a.csv", range(people), FIRST_DAY)
            theirs = import_export.rows_per_s(way, file)
            yield {"row": row, "rows_per_s": theirs, "ours_over_it": told["rows_per_s"] / theirs}


@figure("import_households", runs=1)
def with_households() -> Iterator[dict]:
    """Rows a second of a roster of 300,000 people, three to a household: without a word of that, and with it."""
    for row, says in (("of people alone", False), ("with their households", True)):
        with empty_database(), tempfile.TemporaryDirectory() as folder:
            file = with_homes(Path(folder) / "a.csv", says=says)
            files = {row: file} | ({"the same again, no news": again(file, "b.csv")} if says else {})
            for told, each in files.items():
                yield {"row": told, **imported(each, AGAIN)}


@figure("import_population", runs=1)
def into_the_population() -> Iterator[dict]:
    """Rows a second of a roster of 300,000 people into a copy of the population."""
    with copy_of_the_population(), tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder) / "a.csv", range(AGAIN), FIRST_DAY)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM workers_worker")
            (people,) = cursor.fetchone()
        yield {"row": f"into {people:,} people", **imported(file, AGAIN)}


@figure("xlsx", runs=1)
def from_a_workbook() -> dict:
    """Seconds for a workbook of 100,000 people, from the file to the register."""
    with empty_database(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(bench_judging.as_xlsx(rows_of(range(XLSX_ROWS), FIRST_DAY)))
        return imported(file, XLSX_ROWS)


def imported(file: Path, rows: int) -> dict:
    """`us_a_row` is of the processor, without PostgreSQL's; `peak_mb` of the largest process of the command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    peak = ran(
        [sys.executable, "manage.py", "import_workers", str(file)],
        cwd=environment.ROOT,
        env=environment_of_it(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with connection.cursor() as cursor:
        cursor.execute("SELECT rows_saved FROM workers_rosterupload ORDER BY id DESC LIMIT 1")
        (saved,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM cases_case")
        (cases,) = cursor.fetchone()
    return {
        "rows_per_s": rows / took,
        "seconds": took,
        "us_a_row": spent / rows * 1e6,
        "peak_mb": peak,
        "saved": saved,
        "cases": cases,
    }


def ran(command: list[str], **how) -> float:
    """MB of the largest of its processes, looked at again and again; ends with the command's error."""
    process, peak = subprocess.Popen(command, **how), 0.0
    while process.poll() is None:
        peak = max(peak, most_mb(process.pid))
        time.sleep(BETWEEN_LOOKS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak


def copied_bare(folder: Path) -> float:
    """Seconds."""
    own = connection.settings_dict["NAME"]
    link = databases.libpq_parameters() | {"dbname": own}
    with psycopg.connect(databases.conninfo(link)) as source:
        for table in TABLES:
            copied_out(source, table, folder)
    with emptied(link):
        began = time.perf_counter()
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda writer: copied_in(link, folder, writer), range(WRITERS)))
        return time.perf_counter() - began


def copied_out(source: psycopg.Connection, table: str, folder: Path) -> None:
    """Into a file for each writer."""
    for writer in range(WRITERS):
        with (folder / f"{table}.{writer}").open("wb") as out:
            query = f"SELECT * FROM {table} WHERE (ctid::text::point)[0]::bigint % {WRITERS} = {writer}"
            with source.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
                for block in copy:
                    out.write(block)


def copied_in(link: dict, folder: Path, writer: int) -> None:
    with psycopg.connect(databases.conninfo(link)) as target:
        target.execute("SET session_replication_role = replica")
        for table in TABLES:
            with (
                (folder / f"{table}.{writer}").open("rb") as file,
                target.cursor().copy(f"COPY bare.{table} FROM STDIN") as copy,
            ):
                while block := file.read(1 << 18):
                    copy.write(block)


@contextmanager
def emptied(link: dict) -> Iterator[None]:
    """The same tables in a schema of their own, with their indexes and checks."""
    with psycopg.connect(databases.conninfo(link), autocommit=True) as target:
        target.execute("CREATE SCHEMA bare")
        for table in TABLES:
            target.execute(f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)")
        yield
        target.execute("DROP SCHEMA bare CASCADE")


def again(file: Path, name: str) -> Path:
    """Another file with the same rows: the same file is the same roster."""
    copy = file.with_name(name)
    copy.write_bytes(file.read_bytes() + b"\r\n")
    return copy


def written(path: Path, numbers: Iterable[int], day: date, *, changed: int = 0) -> Path:
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(bench_judging.HEADINGS)
        writer.writerows(rows_of(numbers, day, changed=changed))
    return path


def with_homes(path: Path, *, says: bool) -> Path:
    """Three neighbours in the file live in one village; `says` adds the number of their household and who they are."""
    home: list[str] = []
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*bench_judging.HEADINGS, *(HOUSEHOLD if says else ())])
        for n, row in enumerate(rows_of(range(AGAIN), FIRST_DAY)):
            place = n % len(MEMBERS)
            home = home if place else [row[3], str(n), row[0]]
            row[3] = home[0]
            writer.writerow([*row, *([*home[1:], MEMBERS[place]] if says else ())])
    return path


def rows_of(numbers: Iterable[int], day: date, *, changed: int = 0) -> Iterator[list[str]]:
    """The same people each time; of `changed` in a hundred with another phone and another wage."""
    villages = bench_judging.villages()
    for n in numbers:
        chance = random.Random(n)
        row = bench_judging.row_of(n, chance, villages)
        row[1] = id_number(n) if n % 100 else ""
        row[-1] = (day - timedelta(days=n % 30)).isoformat()
        if changed and n % 100 < changed:
            row[2], row[7] = f"139{n:08}", "4444" if row[7] else ""
        yield row


def id_number(n: int) -> str:
    """Sequences 900 to 998: numbers that belong to nobody."""
    return bench_judging.checked(PREFIXES[n % len(PREFIXES)], n // len(PREFIXES))
