"""Where a copy of the demo county's casework takes place: its township, its people who serve, its names."""

from dataclasses import dataclass, field

from areas.models import Area
from areas.ranges import Level, code_at
from insights.demo.staff import COUNTY, HOME_TOWN, LOGINS
from jobs.letters.serials import serial_text
from staff.models import Posting
from staff.roles import CADRES, Role

OTHER_TOWN = 520524104000
SYNTHETIC = "合成"
ALIASES = "恒信达兴隆昌盛瑞丰华荣富康泰和顺利通源永安吉祥鸿运宏远"
"""Two of them name a copy's employers, so that no two copies hire for the same one."""


@dataclass
class Scene:
    """`number` counts the copies from 1; `strides` say by how much the keys of each model move from one to the next.

    `people` are those who serve here, by the colleague of the demo county whose part they take; the cadre of a village
    stands in `cadres` by its code. `letters_before` are those of the county's book before this copy's.
    """

    number: int
    county: Area
    town: Area
    other_town: Area
    strides: dict[str, int]
    people: dict[int, int]
    cadres: dict[int, int]
    letters_before: int = 0
    words: tuple[tuple[str, str], ...] = field(default=())

    def key(self, model: str, old: int) -> int:
        return old + self.number * self.strides[model]

    def user(self, told: int | None, village: int) -> int | None:
        return told and (self.people.get(told) or self.cadres[village])

    def said(self, text: str) -> str:
        """With the names of this place for those of the demo county."""
        for old, new in self.words:
            if old in text:
                text = text.replace(old, new)
        return text

    @property
    def areas(self) -> dict[int, int]:
        return {COUNTY: self.county.pk, HOME_TOWN: self.town.pk, OTHER_TOWN: self.other_town.pk}


@dataclass(frozen=True)
class Names:
    """What the demo county's casework calls things that are called otherwise elsewhere."""

    county: Area
    town: Area
    other_town: Area
    trips: tuple[str, ...]
    letters: tuple[tuple[int, int], ...]
    """Year and number of each."""

    def words_of(self, place: "Scene") -> tuple[tuple[str, str], ...]:
        """In the order they are replaced: longer names before shorter ones in them."""
        number, home, here = place.number, self.county.pk, place.county.pk
        alias = ALIASES[number % len(ALIASES)] + ALIASES[number // len(ALIASES) % len(ALIASES)]
        return (
            *((serial_text(county=home, year=year, number=n),
               serial_text(county=here, year=year, number=n + place.letters_before)) for year, n in self.letters),
            *((code, trip_code(code, number)) for code in self.trips),
            (self.town.name, place.town.name),
            (self.other_town.name, place.other_town.name),
            (self.county.name, place.county.name),
            (self.county.short_name, place.county.short_name),
            (SYNTHETIC, f"{SYNTHETIC}{alias}"),
        )  # fmt: skip


def trip_code(code: str, number: int) -> str:
    """`CZ-261204-01` of the third copy is `CZ-261204-00301`."""
    kind_and_day, dash, last = code.rpartition("-")
    return f"{kind_and_day}{dash}{number:03d}{last}"


def parts() -> dict[int, tuple[str, Level]]:
    """Role and level of the demo county's logins, by their key: whom somebody elsewhere stands in for."""
    levels = {login.username: _level(login.area_code) for login in LOGINS}
    postings = Posting.objects.filter(user__username__in=levels).select_related("user")
    return {
        posting.user_id: (posting.role, levels[posting.user.username])
        for posting in postings
        if posting.role != Role.VILLAGE_CADRE and levels[posting.user.username] != Level.PREFECTURE
    }


def serving() -> dict[tuple[str, int], int]:
    """Who serves, by role and area."""
    postings = Posting.objects.order_by("-pk").values_list("role", "area_id", "user_id")
    return {(role, area): user for role, area, user in postings}


def village_cadres() -> dict[int, int]:
    return {area: user for (role, area), user in serving().items() if role == Role.VILLAGE_CADRE and role in CADRES}


def _level(code: int) -> Level:
    return next(level for level in (Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
                if code_at(code, level) == code)  # fmt: skip
