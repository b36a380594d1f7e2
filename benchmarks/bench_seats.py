"""The evening a train opens: eight threads of one process book on one trip, in a scratch database that is dropped.
The median of three rounds.

The peer is the usual way: lock the trip, count, take the first free seat. It writes the same journal line, text and
rest of the case, so the figures differ by the locking alone.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from operator import attrgetter
from statistics import median, quantiles
from threading import Barrier, Thread

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import figure
from benchmarks.scratch import empty_database

PEOPLE, THREADS, WARM_UP, ROUNDS = 400, 8, 3, 3
VILLAGES = (520524103000, 520524104000)
PEER = "the same booking with the trip locked FOR UPDATE and counted: {rate:.0f}/s, p95 {p95:.0f} ms, same run"


@dataclass
class Outcome:
    """Bookings a second, the time of each in ms, and CPU of this process for one."""

    rate: float
    times: list[float]
    cpu_ms: float
    sold_twice: int = 0

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20)[-1]


@figure("seats", runs=1)
def seats() -> Iterator[dict]:
    """Bookings a second through the service, with journal, text and case, one process with 8 threads; limit 150/s."""
    with empty_database():
        cases = placed_cases(PEOPLE + WARM_UP * THREADS)
        rounds = [one_round(cases) for _ in range(ROUNDS)]
        ours, usual = (sorted(way, key=attrgetter("rate"))[ROUNDS // 2] for way in zip(*rounds, strict=True))
        yield {
            "bookings_per_s": ours.rate,
            "p50_ms": median(ours.times),
            "p95_ms": ours.p95,
            "cpu_ms": ours.cpu_ms,
            "runs": ROUNDS,
            "sold_twice": sum(way.sold_twice for pair in rounds for way in pair),
            "peer": PEER.format(rate=usual.rate, p95=usual.p95),
        }


def one_round(cases: list) -> tuple[Outcome, Outcome]:
    """Our way and the usual one after the other, each on a train of its own."""
    return booked(cases, book), booked(cases, book_the_usual_way)


def booked(cases: list, deed: Callable) -> Outcome:
    """So that the same people can travel once more, nobody is booked afterwards."""
    outcome = book_all(cases, deed)
    outcome.sold_twice = seats_sold_twice()
    free_everything()
    return outcome


def book(trip, case) -> None:
    from transport import services

    services.book_seat(trip=trip, case=case, by=None, at=timezone.now())


@transaction.atomic
def book_the_usual_way(trip, case) -> None:
    from transport.models import Trip
    from transport.services import booking

    locked = Trip.objects.select_for_update().get(pk=trip.pk)
    taken = set(locked.bookings.active().values_list("seat_id", flat=True))
    if len(taken) == locked.capacity:
        raise RuntimeError("the trip is full")
    seat = locked.seats.exclude(pk__in=taken).in_order().first()
    booking._book(locked, seat, case, booking.Wish(), by=None, at=timezone.now())


def book_all(cases: list, deed: Callable) -> Outcome:
    """Every case one seat on one train, shared out among the threads; the first few of each do not count."""
    trip = open_train(len(cases))
    queue, gate, times = iter(cases), Barrier(THREADS + 1), []
    threads = [Thread(target=work, args=(queue, gate, times, lambda case: deed(trip, case))) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - began, time.process_time() - cpu
    if len(times) != PEOPLE:
        raise RuntimeError(f"{PEOPLE - len(times)} bookings failed")
    return Outcome(PEOPLE / took, times, used / PEOPLE * 1000)


def work(queue: Iterator, gate: Barrier, times: list[float], deed: Callable) -> None:
    """`next` on a shared list iterator is one step of the interpreter, so no case is taken twice."""
    try:
        for case in islice(queue, WARM_UP):
            deed(case)
        gate.wait()
        for case in queue:
            began = time.perf_counter()
            deed(case)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        connection.close()


def open_train(places: int):
    from areas.models import Area
    from transport import services
    from transport.services import NewStop, NewTrip

    county, city = Area.objects.get(pk=520524000000), Area.objects.get(pk=330200000000)
    now = timezone.now()
    leaves, arrives = now + timedelta(days=3), now + timedelta(days=4)
    stops = [
        NewStop("pickup", "织金北站", county, leaves, leaves - timedelta(hours=1)),
        NewStop("dropoff", "宁波站", city, arrives),
    ]
    plan = NewTrip(county, leaves, arrives, stops, kind="train", layout="places", capacity=places)
    trip = services.plan_trip(plan=plan, by=None, at=now)
    return services.open_trip(trip=trip, by=None, at=now)


def placed_cases(count: int) -> list:
    """People of two townships with a job that needs a seat, made by the services."""
    from areas.models import Area
    from jobs.models import Employer

    city = Area.objects.get(pk=330200000000)
    employer = Employer.objects.create(name="宁波注塑厂", area=city, created_at=timezone.now())
    homes = [Area.objects.get(pk=pk) for pk in VILLAGES]
    return [placed_case(n, homes[n % len(homes)], employer) for n in range(count)]


def placed_case(n: int, home, employer):
    from cases import services as cases
    from cases.models import Case
    from jobs.services import confirm_placement
    from workers.models import Worker

    now = timezone.now()
    worker = Worker(sex="F", birth_date=date(1987, 6, 1), area=home, status="unemployed_willing", created_at=now)
    worker.status_since = timezone.localdate(now)
    worker.set_name("李国琴")
    worker.set_phone(f"+86139{n:08}")
    worker.save()
    case = cases.open_case(worker=worker, flag=None, by=None, at=now)
    spoke = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing"}
    cases.record_contact(case=case, happened_at=now, by=None, at=now, **spoke)
    confirm_placement(
        case=case, employer=employer, vacancy=None, area=employer.area, start_on=now.date() + timedelta(days=7),
        wage=5000, evidence="worker_word", needs_transport=True, found_through="introduction", by=None, at=now,
    )  # fmt: skip
    return Case.objects.select_related("worker").get(pk=case.pk)


def seats_sold_twice() -> int:
    from transport.register.invariants import seats_with_two_people

    return seats_with_two_people()


def free_everything() -> None:
    from transport.models import Booking

    Booking.objects.all().delete()
