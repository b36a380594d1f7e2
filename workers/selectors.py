"""What pages show of a worker. Each function is one query plan and hands out frozen values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from areas.ranges import Level, Range, code_at, in_ranges, is_inside, range_of
from areas.selectors import full_name
from kit import said
from kit.days import local_day
from kit.sealing import crypto
from kit.sql import any_of
from staff.models import AccessLog, User
from workers import record_page
from workers.choices import RevealReason, Tag
from workers.journal.telling import TimelineLine, lines_told, timeline
from workers.models import Worker
from workers.rules.likeness import Gathering, Traits

TIMELINE_ROWS = 12
TRAITS = ("name", "sex", "birth_date", "area_id", "phone_blind", "id_number_blind")
HOUSEMATES = 10
LOOKS = 5
LOOKS_A_DAY = 10  # at the most, of one person, before older days are cut off


@dataclass(frozen=True)
class Look:
    """`what` says each thing with the reasons given for it."""

    who: str
    what: str
    at: datetime
    times: int = 1
    user_id: int | None = None


@dataclass(frozen=True)
class Member:
    name: str
    url: str
    relation: str
    age: int
    status: str


@dataclass(frozen=True)
class WorkerPage:
    """Everything on the page of a worker. Numbers are masked; `better_url` leads to a later stage's own page."""

    worker: Worker
    age: int
    place: str
    works_in: str
    tags: tuple[str, ...]
    flags: tuple[str, ...]
    members: tuple[Member, ...]
    timeline: tuple[TimelineLine, ...]
    lines: int
    has_more: bool
    looks: tuple[Look, ...]
    better_url: str


def worker_page(worker: Worker, user: User, *, today: date, rows: int | None = TIMELINE_ROWS) -> WorkerPage:
    """So many entries of the timeline, newest first; None for all of it."""
    entries, lines = timeline(worker.pk, limit=rows), _lines(worker)
    return WorkerPage(
        worker=worker,
        age=worker.age(today),
        place=full_name(worker.area_id),
        works_in=full_name(worker.destination_id),
        tags=tags_of(worker),
        flags=tuple(flag.reason for flag in worker.flags.open().order_by("raised_at", "pk")),
        members=members_of(worker, user, today=today),
        timeline=entries,
        lines=lines,
        has_more=lines > lines_told(entries),
        looks=looks_at(worker.pk),
        better_url=record_page.better_url(worker),
    )


def tags_of(worker: Worker) -> tuple[str, ...]:
    """Groups the worker is in now, the household's among them; grey outlines on the page, never in an SMS."""
    labels = [str(tag) for tag in worker.tags.current().order_by("pk")]
    home = worker.household
    if home and home.zero_employment:
        labels.insert(0, str(Tag.ZERO_EMPLOYMENT.label))
    if home and home.relocation_site:
        labels.append(home.relocation_site)
    return tuple(dict.fromkeys(labels))


def looks_at(worker_id: int, limit: int = LOOKS) -> tuple[Look, ...]:
    """Who opened the record or unmasked a number, newest first: each person once a day, with the last time.

    Read from so many rows that somebody who looks all day hides nobody.
    """
    rows = AccessLog.objects.about(worker_id).select_related("user").newest_first()[: limit * LOOKS_A_DAY]
    days: dict[tuple[int, date], list[AccessLog]] = {}
    for row in rows:
        days.setdefault((row.user_id, local_day(row.at)), []).append(row)
    return tuple(_looks_of_a_day(looks) for looks in list(days.values())[:limit])


def _looks_of_a_day(looks: list[AccessLog]) -> Look:
    """Each thing that was looked at is said once, with why, and how often anything was."""
    things: dict[str, dict[str, None]] = {}
    for look in looks:
        things.setdefault(look.get_what_display(), {})[reason_of(look.reason)] = None
    joint = str(_(", "))
    told = [_with_why(what, joint.join(filter(None, reasons))) for what, reasons in things.items()]
    return Look(str(looks[0].user), joint.join(told), looks[0].at, len(looks), looks[0].user_id)


def _with_why(what: str, why: str) -> str:
    return str(_("%(what)s (%(why)s)")) % {"what": what, "why": why} if why else what


