"""Zero-employment is a fact of a household, and with the tags it decides how fast a worker must be served."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from staff.models import User
from workers import journal
from workers.choices import HAS_WORK, KEY_PLUS_TAGS, KEY_TAGS, OUT_OF_WORK, HouseholdRole, ServiceGroup
from workers.locking import lock_household
from workers.models import Household, Worker, WorkerTag


def is_zero_employment(statuses: Iterable[str]) -> bool:
    """Somebody is out of work and nobody has any. Whoever studies, is unable or not known counts neither way."""
    statuses = set(statuses)
    return not statuses.isdisjoint(OUT_OF_WORK) and statuses.isdisjoint(HAS_WORK)


def service_group_of(tags: Iterable[str], *, zero_employment: bool) -> str:
    """The fastest clock that anything about the worker asks for. `tags` are the current ones."""
    tags = set(tags)
    if zero_employment or tags & KEY_PLUS_TAGS:
        return ServiceGroup.KEY_PLUS
    return ServiceGroup.KEY if tags & KEY_TAGS else ServiceGroup.GENERAL


@transaction.atomic
def recompute_zero_employment(*, household: Household, by: User | None, at: datetime) -> bool:
    """Returns whether the fact changed. Each member's journal and service group follow."""
    return follow_members(household=lock_household(household.pk), by=by, at=at)


def follow_members(*, household: Household, by: User | None, at: datetime) -> bool:
    """The same for services that hold the household's lock already, in the row they locked."""
    members = list(household.members.order_by("pk"))
    is_zero = is_zero_employment(member.status for member in members)
    if is_zero == household.zero_employment:
        return False
    household.zero_employment = is_zero
    household.save(update_fields=["zero_employment"])
    what = "household_without_work" if is_zero else "household_has_work"
    journal.record_many(journal.Entry(member.pk, what, by, at, about=household) for member in members)
    regroup(members, household=household)
    return True


def make_way(worker: Worker, *, by: User | None, at: datetime, source: str) -> None:
    """A household has one head. Whoever was it is another member from now on, where `worker`, unsaved, is to be it."""
    if worker.household_id is None or worker.household_role != HouseholdRole.HEAD:
        return
    lock_household(worker.household_id)
    heads = Worker.objects.select_for_update(no_key=True).filter(
        household_id=worker.household_id, household_role=HouseholdRole.HEAD
    )
    for head in heads.exclude(pk=worker.pk):
        head.household_role = HouseholdRole.OTHER
        head.save(update_fields=["household_role"])
        changed = {"household_role": [HouseholdRole.HEAD, HouseholdRole.OTHER]}
        told = {"source": source, "changed": changed}
        journal.record(worker=head, what="worker_corrected", by=by, at=at, data=told)


def regroup(workers: list[Worker], *, household: Household | None = None) -> int:
    """Recompute the stored service group; returns how many changed. `household` is theirs, when it is one."""
    tags = _current_tags(workers)
    changed: dict[str, list[int]] = {}
    for worker in workers:
        home = household or worker.household
        group = service_group_of(tags.get(worker.pk, ()), zero_employment=bool(home and home.zero_employment))
        if group != worker.service_group:
            worker.service_group = group
            changed.setdefault(group, []).append(worker.pk)
    return sum(Worker.objects.filter(pk__in=keys).update(service_group=group) for group, keys in changed.items())


def _current_tags(workers: list[Worker]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = WorkerTag.objects.current().filter(worker_id__in=[worker.pk for worker in workers])
    for worker_id, tag in rows.values_list("worker_id", "tag"):
        found.setdefault(worker_id, []).append(tag)
    return found
