"""Many rows dealt with by the clock: some at a time by key, each time in a transaction of their own, and said aloud.

May be killed anywhere and run twice at once: the rows of a chunk are looked for anew, so what is done is not due any
more. What a chunk left, somebody else being at it, is come back to by `again`, or is for the next round.
"""

import logging
from collections.abc import Callable, Iterator

from django.db.models import QuerySet

log = logging.getLogger(__name__)


def chunks_of(due: QuerySet, size: int) -> Iterator[list[int]]:
    """Keys in their order."""
    last = None
    while keys := list(_beyond(due, last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield keys
        last = keys[-1]


def again(left: list[int], due: Callable[[list[int]], list[int]], deed: Callable[[int], int], *, size: int) -> int:
    """One by one, those that were left and are still due: whoever held them may have dealt with them."""
    chunks = (left[start : start + size] for start in range(0, len(left), size))
    return sum(deed(key) for keys in chunks for key in due(keys))


def sweep(due: QuerySet, deed: Callable[[list[int]], int], *, size: int, what: str) -> int:
    """`deed` takes the keys of a chunk and returns how many it dealt with; their sum is returned."""
    dealt_with = 0
    for keys in chunks_of(due, size):
        dealt_with += deed(keys)
        log.info("%s: %s so far, up to number %s", what, dealt_with, keys[-1])
    return dealt_with


def _beyond(due: QuerySet, last: int | None) -> QuerySet:
    return due if last is None else due.filter(pk__gt=last)
