"""What the tallies cost who writes, and what they spare who reads, on half a million cases of a whole prefecture.

A small demo county is copied many times over by SQL, into every village of Bijie and over a year. The copies have no
worker and no task behind them, which nothing measured here looks at.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import figure
from benchmarks.cpu import Cpu, spent
from benchmarks.scratch import empty_database

PEOPLE, CASES, BULK, WARM, STEPS, OPENINGS, ROUNDS, MANY_ROUNDS, LOOKS = 1000, 500_000, 50_000, 20, 60, 200, 5, 15, 9
CITY, COUNTY, TOWNSHIP = 520500000000, 520524000000, 520524103000
SHIFT = 200_000  # keys of one copy
BLOW_UP = """
CREATE TEMP TABLE villages AS
    SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM areas_area
    WHERE level = 'village' AND code / 100000000 = 5205;
CREATE TEMP TABLE copies AS
    SELECT c.id, copy, c.id + copy * {shift} AS new_id,
        villages.code AS area, (abs(hashint8(c.id * 104729 + copy)::bigint) %% 365) * interval '1 day' AS earlier
    FROM cases_case c CROSS JOIN generate_series(1, %(copies)s) copy
    JOIN villages ON villages.n = abs(hashint8(c.id * 7919 + copy)::bigint) %% (SELECT count(*) FROM villages);
INSERT INTO cases_case SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', new_id, 'area_code', area, 'worker_id', c.worker_id + copy * {shift}, 'opened_at', c.opened_at - earlier
    ))).* FROM copies JOIN cases_case c USING (id);
INSERT INTO cases_workitem SELECT (jsonb_populate_record(i, jsonb_build_object(
        'id', i.id + copy::bigint * 1000000, 'task_id', i.task_id + copy::bigint * 1000000, 'case_id', new_id,
        'area_code', area, 'due_at', i.due_at - earlier / 12
    ))).* FROM copies JOIN cases_workitem i ON i.case_id = copies.id AND i.state = 'open';
"""
BULK_LOAD = """
CREATE TEMP TABLE load AS
    SELECT nextval(pg_get_serial_sequence('cases_case', 'id'))::int AS id, n FROM generate_series(1, {n}) n;
INSERT INTO cases_case SELECT (jsonb_populate_record(template, jsonb_build_object(
        'id', load.id, 'worker_id', worker.id, 'area_code', villages.code,
        'opened_at', template.opened_at - (load.n % 3) * interval '1 day'
    ))).*
    FROM load
    JOIN villages ON villages.n = load.n % (SELECT count(*) FROM villages)
    JOIN (SELECT id, row_number() OVER () - 1 AS n FROM workers_worker) worker
        ON worker.n = load.n % (SELECT count(*) FROM workers_worker)
    JOIN cases_case template ON template.id = (SELECT min(id) FROM cases_case WHERE state = 'closed');
INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at)
    SELECT id, '', 'flagged', 'opened', now(), now() FROM load;
INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at)
    SELECT id, 'flagged', 'closed', 'closed', now(), now() FROM load;
"""
PUT_OFF = "UPDATE cases_workitem SET due_at = due_at + interval '1 day' WHERE id IN (SELECT id FROM put_off)"


@figure("tallies", runs=1)
def tallies() -> Iterator[dict]:
    """What writers pay in processor time, with the tallies' triggers on and off in turn; fold, recount, overview."""
    with empty_database():
        prefecture()
        yield recount()
        yield bulk()
        yield putting_off()
        yield {"row": "step", **on_and_off(steps, STEPS, rounds=MANY_ROUNDS)}
        yield {"row": "opening in bulk", **on_and_off(opening, OPENINGS, rounds=MANY_ROUNDS)}
        yield folding()
        for name, area in (("city", CITY), ("county", COUNTY), ("township", TOWNSHIP)):
            yield reading(name, area)


def prefecture() -> None:
    from cases.models import Case
    from insights.demo.county import make_demo_county

    make_demo_county(workers=PEOPLE, at=timezone.now(), say=lambda _: None)
    copies = CASES // Case.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(BLOW_UP.replace("{shift}", str(SHIFT)), {"copies": copies})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), max(id)) FROM cases_case")
        cursor.execute(f"CREATE TEMP TABLE put_off AS SELECT id FROM cases_workitem WHERE state = 'open' LIMIT {BULK}")
        cursor.execute("VACUUM ANALYZE cases_case, cases_workitem")


def recount() -> dict:
    """The copies went past the triggers: all of them is what differs at first."""
    from cases.models import Case, WorkItem
    from kit.tallies import declared, differences, repair

    repaired = seconds(lambda: [repair(tally) for tally in declared()])
    run("VACUUM ANALYZE")
    checked = seconds(lambda: differences(declared()))
    rows = {rollup.table: count(rollup.table) for tally in declared() for rollup in tally.rollups}
    return {
        "row": "recount",
        "check_s": checked,
        "repair_from_nothing_s": repaired,
        "cases": Case.objects.count(),
        "open_items": WorkItem.objects.open().count(),
        **rows,
    }


