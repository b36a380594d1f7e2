"""The append-only memory of a worker: one line per change, each holding the hash of the line before it.

`record` is called in the transaction of the change, so there is no change without its line and no line without its
change. Writers of one worker queue up at the head row; writers of different workers never meet. A head that this
program did not move goes on with its wrong mark: work does not stop, and nothing written later covers it up.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.functional import Promise
from psycopg.types.json import Jsonb

from kit.copying import array_of, copy_in
from kit.sealing import crypto
from kit.sealing.many import Marks
from staff.models import User
from workers.journal import authenticity
from workers.journal.copying import Book
from workers.models import JournalLine, Worker
from workers.rules import masks
from workers.rules.seals import spelling
from workers.rules.seals.spelling import BEFORE_THE_FIRST

# One statement locks the head, makes it when the worker has none, and reads it.
LOCK_HEAD = """
INSERT INTO workers_journalhead (worker_id, seq, hash, mac) VALUES (%s, 0, %s, %s)
ON CONFLICT (worker_id) DO UPDATE SET seq = workers_journalhead.seq
RETURNING seq, hash, mac
"""
# One statement writes the line and moves the head on.
WRITE_LINE = """
WITH line AS (
    INSERT INTO workers_journalline
        (worker_id, seq, what, about_type, about_id, by_id, happened_at, entered_at, data, prev_hash, hash, mac)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    RETURNING id
)
UPDATE workers_journalhead SET seq = %s, hash = %s, mac = %s WHERE worker_id = %s RETURNING (SELECT id FROM line)
"""

# Heads of chains that begin; who has one keeps it.
BEGIN_CHAINS = """
INSERT INTO workers_journalhead (worker_id, seq, hash, mac)
SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::bytea[], %s::bytea[]) ON CONFLICT (worker_id) DO NOTHING
"""

HEADED = "SELECT worker_id FROM workers_journalhead WHERE worker_id = ANY(%s::bigint[])"
LOCK_HEADS = """
SELECT worker_id, seq, hash, mac FROM workers_journalhead WHERE worker_id = ANY(%s::bigint[]) ORDER BY worker_id
FOR UPDATE
"""

# Thousands of heads in one statement, where a CASE for each row would take most of a seed's time.
MOVE_HEADS = """
UPDATE workers_journalhead head SET seq = moved.seq, hash = moved.hash, mac = moved.mac
FROM unnest(%s::bigint[], %s::integer[], %s::bytea[], %s::bytea[]) AS moved (worker_id, seq, hash, mac)
WHERE head.worker_id = moved.worker_id
"""


Mark = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Entry:
    """What `record_many` needs to know of one line; `data` as in `record`."""

    worker_id: int
    what: str
    by: User | None
    at: datetime
    about: models.Model | None = None
    happened_at: datetime | None = None
    data: dict | None = None


@transaction.atomic(savepoint=False)  # a line that fails takes its change with it, so no savepoint is needed
def record(
    *,
    worker: Worker,
    what: str,
    by: User | None,
    at: datetime,
    about: models.Model | None = None,
    happened_at: datetime | None = None,
    data: dict | None = None,
) -> JournalLine:
    """Write one line. `what` is past tense in snake case; its sentence is registered in `workers.journal.words`.

    `data` holds JSON values for that sentence. ID and phone numbers inside are masked before they are hashed.
    """
    entry = Entry(worker.pk, what, by, at, about, happened_at, data)
    head = _lock_head(worker.pk)
    line = head.add(entry)
    _write(line, head)
    return line


@transaction.atomic(savepoint=False)
def record_many(entries: Iterable[Entry]) -> list[JournalLine]:
    """Write the lines of many workers by COPY, for imports and other bulk work; returns them in order.

    Heads are locked in the order of workers' keys, as every bulk writer does, so that two of them cannot deadlock.
    """
    entries = list(entries)
    ends = _lock_heads(sorted({entry.worker_id for entry in entries}))
    lines = [ends[entry.worker_id].add(entry) for entry in entries]
    copy_in(lines)
    _move_heads(list(ends.values()))
    return lines


class KnownChains(Book):
    """Chains of people who are on the register: their heads are locked now, in the order of their keys."""

    def __init__(self, worker_ids: Iterable[int], *, by: int | None, at: datetime, at_once: int):
        super().__init__(by=by, at=at, at_once=at_once)
        self._known = _lock_heads(sorted(worker_ids))
        self._ends = {key: (end.seq, end.hash) for key, end in self._known.items()}

    def write(self) -> None:
        self.write_lines()
        for key, end in self._known.items():
            end.seq, end.hash = self._ends[key]
        _move_heads([end for end in self._known.values() if end.has_moved])


class _End:
    """Where a locked chain ends. A mark that did not hold stays as it was, for `verify` to find."""

    def __init__(self, mark: Mark, worker_id: int, seq: int, digest: bytes, mac: bytes):
        self._mark, self._began, self.worker_id = mark, seq, worker_id
        self.seq, self.hash, self.kept_mac = seq, bytes(digest), bytes(mac)
        is_newest = self.kept_mac == mark(authenticity.end_of(worker_id, seq, self.hash))
        self.is_ours = is_newest or authenticity.is_head_ours(self.kept_mac, worker_id, seq, self.hash)

    @property
    def mac(self) -> bytes:
        return self._mark(authenticity.end_of(self.worker_id, self.seq, self.hash)) if self.is_ours else self.kept_mac

    @property
    def has_moved(self) -> bool:
        return self.seq != self._began

    def add(self, entry: Entry) -> JournalLine:
        line = _line(entry, self.seq + 1, self.hash)
        self.seq, self.hash = line.seq, line.hash
        return line


def _line(entry: Entry, seq: int, prev_hash: bytes) -> JournalLine:
    line = JournalLine(
        worker_id=entry.worker_id,
        seq=seq,
        what=entry.what,
        about_type=entry.about._meta.label_lower if entry.about else "",
        about_id=entry.about.pk if entry.about else None,
        by=entry.by,
        happened_at=entry.happened_at or entry.at,
        entered_at=entry.at,
        data=_plain(entry.data or {}),
        prev_hash=prev_hash,
    )
    content = spelling.content(line)
    line.hash, line.mac = spelling.hashed(content), authenticity.of_line(content)
    return line


def _plain(data: dict) -> dict:
    """As PostgreSQL will give it back: dates and decimals as text, lazy words spoken, numbers of people masked."""
    return masks.scrub_data(json.loads(json.dumps(data, cls=_Encoder, allow_nan=False)))


class _Encoder(DjangoJSONEncoder):
    def default(self, o):
        return str(o) if isinstance(o, Promise) else super().default(o)


def _mark_head(end: bytes) -> bytes:
    return crypto.authenticate(end, purpose=authenticity.HEAD)


def _lock_head(worker_id: int) -> _End:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HEAD, [worker_id, BEFORE_THE_FIRST, authenticity.of_head(worker_id, 0, BEFORE_THE_FIRST)])
        return _End(_mark_head, worker_id, *cursor.fetchone())


def _write(line: JournalLine, head: _End) -> None:
    """By hand: saving the model and the head would be two statements, and every step of a case writes lines."""
    values = [
        line.worker_id, line.seq, line.what, line.about_type, line.about_id, line.by_id, line.happened_at,
        line.entered_at, Jsonb(line.data), line.prev_hash, line.hash, line.mac,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WRITE_LINE, [*values, head.seq, head.hash, head.mac, head.worker_id])
        (line.pk,) = cursor.fetchone()
    line._state.adding = False


def _move_heads(ends: list[_End]) -> None:
    rows = [(end.worker_id, end.seq, end.hash, end.mac) for end in ends]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(MOVE_HEADS, list(map(array_of, zip(*rows, strict=True))))


def _lock_heads(worker_ids: list[int]) -> dict[int, _End]:
    mark = Marks(authenticity.HEAD).of
    headed = {key for (key,) in _asked(HEADED, worker_ids)}
    if new := [pk for pk in worker_ids if pk not in headed]:
        macs = [mark(authenticity.end_of(pk, 0, BEFORE_THE_FIRST)) for pk in new]
        columns = new, [0] * len(new), [BEFORE_THE_FIRST] * len(new), macs
        with connection.cursor() as cursor:
            cursor.execute(BEGIN_CHAINS, list(map(array_of, columns)))
    return {row[0]: _End(mark, *row) for row in _asked(LOCK_HEADS, worker_ids)}


def _asked(query: str, worker_ids: list[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, [array_of(worker_ids)])
        return cursor.fetchall()