def look_alikes(asked: Mapping[str, Traits], *, ranges: tuple[Range, ...] | None) -> dict[str, list[Worker]]:
    """Whom on the register each may be, for a form as for a roster. Nobody outside `ranges` is looked at.

    The phones of `asked` are hashes. Who has a number may only be somebody without one: one query for all of them. Of
    the others one for each township, by name, and one for all phones.
    """
    registered = Gathering()
    for worker in _namesakes(asked.values()):
        if ranges is None or is_inside(worker.area_id, ranges):
            registered.add(_traits_of(worker), worker)
    return {key: same for key, traits in asked.items() if (same := registered.like(traits))}


def blind_phone(phone: str) -> bytes | None:
    return crypto.blind_index(phone, purpose=crypto.PHONE) if phone else None


def _namesakes(asked: Iterable[Traits]) -> list[Worker]:
    """Of the same township, or with one of these phones; each once, in the order of the register."""
    asked = list(asked)
    found = _without_number([traits for traits in asked if traits.has_number])
    found |= _anybody([traits for traits in asked if not traits.has_number])
    return [found[pk] for pk in sorted(found)]


def _without_number(asked: list[Traits]) -> dict[int, Worker]:
    """Few people have none: all of these names are looked for among them."""
    if not asked:
        return {}
    phones = {traits.phone for traits in asked if traits.phone}
    townships = {traits.township for traits in asked}
    namesakes = Worker.objects.filter(id_number_blind=None).named_like({traits.name for traits in asked})
    return {
        worker.pk: worker
        for worker in namesakes.only(*TRAITS)
        if code_at(worker.area_id, Level.TOWNSHIP) in townships or _phone_of(worker) in phones
    }


def _anybody(asked: list[Traits]) -> dict[int, Worker]:
    said = defaultdict(set)
    phones = {traits.phone for traits in asked if traits.phone}
    for traits in asked:
        said[range_of(traits.township, Level.TOWNSHIP)].add(traits.name)
    called = Worker.objects.filter(any_of("phone_blind", phones)) if phones else Worker.objects.none()
    found = {worker.pk: worker for worker in called.only(*TRAITS)}
    for township, named in said.items():
        near = Worker.objects.filter(in_ranges("area_id", [township])).named_like(named)
        found |= {worker.pk: worker for worker in near.only(*TRAITS)}
    return found


def _phone_of(worker: Worker) -> bytes | None:
    return worker.phone_blind and bytes(worker.phone_blind)


def _traits_of(worker: Worker) -> Traits:
    return Traits(
        name=worker.name, sex=worker.sex, birth_date=worker.birth_date, area=worker.area_id,
        phone=_phone_of(worker), has_number=worker.id_number_blind is not None,
    )  # fmt: skip


def with_id_number(number: str, *, user: User) -> list[Worker]:
    """Who has this ID number, if the user may see them."""
    if not number:
        return []
    blind = crypto.blind_index(number, purpose=crypto.ID_NUMBER)
    return list(Worker.objects.visible_to(user).filter(id_number_blind=blind))


@dataclass(frozen=True)
class Housemate:
    """Somebody of the same village who may live with another; `lives_with` counts who is in their household already."""

    worker: Worker
    age: int
    lives_with: int


def housemates(worker: Worker, *, user: User, text: str, today: date) -> tuple[Housemate, ...]:
    """Found by what was typed, as everywhere; before that, who shares the phone."""
    near = Worker.objects.visible_to(user).filter(area_id=worker.area_id).exclude(pk=worker.pk)
    if worker.household_id:
        near = near.exclude(household_id=worker.household_id)
    phone = near.filter(phone_blind=worker.phone_blind) if worker.phone_blind else near.none()
    found = near.find(text, today) if text else phone.order_by("name", "pk")
    shown = found.annotate(lives_with=Count("household__members"))[:HOUSEMATES]
    return tuple(Housemate(mate, mate.age(today), max(mate.lives_with - 1, 0)) for mate in shown)


def members_of(worker: Worker, user: User, *, today: date) -> tuple[Member, ...]:
    """The others under the same roof whom the user may see."""
    if not worker.household_id:
        return ()
    others = Worker.objects.visible_to(user).filter(household_id=worker.household_id).exclude(pk=worker.pk)
    return tuple(_member(other, today) for other in others.order_by("birth_date", "pk"))


def _member(other: Worker, today: date) -> Member:
    url = record_page.plain_url(other)
    return Member(other.name, url, other.get_household_role_display(), other.age(today), other.get_status_display())


def _lines(worker: Worker) -> int:
    head = getattr(worker, "journal_head", None)
    return head.seq if head else 0


def reason_of(stored: str) -> str:
    return str(RevealReason(stored).label) if stored in RevealReason.values else said.spoken(stored)
