"""What the clock does by itself, each job with a hundred thousand rows due, in a copy of the population.

Where the population has fewer, as many are due as it has. People on trips and at fairs are invented by SQL for as many
workers as there are: the rows that a sweep reads are whole, what it does not read hangs on nothing.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from benchmarks import figure
from benchmarks.population import copy_of_the_population
from kit.days import local_day, local_moment

DUE = 100_000
ON_A_TRIP, AT_A_FAIR = 2_000, 5_000  # people
USER_TIME, SYSTEM_TIME = 11, 12  # among what /proc says of a process after its name
ONE_BY_ONE = 200
"""Of what is still done one by one."""

ESCALATED = """
UPDATE cases_workitem SET escalation_level = 0, escalated_at = NULL, escalates_at = now() - interval '1 hour'
WHERE id IN (SELECT id FROM cases_workitem WHERE state = 'open' ORDER BY id LIMIT {due})
"""
SOMEBODY_OF_EACH = """
CREATE TEMP TABLE due AS SELECT id AS worker_id, area_code, row_number() OVER (ORDER BY id) - 1 AS n
FROM workers_worker worker WHERE phone_blind IS NOT NULL
    AND NOT EXISTS (SELECT FROM transport_booking WHERE worker_id = worker.id)
    AND NOT EXISTS (SELECT FROM fairs_fairreferral WHERE worker_id = worker.id)
ORDER BY id LIMIT {due};
"""
# each with a case of their own, that has ended
CASE_OF_EACH = """
CREATE TEMP TABLE somebody AS SELECT * FROM cases_case WHERE state = 'closed' ORDER BY id LIMIT 1;
INSERT INTO cases_case SELECT (jsonb_populate_record(somebody, jsonb_build_object('id', {case} + n,
        'worker_id', due.worker_id, 'area_code', due.area_code))).* FROM somebody, due;
DROP TABLE somebody;
"""
BOOKED = (
    SOMEBODY_OF_EACH
    + CASE_OF_EACH.replace("{case}", "20000000")
    + """
CREATE TEMP TABLE trip AS SELECT * FROM transport_trip WHERE state = 'open' ORDER BY id LIMIT 1;
CREATE TEMP TABLE stop AS SELECT * FROM transport_stop WHERE trip_id = (SELECT id FROM trip) AND kind = 'pickup'
    ORDER BY id LIMIT 1;
CREATE TEMP TABLE booking AS SELECT * FROM transport_booking WHERE trip_id = (SELECT id FROM trip) ORDER BY id LIMIT 1;
INSERT INTO transport_trip SELECT (jsonb_populate_record(trip, jsonb_build_object('id', 1000000 + n, 'once', NULL,
        'code', 'B' || n, 'departs_at', {day}, 'arrives_at', {day} + interval '1 day'))).*
    FROM trip, generate_series(0, {due} / {a_trip}) n;
INSERT INTO transport_stop SELECT (jsonb_populate_record(stop, jsonb_build_object('id', 1000000 + n,
        'trip_id', 1000000 + n, 'gather_at', {day}, 'at', {day}))).*
    FROM stop, generate_series(0, {due} / {a_trip}) n;
INSERT INTO transport_seat (id, trip_id, number, label, car)
    SELECT 10000000 + n, 1000000 + n / {a_trip}, n %% {a_trip} + 1, (n %% {a_trip} + 1)::text, '' FROM due;
INSERT INTO transport_booking SELECT (jsonb_populate_record(booking, jsonb_build_object('id', 10000000 + n,
        'trip_id', 1000000 + n / {a_trip}, 'pickup_id', 1000000 + n / {a_trip}, 'seat_id', 10000000 + n,
        'worker_id', due.worker_id, 'case_id', 20000000 + n, 'code', lpad(n::text, 6, '0'), 'once', NULL,
        'departs_at', {day}, 'arrives_at', {day} + interval '1 day', 'booked_at', now() - interval '7 days'))).*
    FROM booking, due;
DROP TABLE due, trip, stop, booking;
"""
)
INVITED = (
    SOMEBODY_OF_EACH
    + CASE_OF_EACH.replace("{case}", "10000000")
    + """
