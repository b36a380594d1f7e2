"""Who lives under one roof, as a cadre says it."""

from datetime import datetime

from django.db import transaction

from staff.models import User
from workers.locking import lock_worker
from workers.models import Household, Worker
from workers.refusals import NotUnderOneRoof
from workers.services.registering import update_worker


@transaction.atomic
def join_household(*, worker: Worker, other: Worker, role: str, by: User | None, at: datetime) -> Worker:
    """`worker` lives with `other`, in whose household they are from now on; where neither has one, a new one begins.

    `role` is what `worker` is to its head. Said twice it is so once.
    """
    for person in sorted((worker, other), key=lambda person: person.pk):
        lock_worker(person)
    if worker.pk == other.pk or worker.area_id != other.area_id:
        raise NotUnderOneRoof
    home = other.household or worker.household or Household.objects.create(area=worker.area, created_at=at)
    update_worker(worker=other, changes={"household": home}, by=by, at=at)
    return update_worker(worker=worker, changes={"household": home, "household_role": role}, by=by, at=at)


@transaction.atomic
def leave_household(*, worker: Worker, by: User | None, at: datetime) -> Worker:
    """Lives elsewhere now, or was taken for somebody of that house."""
    return update_worker(worker=worker, changes={"household": None, "household_role": ""}, by=by, at=at)
