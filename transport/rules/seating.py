"""Which free seats suit a household. Pure: takes anything with `number`, `row`, `column` and `car`."""

from collections.abc import Sequence
from typing import Protocol


class SeatLike(Protocol):
    number: int
    row: int | None
    column: int | None
    car: str


def choose_seats(free: Sequence[SeatLike], count: int, around: SeatLike | None = None) -> list[SeatLike] | None:
    """The `count` free seats that lie closest together, in seat order; None when too few are free.

    With the one they are to lie `around`, while that is free. Only runs of neighbours in seat order are weighed: an
    exact search gains nothing a family would notice.
    """
    ordered = sorted(free, key=lambda seat: seat.number)
    runs = [ordered[start : start + count] for start in range(len(ordered) - count + 1)]
    return min([run for run in runs if around in run] or runs, key=_spread, default=None)


def are_together(seats: Sequence[SeatLike]) -> bool:
    """Everyone has a neighbour of the group: beside, across the aisle, in the row before or behind; or in the car."""
    reached, waiting = list(seats[:1]), list(seats[1:])
    for seat in reached:
        near = [other for other in waiting if are_neighbours(seat, other)]
        reached += near
        waiting = [other for other in waiting if other not in near]
    return not waiting


def are_neighbours(one: SeatLike, other: SeatLike) -> bool:
    if one.car != other.car:
        return False
    if one.row is None or other.row is None:
        return True
    beside = one.row == other.row and abs(one.number - other.number) == 1
    behind = one.column == other.column and abs(one.row - other.row) == 1
    return beside or behind


def _spread(seats: Sequence[SeatLike]) -> tuple[int, ...]:
    """Smaller is closer; a pair would rather not have the aisle between them; the lower number wins a tie."""
    first, last = seats[0], seats[-1]
    if first.row is None:
        return (len({seat.car for seat in seats}), last.number - first.number, first.number)
    has_aisle_between = len(seats) == 2 and abs(last.column - first.column) > 1
    return (not are_together(seats), last.row - first.row, last.number - first.number, has_aisle_between, first.number)
