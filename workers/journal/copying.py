"""Lines and heads as rows for COPY, thousands a second: the bytes that `lines.record_many` writes.

Who uses it holds the heads of the chains, or writes chains that nobody else can know yet.
"""

import json
import struct
from hashlib import sha256

from kit.sealing.many import Marks
from workers.journal import authenticity
from workers.models import JournalLine

NULL, BACKSLASH, TWO_OF_THEM, HEX = "\\N", "\\", "\\\\", "\\\\x"
LINE_COLUMNS = (
    *("id", "worker_id", "seq", "what", "about_type", "about_id", "by_id"),
    *("happened_at", "entered_at", "data", "prev_hash", "hash", "mac"),
)
INTO_LINES = f"COPY workers_journalline ({', '.join(LINE_COLUMNS)}) FROM STDIN"
HEAD_COLUMNS = ("worker_id", "seq", "hash", "mac")


def row_of(line: JournalLine) -> str:
    """Of a line with its key, hash and mark."""
    moments = line.happened_at.isoformat(), line.entered_at.isoformat()
    plain = (line.pk, line.worker_id, line.seq, line.what, line.about_type, line.about_id or NULL, line.by_id or NULL)
    data = json.dumps(line.data, ensure_ascii=False).replace(BACKSLASH, TWO_OF_THEM)
    digests = (f"{HEX}{bytes(digest).hex()}" for digest in (line.prev_hash, line.hash, line.mac))
    return "\t".join(map(str, (*plain, *moments, data, *digests))) + "\n"


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
