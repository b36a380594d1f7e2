"""The SQL of a tally, for a migration to hold written out: it must not change with the declaration.

Triggers for each statement and not for each row, with what the statement took and brought: row by row a bulk load was
four times slower and fell into deadlocks.
"""

from collections.abc import Iterable

from kit.tallies.declaring import Rollup, Tally, places

DELTAS = """\
CREATE TABLE {deltas} (
    {columns},
    n integer NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);
"""

ROLLUP = """
CREATE TABLE {table} (
    {columns},
    n bigint NOT NULL,
    PRIMARY KEY ({names})
) WITH (fillfactor = 70);
"""

FUNCTIONS = """
CREATE FUNCTION {name}_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO {deltas} ({names}, n)
        SELECT
            {expressions},
            count(*)
        FROM came WHERE {condition} GROUP BY {places};
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {deltas} ({names}, n)
        SELECT
            {expressions},
            -count(*)
        FROM went WHERE {condition} GROUP BY {places};
    ELSE
        INSERT INTO {deltas} ({names}, n)
        SELECT {names}, sum(n)
        FROM (
            SELECT
            {expressions},
            1 AS n
            FROM came WHERE {condition}
            UNION ALL
            SELECT
            {expressions},
            -1
            FROM went WHERE {condition}
        ) AS changed
        GROUP BY {names}
        HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION {name}_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
    DELETE FROM {deltas};
{emptied}
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER {name}_inserted AFTER INSERT ON {source} REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_note();
CREATE TRIGGER {name}_updated AFTER UPDATE ON {source} REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_note();
CREATE TRIGGER {name}_deleted AFTER DELETE ON {source} REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_note();
CREATE TRIGGER {name}_truncated BEFORE TRUNCATE ON {source}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_forget();
"""


COUNT = """
INSERT INTO {table} ({names}, n)
SELECT
    {expressions},
    count(*)
FROM (
    SELECT
            {fine}
    FROM {source} WHERE {condition}
) AS counted
GROUP BY {places};
"""


def making(tally: Tally) -> str:
    """All of it, filled with what stands; the triggers come first, and with them nobody writes until all is counted."""
    words = {
        "name": tally.name,
        "source": tally.source,
        "deltas": tally.deltas,
        "columns": _columns(tally, tally.dimensions),
        "names": tally.names,
        "expressions": ",\n            ".join(tally.expressions),
        "places": places(tally.dimensions),
        "condition": tally.condition,
        "lock": tally.lock,
        "emptied": "\n".join(f"    DELETE FROM {rollup.table};" for rollup in tally.rollups),
    }
    tables = [ROLLUP.format(columns=_columns(tally, rollup.dimensions), **_words(rollup)) for rollup in tally.rollups]
    counts = [COUNT.format(fine=words["expressions"], **words | _words(rollup)) for rollup in tally.rollups]
    return "".join([template.format(**words) for template in (DELTAS, FUNCTIONS, TRIGGERS)] + tables + counts)


def removing(tally: Tally) -> str:
    functions = f"DROP FUNCTION {tally.name}_note() CASCADE;\nDROP FUNCTION {tally.name}_forget() CASCADE;\n"
    return functions + "".join(f"DROP TABLE {table};\n" for table in [tally.deltas, *(r.table for r in tally.rollups)])


def _words(rollup: Rollup) -> dict[str, str]:
    return {
        "table": rollup.table,
        "names": rollup.names,
        "expressions": ",\n    ".join(rollup.expressions),
        "places": places(rollup.dimensions),
    }


def _columns(tally: Tally, names: Iterable[str]) -> str:
    return ",\n    ".join(f"{name} {tally.dimensions[name][0]} NOT NULL" for name in names)
