"""The append-only memory of a worker: one line per change, each holding the hash of the line before it.

`record` is called in the transaction of the change, so there is no change without its line and no line without its
change. Writers of one worker queue up at the head row; writers of different workers never meet. A head that this
program did not move goes on with its wrong mark: work does not stop, and nothing written later covers it up.

Where an instance of the worker knows its head (read with it, or written by it before), the line is made for that end
and written only if the chain still ends there: the database looks, in the statement that moves the head on. Only
otherwise is the head locked and read first.
"""

import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

from kit import sql
from kit.copying import array_of, copy_in
from kit.sql import any_of
from staff.models import User
from workers.journal import authenticity
from workers.models import JournalHead, JournalLine, Worker
from workers.rules import masks
from workers.rules.seals import spelling
from workers.rules.seals.spelling import BEFORE_THE_FIRST

HEAD = Worker._meta.get_field("journal_head")

# One statement locks the head, makes it when the worker has none, and reads it.
LOCK_HEAD = """
INSERT INTO workers_journalhead (worker_id, seq, hash, mac) VALUES (%s, 0, %s, %s)
ON CONFLICT (worker_id) DO UPDATE SET seq = workers_journalhead.seq
RETURNING seq, hash, mac
"""
# One statement moves the head and writes the line, if the chain still ends where the line thinks.
WRITE_LINE = """
WITH head AS ({head} RETURNING worker_id)
INSERT INTO workers_journalline
    (worker_id, seq, what, about_type, about_id, by_id, happened_at, entered_at, data, prev_hash, hash, mac)
SELECT worker_id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM head
RETURNING id
"""
GO_ON = WRITE_LINE.format(
    head="""
    UPDATE workers_journalhead SET seq = %s, hash = %s, mac = %s
    WHERE worker_id = %s AND seq = %s AND hash = %s AND mac = %s"""
)
# Of somebody who was put on the register a moment ago.
BEGIN = WRITE_LINE.format(
    head="INSERT INTO workers_journalhead (seq, hash, mac, worker_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)

# Heads of chains that begin; who has one keeps it.
BEGIN_CHAINS = """
INSERT INTO workers_journalhead (worker_id, seq, hash, mac)
SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::bytea[], %s::bytea[]) ON CONFLICT (worker_id) DO NOTHING
"""

# Thousands of heads in one statement, where a CASE for each row would take most of a seed's time.
MOVE_HEADS = """
UPDATE workers_journalhead head SET seq = moved.seq, hash = moved.hash, mac = moved.mac
FROM unnest(%s::bigint[], %s::integer[], %s::bytea[], %s::bytea[]) AS moved (worker_id, seq, hash, mac)
WHERE head.worker_id = moved.worker_id
"""


class About(NamedTuple):
    """What a line is about where no instance of it is at hand: to make one takes longer than to write the line."""

    model: type[models.Model]
    pk: int


@dataclass(frozen=True)
class Entry:
    """What `record_many` needs to know of one line; `data` as in `record`."""

    worker_id: int
    what: str
    by: User | None
    at: datetime
    about: models.Model | About | None = None
    happened_at: datetime | None = None
    data: dict | None = None

    @property
    def about_row(self) -> tuple[str, int | None]:
        """A model's label and a key; empty and None where it is about nothing but the worker."""
        if self.about is None:
            return "", None
        model = self.about.model if isinstance(self.about, About) else self.about
        return model._meta.label_lower, self.about.pk


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
    line = _written(_known_end(worker), entry, worker) or _written(_lock_head(worker.pk), entry, worker)
    if line is None:
        raise HeadNotHeld(worker.pk)
    return line


def hold(worker_ids: Iterable[int] | QuerySet) -> None:
    """Lock the ends of these chains, in the order of workers, before rows that writers of lines lock after them."""
    heads = JournalHead.objects.filter(pk__in=worker_ids).order_by("pk")
    list(heads.select_for_update(of=("self",)).values_list("pk"))


def begin(worker: Worker) -> None:
    """Of somebody put on the register in this transaction, of whom nobody else can have written: the next line is the
    first."""
    mac = authenticity.of_head(worker.pk, 0, BEFORE_THE_FIRST)
    worker.known_end = End(worker.pk, 0, BEFORE_THE_FIRST, mac, stands=False)


@transaction.atomic(savepoint=False)
def record_many(entries: Iterable[Entry]) -> list[JournalLine]:
    """Write the lines of many workers by COPY, for imports and other bulk work; returns them in order.

    Heads are locked in the order of workers' keys, as every bulk writer does, so that two of them cannot deadlock.
    """
    entries = list(entries)
    ends = lock_heads(sorted({entry.worker_id for entry in entries}))
    lines = [ends[entry.worker_id].add(entry) for entry in entries]
    copy_in(lines)
    move_heads(list(ends.values()))
    return lines


class HeadNotHeld(Exception):
    """A head that was locked moved all the same."""


class End:
    """Where a chain ends, and where it ended when it was last looked at (`found`); `stands` is false while the head is
    still to be made. A mark that did not hold stays as it was, for `verify` to find."""

    def __init__(self, worker_id: int, seq: int, digest: bytes, mac: bytes, *, stands: bool = True):
        self.worker_id, self.seq, self.hash, self.kept_mac = worker_id, seq, bytes(digest), bytes(mac)
        self.found, self.stands = [worker_id, seq, self.hash, self.kept_mac], stands
        self.is_ours = authenticity.is_head_ours(self.kept_mac, worker_id, seq, self.hash)

    @property
    def has_moved(self) -> bool:
        return self.seq != self.found[1]

    @property
    def mac(self) -> bytes:
        return authenticity.of_head(self.worker_id, self.seq, self.hash) if self.is_ours else self.kept_mac

    def add(self, entry: Entry) -> JournalLine:
        line = _line(entry, self.seq + 1, self.hash)
        self.seq, self.hash = line.seq, line.hash
        return line


def _line(entry: Entry, seq: int, prev_hash: bytes) -> JournalLine:
    about_type, about_id = entry.about_row
    line = JournalLine(
        worker_id=entry.worker_id,
        seq=seq,
        what=entry.what,
        about_type=about_type,
        about_id=about_id,
        by=entry.by,
        happened_at=entry.happened_at or entry.at,
        entered_at=entry.at,
        data=plain(entry.data or {}),
        prev_hash=prev_hash,
    )
    content = spelling.content(line)
    line.hash, line.mac = spelling.hashed(content), authenticity.of_line(content)
    return line


def plain(data: dict) -> dict:
    """As PostgreSQL will give it back: dates and decimals as text, lazy words spoken, numbers of people masked."""
    return masks.scrub_data(json.loads(json.dumps(data, cls=_Encoder, allow_nan=False)))


class _Encoder(DjangoJSONEncoder):
    def default(self, o):
        return str(o) if isinstance(o, Promise) else super().default(o)


def _known_end(worker: Worker) -> End | None:
    """What this instance wrote last, or was read with; a copy, which moves on only once the line is written."""
    end, head = getattr(worker, "known_end", None), HEAD.get_cached_value(worker, default=None)
    if end is None and head is not None:
        return End(worker.pk, head.seq, head.hash, head.mac)
    return copy(end)


def _written(end: End | None, entry: Entry, worker: Worker) -> JournalLine | None:
    """None where no end is known, and where the chain ends elsewhere by now."""
    if end is None:
        return None
    line = end.add(entry)
    moved = [end.seq, end.hash, end.mac]
    statement, where = (GO_ON, end.found) if end.stands else (BEGIN, [worker.pk])
    key = sql.ask(statement, [*moved, *where, *_values(line)])
    if key is None:
        return None
    (line.pk,), line._state.adding = key, False
    end.found, end.stands, worker.known_end = [worker.pk, *moved], True, end
    return line


def _values(line: JournalLine) -> list:
    said = [line.seq, line.what, line.about_type, line.about_id, line.by_id, line.happened_at, line.entered_at]
    return [*said, json.dumps(line.data), line.prev_hash, line.hash, line.mac]


def _lock_head(worker_id: int) -> End:
    none_yet = authenticity.of_head(worker_id, 0, BEFORE_THE_FIRST)
    return End(worker_id, *sql.ask(LOCK_HEAD, [worker_id, BEFORE_THE_FIRST, none_yet]))


def move_heads(ends: list[End]) -> None:
    rows = [(end.worker_id, end.seq, end.hash, end.mac) for end in ends]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(MOVE_HEADS, list(map(array_of, zip(*rows, strict=True))))


def lock_heads(worker_ids: list[int]) -> dict[int, End]:
    heads = JournalHead.objects.filter(any_of("worker_id", worker_ids))
    headed = set(heads.values_list("pk", flat=True))
    if new := [pk for pk in worker_ids if pk not in headed]:
        macs = [authenticity.of_head(pk, 0, BEFORE_THE_FIRST) for pk in new]
        with connection.cursor() as cursor:
            columns = new, [0] * len(new), [BEFORE_THE_FIRST] * len(new), macs
            cursor.execute(BEGIN_CHAINS, list(map(array_of, columns)))
    locked = heads.select_for_update().order_by("pk")
    return {pk: End(pk, *rest) for pk, *rest in locked.values_list("pk", "seq", "hash", "mac")}
