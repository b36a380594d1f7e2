"""The overview of a whole city as its supervisor meets it: in Chromium, served as `manage.py serve` serves it."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks import figure
from benchmarks.at_work import signed_in
from benchmarks.bench_mixed import serving
from benchmarks.bench_pages import colleagues
from benchmarks.population import copy_of_the_population
from benchmarks.scratch import environment_of_it
from config import environment
from tests.browsing import open_browser

LOOKS = 10
LISTS = "a[href^='/cases/?']"
NUMBER = re.compile(r"\d[\d,]*")


@figure("overview", runs=1)
def overview() -> Iterator[dict]:
    """Milliseconds to the whole page of a city in Chromium, and whether each of its figures opens a list as long."""
    with copy_of_the_population(), serving_pages() as address:
        name, _, key = signed_in(colleagues("city")[0]).partition("=")
        with open_browser() as chromium:
            page = chromium.new_page()
            page.context.add_cookies([{"name": name, "value": key, "url": address}])
            first, *later = [opened(page, f"{address}/overview/") for _ in range(1 + LOOKS)]
            figures = figures_on(page)
            lists = {url: counted(page, address + url) for url in figures}
    differ = [url for url in figures if figures[url] != lists[url]]
    yield {"first_ms": first, "p50_ms": median(later), "most_ms": max(later), "figures": len(figures),
           "largest_figure": max(figures.values()), "other_counts": len(differ), "which": " ".join(differ)}  # fmt: skip


@contextmanager
def serving_pages() -> Iterator[str]:
    """The web alone: with workers and clock at work a figure may be another by the time its list is opened."""
    env = {**environment_of_it(), "HOST": "127.0.0.1"}
    subprocess.run([sys.executable, "manage.py", "grant_rights"], cwd=environment.ROOT, env=env, check=True)
    with serving(env, "--only", "web") as (address, _):
        yield address


def opened(page, url: str) -> float:
    """Milliseconds until all of it is there, styles and scripts included."""
    began = time.perf_counter()
    answer = page.goto(url, wait_until="load")
    if not answer.ok:
        raise SystemExit(f"{url}: {answer.status}")
    return 1000 * (time.perf_counter() - began)


def figures_on(page) -> dict[str, int]:
    """{address of the list: figure}"""
    links = page.locator(LISTS).evaluate_all("links => links.map(one => [one.getAttribute('href'), one.innerText])")
    return {url: number(text) for url, text in links if NUMBER.fullmatch(text.strip())}


def counted(page, url: str) -> int:
    """What the list says of itself."""
    opened(page, url)
    return number(page.locator("h1").inner_text())


def number(text: str) -> int:
    return int(NUMBER.search(text)[0].replace(",", ""))
