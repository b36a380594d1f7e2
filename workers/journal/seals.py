"""Sealing the journal: where all chains end, hashed, signed, numbered, and kept outside the database too.

What somebody with the whole database rewrites later no longer fits what was sealed. A head that this program did not
move, or that went back, is not sealed: the seal keeps where that chain ended before, and says so.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from kit.sealing import crypto
from workers.journal import authenticity
from workers.journal.places import check_places
from workers.models import JournalSeal, SealedHead
from workers.rules.seals import merkle
from workers.rules.seals import seal as seals
from workers.rules.seals.chains import Fault
from workers.rules.seals.merkle import Leaf
from workers.rules.seals.seal import Seal

SIGNING = "journal.seal"
AT_ONCE = 5000
ONE_AT_A_TIME = 7_203_003  # an advisory lock: who may only add rows to a table cannot lock it
LATEST = "(SELECT s.seq, s.hash FROM workers_sealedhead s WHERE s.worker_id = {} ORDER BY s.seal_id DESC LIMIT 1)"
MOVED = f"""
SELECT head.worker_id, head.seq, head.hash, head.mac, coalesce(sealed.seq, 0)
FROM workers_journalhead head LEFT JOIN LATERAL {LATEST.format("head.worker_id")} sealed ON true
WHERE head.seq > 0 AND sealed.hash IS DISTINCT FROM head.hash AND head.worker_id > %s
ORDER BY head.worker_id LIMIT %s
"""
ALL_SEALED = """
SELECT DISTINCT ON (worker_id) worker_id, seq, hash FROM workers_sealedhead
WHERE worker_id > %s ORDER BY worker_id, seal_id DESC LIMIT %s
"""


class Sealing(NamedTuple):
    seal: Seal
    left_out: list[Fault]


def signing_keys() -> list[Ed25519PrivateKey]:
    """One for each key on the ring; the newest signs."""
    return [Ed25519PrivateKey.from_private_bytes(key) for key in crypto.derived_keys(SIGNING).values()]


def trusted_keys() -> set[str]:
    return {key.public_key().public_bytes_raw().hex() for key in signing_keys()}


def seal(*, at: datetime) -> Sealing:
    """Write the next seal into the database; `places.keep_outside` copies it, after the commit."""
    check_places()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        return seal_alone(at=at)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else seals meanwhile. For who looks from one state of the database: it must begin after the last seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def seal_alone(*, at: datetime) -> Sealing:
    """For who has seen to it that nobody else seals, and has asked the places."""
    before = JournalSeal.objects.order_by("-number").first()
    row = JournalSeal(number=before.number + 1 if before else 1, sealed_at=at)
    left_out = _enter_moved(row.number)
    said = _statement()
    sealed = seals.signed(
        signing_keys()[0],
        number=row.number,
        sealed_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        before=seals.read(before.text).hash if before else seals.BEFORE_THE_FIRST,
        **said,
    )
    row.text = sealed.text
    row.save(force_insert=True)
    return Sealing(sealed, left_out)


def _enter_moved(number: int) -> list[Fault]:
    last, left_out = 0, []
    while moved := _fetch(MOVED, last):
        faults = {head[0]: fault for head in moved if (fault := _fault(*head))}
        SealedHead.objects.bulk_create(
            SealedHead(seal_id=number, worker_id=pk, seq=seq, hash=digest)
            for pk, seq, digest, *_ in moved
            if pk not in faults
        )
        left_out += faults.values()
        last = moved[-1][0]
    return left_out


def _fault(worker_id: int, seq: int, digest: bytes, mac: bytes, sealed_end: int) -> Fault | None:
    if not authenticity.is_head_ours(mac, worker_id, seq, digest):
        return Fault(worker_id, seq, "head_moved")
    return Fault(worker_id, sealed_end, "sealed_and_gone") if seq <= sealed_end else None


def _statement() -> dict:
    """What the seal says of all chains, as they stand sealed now."""
    counts = {"chains": 0, "lines": 0}

    def counted(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
        for leaf in leaves:
            counts["chains"] += 1
            counts["lines"] += leaf.seq
            yield leaf

    root = merkle.root_of(counted(_all_sealed()))
    return {"root": root.hex(), **counts}


def _all_sealed() -> Iterator[Leaf]:
    last = 0
    while rows := _fetch(ALL_SEALED, last):
        yield from (Leaf(worker_id, seq, bytes(digest)) for worker_id, seq, digest in rows)
        last = rows[-1][0]


def _fetch(statement: str, last: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [last, AT_ONCE])
        return cursor.fetchall()
