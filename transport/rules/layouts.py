"""Where each seat of a vehicle stands. Pure: the rows are written once, when a trip is planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from transport.rules.cars import Car, labels_of


class Layout(models.TextChoices):
    COACH_37 = "coach_37", _("Coach, 37 seats")
    COACH_49 = "coach_49", _("Coach, 49 seats")
    COACH_53 = "coach_53", _("Coach, 53 seats")
    ROWS_OF_5 = "rows_of_5", _("Numbered rows of 5 (carriage)")
    ROWS_OF_6 = "rows_of_6", _("Numbered rows of 6 (aeroplane)")
    CARS = "cars", _("Cars with seats or berths, or blocks of seats")
    PLACES = "places", _("Places without a number")


@dataclass(frozen=True)
class SeatPosition:
    """`number` counts from 1 in boarding order; `column` counts from the door side and skips the aisle."""

    number: int
    label: str
    row: int | None
    column: int | None
    car: str = ""


COACH_ROWS = {Layout.COACH_37: 8, Layout.COACH_49: 11, Layout.COACH_53: 12}
COACH_COLUMNS = (1, 2, 4, 5)
BACK_ROW = (1, 2, 3, 4, 5)
LETTERED = {
    Layout.ROWS_OF_5: ((1, "A"), (2, "B"), (3, "C"), (5, "D"), (6, "F")),
    Layout.ROWS_OF_6: ((1, "A"), (2, "B"), (3, "C"), (5, "D"), (6, "E"), (7, "F")),
}


def capacity_of(layout: str) -> int | None:
    """Seats of a coach; None where the planner says how many there are."""
    rows = COACH_ROWS.get(layout)
    return None if rows is None else rows * len(COACH_COLUMNS) + len(BACK_ROW)


def seat_positions(layout: str, capacity: int, cars: Sequence[Car] = ()) -> Iterator[SeatPosition]:
    """Every place of the vehicle in order. A layout and a capacity that disagree are a ValueError."""
    if layout == Layout.CARS:
        return _in_cars(cars)
    if layout in COACH_ROWS:
        if capacity != capacity_of(layout):
            raise ValueError(f"{layout} has {capacity_of(layout)} seats, not {capacity}")
        return _coach(COACH_ROWS[layout])
    if layout in LETTERED:
        return _lettered(LETTERED[layout], capacity)
    return (SeatPosition(number, str(number), None, None) for number in range(1, capacity + 1))


def has_map(layout: str) -> bool:
    """The operator of a train gives a number of places for each car, and no drawing."""
    return layout not in (Layout.PLACES, Layout.CARS)


def _in_cars(cars: Sequence[Car]) -> Iterator[SeatPosition]:
    number = 0
    for car in cars:
        for label in labels_of(car):
            number += 1
            yield SeatPosition(number, label, None, None, car.name)


def _coach(rows: int) -> Iterator[SeatPosition]:
    columns_by_row = [COACH_COLUMNS] * rows + [BACK_ROW]
    number = 0
    for row, columns in enumerate(columns_by_row, start=1):
        for column in columns:
            number += 1
            yield SeatPosition(number, str(number), row, column)


def _lettered(columns: tuple[tuple[int, str], ...], capacity: int) -> Iterator[SeatPosition]:
    """The last row may be short: 188 seats of 6 are 31 rows and 2 seats."""
    for index in range(capacity):
        row, nth = index // len(columns) + 1, index % len(columns)
        column, letter = columns[nth]
        yield SeatPosition(index + 1, f"{row}{letter}", row, column)
