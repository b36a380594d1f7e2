"""What may never be false, counted. Every app registers its own; `manage.py check_invariants` runs them all.

A constraint in the database prevents; an invariant here looks again at what no constraint can express.
"""

from collections.abc import Callable, Collection, Iterator

Count = Callable[[], int]

_registry: dict[str, Count] = {}


def register(name: str, count: Count) -> None:
    """`name` is a sentence in snake case that should hold; `count` returns how many rows break it."""
    if name in _registry:
        raise ValueError(f"invariant registered twice: {name}")
    _registry[name] = count


def names() -> list[str]:
    return sorted(_registry)


def violations(*, without: Collection[str] = ()) -> Iterator[tuple[str, int]]:
    """Every invariant but those with the number of rows that break it, by name."""
    for name in names():
        if name not in without:
            yield name, _registry[name]()
