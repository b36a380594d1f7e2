"""One worker's chain by itself: numbers without a gap, each hash that of the line, each line with the one before."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from workers.rules.seals import spelling
from workers.rules.seals.spelling import BEFORE_THE_FIRST


@dataclass(frozen=True)
class Fault:
    """A place where the journal does not hold. `seq` is the line that shows it; `why` is a key of `WORDS`."""

    worker_id: int
    seq: int
    why: str

    def __str__(self) -> str:
        return f"worker {self.worker_id}: {WORDS[self.why].format(seq=self.seq)}"


WORDS = {
    "altered": "line {seq} was altered, or moved here from another place",
    "missing": "line {seq} is missing",
    "forged": "line {seq} was not written by Wayfare: no key of the ring made its mark",
    "cut_off": "the chain does not end where its head says; lines are missing or were added at the end ({seq})",
    "head_moved": "the head at line {seq} was not set by Wayfare; the chain was moved back, continued or computed anew",
    "sealed_otherwise": "line {seq} is not the one that stood there when the journal was sealed",
    "sealed_and_gone": "line {seq} stood there when the journal was sealed, and is gone",
    "chain_gone": "the whole chain is gone; it had {seq} lines when the journal was sealed",
    "not_sealed": "line {seq} is covered by no seal; it was added after the last one, or not by Wayfare",
    "deleted": "the person is gone from the register, and line {seq}, the last, is of no roster that was taken back",
    "left_and_there": "line {seq} says that the person left the register with a roster, and they stand there",
    "no_chain": "there is no journal; it was deleted whole, or the person was put on the register by hand",
}


def faults(
    worker_id: int,
    lines: Iterable,
    *,
    content: Callable[[object], bytes] = spelling.content,
    is_ours: Callable[[object, bytes], bool] = lambda line, content: True,
) -> Iterator[Fault]:
    """Walk a chain in the order of its numbers. `is_ours` judges the mark of a line whose hash is right."""
    seq, prev_hash = 0, BEFORE_THE_FIRST
    for line in lines:
        said = content(line)
        if line.seq != seq + 1:
            yield Fault(worker_id, seq + 1, "missing")
        elif bytes(line.prev_hash) != prev_hash or bytes(line.hash) != spelling.hashed(said):
            yield Fault(worker_id, line.seq, "altered")
        elif not is_ours(line, said):
            yield Fault(worker_id, line.seq, "forged")
        seq, prev_hash = line.seq, bytes(line.hash)
