"""Pages at the size of a city, for whoever serves a village, a township, a county, and all of them.

Over several people of a level, and for each page that goes on also a page far behind its first. Server time is from
the request to the rendered answer in this process. What the looking leaves behind is rolled back.
"""

import re
import time
from collections.abc import Iterable
from html import unescape
from statistics import median, quantiles

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import figure
from benchmarks.population import population

PEOPLE = 12
DEEP = 8  # pages on
MORE = re.compile(r'href="([^"]*[?&](?:amp;)?(?:after|page|more)=[^"]*)"')
LIMIT = "limit 12 queries, p95 50 ms, none over 100 ms"
PEERS = {
    "today, village": "34/126 ms p50/p95 before, 10 queries",
    "today, county": "660-1,216 ms p50 before",
    "today, city": "1,465 ms p50 before",
    "whole today, county": "160 ms p50 before",
    "whole today, city": "547 ms p50 before",
    "list, village": "24 ms p50 before",
    "late, village": "593 ms p50 before",
    "list, deep, village": "2,594 ms p50 before",
    "late, township": "229 ms p50 before",
    "list, deep, township": "337 ms p50 before",
    "list, county": "201-545 ms p50 before",
    "list, city": "400-668 ms p50 before",
    "reached transported, city": "2,186 ms p50, 61 queries before",
    "reached referred, city": "1,650 ms p50, 61 queries before",
    "overview, county": "1,493 ms p50, 37 queries before",
    "overview, city": "3,657 ms p50, 37 queries before",
    "find wang, county": "1,340 ms p50 before",
    "find wang, city": "8,313 ms p50 before",
}
"""What the same page took on 6.56 million people before it was made flat."""

PAGES = {
    "today": "/today/",
    "whole today": "/today/?whose=everybody",
    "list": "/cases/",
    "late": "/cases/?due=late",
    "list by name": "/cases/?sort=name",
    "longest waiting": "/cases/?sort=waiting",
    "any state": "/cases/?state=any",
    "ended": "/cases/?state=ended",
    "reached transported": "/cases/?state=any&reached=transported",
    "reached referred": "/cases/?state=any&reached=referred",
    "overview": "/overview/",
    "find wang": "/find/?q=wang",
    "find w": "/find/?q=w",
    "find 王伟": "/find/?q=王伟",
    "find a tail": "/find/?q=0019",
    "trips": "/trips/",
    "fairs": "/fairs/",
    "vacancies": "/vacancies/",
    "messages": "/messages/",
}
ROLES = {"village": "village_cadre", "township": "township_cadre", "county": "supervisor", "city": "supervisor"}


@figure("pages", runs=1)
def pages() -> Iterable[dict]:
    """Server time and queries of pages at the size of a city, over several people of each level."""
    with population() as people, transaction.atomic():
        for level in ROLES:
            who = colleagues(level)
            for name, url in PAGES.items():
                yield page(f"{name}, {level}", [(person, url) for person in who], people)
                if behind := far_behind(who[0], url):
                    yield page(f"{name}, deep, {level}", [(who[0], behind)] * PEOPLE, people)
        yield page("case", [(colleagues("county")[0], f"/cases/{pk}/") for pk in some_cases()], people)
        yield page("audit", [(colleagues("county")[0], f"/cases/{pk}/audit/") for pk in some_cases()], people)
        transaction.set_rollback(True)


def colleagues(level: str) -> list:
    """Those with most to do first."""
    from django.db.models import Count

    from areas.ranges import SERVED
    from staff.models import User

    people = User.objects.filter(postings__role=ROLES[level])
    if level == "city":
        return list(people.filter(postings__area=SERVED)) or colleagues("county")
    people = people.exclude(postings__area=SERVED).annotate(owned=Count("owned_cases")).order_by("-owned", "pk")
    return list(people[:PEOPLE])


def some_cases() -> list[int]:
    """Evenly from the oldest to the newest, in every state, of one county."""
    from cases.models import Case

    keys = list(Case.objects.visible_to(colleagues("county")[0]).order_by("pk").values_list("pk", flat=True))
    return keys[:: max(len(keys) // 50, 1)][:50]


def far_behind(person, url: str) -> str:
    """The address some pages on; "" where the page does not go on."""
    client = signed_in(person)
    for _ in range(DEEP):
        more = MORE.findall(client.get(url).content.decode())
        if not more:
            return ""
        query = unescape(more[-1])
        url = query if query.startswith("/") else url.partition("?")[0] + query
    return url


def page(row: str, asked: list[tuple], people: int) -> dict:
    """The first look warms the caches of the process and is not counted."""
    looks = [look(person, url) for person, url in asked[:1] + asked][1:]
    ms, queries = [ms for ms, _ in looks], [n for _, n in looks]
    p95 = quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]
    return {
        "row": row,
        "p50_ms": round(median(ms), 1),
        "p95_ms": round(min(p95, max(ms)), 1),
        "most_queries": max(queries),
        "looks": len(looks),
        "people": people,
        "peer": PEERS.get(row, LIMIT),
    }


def look(person, url: str) -> tuple[float, int]:
    """Timed without counting, then counted: the counting itself takes time."""
    client = signed_in(person)
    client.get(url)
    begin = time.perf_counter()
    answer = client.get(url)
    ms = 1000 * (time.perf_counter() - begin)
    if answer.status_code not in (200, 403):
        raise SystemExit(f"{url} answered {answer.status_code} to {person}")
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return ms, len(queries)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client
