"""Texts from the row to the phone, in a scratch database that is dropped afterwards: every step really commits."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import quantiles

from django.db import connection

from benchmarks import figure
from benchmarks.scratch import empty_database, environment_of_it

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
COUNTY, VILLAGE = 520524000000, 520524103200
TEMPLATE = "bench_note"
OURS = 1200
LOGGED = 50_000
THREADS = 8
CARRIER = "a US long code carries about 1 segment a second, a short code 100 and more"


@figure("messages", runs=1)
def messages() -> Iterable[dict]:
    """Texts a second, journal and attempts included, to the sandbox; the database is on the same machine."""
    know_the_text()
    with empty_database():
        workers = make_workers()
        ids = []
        yield rate("messages.queued", len(workers), lambda: ids.extend(queue(workers)), "")
        share = len(ids) // 4
        here, by_threads, by_one, by_two = (ids[n * share : (n + 1) * share] for n in range(4))
        yield rate("messages.delivered", share, lambda: [deliver(pk) for pk in here], CARRIER)
        yield {
            **rate("messages.delivered_by_threads", share, lambda: in_threads(by_threads), CARRIER),
            "threads": THREADS,
        }
        yield in_processes("messages.delivered_by_one_process", [by_one])
        yield in_processes("messages.delivered_by_two_processes", [by_two[::2], by_two[1::2]])
        yield rate("messages.replies", len(workers), lambda: reply(workers), "")
        fill_log(workers)
        yield page_times()


def know_the_text() -> None:
    from notifications import templates

    templates.register(TEMPLATE, zh="您好，{what}。", en="Hello, {what}.")


def make_workers() -> list:
    from areas.models import Area
    from workers.models import Worker

    village = Area.objects.get(pk=VILLAGE)
    workers = [Worker(area=village, sex="F", birth_date=date(1990, 1, 1), created_at=NOON) for _ in range(OURS)]
    for n, worker in enumerate(workers):
        worker.set_name("李国琴")
        worker.set_phone(f"+86138{n:08d}")
    return Worker.objects.bulk_create(workers)


def queue(workers) -> list[int]:
    """For a minute later, so that nothing goes to the broker of this machine."""
    from notifications.services import queue_message

    later = NOON + timedelta(minutes=1)
    return [
        queue_message(
            worker=worker,
            template=TEMPLATE,
            context={"what": "招聘会明天上午九点开始"},
            dedupe_key=f"bench:{worker.pk}",
            at=NOON,
            not_before=later,
        ).pk
        for worker in workers
    ]


def deliver(message_id: int) -> None:
    from notifications.sending import delivery

    delivery.deliver(message_id=message_id, now=lambda: NOON + timedelta(minutes=2))


def in_threads(ids: list[int]) -> None:
    def run(share: list[int]) -> None:
        for pk in share:
            deliver(pk)
        connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, [ids[n::THREADS] for n in range(THREADS)]))


def in_processes(name: str, shares: list[list[int]]) -> dict:
    """Each is ready and has delivered one text before the watch runs; `cpu_ms` is theirs alone, a text."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.deliver", *map(str, share)],
            env=environment_of_it(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for share in shares
    ]
    for process in processes:
        process.stdout.readline()
    count = sum(len(share) - 1 for share in shares)
    cpu = []
    found = rate(name, count, lambda: cpu.extend(float(each.communicate()[0]) for each in at_once(processes)), "")
    return {**found, "cpu_ms": 1000 * sum(cpu) / count}


def at_once(processes: list[subprocess.Popen]) -> list[subprocess.Popen]:
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def reply(workers) -> None:
    from notifications.receiving.replies import receive_reply

    for n, worker in enumerate(workers):
        receive_reply(gateway="sandbox", ref=f"SM{n}", phone=worker.phone, body="1", at=NOON + timedelta(hours=1))


def fill_log(workers) -> None:
    """A season of texts, a few of them stuck."""
    from notifications.models import Message

    rows = [
        Message(
            worker=worker,
            area_id=worker.area_id,
            template=TEMPLATE,
            body="您好",
            segments=1,
            dedupe_key=f"log:{n}",
            phone_blind=worker.phone_blind,
            phone_tail=worker.phone_tail,
            state="failed" if n % 100 == 0 else "delivered",
            failed_reason="unreachable" if n % 100 == 0 else "",
            gateway="sandbox",
            gateway_ref=f"SB{n}",
            queued_at=NOON,
            not_before=NOON,
            sent_at=NOON,
            delivered_at=None if n % 100 == 0 else NOON,
        )
        for n, worker in ((n, random.choice(workers)) for n in range(LOGGED))
    ]
    Message.objects.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def page_times() -> dict:
    """A supervisor opens the log, the stuck ones, and an older page."""
    times = [1000 * seconds(look) for look in looks() * 20]
    return {"name": "messages.log_page", "p95_ms": round(quantiles(times, n=20)[-1], 1), "rows": LOGGED}


def looks() -> list[Callable[[], object]]:
    from notifications.selectors import message_log

    look = partial(message_log, user=Reader())
    return [look, partial(look, state="stuck"), partial(look, after=look().next_after)]


class Reader:
    """All that a selector asks of a supervisor."""

    is_authenticated = True

    def ranges_as(self, *roles: str) -> tuple:
        return ((COUNTY, COUNTY + 1_000_000),)


def rate(name: str, count: int, work: Callable[[], object], peer: str) -> dict:
    found = {"name": name, "per_s": round(count / seconds(work), 1)}
    return {**found, "peer": peer} if peer else found


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
