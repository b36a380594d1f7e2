"""Whether a query can begin at an index. On the few rows of a test PostgreSQL reads what costs least, which says
nothing of millions: so it is left with the one index, and told to read no table whole."""

from django.db import connection

OTHERS = """
SELECT others.indexrelid::regclass::text FROM pg_index this JOIN pg_index others USING (indrelid)
LEFT JOIN pg_constraint ON conindid = others.indexrelid
WHERE this.indexrelid = %s::regclass AND others.indexrelid <> this.indexrelid AND conindid IS NULL
"""


def plan_of(rows, *, only: str) -> str:
    """How PostgreSQL answers a query set from this index of the table, and those that constraints need."""
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        leave_only(cursor, only)
        cursor.execute(f"EXPLAIN {statement}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def leave_only(cursor, index: str) -> None:
    """Until the test is rolled back."""
    cursor.execute(OTHERS, [index])
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
    for way in ("seqscan", "sort", "bitmapscan"):
        cursor.execute(f"SET LOCAL enable_{way} = off")
