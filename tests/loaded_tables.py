"""Rows that migrations load (the division tree, the rules) survive a transactional test.

Django's own way empties every table. Here each table that holds rows right after `migrate` is copied once into the
schema `loaded`; after a test the other tables are emptied, and a loaded one is put back only if the test changed it.
"""

from functools import cache

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

SCHEMA = "loaded"


def remember() -> None:
    """Copy the loaded tables, unless a kept database (--reuse-db) has its copy from the same migrations."""
    with connection.cursor() as cursor:
        mark = str(MigrationRecorder.Migration.objects.count())
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA])
        if cursor.fetchone()[0] == mark:
            return
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        for table in _tables(cursor, "public"):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM public."{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS SELECT * FROM public."{table}"')
        cursor.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{mark}'")


def restore() -> None:
    """Empty what tests filled. Triggers and foreign keys rest meanwhile, so neither order nor append-only matters."""
    connection.close()  # a test may have left a broken transaction
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        loaded = _as_loaded()
        for table in _filled(cursor, _tables(cursor, "public") - loaded.keys()):
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in dict(loaded.items() - _digests(cursor, "public", loaded).items()):
            _put_back(cursor, table)
        cursor.execute("SET session_replication_role = origin")


@cache
def _as_loaded() -> dict[str, tuple]:
    """Each loaded table with the digest of its copy, which nobody changes: read once a process."""
    with connection.cursor() as cursor:
        return _digests(cursor, SCHEMA, _tables(cursor, SCHEMA))


def _filled(cursor, tables) -> list[str]:
    """Those with a row in them, found by one question: most tests fill a few of eighty."""
    one = "SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")"
    cursor.execute(" UNION ALL ".join(one.format(table=table) for table in tables))
    return [name for (name,) in cursor.fetchall()]


def _digests(cursor, schema: str, tables) -> dict[str, tuple]:
    """table: (count of rows, sum of their hashes)."""
    one = "SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM {schema}.\"{table}\" t"
    cursor.execute(" UNION ALL ".join(one.format(table=table, schema=schema) for table in tables))
    return {table: tuple(digest) for table, *digest in cursor.fetchall()}


def _put_back(cursor, table: str) -> None:
    columns = ", ".join(_own_columns(cursor, table))
    cursor.execute(f'DELETE FROM public."{table}"')
    cursor.execute(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {SCHEMA}."{table}"')


def _tables(cursor, schema: str) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    return {name for (name,) in cursor.fetchall()}


def _own_columns(cursor, table: str) -> list[str]:
    """Without generated columns, which cannot be inserted."""
    cursor.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]