CREATE TEMP TABLE fair AS SELECT * FROM fairs_fair WHERE state = 'open' ORDER BY id LIMIT 1;
CREATE TEMP TABLE referral AS SELECT * FROM fairs_fairreferral ORDER BY id LIMIT 1;
INSERT INTO fairs_fair SELECT (jsonb_populate_record(fair, jsonb_build_object('id', 1000000 + n, 'once', NULL,
        'starts_at', {day}, 'ends_at', {day} + interval '6 hours'))).*
    FROM fair, generate_series(0, {due} / {a_fair}) n;
INSERT INTO fairs_fairreferral (id, code, referred_at, result, reason, note, withdrawn_because, is_walk_in, case_id,
        fair_id, referred_by_id, worker_id)
    SELECT 10000000 + n, lpad(n::text, 6, '0'), now() - interval '7 days', '', '', '', '', false, 10000000 + n,
        1000000 + n / {a_fair}, referral.referred_by_id, due.worker_id
    FROM referral, due;
DROP TABLE due, fair, referral;
"""
)
TEXTS = (
    SOMEBODY_OF_EACH
    + """
INSERT INTO notifications_message (template, language, body, segments, dedupe_key, phone_cipher, phone_blind,
        phone_tail, state, failed_reason, gateway_code, gateway, gateway_ref, queued_at, not_before, sent_at, round,
        area_code, worker_id, about_type, wakes)
    SELECT 'fair_reminder', 'zh-hans', 'text', 1, '{name}:' || n, phone_cipher, phone_blind, phone_tail, '{state}',
        '', '', 'sandbox', CASE WHEN '{state}' = 'sent' THEN 'x' ELSE '' END, now() - interval '{ago}',
        now() - interval '1 hour', CASE WHEN '{state}' = 'sent' THEN now() END, 1, {area}, worker_id, '', false
    FROM due JOIN workers_worker ON workers_worker.id = due.worker_id;
DROP TABLE due;
"""
)
BEGUN = """
INSERT INTO notifications_deliveryattempt (round, number, token, gateway, gateway_ref, started_at, outcome, code,
        message_id)
    SELECT 1, 1, gen_random_uuid(), 'sandbox', '', now() - interval '1 hour', 'started', '', id
    FROM notifications_message WHERE state = 'sending'
"""
OLD_SELECTIONS = """
INSERT INTO cases_selection (made_at, query, case_ids, made_by_id)
    SELECT now() - interval '9 days', '', '{1,2,3}', (SELECT min(id) FROM staff_user) FROM generate_series(1, {due})
"""
ASKED_AGAIN = """
UPDATE cases_case SET reask_on = current_date
WHERE id IN (SELECT id FROM cases_case WHERE state = 'closed' AND id < 10000000 ORDER BY id LIMIT {one_by_one})
"""
TABLES = (
    "cases_case, cases_workitem, cases_selection, notifications_message, notifications_deliveryattempt, "
    "transport_trip, transport_stop, transport_seat, transport_booking, fairs_fair, fairs_fairreferral"
)


@dataclass
class Watched:
    """The longest transaction so far, in seconds."""

    longest: float = 0.0
    began: float | None = None


@dataclass(frozen=True)
class Job:
    """`deed` returns how many it dealt with; None where nobody counts."""

    name: str
    deed: Callable[[datetime], int | None]
    prepared: tuple[str, ...] = ()


@figure("sweeps", runs=1)
def sweeps() -> Iterator[dict]:
    """Rows a second of the clock's jobs with 100,000 due, by the clock and by a core, and their longest transaction."""
    from notifications import tasks
    from notifications.sending.courier import Courier

    tasks.courier = Courier(lambda message_ids, queue: None)  # nobody waits for these texts
    with copy_of_the_population():
        due = min(DUE, count("workers_worker"))
        for job in jobs():
            prepare(job, due)
            yield {"row": job.name, **measured(job)}


