"""What a roster leaves of each person, kept for as long as it can be taken back: which lines of the journal it brought,
and how the record of somebody known stood before, sealed.

Of people who are known the record is read under their locks, before anything of it is written. Numbers are opened for
it and not kept under the seal of their own column, which a change of keys would leave behind.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from kit.copying import array_of, next_keys
from kit.sealing import crypto
from kit.sealing.many import Sealer
from workers.journal.lines import lock_heads
from workers.locking import lock_workers
from workers.models import RosterTrace, Worker
from workers.models.person import sealed_id_number, sealed_phone

NUMBERS = {"id_number": sealed_id_number, "phone": sealed_phone}
PURPOSE = crypto.column(RosterTrace, "earlier_cipher")
FORGOTTEN_AT_ONCE = 5000
STANDING = """
SELECT worker.id, worker.id_number_cipher, worker.phone_cipher,
    (to_jsonb(worker) - '{id,id_number_cipher,phone_cipher}'::text[])::text, to_jsonb(said)::text
FROM workers_worker worker LEFT JOIN workers_saidon said ON said.worker_id = worker.id
WHERE worker.id = ANY(%s::bigint[])
"""
# A second row about somebody goes on where the first left their chain, unless somebody else wrote in between. Whoever
# was found among newcomers had come before: they are not new.
KEEP = """
INSERT INTO workers_rostertrace AS trace (id, worker_id, upload_id, first, last, left_at, earlier_cipher)
SELECT left_of.id, left_of.worker_id, %s, left_of.first, head.seq, %s, left_of.cipher
FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::bytea[]) AS left_of (id, worker_id, first, cipher)
JOIN workers_journalhead head ON head.worker_id = left_of.worker_id
JOIN workers_worker worker ON worker.id = left_of.worker_id
WHERE left_of.first > 1 OR worker.created_at = %s
ORDER BY left_of.worker_id
ON CONFLICT (worker_id, upload_id) DO UPDATE SET last = EXCLUDED.last, left_at = EXCLUDED.left_at
WHERE trace.last = EXCLUDED.first - 1
"""
FORGET = """
WITH oldest AS (SELECT id, upload_id, left_at FROM workers_rostertrace WHERE id > %s ORDER BY id LIMIT %s), gone AS (
    DELETE FROM workers_rostertrace trace USING oldest JOIN workers_rosterupload roster ON roster.id = oldest.upload_id
    WHERE trace.id = oldest.id AND oldest.left_at < %s
        AND (roster.taking_back_at IS NULL OR roster.taken_back_at IS NOT NULL)
    RETURNING trace.id
)
SELECT (SELECT max(id) FROM oldest), count(*) FROM gone
"""


def kept_for() -> timedelta:
    """For so long after saving began a roster can be taken back."""
    return timedelta(days=settings.WAYFARE_ROSTER_TAKEN_BACK_WITHIN)


class Traces:
    """Of one chunk, in the transaction that saves it."""

    def __init__(self, upload_id: int, at: datetime):
        self._upload_id, self._at = upload_id, at
        self._earlier: dict[int, tuple[int, str]] = {}

    def remember(self, worker_ids: Collection[int]) -> None:
        """How people stand whom the caller has locked, and where their chains end."""
        new = sorted({*worker_ids} - self._earlier.keys())
        if not new:
            return
        ends = lock_heads(new)
        with connection.cursor() as cursor:
            cursor.execute(STANDING, [array_of(new)])
            for key, *sealed, record, said in cursor.fetchall():
                numbers = json.dumps(_opened(key, sealed))
                self._earlier[key] = ends[key].seq, f'{{"worker":{record},"said":{said or "null"},"numbers":{numbers}}}'

    def remember_one(self, worker_id: int) -> None:
        """Of somebody who is taken up alone: locked here, in the order of everybody."""
        if worker_id not in self._earlier:
            home = Worker.objects.filter(pk=worker_id).values_list("household_id", flat=True).first()
            lock_workers([worker_id], homes=[home] if home else [])
            self.remember([worker_id])

    def keep(self, saved: Collection[int]) -> None:
        """Of people of whom something was saved. Nothing is kept of who was on the register without a journal: nobody
        could tell them from a newcomer."""
        known = [key for key in saved if key in self._earlier and self._earlier[key][0]]
        new = [key for key in saved if key not in self._earlier]
        keys = next_keys(RosterTrace, len(known) + len(new)) if saved else []
        seal = Sealer(PURPOSE).seal
        rows = [
            (pk, key, self._earlier[key][0] + 1, seal(self._earlier[key][1], pk))
            for pk, key in zip(keys, known, strict=False)
        ]
        rows += [(pk, key, 1, None) for pk, key in zip(keys[len(known) :], new, strict=True)]
        if rows:
            columns = map(array_of, zip(*rows, strict=True))
            with connection.cursor() as cursor:
                cursor.execute(KEEP, [self._upload_id, self._at, *columns, self._at])


def _opened(key: int, sealed: list[bytes | None]) -> dict[str, str]:
    return {
        name: crypto.unseal(blob, purpose=crypto.column(Worker, f"{name}_cipher"), row=key) if blob else ""
        for name, blob in zip(NUMBERS, sealed, strict=True)
    }


def opened(trace_id: int, cipher: bytes) -> dict:
    """`worker` and `said` are rows by their columns, `said` None where there was none; `numbers` in clear."""
    return json.loads(crypto.unseal(cipher, purpose=PURPOSE, row=trace_id))


def forget_old(*, at: datetime) -> int:
    """Traces of rosters that nobody may take back any more; returns how many. In short transactions; one more day, for
    rosters that are just being taken back."""
    limit, last, forgotten = at - kept_for() - timedelta(days=1), 0, 0
    while last is not None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FORGET, [last, FORGOTTEN_AT_ONCE, limit])
            last, gone = cursor.fetchone()
        forgotten += gone
        if not gone:
            break
    return forgotten
