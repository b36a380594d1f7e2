"""Invented families, village by village, as fast as rows can be written. Pure; the same ones for the same seed.

What is drawn often is drawn beforehand into long tables, in the shares of `insights.demo.people`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from insights.demo.people import AGE_BANDS, DESTINATIONS, FEMALE, INDUSTRIES, STATUSES, TAGS, wage_by
from insights.population.identities import Identities
from workers.choices import EMPLOYED, HAS_WORK, OUT_OF_WORK, HouseholdRole, Sex, Status
from workers.services.households import service_group_of

FAMILY_SIZES = (1, 2, 2, 3, 4)
SHARED_PHONE = 0.2
TWICE = 0.005
"""Share of people who stand on the register twice, the second time without a number."""

MINORITY = {520526: 0.03, 520527: 0.02}
MINORITY_ELSEWHERE = 0.004
DRAWN = 1 << 14
ROLES = (HouseholdRole.HEAD.value, HouseholdRole.SPOUSE.value, HouseholdRole.CHILD.value, HouseholdRole.SIBLING.value)


@dataclass(slots=True)
class Somebody:
    """`born` and `since` are ordinals of `date`; `wage` is yuan a month or None; `destination` a code or None.

    Without a `role` they belong to no household.
    """

    name: str
    sex: str
    born: int
    id_number: str
    phone: str
    role: str
    status: str
    since: int
    industry: str
    destination: int | None
    wage: int | None
    tags: tuple[str, ...]
    group: str = ""


@dataclass(slots=True)
class Family:
    village: int
    is_without_work: bool
    members: list[Somebody]


class Inventor:
    """`out_of_work` is the share of people who are so; `first` and `last` the days their status may date from."""

    def __init__(self, *, seed: int, today: date, first: date, identities: Identities, out_of_work: float):
        self.chance, self.today, self.identities = random.Random(seed), today.toordinal(), identities
        self._random, self._first, self._last = self.chance.random, first.toordinal(), self.today - 5
        self._statuses = self._drawn(_shares(out_of_work))
        self._industries, self._destinations = self._drawn(INDUSTRIES), self._drawn(DESTINATIONS)
        self._wages = [wage_by(self.chance) for _ in range(DRAWN)]
        self._tags = [
            tuple(tag for tag, share in TAGS.items() if self.chance.random() < share) for _ in range(DRAWN)
        ]  # fmt: skip
        self._ages = [self._days_of_life() for _ in range(DRAWN)]

    def families(self, village: int, people: int) -> Iterator[Family]:
        """At least so many people, the last family whole."""
        county = village // 10**6
        while people > 0:
            family = self._family(village, county)
            people -= len(family.members)
            yield family

    def somebody(self, county: int, surname: str, phone: str, *, sex: str, born: int, role: str) -> Somebody:
        """Only who they are: how things stand with them is told elsewhere."""
        name = self.identities.name(surname, sex, MINORITY.get(county, MINORITY_ELSEWHERE))
        number = self.identities.id_number(county, born, sex)
        return Somebody(name, sex, born, number, phone, role, Status.UNKNOWN, self.today, "", None, None, ())

    def _family(self, village: int, county: int) -> Family:
        surname, phone = self.identities.surname(), self.identities.phone()
        members = [
            self._person(county, surname, phone, role) for role in ROLES[: FAMILY_SIZES[int(self._random() * 5)]]
        ]
        statuses = {person.status for person in members}
        is_without_work = not statuses.isdisjoint(OUT_OF_WORK) and statuses.isdisjoint(HAS_WORK)
        for person in members:
            person.group = service_group_of(person.tags, zero_employment=is_without_work)
        if self._random() < TWICE * 2.4:  # families have 2.4 members
            members.append(self._again(members[0]))
        return Family(village, is_without_work, members)

    def _person(self, county: int, surname: str, phone: str, role: str) -> Somebody:
        chance = self._random
        sex = Sex.FEMALE.value if chance() < FEMALE else Sex.MALE.value
        born = self.today - self._ages[int(chance() * DRAWN)]
        status = self._statuses[int(chance() * DRAWN)]
        works = status in EMPLOYED
        goes_far = status == Status.EMPLOYED_OUTSIDE_PROVINCE
        return Somebody(
            name=self.identities.name(surname, sex, MINORITY.get(county, MINORITY_ELSEWHERE)),
            sex=sex,
            born=born,
            id_number=self.identities.id_number(county, born, sex),
            phone=phone if chance() < SHARED_PHONE else self.identities.phone(),
            role=role,
            status=status,
            since=self._first + int(chance() * (self._last - self._first)),
            industry=self._industries[int(chance() * DRAWN)] if works else "",
            destination=int(self._destinations[int(chance() * DRAWN)]) * 10**8 if goes_far else None,
            wage=self._wages[int(chance() * DRAWN)] if works else None,
            tags=self._tags[int(chance() * DRAWN)],
        )

    def _again(self, person: Somebody) -> Somebody:
        """As two rosters know somebody: once by the number and in a household, once by name, birth date and phone."""
        group = service_group_of((), zero_employment=False)
        return replace(person, id_number="", role="", tags=(), group=group)

    def _days_of_life(self) -> int:
        youngest, oldest = self.chance.choices(list(AGE_BANDS), weights=AGE_BANDS.values())[0]
        return self.chance.randint(youngest * 366, oldest * 365)

    def _drawn(self, weights: dict) -> list:
        return self.chance.choices(list(weights), weights=list(weights.values()), k=DRAWN)


def _shares(out_of_work: float) -> dict[str, float]:
    """The demo's statuses, with this share of people out of work."""
    others = {status: share for status, share in STATUSES.items() if status not in OUT_OF_WORK}
    idle = {status: share for status, share in STATUSES.items() if status in OUT_OF_WORK}
    with_work = {status: share / sum(others.values()) * (1 - out_of_work) for status, share in others.items()}
    return with_work | {status: share / sum(idle.values()) * out_of_work for status, share in idle.items()}
