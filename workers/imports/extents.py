"""Where the filled cells of a worksheet stand: what decides how large its table is.

What a file declares of itself, and cells that only have a colour, say nothing.
"""

from dataclasses import dataclass, field
from itertools import pairwise

ROOMY = 100_000
MOST_ROOM_A_CELL = 10
"""A table may be so many times as large as what is written in it; a small one may be all gaps."""


@dataclass
class Extent:
    """Rows and columns are counted from 0. `formulas` are {(row, column): "=..."}: the value reader hides them."""

    filled: int = 0
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    last_in_row: dict[int, int] = field(default_factory=dict)
    last_in_column: dict[int, int] = field(default_factory=dict)

    def fill(self, row: int, column: int, times: int = 1) -> None:
        self.filled += times
        self.last_in_row[row] = max(column, self.last_in_row.get(row, 0))
        self.last_in_column[column] = max(row, self.last_in_column.get(column, 0))

    @property
    def room(self) -> int:
        """Cells of the table, gaps among them."""
        return (max(self.last_in_row, default=-1) + 1) * (max(self.last_in_column, default=-1) + 1)

    @property
    def far_cell(self) -> str:
        """The name of a cell so far away that the table would be nearly all gaps, or nothing."""
        if self.room <= ROOMY + MOST_ROOM_A_CELL * self.filled:
            return ""
        height, width = max(self.last_in_row) + 1, max(self.last_in_column) + 1
        (down, row), (right, column) = _widest_gap(self.last_in_row), _widest_gap(self.last_in_column)
        if down * width > right * height:
            return name_of(row, self.last_in_row[row])
        return name_of(self.last_in_column[column], column)


def name_of(row: int, column: int) -> str:
    """XFD1000 for (999, 16383)."""
    letters, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _widest_gap(taken: dict[int, int]) -> tuple[int, int]:
    """How wide, and the number behind it."""
    numbers = sorted({-1, *taken})
    return max((after - before, after) for before, after in pairwise(numbers))
