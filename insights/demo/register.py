"""Twenty thousand invented people written into the register: households, tags, reports, flags, journal. In bulk."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from insights.demo.people import InventedPerson
from kit.copying import copy_in
from kit.days import local_day, local_moment
from workers import journal
from workers.choices import Rule, Source, Status, Tag, VerifiedHow
from workers.models import Flag, Household, StatusReport, Worker, WorkerTag
from workers.services import regroup
from workers.services.households import is_zero_employment

RULES = (Rule.SELF_REPORTED, Rule.RELAPSED)


def register_people(people: Iterable[InventedPerson], *, at: datetime) -> list[Worker]:
    """Workers in the order of `people`, with everything their record hangs on. One statement a table and batch."""
    people = list(people)
    homes = households(people, at)
    keyed = zip(people, Worker.objects.next_keys(len(people)), strict=True)
    rows = [worker_of(person, homes[person.household], at, key) for person, key in keyed]
    workers = copy_in(rows)
    tag_all(workers, people, at)
    report_all(workers, people)
    regroup(workers)
    journal.record_many(
        journal.Entry(worker.pk, "worker_registered", None, at, data={"source": Source.IMPORT, "area": worker.area_id})
        for worker in workers
    )
    return workers


def households(people: list[InventedPerson], at: datetime) -> dict[int, Household]:
    """By family number. Nobody with work in a family of two or more makes it a zero-employment one."""
    families: dict[int, list[InventedPerson]] = {}
    for person in people:
        families.setdefault(person.household, []).append(person)
    rows = copy_in(
        [
            Household(area_id=f[0].village_code, created_at=at, zero_employment=is_zero_employment(p.status for p in f))
            for f in families.values()
        ]
    )
    return dict(zip(families, rows, strict=True))


def worker_of(person: InventedPerson, home: Household, at: datetime, key: int) -> Worker:
    worker = Worker(
        pk=key,
        area_id=person.village_code,
        sex=person.sex,
        birth_date=person.birth_date,
        household=home,
        group_no=str(person.household % 9 + 1),
        status=person.status,
        status_since=person.status_since,
        industry=person.industry,
        wage=person.wage,
        destination_id=destination_of(person),
        wish_place="省外" if person.household % 3 else "县内",
        wish_wage=(3500, 4000, 5000, 6000)[person.household % 4],
        created_at=at,
        last_verified_at=local_moment(person.status_since, 10),
        last_verified_how=VerifiedHow.IMPORT,
    )
    worker.set_name(person.name)
    worker.set_id_number(person.id_number)
    worker.set_phone(person.phone)
    return worker


def destination_of(person: InventedPerson) -> int | None:
    return int(person.destination_prefix) * 10**8 if person.destination_prefix else None


def tag_all(workers: list[Worker], people: list[InventedPerson], at: datetime) -> None:
    since = local_day(at)
    copy_in(
        [
            WorkerTag(worker=worker, tag=tag, source=Source.IMPORT, valid_from=since)
            for worker, person in zip(workers, people, strict=True)
            for tag in person.tags
        ]
    )


def report_all(workers: list[Worker], people: list[InventedPerson]) -> None:
    copy_in(
        [
            StatusReport(
                worker=worker, status=person.status, source=Source.IMPORT, wage=person.wage,
                happened_at=local_moment(person.status_since, 9), entered_at=local_moment(person.status_since, 10),
            )
            for worker, person in zip(workers, people, strict=True)
        ]
    )  # fmt: skip


def lifted_out() -> set[int]:
    """Keys of the workers who carry the tag."""
    return set(WorkerTag.objects.current().filter(tag=Tag.LIFTED_OUT).values_list("worker_id", flat=True))


def flag_of(worker: Worker, days_ago: int, at: datetime, *, is_lifted_out: bool) -> Flag:
    """The most telling of the rules that hold, raised at some minute of the day's first hours."""
    chance = random.Random(worker.pk)
    raised_at = local_moment(local_day(at) - timedelta(days=days_ago), 7, chance.randrange(60))
    rule = Rule.LIFTED_OUT_OUT_OF_WORK if is_lifted_out else chance.choice(RULES)
    data = {"status": worker.status, "previous": Status.EMPLOYED_OUTSIDE_PROVINCE, "source": Source.VISIT}
    return Flag(worker=worker, rule=rule, data=data, raised_at=min(raised_at, at))
