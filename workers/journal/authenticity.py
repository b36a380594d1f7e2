"""What shows that this program wrote a line or moved a head: a keyed hash, and the database does not hold the key.

A line's covers what its hash covers: worker, number, the hash before, who, when, what. A head's covers where the
chain ends. Nobody with the database alone can make either for a line they add or a chain they compute anew.
"""

import struct

from kit.sealing import crypto

LINE, HEAD = "journal.line", "journal.head"


def of_line(content: bytes) -> bytes:
    return crypto.authenticate(content, purpose=LINE)


def of_head(worker_id: int, seq: int, digest: bytes) -> bytes:
    return crypto.authenticate(_end(worker_id, seq, digest), purpose=HEAD)


def is_line_ours(mac: bytes, content: bytes) -> bool:
    return crypto.is_authentic(mac, content, purpose=LINE)


def is_head_ours(mac: bytes, worker_id: int, seq: int, digest: bytes) -> bool:
    return crypto.is_authentic(mac, _end(worker_id, seq, digest), purpose=HEAD)


def _end(worker_id: int, seq: int, digest: bytes) -> bytes:
    return struct.pack(">qq", worker_id, seq) + bytes(digest)
