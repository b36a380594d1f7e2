"""A roster from file to register, in a scratch database that is dropped: read, judged, saved, with journal and cases.

The peer is the way of the forms: the same rows through the services one person after the other, as somebody at the
screen would enter them. It runs on the first rows of the same file, before they are saved, and is taken back.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from itertools import count
from unittest.mock import patch

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import figure
from benchmarks.scratch import empty_database

ROWS, PEER_ROWS = 5000, 250
VILLAGES = ("猫场镇凤坪村", "化起镇红光社区", "猫场镇岩脚村")
HEADINGS = (
    "姓名",
    "身份证号",
    "联系电话",
    "户籍地址",
    "就业状态",
    "务工地点",
    "务工单位",
    "月工资",
    "是否脱贫户",
    "采集日期",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PER_DAY = 50  # sequences 900 to 998 of one sex: numbers that belong to nobody
PEER = (
    "the same rows one by one through the services: {rate:.1f} rows/s, {cpu_ms:.1f} ms CPU and {queries:.0f} queries "
    "a row, same run"
)


@figure("roster", runs=1)
def roster() -> Iterator[dict]:
    """Rows a second of rosters of 5,000: newcomers only, a month later half of them again, and that sent once more."""
    with empty_database():
        yield measured("newcomers", rows_of(range(ROWS), "2026-09-30"))
        again = rows_of(range(ROWS // 2, ROWS + ROWS // 2), "2026-10-31")
        yield measured("half of them known", again)
        yield measured("the same once more", again)


def measured(name: str, rows: list[list[str]]) -> dict:
    peer = taken_back(lambda: import_of(rows[:: ROWS // PEER_ROWS], one_by_one=True))
    ours = import_of(rows)
    return {
        "row": name,
        "rows_per_s": ours["rate"],
        "cpu_ms_a_row": ours["cpu_ms"],
        "queries_a_row": ours["queries"],
        "saved": ours["saved"],
        "peer": PEER.format(**peer),
    }


def import_of(rows: list[list[str]], *, one_by_one: bool = False) -> dict:
    """`rate` in rows a second of wall time, reading included; `queries` a row."""
    from workers.imports.importing import import_roster

    from workers.imports.reading import read_content
    from workers.imports.tables import find_people

    content, began, worked = as_csv(rows), time.perf_counter(), time.process_time()
    with one_person_at_a_time() if one_by_one else nullcontext(), counted_queries() as asked:
        summary = import_roster(find_people(read_content(content)), by=None, at=timezone.now())
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    return {
        "rate": len(rows) / took,
        "cpu_ms": cpu / len(rows) * 1000,
        "queries": next(asked) / len(rows),
        "saved": summary.saved,
    }


@contextmanager
def one_person_at_a_time() -> Iterator[None]:
    """Without what is done for many at once."""
    from workers.imports import saving
    from workers.services import ALONE

    def none_at_once(verdicts: list, **_said) -> list:
        return [ALONE] * len(verdicts)

    with patch.object(saving, "enrol", return_value=None), patch.object(saving, "renew", none_at_once):
        yield


@contextmanager
def counted_queries() -> Iterator[Iterator[int]]:
    """Without keeping them: there are a hundred thousand."""
    numbers = count()

    def ask(execute, *asked):
        next(numbers)
        return execute(*asked)

    with connection.execute_wrapper(ask):
        yield numbers


def taken_back(deed: Callable[[], dict]) -> dict:
    with transaction.atomic():
        done = deed()
        transaction.set_rollback(True)
    return done


def rows_of(numbers: range, collected_on: str) -> list[list[str]]:
    """Two of five out of work, half of those lifted out of poverty, so that one in five opens a case."""
    return [row_of(n, collected_on) for n in numbers]


def row_of(n: int, collected_on: str) -> list[str]:
    who = [
        f"李{chr(0x4E00 + n % 4000)}{chr(0x5000 + n % 3000)}",
        id_number(n),
        f"138{n:08}",
        f"织金县{VILLAGES[n % 3]}",
    ]
    if n % 5 < 2:
        return [*who, "未就业", "", "", "", "是" if n % 5 else "否", collected_on]
    return [*who, "省外就业", "浙江省金华市永康市", "永康市某门业有限公司", "5200", "否", collected_on]


def id_number(n: int) -> str:
    born = date(1970, 1, 1) + timedelta(days=n // PER_DAY)
    digits = f"522425{born:%Y%m%d}{900 + 2 * (n % PER_DAY)}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECK_CHARACTERS[total % 11]


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADINGS, *rows])
    return out.getvalue().encode("utf-8-sig")
