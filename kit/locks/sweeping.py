"""Many rows dealt with by the clock: some at a time by key, each time in a transaction of their own, and said aloud.

May be killed anywhere and run twice at once: the rows of a chunk are looked for anew, so what is done is not due any
more.
"""

import logging
from collections.abc import Callable, Iterator

from django.db.models import QuerySet

from kit import locks
from kit.refusals import Busy

log = logging.getLogger(__name__)
Keys = list[int]


def sweep(due: QuerySet, deed: Callable[[Keys], int], *, size: int, what: str) -> int:
    """`deed` takes the keys of a chunk and returns how many it dealt with; their sum is returned."""
    dealt_with = 0
    for keys in _chunks(due, size):
        dealt_with += deed(keys)
        log.info("%s: %s so far, up to number %s", what, dealt_with, keys[-1])
    return dealt_with


def sweep_patiently(
    due: QuerySet,
    *,
    some: Callable[[Keys], tuple[int, Keys]],
    one: Callable[[int], int],
    wanted: Callable[[Keys], Keys] = list,
    size: int,
    what: str,
) -> int:
    """Of each chunk `some` is handed those `wanted`, and returns how many it dealt with and which it left since
    somebody holds them. Once all others are through, `one` waits for each of these; a lock that is not given even then
    keeps back nobody else, and is for the next round."""
    held: Keys = []

    def deed(keys: Keys) -> int:
        try:
            with locks.busy():
                dealt_with, left = some(wanted(keys))
        except Busy:
            dealt_with, left = 0, keys
        held.extend(left)
        return dealt_with

    dealt_with = sweep(due, deed, size=size, what=what)
    slices = (held[start : start + size] for start in range(0, len(held), size))
    return dealt_with + sum(_alone(key, one, what) for keys in slices for key in wanted(keys))


def forget(due: QuerySet, *, size: int = 5000, what: str) -> int:
    """Delete, as many at a time; how many rows went, those that go with them included."""
    return sweep(due, lambda keys: due.model.objects.filter(pk__in=keys).delete()[0], size=size, what=what)


def _chunks(due: QuerySet, size: int) -> Iterator[Keys]:
    """Keys in their order."""
    rest = due.order_by("pk").values_list("pk", flat=True)
    keys = list(rest[:size])
    while keys:
        yield keys
        keys = list(rest.filter(pk__gt=keys[-1])[:size])


def _alone(key: int, one: Callable[[int], int], what: str) -> int:
    try:
        with locks.busy():
            return one(key)
    except Busy:
        log.warning("%s: number %s is in use, and left to the next round", what, key)
        return 0
