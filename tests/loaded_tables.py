"""Rows that migrations load (the division tree, the rules) survive a transactional test.

Django's own way empties every table. Here each table that holds rows right after `migrate` is copied once into the
schema `loaded`; after a test the other tables are emptied, and a loaded one is put back only if the test changed it.
"""

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
        loaded = _tables(cursor, SCHEMA)
        for table in _tables(cursor, "public"):
            if table in loaded:
                _put_back(cursor, table)
            else:
                cursor.execute(f'DELETE FROM public."{table}"')
        cursor.execute("SET session_replication_role = origin")


def _put_back(cursor, table: str) -> None:
    if _digest(cursor, "public", table) == _digest(cursor, SCHEMA, table):
        return
    columns = ", ".join(_own_columns(cursor, table))
    cursor.execute(f'DELETE FROM public."{table}"')
    cursor.execute(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {SCHEMA}."{table}"')


def _digest(cursor, schema: str, table: str) -> tuple[int, int]:
    cursor.execute(f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {schema}."{table}" t')
    return cursor.fetchone()


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
