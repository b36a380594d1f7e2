"""Does the journal hold? Every line by its hash and its mark, every chain by its head, every worker by a chain."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from workers.journal import authenticity, seals
from workers.journal.places import Place, places
from workers.models import JournalHead, JournalLine, JournalSeal, Worker
from workers.rules.seals import chains
from workers.rules.seals.chains import Fault
from workers.rules.seals.folder import PlaceAway
from workers.rules.seals.replay import Sealed, SealFault, replay

AT_ONCE = 500  # chains


class Head(NamedTuple):
    worker_id: int
    seq: int
    hash: bytes
    mac: bytes


def verify(worker: Worker | int) -> list[Fault]:
    """Every fault in one worker's chain; an empty list when it is whole."""
    worker_id = worker if isinstance(worker, int) else worker.pk
    lines = JournalLine.objects.filter(worker_id=worker_id).in_order()
    head = _heads([worker_id]).get(worker_id)
    return list(faults(worker_id, list(lines), head))


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
        said = Sealed()
        try:
            yield from replay(place, said, trusted=seals.trusted_keys())
            yield from _differences(place, texts)
        except PlaceAway as error:
            yield NotLookedAt(str(place), str(error))
            continue
        if not filled:
            sealed.last, sealed.leaves, sealed.lines, filled = said.last, said.leaves, said.lines, True


def _differences(place: Place, texts: dict[int, str]) -> Iterator[SealFault]:
    """Between a place and the database. Gaps before its newest seal have been told by then."""
    kept = place.numbers()
    yield from (SealFault(number, "missing") for number in sorted(texts) if number > max(kept, default=0))
    for number in kept:
        if number not in texts:
            yield SealFault(number, "not_in_database")
        elif texts[number] != place.text(number):
            yield SealFault(number, "differs_in_database")


def verify_all(
    *, at_once: int = AT_ONCE, sealed: Sealed | None = None, counts: Counter | None = None
) -> Iterator[Fault]:
    """Faults of every chain, in one pass that holds one chain at a time. `sealed` is what was sealed of each."""
    sealed, counts, last, seen = sealed or Sealed(), Counter() if counts is None else counts, 0, set()
    while worker_ids := _next_workers(last, at_once):
        heads = _heads(worker_ids)
        for worker_id, lines in _chains(worker_ids, _lines_between(last, worker_ids[-1])):
            yield from faults(worker_id, lines, heads.get(worker_id))
            yield from sealed.faults(worker_id, {line.seq: bytes(line.hash) for line in lines})
            counts.update(chains=int(bool(lines)), lines=len(lines))
            seen.add(worker_id)
        last = worker_ids[-1]
    yield from sealed.without(seen)


def faults(worker_id: int, lines: list[JournalLine], head: Head | None) -> Iterator[Fault]:
    """Of one chain whose lines are in order."""
    if not lines and (head is None or head.seq == 0):
        yield Fault(worker_id, 0, "no_chain")
        return
    yield from chains.faults(worker_id, lines, is_ours=is_ours)
    seq, digest = (lines[-1].seq, bytes(lines[-1].hash)) if lines else (0, chains.BEFORE_THE_FIRST)
    if head is None or (seq, digest) != (head.seq, head.hash):
        yield Fault(worker_id, max(seq, head.seq if head else 0), "cut_off")
    elif not authenticity.is_head_ours(head.mac, worker_id, seq, digest):
        yield Fault(worker_id, seq, "head_moved")


def is_ours(line: JournalLine, content: bytes) -> bool:
    return authenticity.is_line_ours(line.mac, content)


def _next_workers(after: int, at_once: int) -> list[int]:
    """Of everybody on the register, with a head or with lines: a row deleted in one table shows in another."""
    registered = Worker.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:at_once]
    headed = JournalHead.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:at_once]
    written = JournalLine.objects.filter(worker_id__gt=after).order_by("worker_id").values_list("worker_id", flat=True)
    return sorted({*registered, *headed, *written[:1]})[:at_once]


def _heads(worker_ids: list[int]) -> dict[int, Head]:
    rows = JournalHead.objects.filter(pk__in=worker_ids).values_list("pk", "seq", "hash", "mac")
    return {pk: Head(pk, seq, bytes(digest), bytes(mac)) for pk, seq, digest, mac in rows}


def _lines_between(after: int, last: int) -> Iterator[JournalLine]:
    lines = JournalLine.objects.filter(worker_id__gt=after, worker_id__lte=last)
    return lines.order_by("worker_id", "seq").iterator(chunk_size=5000)


def _chains(worker_ids: list[int], lines: Iterable[JournalLine]) -> Iterator[tuple[int, list[JournalLine]]]:
    """The chain of each, empty for those without a line."""
    waiting = deque(worker_ids)
    for worker_id, its_lines in groupby(lines, key=attrgetter("worker_id")):
        while waiting and waiting[0] < worker_id:
            yield waiting.popleft(), []
        if waiting and waiting[0] == worker_id:
            waiting.popleft()
        yield worker_id, list(its_lines)
    yield from ((worker_id, []) for worker_id in waiting)