def bulk() -> dict:
    """Closed cases with their moves, every constraint on; taken back afterwards."""
    load = BULK_LOAD.format(n=BULK)
    return {"row": "50,000 cases by SQL", **on_and_off(lambda: taken_back(load), BULK)}


def putting_off() -> dict:
    return {"row": "50,000 items put off by SQL", **on_and_off(lambda: taken_back(PUT_OFF), BULK)}


def steps() -> Cpu:
    """The first ones after the triggers were turned plan anew and are not counted."""
    from cases import services
    from cases.models import Case

    case = Case.objects.filter(pk__lt=SHIFT).in_state("contacted").order_by("pk").first()
    moves, now = cycle([services.mark_referred, services.mark_not_matched]), timezone.now()

    def some(times: int) -> None:
        for _ in range(times):
            next(moves)(case=case, by=None, at=now)

    some(WARM)
    return spent(lambda: some(STEPS))


def opening() -> Cpu:
    """Through the services; taken back."""
    from cases import services
    from cases.models import Case
    from workers.models import Worker

    now = timezone.now()
    idle = Worker.objects.exclude(pk__in=Case.objects.values("worker_id")).order_by("pk")[:OPENINGS]
    openings = [services.Opening(worker=worker, at=now) for worker in idle]
    with transaction.atomic():
        cpu = spent(lambda: services.open_cases_in_bulk(openings, by=None))
        transaction.set_rollback(True)
    return cpu


def folding() -> dict:
    from cases.tallies import OPEN_ITEMS
    from kit.tallies import declared, fold, repair

    for tally in declared():
        repair(tally)
        fold(tally)
    run("UPDATE cases_workitem SET due_at = due_at + interval '1 day' WHERE state = 'open'")
    noted = count(OPEN_ITEMS.deltas)
    return {"row": "fold", "deltas_per_s": noted / seconds(lambda: fold(OPEN_ITEMS)), "deltas": noted}


def reading(name: str, area: int) -> dict:
    """The page's own reader and the head of its list, each beside the same counted among the rows, as it was before."""
    from areas.models import Area
    from cases.selectors import cases_matching
    from cases.selectors.counts import heads_of
    from insights import selectors
    from insights.periods import last_days
    from kit.days import local_day

    today, place, reader = local_day(timezone.now()), Area.objects.get(pk=area), somebody_of(CITY)
    asked = {"area": place, "period": last_days(90, today), "user": reader, "today": today}
    lists = selectors.Lists(place, asked["period"])

    def rows(one):
        return cases_matching(one, user=reader, today=today)

    page = sorted(seconds(lambda: selectors.overview(**asked)) for _ in range(LOOKS))
    head = sorted(
        seconds(lambda: heads_of(lists.open, rows(lists.open), user=reader, today=today)) for _ in range(LOOKS)
    )
    return {
        "row": f"overview of a {name}",
        "p50_ms": 1000 * median(page),
        "worst_ms": 1000 * page[-1],
        "among_rows_ms": 1000 * seconds(lambda: [rows(one).count() for one in lists]),
        "list_head_ms": 1000 * median(head),
        "list_head_among_rows_ms": 1000
        * seconds(lambda: (rows(lists.open).count(), rows(lists.open).overdue(today).count())),
        "peer": "the same lists counted one by one among the rows, without the table by place, same run",
    }


def somebody_of(area: int):
    from staff.models import Posting, User

    user, _ = User.objects.get_or_create(username="city", defaults={"display_name": "City"})
    Posting.objects.get_or_create(
        user=user, area_id=area, role="supervisor", starts_on=timezone.now().date() - timedelta(days=9)
    )
    return User.objects.get(pk=user.pk)


def on_and_off(deed: Callable[[], Cpu], rows: int, *, rounds: int = ROUNDS) -> dict:
    """In turn, so that what else the machine does falls on both; medians of processor time, in all and the server's."""
    on, off = [], []
    for _ in range(rounds):
        on.append(deed())
        with without_tallies():
            off.append(deed())
    server, server_without, both, both_without = (
        median(getattr(cpu, whose) for cpu in some) for whose in ("server", "both") for some in (on, off)
    )
    return {
        "cpu_us": 1e6 * both / rows,
        "cpu_us_without": 1e6 * both_without / rows,
        "server_us": 1e6 * server / rows,
        "server_us_without": 1e6 * server_without / rows,
        "cost_percent": 100 * (both / both_without - 1),
        "runs": rounds,
    }


@contextmanager
def without_tallies() -> Iterator[None]:
    """What is written meanwhile is counted by nobody, until `repair`."""
    from kit.tallies import declared

    def turn(how: str) -> None:
        for tally in declared():
            for deed in ("inserted", "updated", "deleted"):
                run(f"ALTER TABLE {tally.source} {how} TRIGGER {tally.name}_{deed}")

    turn("DISABLE")
    yield
    turn("ENABLE")


def taken_back(statements: str) -> Cpu:
    """With the constraints that wait for the commit."""
    with transaction.atomic():
        cpu = spent(lambda: run(statements + "; SET CONSTRAINTS ALL IMMEDIATE"))
        transaction.set_rollback(True)
    return cpu


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def seconds(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began
