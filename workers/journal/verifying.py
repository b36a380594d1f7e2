"""Does the journal hold? Every line by its hash and its mark, every chain by its head, every worker by a chain."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workers.journal import authenticity, seals
from workers.journal.places import Place, places
from workers.journal.reading import AT_ONCE, EVERYBODY, Chain, Head, Piece, WrittenLine, chain_of
from workers.models import JournalLine, JournalSeal, Worker
from workers.rules.seals import chains
from workers.rules.seals.chains import Fault
from workers.rules.seals.folder import PlaceAway
from workers.rules.seals.replay import Sealed, SealFault, replay

TAKEN_BACK = "roster_taken_back"


def verify(worker: Worker | int) -> list[Fault]:
    """Every fault in one worker's chain; an empty list when it is whole."""
    worker_id = worker if isinstance(worker, int) else worker.pk
    chain = chain_of(worker_id)
    return list(faults(*chain[:-1], is_registered=chain.is_registered))


@dataclass(frozen=True)
class NotLookedAt:
    """A place that did not answer: what is kept there was held against nothing."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"seals in {self.place}: not looked at, {self.why}"


def verify_seals(sealed: Sealed) -> Iterator[SealFault | NotLookedAt]:
    """Of all places and the database; `sealed` is filled with what the first place says that answers."""
    texts, filled = dict(JournalSeal.objects.values_list("number", "text")), False
    for place in places():
        said = Sealed(since=sealed.since)
        try:
            yield from replay(place, said, trusted=seals.trusted_keys())
            yield from _differences(place, texts)
        except PlaceAway as error:
            yield NotLookedAt(str(place), str(error))
            continue
        if not filled:
            sealed.take(said)
            filled = True


def _differences(place: Place, texts: dict[int, str]) -> Iterator[SealFault]:
    """Between a place and the database. Gaps before its newest seal have been told by then."""
    kept = place.numbers()
    yield from (SealFault(number, "missing") for number in sorted(texts) if number > max(kept, default=0))
    for number in kept:
        if number not in texts:
            yield SealFault(number, "not_in_database")
        elif texts[number] != place.text(number):
            yield SealFault(number, "differs_in_database")


@dataclass
class Found:
    """What one piece of the journal came to. `gone` are chains that were sealed and are nowhere any more."""

    faults: list[Fault]
    gone: list[Fault]
    counts: Counter


def verify_all(
    *, at_once: int = AT_ONCE, sealed: Sealed | None = None, counts: Counter | None = None
) -> Iterator[Fault]:
    """Faults of every chain, in one pass that holds one chain at a time. `sealed` is what was sealed of each."""
    sealed, counts, seen = sealed or Sealed(), Counter() if counts is None else counts, set()
    yield from _looked_at(EVERYBODY.chains(at_once), sealed, counts, seen)
    yield from sealed.without(seen)


def look_at(piece: Piece, sealed: Sealed, sealed_ids: list[int]) -> Found:
    """The same of one piece. `sealed_ids` are the workers of `sealed` in their order."""
    counts, seen = Counter(), set()
    found = list(_looked_at(piece.chains(), sealed, counts, seen))
    return Found(found, list(sealed.without(seen, among=piece.part_of(sealed_ids))), counts)


def _looked_at(whole: Iterable[Chain], sealed: Sealed, counts: Counter, seen: set[int]) -> Iterator[Fault]:
    for worker_id, lines, head, is_registered in whole:
        yield from faults(worker_id, lines, head, is_registered=is_registered)
        yield from sealed.faults(worker_id, {line.seq: bytes(line.hash) for line in lines})
        counts.update(chains=int(bool(lines)), lines=len(lines))
        if worker_id in sealed.leaves:
            seen.add(worker_id)


def faults(worker_id: int, lines: list[WrittenLine], head: Head | None, *, is_registered: bool) -> Iterator[Fault]:
    """Of one chain whose lines are in order. Who left the register with the roster that brought them still has lines,
    the last of which says so."""
    if not lines and (head is None or head.seq == 0):
        yield Fault(worker_id, 0, "no_chain")
        return
    yield from chains.faults(worker_id, lines, is_ours=is_ours)
    seq, digest = (lines[-1].seq, bytes(lines[-1].hash)) if lines else (0, chains.BEFORE_THE_FIRST)
    if head is None or (seq, digest) != (head.seq, head.hash):
        yield Fault(worker_id, max(seq, head.seq if head else 0), "cut_off")
    elif not authenticity.is_head_ours(head.mac, worker_id, seq, digest):
        yield Fault(worker_id, seq, "head_moved")
    if lines and (reason := _misplaced(lines[-1], is_registered)):
        yield Fault(worker_id, seq, reason)


def _misplaced(last: WrittenLine, is_registered: bool) -> str:
    has_left = last.what == TAKEN_BACK and last.data.get("first") == 1
    if has_left and is_registered:
        return "left_and_there"
    return "" if has_left or is_registered else "deleted"


def is_ours(line: WrittenLine | JournalLine, content: bytes) -> bool:
    return authenticity.is_line_ours(line.mac, content)
