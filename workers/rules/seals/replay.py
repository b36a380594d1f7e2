"""All seals of a place in their order: do they hold, and what do they say of each chain?"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from workers.rules.seals import seal as seals
from workers.rules.seals.chains import Fault
from workers.rules.seals.merkle import Leaf, Tree
from workers.rules.seals.seal import BadSeal, Seal


@dataclass(frozen=True)
class SealFault:
    """A seal that does not hold; `why` is a key of `WORDS`."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"seal {self.number}: {WORDS[self.why]}"


WORDS = {
    "missing": "it is missing",
    "unreadable": "it cannot be read",
    "altered": "its signature does not hold; it was altered",
    "breaks_off": "it does not name the seal before it; that one was exchanged",
    "heads_altered": "the heads listed with it are not those that were sealed",
    "moved_back": "a chain in it is shorter than it was in a seal before",
    "strange_key": "it is signed by a key that is not among those given",
    "not_in_database": "it is kept outside and not in the database; an older database was restored, or seals deleted",
    "differs_in_database": "the database holds another one of this number",
    "differs_on_paper": "the paper shows another one of this number; what is kept now is not what was printed",
}


class SealReader(Protocol):
    """Where seals are kept, as its reader sees it."""

    def numbers(self) -> list[int]: ...

    def read(self, number: int) -> Iterator[str]: ...


@dataclass
class Sealed:
    """What seals say of each worker: line numbers with their hashes, oldest first.

    `moved` are the workers named by seals made at `since` or later, which is spelled as seals spell their time.
    """

    last: Seal | None = None
    leaves: dict[int, list[Leaf]] = field(default_factory=lambda: defaultdict(list))
    lines: int = 0
    since: str = ""
    moved: set[int] = field(default_factory=set)

    def take(self, other: "Sealed") -> None:
        """All that the other says."""
        vars(self).update(vars(other))

    def add(self, leaf: Leaf) -> None:
        self.lines += leaf.seq - self.end_of(leaf.worker_id)
        self.leaves[leaf.worker_id].append(leaf)
        if self.since and self.last and str(self.last.sealed_at) >= self.since:
            self.moved.add(leaf.worker_id)

    def faults(self, worker_id: int, hashes: dict[int, bytes]) -> Iterator[Fault]:
        """Of one chain, by line number: what was sealed stands there still."""
        for leaf in self.leaves.get(worker_id, ()):
            if leaf.seq not in hashes:
                yield Fault(worker_id, leaf.seq, "sealed_and_gone")
            elif hashes[leaf.seq] != leaf.hash:
                yield Fault(worker_id, leaf.seq, "sealed_otherwise")

    def end_of(self, worker_id: int) -> int:
        leaves = self.leaves.get(worker_id)
        return leaves[-1].seq if leaves else 0

    def without(self, seen: Container[int], among: Iterable[int] | None = None) -> Iterator[Fault]:
        """Chains that were sealed and are not among those seen; only of the workers `among`, where that is said."""
        named = self.leaves if among is None else among
        for worker_id in sorted(key for key in named if key in self.leaves and key not in seen):
            yield Fault(worker_id, self.end_of(worker_id), "chain_gone")


def replay(place: SealReader, sealed: Sealed, *, trusted: Collection[str]) -> Iterator[SealFault]:
    """Read every seal into `sealed` and yield what does not hold. The newest must bear a trusted key: it vouches for
    all before it, whatever keys they bear."""
    tree = Tree()
    for number in place.numbers():
        for missing in range((sealed.last.number if sealed.last else 0) + 1, number):
            yield SealFault(missing, "missing")
        try:
            yield from _one(place, number, sealed, tree)
        except (BadSeal, OSError):
            yield SealFault(number, "unreadable")
    if sealed.last and sealed.last.key not in trusted:
        yield SealFault(sealed.last.number, "strange_key")


def _one(place: SealReader, number: int, sealed: Sealed, tree: Tree) -> Iterator[SealFault]:
    seal, leaves = seals.read_copy(place.read(number))
    if not seal.is_signed() or seal.number != number:
        yield SealFault(number, "altered")
    if seal.before != (sealed.last.hash if sealed.last else seals.BEFORE_THE_FIRST):
        yield SealFault(number, "breaks_off")
    sealed.last = seal
    for leaf in leaves:
        if leaf.seq <= sealed.end_of(leaf.worker_id):
            yield SealFault(number, "moved_back")
        sealed.add(leaf)
        tree.set(leaf)
    if (tree.root().hex(), len(sealed.leaves), sealed.lines) != (seal.root, seal.chains, seal.lines):
        yield SealFault(number, "heads_altered")
