"""Casework on the demo county, in a scratch database that is dropped afterwards: every step really commits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from statistics import median, quantiles

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import figure

REQUESTS, STEPS, STARTS, BULK = 60, 300, 100, 5000
PAGE_LIMIT = "limit 12 queries, 60 ms"
STEP_LIMIT = "limit 30 queries"
VIEWFLOW = "viewflow's own assign and execute of one hub step, no rules and no journal, measured in this run"


@figure("cases", runs=1)
def cases() -> Iterator[dict]:
    """Pages of a township cadre, steps a second in one process, and opening in bulk."""
    with demo_county():
        cadre = busiest_cadre()
        yield page("cases.today", cadre, ["/today/"])
        yield page("cases.case", cadre, [f"/cases/{pk}/" for pk in open_cases(cadre, REQUESTS)])
        yield page("cases.list", supervisor(), ["/cases/"])
        yield {**steps(cadre), "viewflow_steps_per_s": stock_steps(cadre), "peer": VIEWFLOW}
        yield contacts(cadre)
        yield opening()


@contextmanager
def demo_county() -> Iterator[None]:
    """Made like a test database, under a name that no test uses, and filled as `make seed` does."""
    name, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    test["NAME"], kept = "test_bench_cases", test["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    keep_tasks_here()
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("seed_demo", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        test["NAME"] = kept


def keep_tasks_here() -> None:
    """The texts of this county are nobody's: no worker of this machine shall look for them."""
    from config.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})


def busiest_cadre():
    """The cadre with the most open work."""
    from django.db.models import Count, Q

    from staff.models import User

    waiting = Count("work_items", filter=Q(work_items__state="open"))
    return User.objects.filter(postings__role="township_cadre").annotate(n=waiting).order_by("-n", "pk").first()


def supervisor():
    from staff.models import User

    return User.objects.filter(postings__role="supervisor").order_by("pk").first()


def open_cases(user, limit: int) -> list[int]:
    from cases.models import Case

    return list(Case.objects.open().visible_to(user).order_by("pk").values_list("pk", flat=True)[:limit])


def page(name: str, user, addresses: list[str]) -> dict:
    """Server time of whole requests, middleware and template included; the first ones warm up and do not count."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for address in addresses[:5]:
        answer(client, address)
    times = [answer(client, address) for address, _ in zip(cycle(addresses), range(REQUESTS), strict=False)]
    with CaptureQueriesContext(connection) as queries:
        answer(client, addresses[-1])
    return {"row": name, "p50_ms": median(times), "p95_ms": p95(times), "queries": len(queries), "peer": PAGE_LIMIT}


def answer(client: Client, address: str) -> float:
    """Milliseconds of one good answer."""
    began = time.perf_counter()
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return (time.perf_counter() - began) * 1000


def steps(cadre) -> dict:
    """To and fro between "contacted" and "referred": each is one whole step with one commit."""
    from cases import services
    from cases.models import Case

    case = Case.objects.open().visible_to(cadre).in_state("contacted").order_by("pk").first()
    moves = cycle([services.mark_referred, services.mark_not_matched])
    now = timezone.now()
    with CaptureQueriesContext(connection) as queries:
        next(moves)(case=case, by=cadre, at=now)
    rate = per_second(STEPS, lambda: next(moves)(case=case, by=cadre, at=now))
    return {"row": "cases.step", "steps_per_s": rate, "queries": len(queries)}


def contacts(cadre) -> dict:
    """The first talk with its status report: the dearest step of a cadre's day."""
    from cases import services
    from cases.models import Case

    now = timezone.now() + timedelta(minutes=1)
    flagged = list(Case.objects.visible_to(cadre).in_state("flagged").order_by("pk")[:STARTS])
    waiting = iter(flagged)
    queries: list[int] = []

    def talk():
        with CaptureQueriesContext(connection) as captured:
            services.record_contact(
                case=next(waiting),
                channel="call",
                outcome="spoke_to_worker",
                happened_at=now,
                status="unemployed_willing",
                by=cadre,
                at=now,
            )
        queries.append(len(captured))

    rate = per_second(len(flagged), talk)
    return {"row": "cases.first_contact", "steps_per_s": rate, "queries": median(queries), "peer": STEP_LIMIT}


def stock_steps(user) -> float:
    """The peer: viewflow alone, as its own views do it, on a hub of two steps without anything of ours."""
    flow = stock_flow()
    process = flow.start.run()

    def step():
        task = process.task_set.filter(status="NEW").get()
        with transaction.atomic(), task.activation() as activation:
            activation.assign(user)
        with transaction.atomic(), task.activation() as activation:
            activation.start(None)
            activation.execute()

    return per_second(STEPS, step)


def stock_flow():
    """viewflow finds a flow by module and name, so it is lent ours."""
    from viewflow import this
    from viewflow.workflow import flow
    from viewflow.workflow.models import Process

    import cases.flows

    class StockFlow(flow.Flow):
        """Two steps and a switch"""

        __module__ = "cases.flows"
        process_class = Process
        start = flow.StartHandle().Next(this.route)
        route = flow.Switch().Case(this.one, lambda activation: activation.task.pk % 2 == 0).Default(this.other)
        one = flow.View(cases.flows.open_case_page).Next(this.route)
        other = flow.View(cases.flows.open_case_page).Next(this.route)

    cases.flows.StockFlow = StockFlow
    return StockFlow


def opening() -> dict:
    """Opening in bulk beside opening one by one, both with journal and work item."""
    from cases import services
    from cases.models import Case
    from workers.models import Worker

    now = timezone.now()
    idle = Worker.objects.exclude(pk__in=Case.objects.values("worker_id")).order_by("pk")
    people = list(idle[: BULK + STARTS])
    bulk, single = people[:BULK], iter(people[BULK:])
    began = time.perf_counter()
    services.open_cases_in_bulk([services.Opening(worker=worker, at=now) for worker in bulk], by=None)
    in_bulk = len(bulk) / (time.perf_counter() - began)
    one_by_one = per_second(STARTS, lambda: services.open_case(worker=next(single), flag=None, by=None, at=now))
    return {"row": "cases.opening", "bulk_per_s": in_bulk, "one_by_one_per_s": one_by_one, "peer": ""}


def per_second(times: int, deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(times):
        deed()
    return times / (time.perf_counter() - began)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
