"""Values from before they were bound to their row: opened as they were sealed and sealed for where they lie.

For the migrations alone: whoever runs the program after them opens no value that belongs to no row. What stands in a
row when they run is taken for what belongs there.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from kit.sealing import crypto

AT_ONCE = 2000
LOCKED = """
SELECT id, {row}, {column} FROM {table} WHERE id > %s AND {column} IS NOT NULL ORDER BY id LIMIT %s FOR NO KEY UPDATE
"""
WRITE = "UPDATE {table} old SET {column} = new.cipher FROM unnest(%s::bigint[], %s::bytea[]) AS new (id, cipher) "
WRITE += "WHERE old.id = new.id"


def bind(model, column: str, *, row: str, sealed_as: str) -> None:
    """Every value of the column, a transaction for each `AT_ONCE`; safe to break off and to run again.

    What cannot be opened stays as it is and is named: it was no use before either. A missing key stops everything.
    """
    names = {"table": model._meta.db_table, "column": column, "row": model._meta.get_field(row).column}
    place = crypto.column(model, column)
    for pk in _bind_all(names, place, sealed_as):
        print(f"\n    {place}: the value of row {pk} cannot be opened and stays as it is.")


def _bind_all(names: dict, place: str, sealed_as: str) -> Iterator[int]:
    last = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute(LOCKED.format(**names), [last, AT_ONCE])
            if not (rows := cursor.fetchall()):
                return
            bound = {pk: _bound(blob, place, row, sealed_as) for pk, row, blob in rows}
            written = {pk: blob for pk, blob in bound.items() if blob}
            cursor.execute(WRITE.format(**names), [list(written), list(written.values())])
        yield from (pk for pk, blob in bound.items() if blob is None)
        last = rows[-1][0]


def _bound(blob: bytes, place: str, row: object, sealed_as: str) -> bytes | None:
    try:
        return crypto.seal(crypto.unseal(blob, purpose=sealed_as), purpose=place, row=row)
    except crypto.NotOfThisPlace:
        return bytes(blob) if _is_bound(blob, place, row) else None


def _is_bound(blob: bytes, place: str, row: object) -> bool:
    try:
        return bool(crypto.unseal(blob, purpose=place, row=row))
    except crypto.NotOfThisPlace:
        return False
