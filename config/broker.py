"""The message queue inside PostgreSQL: pgmq's own SQL, installed once."""

import psycopg
from pgmq.install import get_embedded_install_sql, install_pgmq_sql

from config.celery import QUEUES

MILLISECONDS_BETWEEN_NOTICES = 250
ONE_AT_A_TIME = 7_203_001  # an advisory lock: two processes that start together install once


def install(conninfo: str) -> bool:
    """Install pgmq and our queues where missing; True when something was installed."""
    with psycopg.connect(conninfo, autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        missing = link.execute("SELECT to_regclass('pgmq.meta') IS NULL").fetchone()[0]
        if missing:
            install_pgmq_sql(get_embedded_install_sql(), dsn=conninfo)
        for queue in QUEUES:
            link.execute("SELECT pgmq.create(%s)", [queue])
            link.execute("SELECT pgmq.enable_notify_insert(%s, %s)", [queue, MILLISECONDS_BETWEEN_NOTICES])
        return missing
