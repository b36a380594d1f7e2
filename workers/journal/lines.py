"""The append-only memory of a worker: one line per change, each holding the hash of the line before it.

`record` is called in the transaction of the change, so there is no change without its line and no line without its
change. Writers of one worker queue up at the head row; writers of different workers never meet. What a hash covers
is `canonical`: change nothing there, or every chain in the country breaks.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.functional import Promise
from psycopg.types.json import Jsonb

from staff.models import User
from workers.models import JournalHead, JournalLine, Worker
from workers.rules import masks

BEFORE_THE_FIRST = b"\0" * 32

# One statement locks the head, makes it when the worker has none, and reads it.
LOCK_HEAD = """
INSERT INTO workers_journalhead (worker_id, seq, hash) VALUES (%s, 0, %s)
ON CONFLICT (worker_id) DO UPDATE SET seq = workers_journalhead.seq
RETURNING seq, hash
"""
# One statement writes the line and moves the head on.
WRITE_LINE = """
WITH line AS (
    INSERT INTO workers_journalline
        (worker_id, seq, what, about_type, about_id, by_id, happened_at, entered_at, data, prev_hash, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    RETURNING id
)
UPDATE workers_journalhead SET seq = %s, hash = %s WHERE worker_id = %s RETURNING (SELECT id FROM line)
"""

# Thousands of heads in one statement, where a CASE for each row would take most of a seed's time.
MOVE_HEADS = """
UPDATE workers_journalhead head SET seq = moved.seq, hash = moved.hash
FROM unnest(%s::bigint[], %s::integer[], %s::bytea[]) AS moved (worker_id, seq, hash)
WHERE head.worker_id = moved.worker_id
"""


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


@dataclass(frozen=True)
class Fault:
    """A place where a chain does not hold. `seq` is the line that shows it; `why` is altered, missing or cut_off."""

    worker_id: int
    seq: int
    why: str


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
    seq, prev_hash = _lock_head(worker.pk)
    line = _line(entry, seq + 1, prev_hash)
    _write(line)
    return line


@transaction.atomic(savepoint=False)
def record_many(entries: Iterable[Entry], *, batch_size: int = 2000) -> list[JournalLine]:
    """Write the lines of many workers in a few statements, for imports and other bulk work; returns them in order.

    Heads are locked in the order of workers' keys, as every bulk writer does, so that two of them cannot deadlock.
    """
    entries = list(entries)
    heads = _lock_heads(sorted({entry.worker_id for entry in entries}))
    lines = []
    for entry in entries:
        head = heads[entry.worker_id]
        line = _line(entry, head.seq + 1, bytes(head.hash))
        head.seq, head.hash = line.seq, line.hash
        lines.append(line)
    JournalLine.objects.bulk_create(lines, batch_size=batch_size)
    _move_heads(list(heads.values()))
    return lines


def verify(worker: Worker | int) -> list[Fault]:
    """Every fault in one worker's chain; an empty list when it is whole."""
    worker_id = worker if isinstance(worker, int) else worker.pk
    lines = JournalLine.objects.filter(worker_id=worker_id).in_order()
    head = JournalHead.objects.filter(worker_id=worker_id).values_list("seq", "hash").first()
    return list(faults(worker_id, lines, head or (0, BEFORE_THE_FIRST)))


def verify_all(*, chunk_size: int = 5000) -> Iterator[Fault]:
    """Faults of every chain, in one pass over the lines and without holding them."""
    head = {"head_seq": F("worker__journal_head__seq"), "head_hash": F("worker__journal_head__hash")}
    lines = JournalLine.objects.annotate(**head).order_by("worker_id", "seq").iterator(chunk_size=chunk_size)
    for worker_id, its_lines in groupby(lines, key=attrgetter("worker_id")):
        first = next(its_lines)
        end = (first.head_seq or 0, first.head_hash or BEFORE_THE_FIRST)
        yield from faults(worker_id, chain([first], its_lines), end)  # noqa: B031  the one use there is
    emptied = JournalHead.objects.filter(seq__gt=0).filter(~Exists(_lines_of_outer_head()))
    for worker_id, seq in emptied.values_list("pk", "seq"):
        yield Fault(worker_id, seq, "cut_off")


def faults(worker_id: int, lines: Iterable[JournalLine], head: tuple[int, bytes]) -> Iterator[Fault]:
    """Walk a chain in the order of its numbers and compare what it ends in with the head."""
    seq, prev_hash = 0, BEFORE_THE_FIRST
    for line in lines:
        if line.seq != seq + 1:
            yield Fault(worker_id, seq + 1, "missing")
        elif bytes(line.prev_hash) != prev_hash or bytes(line.hash) != digest_of(line):
            yield Fault(worker_id, line.seq, "altered")
        seq, prev_hash = line.seq, bytes(line.hash)
    if (seq, prev_hash) != (head[0], bytes(head[1])):
        yield Fault(worker_id, max(seq, head[0]), "cut_off")


def digest_of(line: JournalLine) -> bytes:
    return hashlib.sha256(bytes(line.prev_hash) + canonical(line).encode()).digest()


def canonical(line: JournalLine) -> str:
    """Everything a line says, in one spelling: sorted keys, no spaces, UTC to the microsecond."""
    fields = {
        "about_id": line.about_id,
        "about_type": line.about_type,
        "by": line.by_id,
        "data": line.data,
        "entered_at": _moment(line.entered_at),
        "happened_at": _moment(line.happened_at),
        "seq": line.seq,
        "what": line.what,
        "worker": line.worker_id,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _lines_of_outer_head():
    return JournalLine.objects.filter(worker_id=OuterRef("pk"))


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
    line.hash = digest_of(line)
    return line


def _plain(data: dict) -> dict:
    """As PostgreSQL will give it back: dates and decimals as text, lazy words spoken, numbers of people masked."""
    return masks.scrub_data(json.loads(json.dumps(data, cls=_Encoder, allow_nan=False)))


class _Encoder(DjangoJSONEncoder):
    def default(self, o):
        return str(o) if isinstance(o, Promise) else super().default(o)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _lock_head(worker_id: int) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HEAD, [worker_id, BEFORE_THE_FIRST])
        seq, digest = cursor.fetchone()
    return seq, bytes(digest)


def _write(line: JournalLine) -> None:
    """By hand: saving the model and the head would be two statements, and every step of a case writes lines."""
    values = [
        line.worker_id, line.seq, line.what, line.about_type, line.about_id, line.by_id, line.happened_at,
        line.entered_at, Jsonb(line.data), line.prev_hash, line.hash,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WRITE_LINE, [*values, line.seq, line.hash, line.worker_id])
        (line.pk,) = cursor.fetchone()
    line._state.adding = False


def _move_heads(heads: list[JournalHead]) -> None:
    columns = [head.pk for head in heads], [head.seq for head in heads], [bytes(head.hash) for head in heads]
    with connection.cursor() as cursor:
        cursor.execute(MOVE_HEADS, columns)


def _lock_heads(worker_ids: list[int]) -> dict[int, JournalHead]:
    JournalHead.objects.bulk_create(
        [JournalHead(worker_id=pk, seq=0, hash=BEFORE_THE_FIRST) for pk in worker_ids],
        ignore_conflicts=True,
        batch_size=5000,
    )
    locked = JournalHead.objects.select_for_update().filter(pk__in=worker_ids).order_by("pk")
    return {head.pk: head for head in locked}
