"""The journal looked through by several processes: each takes one piece after the other.

A child is forked while nobody has a connection and opens its own, whatever it inherits. It is told its pieces through
a pipe that nobody shares with it, so one that dies holds no lock that others wait for: its pipe ends and the run fails.
"""

import gc
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from traceback import format_exc
from typing import NamedTuple

from django.db import connection, connections

from workers.journal import reading, verifying
from workers.journal.reading import Piece, Those
from workers.rules.seals.chains import Fault
from workers.rules.seals.replay import Sealed

PEOPLE_A_PIECE = 10_000
FORK = get_context("fork")


class Unfinished(Exception):
    """A process that looked through a part died or broke; nothing is known of that part."""


class Child(NamedTuple):
    process: BaseProcess
    pipe: Connection


def spelled_as_seals(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def verify_together(*, jobs: int, sealed: Sealed, counts: Counter, since: datetime | None = None) -> Iterator[Fault]:
    """The faults that `verify_all` finds, in its order, by so many processes; Unfinished when one of them ends early.

    With `since`, only chains that have a line entered then or later, and those that a seal made then or later names
    (`sealed` was filled with the same `since`). Each of these is proved as without it: from its first line to its head,
    every mark, every seal. Nothing is proved of the others: a line altered in a chain that has not moved since, such a
    chain deleted, and a chain that moved since its last seal and was cut back to before `since` together with its head.

    Inside a transaction it is one process, since no other sees what that wrote.
    """
    pieces = _pieces(sealed, since)
    deed = partial(verifying.look_at, sealed=sealed, sealed_ids=sorted(sealed.leaves))
    jobs = 1 if connection.in_atomic_block else min(jobs, len(pieces))
    gone: list[Fault] = []
    for found in map(deed, pieces) if jobs < 2 else spread(deed, pieces, jobs):
        yield from found.faults
        gone += found.gone
        counts.update(found.counts)
    yield from gone


def _pieces(sealed: Sealed, since: datetime | None) -> list[Piece]:
    if since is None:
        return reading.stretches(PEOPLE_A_PIECE)
    moved = sorted(reading.written_since(since) | sealed.moved)
    return [Those(moved[start : start + PEOPLE_A_PIECE]) for start in range(0, len(moved), PEOPLE_A_PIECE)]


def spread(deed: Callable[[Piece], object], pieces: list[Piece], jobs: int) -> Iterator:
    """What the deed returns of each piece, in their order."""
    with _children(deed, jobs) as children:
        done, told = {}, 0
        for number, answer in _answers(children, deque(enumerate(pieces))):
            done[number] = answer
            while told in done:
                yield done.pop(told)
                told += 1


def _answers(children: list[Child], waiting: deque) -> Iterator[tuple[int, object]]:
    """As they come, with the numbers of their pieces."""
    busy = {child.pipe: child for child in children}
    for child in children:
        _give(child, waiting)
    while busy:
        for pipe in wait(list(busy)):
            number, answer, broke = _heard(busy[pipe])
            if broke:
                raise Unfinished(broke)
            if waiting:
                _give(busy[pipe], waiting)
            else:
                del busy[pipe]
            yield number, answer


def _give(child: Child, waiting: deque) -> None:
    try:
        child.pipe.send(waiting.popleft())
    except OSError:
        _raise_that_it_died(child)


def _heard(child: Child) -> tuple[int, object, str]:
    try:
        return child.pipe.recv()
    except (EOFError, OSError):
        _raise_that_it_died(child)


def _raise_that_it_died(child: Child):
    child.process.join()
    raise Unfinished(f"process {child.process.pid} ended with {child.process.exitcode}")


@contextmanager
def _children(deed: Callable[[Piece], object], jobs: int) -> Iterator[list[Child]]:
    """None of them outlives the block."""
    connections.close_all()
    connection.close_pool()
    children: list[Child] = []
    try:
        for _each in range(jobs):
            children.append(_started(deed, [child.pipe for child in children]))
        yield children
    finally:
        for child in children:
            child.pipe.close()
            child.process.kill()
            child.process.join()


def _started(deed: Callable[[Piece], object], elder: list[Connection]) -> Child:
    ours, its = FORK.Pipe()
    process = FORK.Process(target=_work, args=(deed, its, [*elder, ours]), daemon=True)
    process.start()
    its.close()
    return Child(process, ours)


def _work(deed: Callable[[Piece], object], pipe: Connection, of_the_parent: list[Connection]) -> None:
    """Until the parent wants no more, or is gone: then its end of the pipe is closed, for nobody else holds it."""
    gc.freeze()  # or the first collection would copy all memory that is shared with the parent
    _forget_inherited_connections()
    for each in of_the_parent:
        each.close()
    while True:
        try:
            number, piece = pipe.recv()
        except EOFError:
            return
        try:
            answer = (number, deed(piece), "")
        except Exception:
            answer = (number, None, format_exc())
        pipe.send(answer)


def _forget_inherited_connections() -> None:
    """Django keeps those of a thread with an event loop apart from those without: a child has no loop, and finds what
    its parent opened before the loop ran and so did not close. Two children on one socket read each other's answers.
    Not closed, for that would end it for the parent."""
    for each in connections.all(initialized_only=True):
        each.connection = None