def jobs() -> list[Job]:
    from cases import clock as cases_clock
    from cases import services as cases
    from fairs import services as fairs
    from notifications import clock as texts
    from notifications import services as outbox
    from notifications.sending import delivery
    from transport import services as transport

    return [
        Job("cases.escalate_overdue", lambda at: cases.escalate_due(at=at), (ESCALATED,)),
        Job("transport.remind_of_departures", lambda at: transport.remind_of_departures(at=evening(at)), (BOOKED,)),
        Job(
            "fairs.remind_of_tomorrow",
            lambda at: fairs.remind_of(day=local_day(at) + timedelta(days=1), at=evening(at)),
            (INVITED,),
        ),
        Job("notifications.sweep: hand over", lambda at: outbox.hand_over_due(at=at), (texts_that_are("queued"),)),
        Job(
            "notifications.sweep: give up",
            lambda at: delivery.give_up_on_interrupted(at=at),
            (texts_that_are("sending"), BEGUN),
        ),
        Job(
            "notifications.tidy_up: bring home",
            lambda at: texts.bring_all_home(),
            (texts_that_are("sent", area="520524000000"),),
        ),
        Job(
            "notifications.tidy_up: forget numbers",
            lambda at: texts.forget_numbers(at=at),
            (texts_that_are("sent", name="old", ago="100 days"),),
        ),
        Job("cases.forget_handovers", lambda at: cases.forget_selections(at=at), (OLD_SELECTIONS,)),
        Job("cases.ask_again", lambda at: cases_clock.reopen_to_ask(at=at), (ASKED_AGAIN,)),
    ]


def texts_that_are(state: str, *, name: str = "", area: str = "workers_worker.area_code", ago: str = "1 hour") -> str:
    said = {"state": state, "name": f"{name or state}", "area": area, "ago": ago}
    return TEXTS.format(due="{due}", **said)


def evening(at: datetime) -> datetime:
    """When people are reminded."""
    return local_moment(local_day(at), 18, 30)


def prepare(job: Job, due: int) -> None:
    """Past all triggers, so that only the sweep itself is measured."""
    tomorrow = local_moment(local_day(timezone.now()) + timedelta(days=1), 10).isoformat()
    said = {"due": due, "day": f"'{tomorrow}'::timestamptz", "a_trip": ON_A_TRIP, "a_fair": AT_A_FAIR}
    said["one_by_one"] = ONE_BY_ONE
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in job.prepared:
            for name, value in said.items():
                statement = statement.replace(f"{{{name}}}", str(value))
            cursor.execute(statement.replace("%%", "%"))
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(f"VACUUM ANALYZE {TABLES}")
        cursor.execute("CHECKPOINT")


def measured(job: Job) -> dict:
    with watched() as transactions:
        began, python, postgres = time.perf_counter(), time.process_time(), seconds_of_the_server()
        dealt_with = job.deed(timezone.now()) or 0
        took = time.perf_counter() - began
        python, postgres = time.process_time() - python, seconds_of_the_server() - postgres
    return {
        "a_second": round(dealt_with / took),
        "a_cpu_second": round(dealt_with / (python + postgres)),
        "rows": dealt_with,
        "s": round(took, 1),
        "python_cpu_s": round(python, 1),
        "postgres_cpu_s": round(postgres, 1),
        "longest_transaction_s": round(transactions.longest, 2),
    }


def seconds_of_the_server() -> float:
    """What the process behind this connection has used of a core: the server runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[USER_TIME]) + int(used[SYSTEM_TIME])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def watched() -> Iterator[Watched]:
    """From the beginning of each transaction to the end of its commit; a statement outside is one of its own."""
    seen = Watched()
    turn = connection.set_autocommit

    def turned(autocommit: bool, *args, **more) -> None:
        if not autocommit:
            seen.began = time.perf_counter()
        turn(autocommit, *args, **more)
        if autocommit and seen.began is not None:
            seen.longest = max(seen.longest, time.perf_counter() - seen.began)

    def timed(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not connection.in_atomic_block:
                seen.longest = max(seen.longest, time.perf_counter() - began)

    connection.set_autocommit = turned
    try:
        with connection.execute_wrapper(timed):
            yield seen
    finally:
        del connection.set_autocommit


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]
