"""Cars of a train and blocks of seats in an aeroplane: what each holds, and how its places are called. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_CARS = 30
MOST_PLACES = 300
LONGEST_NAME = 4


class CarKind(models.TextChoices):
    SEATS = "seats", _("Numbered seats")
    HARD_SLEEPER = "hard_sleeper", _("Hard sleeper")
    SOFT_SLEEPER = "soft_sleeper", _("Soft sleeper")
    UNNUMBERED = "unnumbered", _("Places without a number")


class Trouble(models.TextChoices):
    """What is wrong with the line of a car."""

    PLACES = "places", _("how many places is missing at the end")
    RANGE = "range", _("a car has 1 to 300 places")
    NAME = "name", _("the car's number, of at most four characters, is missing at the front")
    KIND = "kind", _("what it has is not known: write 硬座, 二等座, 硬卧, 软卧 or 不对号")


BERTHS = {CarKind.HARD_SLEEPER: "下中上", CarKind.SOFT_SLEEPER: "下上"}
"""Of one number, in the order in which they are given: the lower one needs no climbing."""

BERTH_NAMES = {
    "下": pgettext_lazy("after a seat number", " lower"),
    "中": pgettext_lazy("after a seat number", " middle"),
    "上": pgettext_lazy("after a seat number", " upper"),
}

WORDS = {
    CarKind.SEATS: ("硬座", "座位", "二等座", "一等座", "软座", "seats"),
    CarKind.HARD_SLEEPER: ("硬卧", "hard sleeper"),
    CarKind.SOFT_SLEEPER: ("软卧", "soft sleeper"),
    CarKind.UNNUMBERED: ("不对号", "无号", "unnumbered"),
}
LINE = re.compile(r"^\s*(?P<name>[^\s,，、]{1,4})[\s,，、]+(?P<kind>.+?)[\s,，、]*(?P<places>[0-9]{1,3})\s*$")


@dataclass(frozen=True)
class Car:
    """`name` is the number of a car, or what a block of an aeroplane is called."""

    name: str
    kind: str
    places: int

    @property
    def has_digits(self) -> bool:
        """5 is said as "car 5"; the front cabin is called what it is."""
        return self.name.isdecimal()

    @property
    def kind_label(self) -> str:
        return CarKind(self.kind).label

    @property
    def is_numbered(self) -> bool:
        return self.kind != CarKind.UNNUMBERED


def read_car(line: str) -> Car | None:
    """From "5 硬卧 66"; None where that cannot be read."""
    found = LINE.match(line)
    kind = found and _kind_of(found["kind"])
    if not kind or not 0 < int(found["places"]) <= MOST_PLACES:
        return None
    return Car(found["name"].removesuffix("车"), kind, int(found["places"]))


def trouble_with(line: str) -> Trouble | None:
    """What keeps the line from being read; None where it can be."""
    if read_car(line):
        return None
    *before, places = re.split(r"[\s,，、]+", line.strip())
    if not before or not places.isdecimal():
        return Trouble.PLACES
    if not 0 < int(places) <= MOST_PLACES:
        return Trouble.RANGE
    if len(before) < 2 or len(before[0].removesuffix("车")) > LONGEST_NAME:
        return Trouble.NAME
    return Trouble.KIND


def write_car(car: Car) -> str:
    return f"{car.name} {WORDS[car.kind][0]} {car.places}"


def labels_of(car: Car) -> Iterator[str]:
    """5-12, and 5-12下 for a berth: what stands on the ticket and on the list."""
    berths = BERTHS.get(car.kind, ("",))
    for index in range(car.places):
        number, berth = index // len(berths) + 1, berths[index % len(berths)]
        yield f"{car.name}-{number}{berth}"


def place_of(label: str) -> tuple[str, str]:
    """("12", "下") of 5-12下: the number in the car, and the berth or nothing."""
    place = label.partition("-")[2]
    number = place.rstrip("下中上")
    return number, place.removeprefix(number)


def name_of(label: str) -> str:
    """3-12下, or 3-12 lower for who reads English."""
    berth = label[-1:]
    return f"{label[:-1]}{BERTH_NAMES[berth]}" if berth in BERTH_NAMES else label


def capacity_of(cars: Sequence[Car]) -> int:
    return sum(car.places for car in cars)


def _kind_of(words: str) -> str | None:
    said = words.strip().lower()
    return next((kind for kind, known in WORDS.items() if said in known), None)
