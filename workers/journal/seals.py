"""Sealing the journal: where all chains end, hashed, signed, numbered, and kept outside the database too.

What somebody with the whole database rewrites later no longer fits what was sealed. A head that this program did not
move, or that went back, is not sealed: the seal keeps where that chain ended before, and says so.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
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
MOVED = """
SELECT head.worker_id, head.seq, head.hash, head.mac, coalesce(sealed.seq, 0)
FROM workers_journalhead head LEFT JOIN LATERAL (
    SELECT s.seq, s.hash FROM workers_sealedhead s
    WHERE s.worker_id = head.worker_id AND s.seal_id <= %(last_seal)s ORDER BY s.seal_id DESC LIMIT 1
) sealed ON true
WHERE head.seq > 0 AND sealed.hash IS DISTINCT FROM head.hash AND head.worker_id > %(last)s
ORDER BY head.worker_id LIMIT %(at_once)s
"""
ALL_SEALED = """
SELECT DISTINCT ON (worker_id) worker_id, seq, hash FROM workers_sealedhead
WHERE worker_id > %(last)s AND seal_id <= %(last_seal)s ORDER BY worker_id, seal_id DESC LIMIT %(at_once)s
"""


class SealsAltered(Exception):
    """What the database holds of sealed heads is not what was sealed: a new seal would vouch for what nobody wrote."""


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
    """For who has seen to it that nobody else seals, and has asked the places.

    What is signed is reckoned from heads that were looked at here and from what the seal before says, never from rows
    as they stand afterwards: who owns the database may lay rows there, now or before.
    """
    row = JournalSeal.objects.order_by("-number").first()
    before = seals.read(row.text) if row else None
    number = before.number + 1 if before else 1
    if SealedHead.objects.filter(seal__gte=number).exists():
        raise SealsAltered(f"the database has heads of seal {number} or later, which was not made yet")
    moved, left_out = _moved(number - 1)
    said = _statement(before, moved)
    sealed = seals.signed(
        signing_keys()[0],
        number=number,
        sealed_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        before=before.hash if before else seals.BEFORE_THE_FIRST,
        **said,
    )
    JournalSeal.objects.create(number=number, sealed_at=at, text=sealed.text)
    heads = (SealedHead(seal_id=number, worker_id=pk, seq=seq, hash=digest) for pk, seq, digest in moved.values())
    SealedHead.objects.bulk_create(heads, batch_size=AT_ONCE)
    return Sealing(sealed, left_out)


def _moved(last_seal: int) -> tuple[dict[int, Leaf], list[Fault]]:
    """In the order of workers: chains that go on from where they were sealed, and those that cannot be sealed."""
    moved, left_out = {}, []
    for worker_id, seq, digest, mac, sealed_end in _fetch(MOVED, last_seal):
        if fault := _fault(worker_id, seq, digest, mac, sealed_end):
            left_out.append(fault)
        else:
            moved[worker_id] = Leaf(worker_id, seq, bytes(digest))
    return moved, left_out


def _fault(worker_id: int, seq: int, digest: bytes, mac: bytes, sealed_end: int) -> Fault | None:
    if not authenticity.is_head_ours(mac, worker_id, seq, digest):
        return Fault(worker_id, seq, "head_moved")
    return Fault(worker_id, sealed_end, "sealed_and_gone") if seq <= sealed_end else None


def _statement(before: Seal | None, moved: dict[int, Leaf]) -> dict:
    """What the seal says of all chains. SealsAltered unless what was sealed before still fits the seal of then."""
    old, new = _Count(), _Count()
    for number, pairs in groupby(_overlaid(before.number if before else 0, moved), key=_bucket):
        both = list(pairs)
        old.add(number, [leaf for leaf, _ in both if leaf])
        new.add(number, [later or leaf for leaf, later in both])
    if before and old.said() != {"root": before.root, "chains": before.chains, "lines": before.lines}:
        raise SealsAltered(f"the heads kept with seal {before.number} and before are not those that were sealed")
    return new.said()


class _Count:
    """Root, number of chains and of lines, bucket by bucket."""

    def __init__(self):
        self.buckets, self.chains, self.lines = [], 0, 0

    def add(self, number: int, leaves: list[Leaf]) -> None:
        if leaves:
            self.buckets.append(merkle.bucket_hash(number, [merkle.leaf_hash(leaf) for leaf in leaves]))
        self.chains += len(leaves)
        self.lines += sum(leaf.seq for leaf in leaves)

    def said(self) -> dict:
        return {"root": merkle.top(self.buckets).hex(), "chains": self.chains, "lines": self.lines}


def _overlaid(last_seal: int, moved: dict[int, Leaf]) -> Iterator[tuple[Leaf | None, Leaf | None]]:
    """Each chain as it was sealed before and as it has moved since, in the order of workers."""
    sealed = (Leaf(worker_id, seq, bytes(digest)) for worker_id, seq, digest in _fetch(ALL_SEALED, last_seal))
    for _worker_id, same in groupby(heapq.merge(sealed, moved.values(), key=_worker), key=_worker):
        first, *later = same
        yield (None, first) if first is moved.get(first.worker_id) else (first, *(later or [None]))


def _worker(leaf: Leaf) -> int:
    return leaf.worker_id


def _bucket(pair: tuple[Leaf | None, Leaf | None]) -> int:
    return (pair[0] or pair[1]).worker_id // merkle.BUCKET


def _fetch(statement: str, last_seal: int) -> Iterator[tuple]:
    """All of it, some thousand rows at a time by the number of the worker."""
    last = 0
    while rows := _some(statement, last=last, last_seal=last_seal, at_once=AT_ONCE):
        yield from rows
        last = rows[-1][0]


def _some(statement: str, **said) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        return cursor.fetchall()
