"""Rows on their way into the database: blocks of COPY text, written beside the process that makes them."""

from collections.abc import Iterable
from contextlib import contextmanager
from queue import Queue
from threading import Thread

import psycopg
from django.db import connection

BLOCK = 4 << 20  # characters
WAITING = 4  # blocks a table may be ahead of the database


class Table:
    """One table, filled through a connection of its own; `write` takes whole rows."""

    def __init__(self, name: str, columns: Iterable[str]):
        self._copy = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
        self._rows: list[str] = []
        self._size, self._error = 0, None
        self._queue: Queue[str | None] = Queue(WAITING)
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def write(self, row: str) -> None:
        self._rows.append(row)
        self._size += len(row)
        if self._size > BLOCK:
            self._pass_on()

    def close(self) -> None:
        """Once all of it is committed. Raises what the database said."""
        self._pass_on()
        self._queue.put(None)
        self._thread.join()
        if self._error:
            raise self._error

    def abandon(self) -> None:
        """Nothing of it is kept."""
        self._error = self._error or RuntimeError("abandoned")
        self._queue.put(None)
        self._thread.join()

    def _pass_on(self) -> None:
        if self._error:
            raise self._error
        self._queue.put("".join(self._rows))
        self._rows, self._size = [], 0

    def _run(self) -> None:
        try:
            with own_connection() as link, link.cursor() as cursor, cursor.copy(self._copy) as copy:
                while (block := self._queue.get()) is not None:
                    copy.write(block)
                if self._error:
                    raise self._error
        except Exception as error:  # told to whoever writes next, or closes
            self._error = error
            while self._queue.get() is not None:
                pass


def own_connection(**options) -> psycopg.Connection:
    """To the same database, outside Django's pool; without its limits of time."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold", "client_encoding", "options", "pool"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, **options)


@contextmanager
def tables(**columns: Iterable[str]):
    """Open for writing by name; all are closed at the end, and none keeps anything if one of them fails."""
    opened = {name: Table(name, of_it) for name, of_it in columns.items()}
    try:
        yield opened
    except BaseException:
        for table in opened.values():
            table.abandon()
        raise
    for table in opened.values():
        table.close()
