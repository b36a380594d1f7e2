"""Casework on a copy of the demo county: every step really commits. A rate is the median of three rounds."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import figure
from benchmarks.scratch import copy_of_the_demo

ROUNDS, STEPS, STARTS, BULK = 3, 300, 99, 5000
STEP_LIMIT = "limit 30 queries"
VIEWFLOW = "viewflow's own assign and execute of one hub step, no rules and no journal, measured in this run"


@figure("cases", runs=1)
def cases() -> Iterator[dict]:
    """Steps a second in one process, and opening in bulk, on a copy of the demo county."""
    with copy_of_the_demo():
        cadre = busiest_cadre()
        yield {**steps(cadre), "viewflow_steps_per_s": stock_steps(cadre), "peer": VIEWFLOW, "runs": ROUNDS}
        yield contacts(cadre)
        yield opening()


def busiest_cadre():
    """The cadre with the most open work."""
    from django.db.models import Count, Q

    from staff.models import User

    waiting = Count("work_items", filter=Q(work_items__state="open"))
    return User.objects.filter(postings__role="township_cadre").annotate(n=waiting).order_by("-n", "pk").first()


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
    return {"row": "step", "steps_per_s": rate, "queries": len(queries)}


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
    return {"row": "first_contact", "steps_per_s": rate, "queries": max(queries), "peer": STEP_LIMIT, "runs": ROUNDS}


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

    import cases.queue.flow

    class StockFlow(flow.Flow):
        """Two steps and a switch"""

        __module__ = "cases.queue.flow"
        process_class = Process
        start = flow.StartHandle().Next(this.route)
        route = flow.Switch().Case(this.one, lambda activation: activation.task.pk % 2 == 0).Default(this.other)
        one = flow.View(cases.queue.flow.open_case_page).Next(this.route)
        other = flow.View(cases.queue.flow.open_case_page).Next(this.route)

    cases.queue.flow.StockFlow = StockFlow
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
    return {"row": "opening", "bulk_per_s": in_bulk, "one_by_one_per_s": one_by_one, "peer": ""}


def per_second(times: int, deed: Callable[[], object]) -> float:
    return median(one_round(times // ROUNDS, deed) for _ in range(ROUNDS))


def one_round(times: int, deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(times):
        deed()
    return times / (time.perf_counter() - began)
