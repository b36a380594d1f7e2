"""What the role may do in the database under which web, workers and clock connect: it owns nothing.

Read from what the database itself forbids (`kit.append_only`): a table whose rows are never changed gives it no right
to change them either, so that not even a trigger switched off in a session of its own would help whoever sits in it.
"""

from contextlib import suppress

import psycopg
from psycopg import sql

APPLICATION = "wayfare_application"
"""Its name in the embedded server, where it is made by itself and needs no password."""

ONE_AT_A_TIME = 7_203_002  # an advisory lock: two that grant at once would stumble over each other
SCHEMAS = ["public", "pgmq"]
READ_ONLY = ["django_migrations"]
TABLES = """
SELECT n.nspname, c.relname,
       c.relname <> ALL (%(read_only)s) AS insert,
       c.relname <> ALL (%(read_only)s) AND NOT coalesce(bool_or(t.tgtype & 16 > 0), false) AS update,
       c.relname <> ALL (%(read_only)s) AND NOT coalesce(bool_or(t.tgtype & 8 > 0), false) AS delete
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
           AND p.proname IN ('wayfare_refuse_change', t.tgrelid::regclass || '_says_the_same'))
       ON t.tgrelid = c.oid AND (t.tgqual IS NULL OR t.tgtype & 8 > 0)
WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p')
GROUP BY 1, 2 ORDER BY 1, 2
"""


def grant(link: psycopg.Connection, role: str) -> None:
    """All rights of `role` anew, in one transaction of an owner's connection; safe to repeat after each migration."""
    who = sql.Identifier(role)
    with link.transaction(), link.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        present = cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY (%s)", [SCHEMAS]).fetchall()
        for (name,) in present:
            _grant_on_schema(cursor, sql.Identifier(name), who)
        for schema, table, *may in cursor.execute(TABLES, {"schemas": SCHEMAS, "read_only": READ_ONLY}).fetchall():
            verbs = [verb for verb, allowed in zip(("INSERT", "UPDATE", "DELETE"), may, strict=True) if allowed]
            rights = sql.SQL(", ".join(["SELECT", *verbs]))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(schema, table), who))


def make_application_role(link: psycopg.Connection) -> None:
    """Where it is not there yet. Roles belong to all databases of a server: whoever comes second finds it made."""
    if exists(link, APPLICATION):  # or each start would leave an error in the server's log
        return
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation), link.transaction():
        link.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION)))


def owns_nothing(link) -> bool:
    """Whether this connection may not make tables; takes Django's connection too."""
    with link.cursor() as cursor:
        cursor.execute("SELECT NOT has_schema_privilege(current_user, 'public', 'CREATE')")
        return cursor.fetchone()[0]


def exists(link: psycopg.Connection, role: str) -> bool:
    return bool(link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone())


def _grant_on_schema(cursor: psycopg.Cursor, schema: sql.Identifier, who: sql.Identifier) -> None:
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}",
        "REVOKE CREATE ON SCHEMA {} FROM {}",
        "GRANT USAGE ON SCHEMA {} TO {}",
    ):
        cursor.execute(sql.SQL(statement).format(schema, who))
    cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, who))
