"""Lines and heads as rows for COPY, thousands a second: the bytes that `lines.record_many` writes.

Who uses it holds the heads of the chains, or writes chains that nobody else can know yet.
"""

import struct
from hashlib import sha256

from kit.copying import HEX, NULL
from kit.sealing.many import Marks
from workers.journal import authenticity

BACKSLASH, TWO_OF_THEM = "\\", "\\\\"
LINE_COLUMNS = (
    *("id", "worker_id", "seq", "what", "about_type", "about_id", "by_id"),
    *("happened_at", "entered_at", "data", "prev_hash", "hash", "mac"),
)
HEAD_COLUMNS = ("worker_id", "seq", "hash", "mac")


class Lines:
    """Moments are ISO texts of UTC to the microsecond; `data` is JSON text in the spelling of `spelling.canonical`,
    without numbers of people."""

    def __init__(self):
        self._line_mark, self._head_mark = Marks(authenticity.LINE).of, Marks(authenticity.HEAD).of

    def line(
        self, key: int, worker_id: int, seq: int, before: bytes, *, what: str, about: tuple[str, int] | None,
        by: int | None, happened_at: str, entered_at: str, data: str,
    ) -> tuple[str, bytes]:  # fmt: skip
        """The row, and its hash, which is `before` for the next one."""
        about_type, about_id = about or ("", None)
        said = (
            f'{{"about_id":{about_id or "null"},"about_type":"{about_type}","by":{by or "null"},"data":{data},'
            f'"entered_at":"{entered_at}","happened_at":"{happened_at}","seq":{seq},"what":"{what}",'
            f'"worker":{worker_id}}}'
        )
        content = before + said.encode()
        digest = sha256(content).digest()
        row = (
            f"{key}\t{worker_id}\t{seq}\t{what}\t{about_type}\t{about_id or NULL}\t{by or NULL}\t{happened_at}\t"
            f"{entered_at}\t{data.replace(BACKSLASH, TWO_OF_THEM)}\t{HEX}{before.hex()}\t{HEX}{digest.hex()}\t"
            f"{HEX}{self._line_mark(content).hex()}\n"
        )
        return row, digest

    def head(self, worker_id: int, seq: int, digest: bytes) -> str:
        mark = self._head_mark(struct.pack(">qq", worker_id, seq) + digest)
        return f"{worker_id}\t{seq}\t{HEX}{digest.hex()}\t{HEX}{mark.hex()}\n"
