"""The one spelling of a line, and its hash: change nothing here, or every chain in the country breaks."""

import hashlib
import json
from datetime import UTC, datetime

BEFORE_THE_FIRST = b"\0" * 32


def canonical(line) -> str:
    """Everything a line says: sorted keys, no spaces, UTC to the microsecond."""
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


def content(line) -> bytes:
    """What its hash covers: the hash before it, and what it says."""
    return bytes(line.prev_hash) + canonical(line).encode()


def hashed(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
