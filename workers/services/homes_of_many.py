"""What becomes of households when many people report and move at once: for whom more follows than their own row.

A household that comes to work or loses the last has news for every member; who moves it goes one by one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from kit.sql import any_of
from staff.models import User
from workers.choices import OUT_OF_WORK, HouseholdRole
from workers.models import Household, Worker
from workers.services.households import is_zero_employment, recompute_zero_employment, regroup
from workers.services.standing import HOME, News


class Homes:
    """Households as they stand: statuses of the members by key, whether it has no work, and its head."""

    def __init__(self, homes: set[int]):
        self.zero = dict(Household.objects.filter(any_of("id", homes)).values_list("pk", "zero_employment"))
        self.statuses: dict[int, dict[int, str]] = {home: {} for home in homes}
        self.heads: dict[int, int] = {}
        members = Worker.objects.filter(any_of("household_id", homes))
        for home, worker_id, status, role in members.values_list("household_id", "pk", "status", "household_role"):
            self.statuses[home][worker_id] = status
            if role == HouseholdRole.HEAD:
                self.heads[home] = worker_id

    def move(self, one: News) -> None:
        self.statuses.get(one.standing.household_id, {}).pop(one.worker_id, None)
        self.statuses[one.home_id][one.worker_id] = one.standing.status

    def changes(self, home: int) -> bool:
        """Whether it has work says something else now."""
        return is_zero_employment(self.statuses[home].values()) != self.zero[home]


def settle_homes(homes: Collection[int], *, returned: Collection[int], by: User | None, at: datetime) -> None:
    """Whether they have work, after members left the register or came back as they stood before, who are `returned`: of
    the others a line tells it. The caller holds the people; households are locked here, in the order of their keys."""
    locked = Household.objects.select_for_update(no_key=True).filter(any_of("id", homes)).order_by("pk")
    standing = Homes(set(locked.values_list("pk", flat=True)))
    for home in sorted(standing.zero):
        if standing.changes(home):
            recompute_zero_employment(household=Household(pk=home), by=by, at=at)
    regroup(list(Worker.objects.filter(any_of("id", returned), household__isnull=False).select_related("household")))


class Reporting(Protocol):
    status: str


class Comer(Protocol):
    """Somebody who comes on the register."""

    household: int | None
    household_role: str
    report: Reporting | None


class HomesOfNewcomers:
    """Households that people come into who are put on the register. `without_work` are those that have none when all
    of them are in it, `alone` those of which more follows."""

    def __init__(self, newcomers: Sequence[Comer]):
        comers: dict[int, list[Comer]] = {}
        for one in newcomers:
            if one.household is not None:
                comers.setdefault(one.household, []).append(one)
        homes = Homes(set(comers)) if comers else None
        found = [(home, _is_without_work(homes, home, those)) for home, those in comers.items()]
        self.alone = {home for home, is_zero in found if homes.statuses[home] and is_zero != homes.zero[home]}
        self.alone |= {home for home, those in comers.items() if home in homes.heads and _have_head(those)}
        self.without_work = {home for home, is_zero in found if is_zero} - self.alone
        self._untold = {home: [] for home in self.without_work if not homes.zero[home]}

    def take_in(self, home: int | None, worker_id: int) -> None:
        if home in self._untold:
            self._untold[home].append(worker_id)

    def told_by(self, status: str, home: int | None) -> list[int]:
        """Members of whom it is told that their household has no work, when the first says so who is without."""
        return self._untold.pop(home, []) if status in OUT_OF_WORK else []

    def write(self) -> None:
        if self.without_work:
            Household.objects.filter(any_of("id", self.without_work)).update(zero_employment=True)


def _is_without_work(homes: Homes, home: int, comers: Iterable[Comer]) -> bool:
    said = [one.report.status for one in comers if one.report]
    return is_zero_employment([*homes.statuses[home].values(), *said])


def _have_head(comers: Iterable[Comer]) -> bool:
    return any(one.household_role == HouseholdRole.HEAD for one in comers)


def whose_home_follows(news: Sequence[News], locked: set[int]) -> set[int]:
    """Members whose new status, or whose coming or going, says of a household that it has work, or that it has none
    any more; who becomes head in place of another; and who came into another household since it was looked."""
    movers = [one for one in news if one.moves_home or HOME & one.facts.changed.keys()]
    known = set().union(*(one.homes for one in movers)) & locked
    homes = Homes(known) if known else None
    alone = {one.worker_id for one in movers if not one.homes <= known or _takes_over(one, homes)}
    comers = [one for one in movers if "household" in one.facts.changed and one.worker_id not in alone]
    for one in comers:
        homes.move(one)
    alone |= {one.worker_id for one in comers if any(map(homes.changes, one.homes))}
    for one in movers:
        if one.moves_home and one.worker_id not in alone:
            homes.statuses[one.home_id][one.worker_id] = one.status
            if homes.changes(one.home_id):
                alone.add(one.worker_id)
    return alone


def _takes_over(one: News, homes: Homes) -> bool:
    is_to_be = one.facts.changed.get("household_role") == HouseholdRole.HEAD
    return is_to_be and homes.heads.get(one.home_id, one.worker_id) != one.worker_id


def housemates(news: Iterable[News], alone: set[int]) -> set[int]:
    """Of those who go alone: what a household comes to is told in the order in which it was said."""
    movers = [one for one in news if one.moves_home or "household" in one.facts.changed]
    found, homes = set(alone), set()
    while more := {home for one in movers if one.worker_id in found for home in one.homes} - homes:
        homes |= more
        found |= {one.worker_id for one in movers if one.homes & more}
    return found
