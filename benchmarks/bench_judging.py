"""Microseconds of the processor that a row of a roster costs before anything is saved: to read it, and to judge it."""

import csv
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import django
from openpyxl import Workbook

from benchmarks import figure
from benchmarks.scratch import empty_database, environment_of_it

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
ROWS = 100_000
MILLION = 10 * ROWS
PART = 5000
TODAY = date(2026, 11, 21)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙马胡朱郭何林罗高", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂花建国"
TOWNS = ("浙江省金华市永康市", "广东省佛山市", "温州", "福建晋江", "贵阳市", "江苏省苏州市", "浙江义乌", "本地")
BLOCKS = ("138", "139", "135", "150", "151", "183", "187", "136")


@figure("judging")
def judging() -> Iterator[dict]:
    """Microseconds a row to judge 100,000 people of all villages: first in a process, again, in parts of 5,000."""
    with empty_database():
        from workers.imports import rows
        from workers.imports.tables import people_in
        from workers.imports.verdicts import Context

        people, context = list(people_in(read(as_csv(a_roster(), "utf-8")))[1]), Context(TODAY)
        rows.judge_all(people[:1], context)  # the places are in memory
        rows._recalled.cache_clear()
        yield {"row": "first", "us_a_row": spent(lambda: rows.judge_all(people, context))}
        yield {"row": "again", "us_a_row": spent(lambda: rows.judge_all(people, context))}
        yield {"row": "in parts, with what they have in common", "us_a_row": spent(lambda: in_parts(people, context))}


@figure("reading")
def reading() -> Iterator[dict]:
    """Microseconds a row to read 100,000 people out of a file, one after the other, in both processes together."""
    from workers.imports.tables import people_in

    with empty_database():
        files = {
            "csv in UTF-8": as_csv(a_roster(), "utf-8-sig"),
            "csv in GB 18030": as_csv(a_roster(), "gb18030"),
            "xlsx": as_xlsx(a_roster()),
        }
        for name, content in files.items():
            us = spent(lambda content=content: sum(1 for _row in people_in(read(content))[1]))
            yield {"row": name, "us_a_row": us, "megabytes": len(content) / 1e6}
        yield {"row": "csv of a million"} | a_million_read()


def a_million_read() -> dict:
    """In a process of its own, so that only this is in its memory; `peak_mb` is that of the larger of the two."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        for _ in range(MILLION // ROWS):
            file.write(as_csv(a_roster(), "gb18030"))
        file.flush()
        us = spent(
            lambda: subprocess.run(
                [sys.executable, "-m", __name__, file.name],
                check=True,
                env=environment_of_it(),
                stdout=subprocess.DEVNULL,
            )
        )
    return {"us_a_row": us * ROWS / MILLION, "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}


def in_parts(people: list, context) -> None:
    """Each part is judged twice: for its outline, and when it is known what its rows have in common with others."""
    from workers.imports.akin import akin, compare_akin, outline_of, with_others
    from workers.imports.rows import judge

    parts = [people[start : start + PART] for start in range(0, len(people), PART)]
    whole = outline_of()
    for part in parts:
        whole.extend(outline_of(judge(row, context) for row in part))
    compared = compare_akin([judge(people[place], context) for place in akin(whole)], context)
    for part in parts:
        with_others((judge(row, context) for row in part), compared)


def read(content: bytes):
    from workers.imports.reading import worksheets_in

    return worksheets_in(content)


def spent(deed: Callable[[], object]) -> float:
    """By this process and those it started."""
    before = os.times()
    began = time.process_time()
    deed()
    after = os.times()
    children = after.children_user + after.children_system - before.children_user - before.children_system
    return (time.process_time() - began + children) / ROWS * 1e6


@cache
def a_roster() -> list[list[str]]:
    """Everybody of another village, group, employer and wage than the one before; one in a hundred without a number."""
    chance = random.Random(1)
    return [row_of(n, chance, villages()) for n in range(ROWS)]


@cache
def villages() -> list[str]:
    """Addresses."""
    from areas.gazetteer import lineage, places
    from areas.ranges import SERVED, Level

    return [
        "".join(place.name for place in lineage(code)[2:])
        for code, place in places().items()
        if place.level == Level.VILLAGE and code // 10**8 == SERVED // 10**8
    ]


def row_of(n: int, chance: random.Random, villages: list[str]) -> list[str]:
    who = [
        chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2)))),
        id_number(n) if n % 100 else "",
        f"{chance.choice(BLOCKS)}{chance.randrange(10**8):08}",
        f"{chance.choice(villages)}{chance.randrange(1, 9)}组",
    ]
    day = (date(2026, 9, 30) - timedelta(days=chance.randrange(30))).isoformat()
    tag = chance.choice("是否")
    if n % 5 < 2:
        return [*who, "未就业", "", "", "", tag, day]
    work = [chance.choice(TOWNS), f"{chance.choice(TOWNS)}第{chance.randrange(200)}厂", f"{chance.randrange(30, 90)}00"]
    return [*who, "省外就业", *work, tag, day]


def id_number(n: int) -> str:
    return checked("522425", n)


def checked(prefix: str, n: int) -> str:
    """The n-th number of a division."""
    born = date(1970, 1, 1) + timedelta(days=n // PER_DAY)
    digits = f"{prefix}{born:%Y%m%d}{900 + 2 * (n % PER_DAY)}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECK_CHARACTERS[total % 11]


def as_csv(rows: list[list[str]], encoding: str, headings: Sequence[str] = HEADINGS) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    workbook = Workbook(write_only=True)
    worksheet = workbook.create_sheet("花名册")
    for row in [HEADINGS, *rows]:
        worksheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def count_people(path: Path) -> None:
    from workers.imports.reading import worksheets_in_file
    from workers.imports.tables import people_in

    print(sum(1 for _row in people_in(worksheets_in_file(path))[1]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    count_people(Path(sys.argv[1]))
