"""Sealing the journal: where all chains end, hashed, signed, numbered, and kept outside the database too.

What somebody with the whole database rewrites later no longer fits what was sealed. A head that this program did not
move, or that went back, is not sealed: the seal keeps where that chain ended before, and says so.
"""

import heapq
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from kit.sealing import crypto
from workers.journal import authenticity
from workers.journal.places import check_places
from workers.models import JournalSeal, LastSealedHead, SealedHead
from workers.rules.seals import merkle
from workers.rules.seals import seal as seals
from workers.rules.seals.chains import Fault
from workers.rules.seals.merkle import Leaf
from workers.rules.seals.seal import Seal

log = logging.getLogger(__name__)

SIGNING = "journal.seal"
AT_ONCE = 5000
ONE_AT_A_TIME = 7_203_003  # an advisory lock: who may only add rows to a table cannot lock it
HEADS = """
SELECT head.worker_id, sealed.seq, sealed.hash, head.seq, head.mac,
    CASE WHEN head.seq > 0 AND sealed.hash IS DISTINCT FROM head.hash THEN head.hash END
FROM workers_journalhead head
LEFT JOIN workers_lastsealedhead sealed ON sealed.worker_id = head.worker_id AND sealed.worker_id > %(after)s
WHERE head.worker_id > %(after)s ORDER BY head.worker_id LIMIT %(at_once)s
"""
SEALED_AND_GONE = """
SELECT worker_id, seq, hash FROM workers_lastsealedhead sealed
WHERE NOT EXISTS (SELECT FROM workers_journalhead head WHERE head.worker_id = sealed.worker_id)
    AND worker_id > %(after)s ORDER BY worker_id LIMIT %(at_once)s
"""
LAST_OF_ALL_SEALS = """
INSERT INTO workers_lastsealedhead (worker_id, seq, hash)
SELECT DISTINCT ON (worker_id) worker_id, seq, hash FROM workers_sealedhead ORDER BY worker_id, seal_id DESC
ON CONFLICT (worker_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
"""


class SealsAltered(Exception):
    """What the database holds of heads sealed last is not what was sealed, or there are heads of a seal to come: a new
    seal would vouch for what nobody wrote."""


class Sealing(NamedTuple):
    seal: Seal
    left_out: list[Fault]


class Chain(NamedTuple):
    """Where it was sealed last, and where it ends if it has moved on since."""

    was: Leaf | None
    now: Leaf | None


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
    said, left_out = _reckoned(before, number)
    sealed = seals.signed(
        signing_keys()[0],
        number=number,
        sealed_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        before=before.hash if before else seals.BEFORE_THE_FIRST,
        **said,
    )
    JournalSeal.objects.create(number=number, sealed_at=at, text=sealed.text)
    return Sealing(sealed, left_out)


def _reckoned(before: Seal | None, number: int) -> tuple[dict, list[Fault]]:
    """What the seal says, and what it cannot cover. Heads sealed last that do not fit the seal before are looked up in
    all seals, once: an older Wayfare kept none."""
    left_out = []
    try:
        with transaction.atomic():
            return _statement(before, _chains(number, left_out)), left_out
    except SealsAltered:
        log.warning("Heads sealed last do not fit seal %d: looked up in all seals.", number - 1)
        with connection.cursor() as cursor:
            cursor.execute(LAST_OF_ALL_SEALS)
    left_out.clear()
    return _statement(before, _chains(number, left_out)), left_out


def _chains(number: int, left_out: list[Fault]) -> Iterator[Chain]:
    """All of them in the order of workers. Those that moved are kept with the seal, some thousand at a time: the first
    seal is of everybody. `left_out` is given those that cannot be sealed."""
    return heapq.merge(_kept(number, left_out), _gone(), key=_worker)


def _kept(number: int, left_out: list[Fault]) -> Iterator[Chain]:
    for rows in _pages(HEADS):
        some = [_chain(row, left_out) for row in rows]
        _keep(number, [chain.now for chain in some if chain.now])
        yield from filter(any, some)


def _gone() -> Iterator[Chain]:
    """Sealed, and no head is there any more: a seal keeps where they ended."""
    for rows in _pages(SEALED_AND_GONE):
        yield from (Chain(Leaf(worker_id, seq, bytes(digest)), None) for worker_id, seq, digest in rows)


def _chain(row: tuple, left_out: list[Fault]) -> Chain:
    worker_id, sealed_end, sealed_hash, seq, mac, digest = row
    was = None if sealed_hash is None else Leaf(worker_id, sealed_end, bytes(sealed_hash))
    if digest is None:
        return Chain(was, None)
    if fault := _fault(worker_id, seq, digest, mac, sealed_end or 0):
        left_out.append(fault)
        return Chain(was, None)
    return Chain(was, Leaf(worker_id, seq, bytes(digest)))


def _keep(number: int, moved: list[Leaf]) -> None:
    SealedHead.objects.bulk_create(SealedHead(seal_id=number, **leaf._asdict()) for leaf in moved)
    LastSealedHead.objects.bulk_create(
        (LastSealedHead(**leaf._asdict()) for leaf in moved),
        update_conflicts=True,
        unique_fields=["worker_id"],
        update_fields=["seq", "hash"],
    )


def _fault(worker_id: int, seq: int, digest: bytes, mac: bytes, sealed_end: int) -> Fault | None:
    if not authenticity.is_head_ours(mac, worker_id, seq, digest):
        return Fault(worker_id, seq, "head_moved")
    return Fault(worker_id, sealed_end, "sealed_and_gone") if seq <= sealed_end else None


def _statement(before: Seal | None, chains: Iterable[Chain]) -> dict:
    """What the seal says of all chains. SealsAltered unless what was sealed before still fits the seal of then."""
    old, new = _Count(), _Count()
    for number, both in groupby(chains, key=_bucket):
        pairs = list(both)
        was, now = [chain.was for chain in pairs if chain.was], [chain.now or chain.was for chain in pairs]
        digest = old.add(number, was)
        new.add(number, now, digest if now == was else None)
    if old.said() != ({name: getattr(before, name) for name in old.said()} if before else _Count().said()):
        raise SealsAltered(f"the heads kept as sealed last are not those of seal {before.number if before else 0}")
    return new.said()


class _Count:
    """Root, number of chains and of lines, bucket by bucket."""

    def __init__(self):
        self.buckets, self.chains, self.lines = [], 0, 0

    def add(self, number: int, leaves: list[Leaf], digest: bytes | None = None) -> bytes | None:
        """Returns the hash of the bucket, which is `digest` where the caller has it; None without leaves."""
        if leaves:
            digest = digest or merkle.bucket_hash(number, [merkle.leaf_hash(leaf) for leaf in leaves])
            self.buckets.append(digest)
        self.chains += len(leaves)
        self.lines += sum(leaf.seq for leaf in leaves)
        return digest

    def said(self) -> dict:
        return {"root": merkle.top(self.buckets).hex(), "chains": self.chains, "lines": self.lines}


def _worker(chain: Chain) -> int:
    return (chain.was or chain.now).worker_id


def _bucket(chain: Chain) -> int:
    return _worker(chain) // merkle.BUCKET


def _pages(statement: str) -> Iterator[list[tuple]]:
    """All of it, some thousand rows at a time by the number of the worker."""
    last = 0
    while rows := _page(statement, after=last):
        yield rows
        last = rows[-1][0]


def _page(statement: str, *, after: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"after": after, "at_once": AT_ONCE})
        return cursor.fetchall()
