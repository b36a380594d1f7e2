"""One hash of all heads, as a Merkle tree: a thousand neighbours by number make a bucket, all buckets make the root.

Leaves, nodes and buckets are hashed with a byte of their own in front, so that none can be passed off as another.
When some chains have moved on, only their buckets are hashed again.
"""

import hashlib
import struct
from typing import NamedTuple

BUCKET = 1024


class Leaf(NamedTuple):
    """Where a worker's chain ends."""

    worker_id: int
    seq: int
    hash: bytes


class Tree:
    """Of all heads, kept in memory while one seal after the other is read."""

    def __init__(self):
        self._buckets: dict[int, dict[int, bytes]] = {}
        self._hashes: dict[int, bytes] = {}
        self._moved: set[int] = set()

    def set(self, leaf: Leaf) -> None:
        number = leaf.worker_id // BUCKET
        self._buckets.setdefault(number, {})[leaf.worker_id] = leaf_hash(leaf)
        self._moved.add(number)

    def root(self) -> bytes:
        for number in self._moved:
            bucket = self._buckets[number]
            self._hashes[number] = bucket_hash(number, [bucket[worker_id] for worker_id in sorted(bucket)])
        self._moved.clear()
        return top([self._hashes[number] for number in sorted(self._hashes)])


def leaf_hash(leaf: Leaf) -> bytes:
    return _hash(b"\0", struct.pack(">qq", leaf.worker_id, leaf.seq), leaf.hash)


def bucket_hash(number: int, leaves: list[bytes]) -> bytes:
    return _hash(b"\2", struct.pack(">q", number), top(leaves))


def top(hashes: list[bytes]) -> bytes:
    """Pairs are hashed level by level; one that is left over goes up as it is."""
    while len(hashes) > 1:
        pairs = [_hash(b"\1", *hashes[n : n + 2]) for n in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0] if hashes else _hash(b"")


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
