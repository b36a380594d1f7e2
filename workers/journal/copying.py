"""Lines and heads as rows for COPY, thousands a second: the bytes that `lines.record_many` writes.

Who uses it holds the heads of the chains, or writes chains that nobody else can know yet.
"""

import json
import struct
from datetime import UTC, datetime
from hashlib import sha256

from kit.copying import HEX, NULL, copy_text, keys_of
from kit.sealing.many import Marks
from workers.journal import authenticity
from workers.models import JournalLine
from workers.rules.seals.spelling import BEFORE_THE_FIRST

BACKSLASH, TWO_OF_THEM = "\\", "\\\\"
LINE_COLUMNS = (
    *("id", "worker_id", "seq", "what", "about_type", "about_id", "by_id"),
    *("happened_at", "entered_at", "data", "prev_hash", "hash", "mac"),
)
HEAD_COLUMNS = ("worker_id", "seq", "hash", "mac")
INTO_LINES = f"COPY workers_journalline ({', '.join(LINE_COLUMNS)}) FROM STDIN"
INTO_HEADS = f"COPY workers_journalhead ({', '.join(HEAD_COLUMNS)}) FROM STDIN"


class Book:
    """Chains of people who were on no register before: lines are added in any order of people, and written at last."""

    def __init__(self, *, by: int | None, at: datetime, at_once: int):
        """`at_once` is how many lines are expected."""
        self._by, self.at = by, spelled(at)
        self._lines, self._keys = Lines(), keys_of(JournalLine, at_once)
        self._rows: list[str] = []
        self._ends: dict[int, tuple[int, bytes]] = {}

    def add(
        self, worker_id: int, what: str, data: str, *, about: tuple[str, int] | None = None, happened_at: str = ""
    ) -> int:
        """The key of the line. `data` is JSON in the spelling of the journal, without numbers of people."""
        seq, before = self._ends.get(worker_id, (0, BEFORE_THE_FIRST))
        key = next(self._keys)
        row, digest = self._lines.line(
            key, worker_id, seq + 1, before, what=what, about=about, by=self._by,
            happened_at=happened_at or self.at, entered_at=self.at, data=data,
        )  # fmt: skip
        self._rows.append(row)
        self._ends[worker_id] = seq + 1, digest
        return key

    def write(self) -> None:
        copy_text(INTO_LINES, "".join(self._rows))
        copy_text(INTO_HEADS, "".join(self._lines.head(key, *end) for key, end in self._ends.items()))


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""JSON in the spelling of the journal."""


def spelled(moment: datetime) -> str:
    """As the journal spells it: ISO, UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


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
