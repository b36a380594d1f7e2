"""Pages over the rows of the demo county as it stands in the database of this installation (`make seed`).

Each figure is over many people of a role and many cases, so that a long list or a long story counts. Server time is
from the request to the rendered answer in this process. What the looking leaves behind is rolled back.
"""

import time
from collections.abc import Iterable
from statistics import median, quantiles

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import figure

PEOPLE, CASES = 20, 100
LIMIT = "limit 12 queries, 60 ms"


@figure("pages", runs=1)
def pages() -> Iterable[dict]:
    """Server time and queries of the pages of casework, over many people and cases of the demo county."""
    from cases.models import Case

    if not Case.objects.exists():
        raise SystemExit("The database holds no demo county yet: run `make seed` first.")
    with transaction.atomic():
        yield page("today", visits("village_cadre", "/today/"), LIMIT)
        yield page("today, whole township", visits("township_cadre", "/today/?whose=everybody"), LIMIT)
        yield page("case", [(supervisor(), f"/cases/{pk}/") for pk in some_cases()], LIMIT)
        yield page("find", visits("township_cadre", "/find/?q=wang"))
        yield page("list of the county", [(supervisor(), "/cases/")] * PEOPLE)
        yield page("overview of the county", [(supervisor(), "/overview/")] * PEOPLE)
        transaction.set_rollback(True)


def visits(role: str, url: str) -> list[tuple]:
    """Somebody of the role after the other; the busiest first."""
    from django.db.models import Count, Q

    from staff.models import User

    waiting = Count("work_items", filter=Q(work_items__state="open"), distinct=True)
    people = User.objects.filter(postings__role=role).annotate(waiting=waiting).order_by("-waiting", "pk")
    return [(person, url) for person in people[:PEOPLE]]


def supervisor():
    from staff.models import User

    return User.objects.filter(postings__role="supervisor").first()


def some_cases() -> list[int]:
    """Evenly from the oldest to the newest, in every state."""
    from cases.models import Case

    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    return keys[:: max(len(keys) // CASES, 1)][:CASES]


def page(row: str, asked: list[tuple], peer: str = "") -> dict:
    """The first look warms the caches of the process and is not counted."""
    looks = [look(person, url) for person, url in asked[:1] + asked][1:]
    ms, queries = [ms for ms, _ in looks], [n for _, n in looks]
    p95 = quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]
    return {
        "row": row,
        "p50_ms": round(median(ms), 1),
        "p95_ms": round(p95, 1),
        "most_queries": max(queries),
        "looks": len(looks),
        "peer": peer,
    }


def look(person, url: str) -> tuple[float, int]:
    """Timed without counting, then counted: the counting itself takes time."""
    client = Client()
    client.force_login(person)
    client.get(url)
    begin = time.perf_counter()
    answer = client.get(url)
    ms = 1000 * (time.perf_counter() - begin)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answered {answer.status_code} to {person}")
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return ms, len(queries)
