"""The journal as a file: a line each, `hash, hash before, what it says`, worker by worker in the order of numbers."""

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from workers.rules.seals import chains, spelling
from workers.rules.seals.chains import Fault
from workers.rules.seals.folder import Folder
from workers.rules.seals.replay import Sealed, SealFault, replay


class Exported(NamedTuple):
    worker_id: int
    seq: int
    prev_hash: bytes
    hash: bytes
    said: str


class BadExport(ValueError):
    """A line of the file is not a line of the journal. Says which."""


def written(line) -> str:
    return f"{bytes(line.hash).hex()} {bytes(line.prev_hash).hex()} {spelling.canonical(line)}"


def read(lines: Iterable[str]) -> Iterator[Exported]:
    for number, line in enumerate(lines, start=1):
        try:
            digest, before, said = line.rstrip("\n").split(" ", 2)
            names = json.loads(said)
            yield Exported(names["worker"], names["seq"], bytes.fromhex(before), bytes.fromhex(digest), said)
        except (KeyError, TypeError, ValueError) as error:
            raise BadExport(f"line {number} of the export is not a line of the journal") from error


class Check:
    """Of an export against the seals that were kept elsewhere."""

    def __init__(self, folder: Folder, *, trusted: Collection[str]):
        self.folder, self.trusted, self.sealed = folder, trusted, Sealed()
        self.lines, self.seen = 0, set()

    def faults(self, lines: Iterable[str]) -> Iterator[SealFault | Fault | BadExport | str]:
        yield from replay(self.folder, self.sealed, trusted=self.trusted)
        if self.sealed.last is None:
            yield "There is no seal to check against."
        try:
            for worker_id, chain in groupby(read(lines), key=attrgetter("worker_id")):
                yield from self._chain(worker_id, list(chain))
        except BadExport as error:
            yield error
        yield from self.sealed.without(self.seen)

    def said(self) -> str:
        said, last = f"{self.lines} lines of {len(self.seen)} workers hold", self.sealed.last
        return f"{said}; the last seal is {last.number} of {last.sealed_at}."

    def _chain(self, worker_id: int, chain: list[Exported]) -> Iterator[Fault]:
        self.lines += len(chain)
        self.seen.add(worker_id)
        yield from chains.faults(worker_id, chain, content=_content)
        yield from self.sealed.faults(worker_id, {line.seq: line.hash for line in chain})
        if chain[-1].seq > (end := self.sealed.end_of(worker_id)):
            yield Fault(worker_id, end + 1, "not_sealed")


def _content(line: Exported) -> bytes:
    return line.prev_hash + line.said.encode()
