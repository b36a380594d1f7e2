"""The told stories: families of the demo county somebody of which has a case, as templates for people elsewhere."""

import json
from dataclasses import dataclass, field

from django.db import models

from cases.models import Case
from insights.population import copied
from insights.population.people import Somebody
from insights.population.places import Scene
from insights.population.register import REGISTERED, SITUATION, Register, moment
from kit.copying import escaped
from workers.models import JournalHead, JournalLine, Worker


@dataclass(frozen=True)
class Told:
    """A line of the journal. `data` has a place for each of `keys`: those of rows, by the model they are of."""

    key: int
    what: str
    about: tuple[str, int] | None
    by: int | None
    happened_at: str
    entered_at: str
    data: str
    keys: tuple[tuple[str, int], ...]


@dataclass
class Member:
    worker: Worker
    situation: str
    lines: list[Told] = field(default_factory=list)

    @property
    def has_wrong_phone(self) -> bool:
        return self.worker.has_wrong_phone


@dataclass
class ToldFamily:
    key: int
    is_without_work: bool
    members: list[Member]


def told_families() -> list[ToldFamily]:
    """In the order of their households."""
    homes = Case.objects.values("worker__household")
    workers = Worker.objects.filter(household__in=homes).select_related("household").order_by("household", "pk")
    families: dict[int, ToldFamily] = {}
    members = {worker.pk: Member(worker, _situation(worker)) for worker in workers}
    for line in JournalLine.objects.filter(worker__in=members).exclude(what=REGISTERED).order_by("worker", "seq"):
        members[line.worker_id].lines.append(_told(line))
    for member in members.values():
        home = member.worker.household
        families.setdefault(home.pk, ToldFamily(home.pk, home.zero_employment, [])).members.append(member)
    return list(families.values())


def check_all_begin_alike() -> None:
    """A copy's chain begins with its own registration; every told one has to, too."""
    late = JournalLine.objects.filter(what=REGISTERED).exclude(seq=1).count()
    if late or JournalLine.objects.filter(what=REGISTERED).count() != JournalHead.objects.count():
        raise ValueError("a chain of the demo county does not begin with the registration")


def retell(
    family: ToldFamily, people: list[Somebody], place: Scene, village: int, register: Register
) -> list[tuple[Member, int]]:
    """The same story of other people; returns whose copies they are, with their own keys."""
    key = place.key("workers.household", family.key)
    home = register.add_household(village, family.is_without_work, key=key)
    return [
        (member, _retell(member, person, place, village, home, register))
        for member, person in zip(family.members, people, strict=True)
    ]


def _retell(member: Member, person: Somebody, place: Scene, village: int, home: int, register: Register) -> int:
    key = register.next_key("workers_worker")
    identity = register.identity(key, person, village, home, wrong=member.has_wrong_phone)
    register.worker(f"{identity}\t{place.said(member.situation)}\n")
    seq, before = 1, register.first_line(key, village)
    for seq, told in enumerate(member.lines, start=2):
        row, before = register.lines.line(
            place.key("workers.journalline", told.key), key, seq, before, what=told.what,
            about=told.about and (told.about[0], place.key(*told.about)), by=place.user(told.by, village),
            happened_at=told.happened_at, entered_at=told.entered_at,
            data=place.said(told.data) % tuple(place.key(*each) for each in told.keys),
        )  # fmt: skip
        register.line(row)
    register.head(register.lines.head(key, seq, before))
    return key


def _situation(worker: Worker) -> str:
    """The columns of SITUATION."""
    columns = {f.column: f for f in Worker._meta.concrete_fields}
    return "\t".join(_cell(columns[name], worker) for name in SITUATION)


def _cell(column: models.Field, worker: Worker) -> str:
    if column.name == "last_verified_by":
        return escaped(None)
    value = getattr(worker, column.attname)
    return escaped(moment(value) if isinstance(column, models.DateTimeField) and value else value)


def _told(line: JournalLine) -> Told:
    about = (line.about_type, line.about_id) if line.about_type else None
    data, keys = _with_places(line.data)
    return Told(
        line.pk, line.what, about, line.by_id, moment(line.happened_at), moment(line.entered_at), data, keys
    )  # fmt: skip


def _with_places(data: dict) -> tuple[str, tuple[tuple[str, int], ...]]:
    """In the canonical spelling, with %d where the key of a copied row stands."""
    spelt = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("%", "%%")
    found = [(name, value) for name, value in sorted(data.items()) if name in copied.KEYS_IN_JSON and value]
    for name, value in found:
        spelt = spelt.replace(f'"{name}":{value}', f'"{name}":%d')
    return spelt, tuple((copied.KEYS_IN_JSON[name], value) for name, value in found)
