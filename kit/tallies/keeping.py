"""Adding up what was noted, and looking whether it is true."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from kit.tallies.declaring import Rollup, Tally, places

AT_ONCE = 50_000  # deltas in one transaction

# a row that comes to nothing goes, or days that are over would stay for ever
ADD = """, {table}_net AS (
    SELECT {expressions}, sum(n) AS n FROM taken GROUP BY {places} HAVING sum(n) <> 0
), {table}_gone AS (
    DELETE FROM {table} folded USING {table}_net net
    WHERE ({of_folded}) = ({of_net}) AND folded.n + net.n = 0 RETURNING {of_folded}
), {table}_added AS (
    INSERT INTO {table} AS folded ({names}, n)
    SELECT {names}, n FROM {table}_net WHERE ({names}) NOT IN (SELECT {names} FROM {table}_gone)
    ON CONFLICT ({names}) DO UPDATE SET n = folded.n + excluded.n
)"""

DIFFERENCE = """
SELECT {names}, coalesce(told.n, 0) AS told, coalesce(counted.n, 0) AS counted
FROM (SELECT {names}, sum(n) AS n FROM ({told}) said GROUP BY {names} HAVING sum(n) <> 0) told
FULL JOIN (SELECT {expressions}, sum(n) AS n FROM ({counted}) found GROUP BY {places}) counted USING ({names})
WHERE told.n IS DISTINCT FROM counted.n
"""


@dataclass(frozen=True)
class Difference:
    """Between what a rollup tells and what a count of the rows finds."""

    table: str
    dimensions: dict
    told: int
    counted: int


def fold(tally: Tally, *, at_once: int = AT_ONCE) -> int:
    """Add the deltas that stand to the rollups; returns how many they were, 0 while another process folds."""
    folded, taken = 0, at_once
    while taken == at_once:
        taken = _fold_some(tally, at_once)
        folded += taken
    return folded


def differences(tallies: Iterable[Tally]) -> list[Difference]:
    """Of every rollup, in one statement and so at one moment, whatever others write meanwhile."""
    compared = [_as_json(tally, rollup) for tally in tallies for rollup in tally.rollups]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(compared) + " ORDER BY 1, 2")
        return [Difference(table, json.loads(where), told, n) for table, where, told, n in cursor.fetchall()]


def repair(tally: Tally) -> None:
    """Make the rollups true. Nobody has to stop writing: what is added is the difference of one moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({tally.lock})")
        for rollup in tally.rollups:
            cursor.execute(
                f"INSERT INTO {rollup.table} AS folded ({rollup.names}, n) "
                f"SELECT {rollup.names}, counted - told FROM ({_difference(tally, rollup)}) difference "
                f"ON CONFLICT ({rollup.names}) DO UPDATE SET n = folded.n + excluded.n"
            )
            cursor.execute(f"DELETE FROM {rollup.table} WHERE n = 0")


def _fold_some(tally: Tally, at_once: int) -> int:
    """One statement takes the deltas away and adds them up: a process that dies has done both or neither.

    By where they lie: a key and its index would be one more thing to write for whoever notes one.
    """
    added = "".join(ADD.format(**_words(tally, rollup)) for rollup in tally.rollups)
    chosen = f"SELECT ctid FROM {tally.deltas} LIMIT %s"
    taken = f"WITH taken AS (DELETE FROM {tally.deltas} WHERE ctid = ANY (ARRAY({chosen})) RETURNING *)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({tally.lock})")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(f"{taken}{added} SELECT count(*) FROM taken", [at_once])
        return cursor.fetchone()[0]


def _difference(tally: Tally, rollup: Rollup) -> str:
    return DIFFERENCE.format(**_words(tally, rollup))


def _as_json(tally: Tally, rollup: Rollup) -> str:
    pairs = ", ".join(f"'{name}', {name}" for name in rollup.dimensions)
    where = f"json_build_object({pairs})::text"
    return f"SELECT '{rollup.table}', {where}, told, counted FROM ({_difference(tally, rollup)}) difference"


def _words(tally: Tally, rollup: Rollup) -> dict[str, str]:
    """What the statements above have blanks for."""
    return {
        "table": rollup.table,
        "names": rollup.names,
        "expressions": ", ".join(rollup.expressions),
        "places": places(rollup.dimensions),
        "of_folded": ", ".join(f"folded.{name}" for name in rollup.dimensions),
        "of_net": ", ".join(f"net.{name}" for name in rollup.dimensions),
        "told": tally.told(rollup),
        "counted": tally.counted(),
    }
