"""Which households on the register the households of a roster are, when one chunk of it is saved.

The people tell: a household is where its members live who are on the register, the head before the others. Where none
of them lives anywhere yet it is a new one. For the chunks that follow it is kept under a keyed digest of what the
roster knows it by, as long as the roster is under way; of two processes that come to one household at once the second
waits for the first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from kit.copying import array_of, copy_in, keys_of
from kit.locks import wait_longer
from kit.sealing import crypto
from kit.sealing.many import BlindIndex
from kit.sql import any_of
from workers.choices import HouseholdRole
from workers.imports import rests
from workers.imports.families import BY_HEAD, HOUSEHOLD
from workers.imports.verdicts import Verdict
from workers.locking import lock_workers
from workers.models import Household, RosterHousehold, RosterUpload, SaidOn, Worker

HEAD, OTHER = HouseholdRole.HEAD, HouseholdRole.OTHER
PURPOSE = "household in a roster"
UUID_BYTES = 16
SECONDS_OF_A_CHUNK = 60
KEEP = """
INSERT INTO workers_rosterhousehold (upload_id, key, household_id)
SELECT %s, key, household_id FROM unnest(%s::uuid[], %s::bigint[]) AS said (key, household_id) ORDER BY key
ON CONFLICT DO NOTHING RETURNING key
"""
Homes = Mapping[str, Household]
"""By `RosterPerson.home`."""


def find_homes(upload: RosterUpload, verdicts: list[Verdict], at: datetime) -> tuple[list[Verdict], Homes]:
    """The verdicts with what the register says against a head, and the household of each; new ones are written."""
    families: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.is_saved and verdict.person.home:
            families.setdefault(verdict.person.home, []).append(verdict)
    if not families:
        return verdicts, {}
    homes = _homes(upload, families, at)
    others = _other_heads(families, homes)
    return [others.get(id(verdict), verdict) for verdict in verdicts], homes


def hold(verdicts: Iterable[Verdict], homes: Homes) -> None:
    """Households that have members and get newcomers, with the members in hand: before anything else is locked."""
    verdicts = [verdict for verdict in verdicts if verdict.is_saved and verdict.person.home in homes]
    keys = {homes[verdict.person.home].pk for verdict in verdicts if not verdict.existing}
    known = [verdict.existing.worker_id for verdict in verdicts if verdict.existing]
    housed = Worker.objects.filter(any_of("household_id", keys)) if keys else Worker.objects.none()
    members = dict(housed.values_list("pk", "household_id"))
    if members:
        lock_workers(sorted(members.keys() & set(known)), homes=sorted(set(members.values())))


def forget(upload: RosterUpload) -> None:
    """Once nothing of the roster waits any more."""
    RosterHousehold.objects.filter(upload=_first(upload)).delete()


def forget_old(*, at: datetime) -> None:
    """Those of rosters whose left over rows nobody can answer for any more, or that were broken off."""
    RosterHousehold.objects.filter(upload__saved_at__lt=at - rests.KEPT).delete()


def _first(upload: RosterUpload) -> RosterUpload:
    """Rows left over are of the households of the roster that they were left over from."""
    while upload.rest_of:
        upload = upload.rest_of
    return upload


def _homes(upload: RosterUpload, families: Mapping[str, list[Verdict]], at: datetime) -> Homes:
    blind, first = BlindIndex(PURPOSE).of, _first(upload)
    key_of = {home: UUID(bytes=blind(home)[:UUID_BYTES]) for home in families}
    kept = _kept(first, key_of.values())
    unknown = [home for home, key in key_of.items() if key not in kept]
    if unknown:
        lives_in = _where_members_live({home: families[home] for home in unknown})
        drawn = keys_of(Household, len(unknown) - len(lives_in))
        own = {home: lives_in.get(home) or next(drawn) for home in unknown}
        won = _keep(first, [(key_of[home], own[home]) for home in unknown])
        new = [home for home in unknown if key_of[home] in won and home not in lives_in]
        copy_in([Household(pk=own[home], area_id=families[home][0].person.area, created_at=at) for home in new])
        kept |= _kept(first, [key_of[home] for home in unknown])
    places = Household.objects.only("area_id").in_bulk({*kept.values()})
    return {home: places[kept[key]] for home, key in key_of.items()}


def _kept(upload: RosterUpload, keys: Iterable[UUID]) -> dict[UUID, int]:
    rows = RosterHousehold.objects.filter(any_of("key", keys), upload=upload)
    return dict(rows.values_list("key", "household_id"))


def _keep(upload: RosterUpload, rows: list[tuple[UUID, int]]) -> set[UUID]:
    """Returns those that nobody else has kept. Whose chunk has one of them in hand is waited for."""
    wait_longer(SECONDS_OF_A_CHUNK)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [upload.pk, *map(array_of, zip(*rows, strict=True))])
        return {key for (key,) in cursor.fetchall()}


def _where_members_live(families: Mapping[str, list[Verdict]]) -> dict[str, int]:
    """By the head, without one by most of them, of two as many by the older one. One household is one of the roster:
    the first that it belongs to."""
    known = {v.existing.worker_id for those in families.values() for v in those if v.existing}
    housed = Worker.objects.filter(household__isnull=False)
    lives = {
        worker_id: (home, area)
        for worker_id, home, area in housed.filter(any_of("id", known)).values_list(
            "pk", "household_id", "household__area_id"
        )
    } if known else {}  # fmt: skip
    heads = _homes_of_heads(families)
    found: dict[str, int] = {}
    for home, those in families.items():
        votes = Counter()
        for verdict in those:
            there = lives.get(verdict.existing.worker_id) if verdict.existing else None
            if there and there[1] == verdict.person.area:
                votes[there[0]] += 1 + len(those) * (verdict.person.role == HEAD)
        votes.update(heads.get(home, ()))
        free = [(-count, place) for place, count in votes.items() if place not in found.values()]
        if free:
            found[home] = min(free)[1]
    return found


def _homes_of_heads(families: Mapping[str, list[Verdict]]) -> dict[str, list[int]]:
    """Of heads who stand in no row of the chunk and are named by their ID number."""
    blind, asked = BlindIndex(crypto.ID_NUMBER).of, {}
    for home, those in families.items():
        _area, kind, number = home.split("|", 2)
        if kind == BY_HEAD and all(verdict.person.role != HEAD for verdict in those):
            asked[blind(number)] = home
    heads = Worker.objects.filter(any_of("id_number_blind", asked), household__isnull=False) if asked else ()
    found = {}
    for head in heads and heads.select_related("household").only("id_number_blind", "household__area_id"):
        home = asked[bytes(head.id_number_blind)]
        if head.household.area_id == families[home][0].person.area:
            found[home] = [head.household_id]
    return found


@dataclass(frozen=True)
class Headed:
    """The head of a household on the register. `said_on` is None where a person said so, or nobody knows who did."""

    worker_id: int
    said_on: date | None

    def stands_against(self, verdict: Verdict) -> bool:
        if verdict.existing and verdict.existing.worker_id == self.worker_id:
            return False
        day = verdict.person.collected_on
        return self.said_on is None or (day is not None and day <= self.said_on)


def _other_heads(families: Mapping[str, list[Verdict]], homes: Homes) -> dict[int, Verdict]:
    """By identity, the verdicts on heads who are only another member: the household has one."""
    said: dict[int, list[Verdict]] = {}
    for home, those in families.items():
        said.setdefault(homes[home].pk, []).extend(verdict for verdict in those if verdict.person.role == HEAD)
    standing = _heads_of({home for home, heads in said.items() if heads})
    found = {}
    for home, heads in said.items():
        headed = standing.get(home)
        for verdict in heads:
            if headed and headed.stands_against(verdict):
                found[id(verdict)] = _another_member(verdict, "head_stands")
            elif verdict is not heads[0]:
                found[id(verdict)] = _another_member(verdict, "two_heads", row=heads[0].row.label)
    return found


def _another_member(verdict: Verdict, issue: str, **values: str) -> Verdict:
    return replace(verdict.with_issue(issue, HOUSEHOLD, **values), person=replace(verdict.person, role=OTHER))


def _heads_of(keys: set[int]) -> dict[int, Headed]:
    if not keys:
        return {}
    heads = dict(
        Worker.objects.filter(any_of("household_id", keys), household_role=HEAD).values_list("pk", "household_id")
    )
    days = SaidOn.objects.filter(any_of("worker_id", heads), household_listed=True) if heads else SaidOn.objects.none()
    said_on = dict(days.values_list("worker_id", "household"))
    return {home: Headed(worker_id, said_on.get(worker_id)) for worker_id, home in heads.items()}
