"""Rosters at the desk: columns that only a person can tell; one so long that it is watched, paused and broken off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import expect

from benchmarks.bench_judging import as_csv, id_number
from config import databases
from tests.workers.rosters import an_xlsx

CHUNKS, CHUNK = 3, 5000
ROWS = CHUNKS * CHUNK
NAMELESS = 1000
"""One row in so many has no name, and nobody can be made of it."""
TITLES = ["谁", "号", "怎么找", "住哪", "近况", "哪天问的"]
FIELDS = ["name", "id_number", "phone", "address", "status", "date"]
FORM, CUT_OFF = "form:has([name^=column-])", "[data-wf-told], .wf-snack"


def a_long_roster(villages: list[str]) -> bytes:
    """All of them have work, but for one in fifty."""
    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰"
    rows = []
    for n in range(ROWS):
        name = surnames[n % 10] + given[n // 10 % 20] + given[n // 200 % 20]
        work = ["未就业", "", "", ""] if n % 50 == 1 else ["省外就业", "浙江省金华市永康市", "五金厂", "5200"]
        who = ["" if n % NAMELESS == 0 else name, id_number(40_000 + n), f"187{n:08}", villages[n % 3]]
        rows.append([*who, *work, "否", "2026-02-20"])
    return as_csv(rows, "gb18030")


@contextmanager
def in_other_hands(stage, upload: int, *, but: int) -> Iterator[None]:
    """All parts of the roster except the first few, as if a process that takes long had them."""
    with psycopg.connect(databases.conninfo(stage.system.parameters)) as link:
        held = "SELECT no FROM workers_rosterchunk WHERE upload_id = %s AND no >= %s FOR UPDATE"
        assert len(link.execute(held, [upload, but * CHUNK]).fetchall()) == CHUNKS - but
        yield


def sends(clerk, content: bytes, name: str) -> int:
    """The key of the roster."""
    clerk.open("/workers/import/")
    clerk.page.locator("[name=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    clerk.press("form:has([name=file]) button.wf-fill")
    clerk.page.wait_for_url(re.compile(r"/workers/import/\d+/"))
    return int(re.search(r"/import/(\d+)/", clerk.page.url)[1])


def bar(clerk) -> int:
    return int(clerk.page.locator("#roster-progress progress").get_attribute("value"))


def bar_reaches(clerk, share: int) -> list[int]:
    """What it showed on the way."""
    seen = [bar(clerk)]
    while seen[-1] < share:
        clerk.page.wait_for_timeout(200)
        seen.append(bar(clerk))
    return seen


def fact(clerk, name: str) -> int:
    shown = clerk.page.locator("#roster-progress dl > div", has=clerk.page.get_by_text(name, exact=True)).locator("dd")
    return int(re.sub(r"\D", "", shown.inner_text()))


def on_the_register(stage) -> int:
    return stage.one("SELECT count(*) FROM workers_worker WHERE area_code BETWEEN 520526001000 AND 520526001999")


def done(stage, upload: int) -> int:
    saved = "SELECT coalesce(sum(rows), 0) FROM workers_rosterchunk WHERE upload_id = %s AND state = 'saved'"
    return stage.one(saved, upload)


def without_a_signal(clerk, target: str) -> None:
    """Pressed where nothing goes out: the page says so and stands."""
    clerk.page.context.set_offline(True)
    clerk.press(target)
    clerk.page.locator(CUT_OFF).first.wait_for()
    clerk.page.context.set_offline(False)
    clerk.troubles.clear()


@pytest.fixture
def clerk(stage, lay_out):
    villages = lay_out("rosters.large")
    clerk = stage.enter("clerk")
    clerk.content = a_long_roster(villages)
    return clerk


def test_a_long_roster_is_broken_off_sent_again_paused_in_the_middle_and_ends_with_everybody_once(stage, clerk):
    first = sends(clerk, clerk.content, "海边街道名册.csv")
    clerk.sees("可保存 14,985 行")
    with in_other_hands(stage, first, but=2):
        clerk.press("form[action$='/save/'] button")
        seen = bar_reaches(clerk, 66)
        is_broken_off(clerk)
    clerk.sees("已保存 9,990 行")
    assert (seen == sorted(seen), on_the_register(stage)) == (True, 9990)

    again = sends(clerk, clerk.content, "海边街道名册.csv")
    clerk.sees("可保存 14,985 行")
    assert again != first
    with in_other_hands(stage, again, but=1):
        clerk.press("form[action$='/save/'] button")
        bar_reaches(clerk, 33)
        is_paused(clerk)
    stands_still(stage, clerk, again)

    clerk.press("form[action$='/resume/'] button")
    clerk.sees("已保存 14,985 行")
    assert on_the_register(stage) == ROWS - ROWS // NAMELESS
    clerk.shot("roster-saved")


def is_broken_off(clerk) -> None:
    clerk.press("a[href$='/cancel/']")
    clerk.sees("中止", "9,990")
    clerk.shot("roster-break-off")
    clerk.press("main a.wf-line[href*='/import/']")
    clerk.press("a[href$='/cancel/']")
    clerk.page.locator("form[action$='/cancel/'] button").wait_for()
    without_a_signal(clerk, "form[action$='/cancel/'] button")
    clerk.press("form[action$='/cancel/'] button")
    clerk.page.wait_for_url(re.compile(r"/import/\d+/$"))


def is_paused(clerk) -> None:
    without_a_signal(clerk, "form[action$='/pause/'] button")
    clerk.page.locator("form[action$='/pause/'] button").wait_for()
    clerk.press("form[action$='/pause/'] button")
    clerk.page.locator("form[action$='/resume/'] button").wait_for()


def stands_still(stage, clerk, upload: int) -> None:
    """Although nothing keeps it from being taken up but the pause; and says what is so."""
    before = done(stage, upload)
    clerk.page.wait_for_timeout(4000)
    assert (done(stage, upload), bar(clerk)) == (before, 33)
    assert (fact(clerk, "已保存"), fact(clerk, "未保存")) == (CHUNK - 5, 5)
    clerk.shot("roster-paused")


def test_the_columns_of_a_strange_file_are_said_once_and_the_next_one_is_understood(stage, lay_out):
    villages = lay_out("rosters.strange")
    clerk = stage.enter("clerk2")
    people = [["张桂花", "李秀英"], ["王建国"]]
    files = [strange_file(villages, names, start) for start, names in enumerate(people)]
    sends(clerk, files[0], "返乡摸底.xlsx")
    clerk.page.wait_for_url("**/columns/")
    expect(clerk.page.locator("select[name=row]")).to_have_value("1")
    clerk.page.select_option("select[name=row]", "3")
    clerk.press("form[method=get] button")
    clerk.sees(*TITLES)

    says(clerk, ["name", "name", *FIELDS[2:]])
    clerk.press(f"{FORM} button.wf-fill")
    clerk.page.get_by_role("alert").first.wait_for()
    clerk.shot("columns-refused")
    says(clerk, FIELDS)
    without_a_signal(clerk, f"{FORM} button.wf-fill")
    clerk.press(f"{FORM} button.wf-fill")
    clerk.page.wait_for_url(re.compile(r"/import/\d+/$"))
    clerk.sees("可保存 2 行", *people[0])

    sends(clerk, files[1], "返乡摸底2.xlsx")
    clerk.sees("可保存 1 行", *people[1])
    kept = "SELECT heading, field FROM workers_columnmeaning WHERE area_code = 520526101000"
    assert dict(stage.system.ask(kept)) == dict(zip(TITLES, FIELDS, strict=True))


def strange_file(villages: list[str], names: list[str], start: int) -> bytes:
    """The headings are words of their own, under a line that looks more like headings."""
    above = [["单位", "么站镇", "二〇二六年", "三月"], ["", "返乡人员摸底"]]
    rows = [
        [name, id_number(60_000 + 10 * start + n), f"18700099{start}{n:02}", villages[n], "未就业", "2026-03-02"]
        for n, name in enumerate(names)
    ]
    return an_xlsx(摸底=[*above, TITLES, *rows])


def says(clerk, fields: list[str]) -> None:
    for number, field in enumerate(fields):
        clerk.page.select_option(f"[name=column-{number}]", field)
