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
from benchmarks.cpu import spent
from benchmarks.scratch import copy_of_the_demo

ROUNDS, WARM, STEPS, STARTS, BULK = 3, 6, 300, 99, 5000
LIMIT = "limit {} a second"
VIEWFLOW = f"{LIMIT.format(200)}; viewflow's own assign and execute of one hub step, no rules and no journal, same run"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of the check digit, GB 11643
NAMES = ("芳", "伟", "娜", "敏", "静", "建国", "小明", "秀英")


@figure("cases", runs=1)
def cases() -> Iterator[dict]:
    """Steps a second in one process, and opening in bulk, on a copy of the demo county."""
    with copy_of_the_demo():
        cadre = busiest_cadre()
        yield {**steps(cadre), **stock_steps(cadre), "peer": VIEWFLOW, "runs": ROUNDS}
        yield contacts(cadre)
        yield registering(cadre)
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
    return {"row": "step", **measured("steps_per_s", STEPS, lambda: next(moves)(case=case, by=cadre, at=now))}


def contacts(cadre) -> dict:
    """The first talk with its status report: the dearest step of a cadre's day."""
    from cases import services
    from cases.models import Case

    now = timezone.now() + timedelta(minutes=1)
    flagged = list(Case.objects.visible_to(cadre).in_state("flagged").order_by("pk")[: STARTS + WARM])
    waiting = iter(flagged)

    def talk():
        services.record_contact(
            case=next(waiting),
            channel="call",
            outcome="spoke_to_worker",
            happened_at=now,
            status="unemployed_willing",
            by=cadre,
            at=now,
        )

    found = measured("steps_per_s", len(flagged) - WARM, talk)
    return {"row": "first_contact", **found, "peer": LIMIT.format(120), "runs": ROUNDS}


def registering(cadre) -> dict:
    """Somebody met at the door who wants work: on the register, flagged, a case opened and the talk written down."""
    from workers.services import NewWorker, register_worker

    now, area = timezone.now(), cadre.home_area
    people = iter(newcomers(STEPS + WARM))

    def register():
        fields = NewWorker(area=area, status="unemployed_willing", **next(people))
        register_worker(fields=fields, by=cadre, at=now, source="visit")

    found = measured("people_per_s", STEPS, register)
    return {"row": "register", **found, "peer": LIMIT.format(120), "runs": ROUNDS}


def newcomers(count: int) -> Iterator[dict]:
    """Invented, and on no register yet."""
    for n in range(count):
        body = f"520524{1960 + n % 40}0101{n:03}"
        check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
        yield {"name": f"王{NAMES[n % len(NAMES)]}", "id_number": body + check, "phone": f"1395{n:07}"}


def measured(name: str, times: int, deed: Callable[[], object]) -> dict:
    """A rate by the clock; what one costs of processor time here and in the server; the most queries it takes."""
    queries = 0
    for _ in range(WARM):
        with CaptureQueriesContext(connection) as captured:
            deed()
        queries = max(queries, len(captured))
    rates: list[float] = []
    cpu = spent(lambda: rates.append(per_second(times, deed)))
    cost = {
        "cpu_ms": 1000 * cpu.ours / times,
        "server_cpu_ms": 1000 * cpu.server / times,
        "per_cpu_s": times / cpu.both,
    }
    return {name: rates[0], **cost, "queries": queries}


def stock_steps(user) -> dict:
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

    return {f"viewflow_{name}": number for name, number in measured("steps_per_s", STEPS, step).items()}


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
