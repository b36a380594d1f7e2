"""Tables without their indexes, foreign keys and triggers while millions of rows come in, and whole again afterwards.

Building an index once is several times cheaper than growing it row by row, and checking a foreign key for a whole
table is one join. Primary keys and checks stay. Every definition is the database's own; none is written down here.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from insights.population.copying import own_connection

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype IN ('u', 'x') AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1, 2
"""
ROOM = "SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1; SET lock_timeout = 0"
AT_ONCE = 2


@dataclass
class Bare:
    """`taken` are the definitions to put back: constraints and indexes, then foreign keys."""

    tables: list[str]
    indexes: list[str] = field(default_factory=list)
    foreign_keys: list[tuple[str, str, str]] = field(default_factory=list)

    def take_off(self) -> None:
        with own_connection() as link:
            self.foreign_keys = link.execute(FOREIGN_KEYS, [self.tables]).fetchall()
            unique = link.execute(CONSTRAINTS, [self.tables]).fetchall()
            plain = link.execute(INDEXES, [self.tables]).fetchall()
            for table, name, _definition in [*self.foreign_keys, *unique]:
                link.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for _table, name, _definition in plain:
                link.execute(f"DROP INDEX {name}")
            for table in self.tables:
                link.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.indexes = [definition for _table, _name, definition in plain]
            self.indexes += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {rule}' for table, name, rule in unique]

    def put_back(self) -> None:
        """Raises what the database finds wrong with the rows."""
        _at_once(self.indexes)
        keys = [(table, f'"{name}"', rule) for table, name, rule in self.foreign_keys]
        with own_connection() as link:
            for table, name, rule in keys:
                link.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule} NOT VALID")
        _at_once(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}" for table, name, _rule in keys)
        with own_connection() as link:
            for table in self.tables:
                link.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def clean(tables: Iterable[str]) -> None:
    """Statistics for the planner, and pages that index-only scans need not look at again."""
    _at_once(f"VACUUM (ANALYZE, PARALLEL 0) {table}" for table in tables)


def _at_once(statements: Iterable[str]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_run, statements))


def _run(statement: str) -> None:
    with own_connection(autocommit=True) as link:
        link.execute(ROOM)
        link.execute(statement)
