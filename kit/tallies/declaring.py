"""What is counted, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass

LOCKS = 7_203_004  # advisory locks, one for each tally: two that fold at once would wait for each other in a circle

_declared: dict[str, "Tally"] = {}


@dataclass(frozen=True)
class Rollup:
    """One way to add a tally up: {name of a dimension: the expression over those of the tally that stands for it}, the
    name itself or something coarser of the same type. What is left out is summed over."""

    table: str
    dimensions: Mapping[str, str]

    @property
    def names(self) -> str:
        return ", ".join(self.dimensions)

    @property
    def expressions(self) -> list[str]:
        return _named(self.dimensions)


@dataclass(frozen=True)
class Tally:
    """`dimensions` are {name: (type, SQL over one row of `source`)}, never null; `condition` says which rows count."""

    name: str
    source: str
    dimensions: Mapping[str, tuple[str, str]]
    rollups: tuple[Rollup, ...]
    condition: str = "true"

    @property
    def deltas(self) -> str:
        return f"{self.name}_delta"

    @property
    def lock(self) -> str:
        """Arguments of an advisory lock."""
        return f"{LOCKS}, hashtext('{self.name}')"

    @property
    def names(self) -> str:
        return ", ".join(self.dimensions)

    @property
    def expressions(self) -> list[str]:
        return _named(self._of_row)

    @property
    def _of_row(self) -> dict[str, str]:
        return {name: expression for name, (_type, expression) in self.dimensions.items()}

    def told(self, rollup: Rollup) -> str:
        """A SELECT of the rollup's dimensions and `n`, as they stand now; the same ones may come several times."""
        folded = f"SELECT {rollup.names}, n FROM {rollup.table}"
        return f"{folded} UNION ALL SELECT {', '.join(rollup.expressions)}, n FROM {self.deltas}"

    def counted(self, **finer: str) -> str:
        """The same from the rows themselves, one by one and by the tally's own dimensions, or `finer` ones."""
        return f"SELECT {', '.join(_named(self._of_row | finer))}, 1 AS n FROM {self.source} WHERE {self.condition}"


def declare(tally: Tally) -> Tally:
    """Makes it known to whoever folds and checks."""
    _declared[tally.name] = tally
    return tally


def declared() -> tuple[Tally, ...]:
    return tuple(_declared.values())


def places(dimensions: Mapping) -> str:
    """To group by: a name could be taken for a column of the table below."""
    return ", ".join(str(place) for place in range(1, len(dimensions) + 1))


def _named(expressions: Mapping[str, str]) -> list[str]:
    return [name if text == name else f"{text} AS {name}" for name, text in expressions.items()]
