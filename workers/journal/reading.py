"""Chains as they stand, for who verifies them: each with its lines in order and its head, of one moment."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, QuerySet, Subquery

from workers.models import JournalHead, JournalLine, Worker

AT_ONCE = 2000  # chains
NUMBERED = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM workers_worker) numbered
WHERE place %% %s = 0 ORDER BY id
"""


class WrittenLine(NamedTuple):
    """A row of the journal without its key: instances of the model would take as long to make as to check."""

    worker_id: int
    seq: int
    what: str
    about_type: str
    about_id: int | None
    by_id: int | None
    happened_at: datetime
    entered_at: datetime
    data: dict
    prev_hash: bytes
    hash: bytes
    mac: bytes


class Head(NamedTuple):
    worker_id: int
    seq: int
    hash: bytes
    mac: bytes


class Chain(NamedTuple):
    worker_id: int
    lines: list[WrittenLine]
    head: Head | None
    is_registered: bool


class Stretch(NamedTuple):
    """Of workers by their number: beyond `after`, up to `until`; None is up to the last there is."""

    after: int
    until: int | None

    def chains(self, at_once: int = AT_ONCE) -> Iterator[Chain]:
        last = self.after
        while worker_ids := self._next(last, at_once):
            with one_moment():
                heads = _heads(worker_ids)
                registered = _registered(pk__gt=last, pk__lte=worker_ids[-1])
                lines = _lines().filter(worker_id__gt=last, worker_id__lte=worker_ids[-1])
                yield from _put_together(worker_ids, lines, heads, registered)
            last = worker_ids[-1]

    def part_of(self, worker_ids: list[int]) -> list[int]:
        """Those in it, of numbers that are in order."""
        until = len(worker_ids) if self.until is None else bisect_right(worker_ids, self.until)
        return worker_ids[bisect_right(worker_ids, self.after) : until]

    def _next(self, last: int, at_once: int) -> list[int]:
        """Of everybody on the register, with a head or with lines: a row deleted in one table shows in another."""
        registered = self._beyond(last, Worker.objects.order_by("pk"), "pk")[:at_once]
        headed = self._beyond(last, JournalHead.objects.order_by("pk"), "pk")[:at_once]
        written = self._beyond(last, JournalLine.objects.order_by("worker_id"), "worker_id")[:1]
        return sorted({*registered, *headed, *written})[:at_once]

    def _beyond(self, last: int, rows: QuerySet, key: str) -> QuerySet:
        rows = rows.filter(**{f"{key}__gt": last})
        return (rows if self.until is None else rows.filter(**{f"{key}__lte": self.until})).values_list(key, flat=True)


class Those(NamedTuple):
    """Of some workers, in the order of their numbers."""

    worker_ids: list[int]

    def chains(self, at_once: int = AT_ONCE) -> Iterator[Chain]:
        """Of who is neither on the register nor in the journal there is none."""
        for start in range(0, len(self.worker_ids), at_once):
            some = self.worker_ids[start : start + at_once]
            with one_moment():
                heads = _heads(some)
                registered = _registered(pk__in=some)
                lines = _lines().filter(worker_id__in=some)
                yield from _put_together(sorted({*registered, *heads}), lines, heads, registered)

    def part_of(self, worker_ids: list[int]) -> list[int]:
        return self.worker_ids


Piece = Stretch | Those
EVERYBODY = Stretch(0, None)


def chain_of(worker_id: int) -> Chain:
    """In one statement, which is of one moment by itself; where there is no line, in two more."""
    head = JournalHead.objects.filter(pk=worker_id)
    rows = list(
        _lines_of(worker_id).annotate(
            end=Subquery(head.values("seq")),
            end_hash=Subquery(head.values("hash")),
            end_mac=Subquery(head.values("mac")),
            is_registered=Exists(Worker.objects.filter(pk=worker_id)),
        )
    )
    if not rows:
        with one_moment():
            (chain,) = _put_together([worker_id], _lines_of(worker_id), _heads([worker_id]), _registered(pk=worker_id))
            return chain
    *_line, end, digest, mac, is_registered = rows[0]
    lines = [WrittenLine(*row[: len(WrittenLine._fields)]) for row in rows]
    return Chain(worker_id, lines, _head(worker_id, end, digest, mac) if end is not None else None, is_registered)


def stretches(people: int) -> list[Stretch]:
    """Everybody, in pieces of so many on the register; the last one takes whatever comes after them."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, [people])
        ends = [end for (end,) in cursor.fetchall()]
    return [Stretch(after, until) for after, until in zip([0, *ends], [*ends, None], strict=True)]


def written_since(moment: datetime) -> set[int]:
    """Whose chains have a line that was entered then or later."""
    lines = JournalLine.objects.filter(entered_at__gte=moment)
    return set(lines.order_by().values_list("worker_id", flat=True).distinct())


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is of one state of the database: a line written after its head was read would be one too many
    for that head."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _heads(worker_ids: list[int]) -> dict[int, Head]:
    rows = JournalHead.objects.filter(pk__in=worker_ids).values_list("pk", "seq", "hash", "mac")
    return {row[0]: _head(*row) for row in rows}


def _head(worker_id: int, seq: int, digest: bytes, mac: bytes) -> Head:
    return Head(worker_id, seq, bytes(digest), bytes(mac))


def _lines() -> QuerySet:
    """As rows of `WrittenLine`."""
    return JournalLine.objects.order_by("worker_id", "seq").values_list(*WrittenLine._fields)


def _lines_of(worker_id: int) -> QuerySet:
    return _lines().filter(worker_id=worker_id)


def _registered(**which) -> set[int]:
    return set(Worker.objects.filter(**which).values_list("pk", flat=True))


def _put_together(
    worker_ids: list[int], rows: QuerySet, heads: dict[int, Head], registered: set[int]
) -> Iterator[Chain]:
    """Chains without a line included, and those of numbers that only lines know."""
    waiting = deque(worker_ids)
    for worker_id, lines in groupby(
        map(WrittenLine._make, rows.iterator(chunk_size=5000)), key=attrgetter("worker_id")
    ):
        while waiting and waiting[0] < worker_id:
            yield _without_lines(waiting.popleft(), heads, registered)
        if waiting and waiting[0] == worker_id:
            waiting.popleft()
        yield Chain(worker_id, list(lines), heads.get(worker_id), worker_id in registered)
    yield from (_without_lines(worker_id, heads, registered) for worker_id in waiting)


def _without_lines(worker_id: int, heads: dict[int, Head], registered: set[int]) -> Chain:
    return Chain(worker_id, [], heads.get(worker_id), worker_id in registered)
