"""One order for everybody: what earlier stages hold (case), then the household, then the worker."""

from collections.abc import Collection

from django.db import models

from kit.sql import Compiled, any_of
from workers.events import worker_about_to_change, workers_about_to_change
from workers.models import Household, Worker

WORKER = Compiled(lambda worker_id: Worker.objects.select_for_update(no_key=True).filter(pk=worker_id))
HOUSEHOLD = Compiled(lambda household_id: Household.objects.select_for_update(no_key=True).filter(pk=household_id))


def lock_worker(worker: Worker, *, said_in: models.Model | None = None) -> Worker:
    """Lock and re-read this very instance; whoever holds it sees the row as it is now, unsaved changes are lost.

    The household comes first: a change of status may rewrite every member's service group, and two members
    changing at once would otherwise wait for each other. `said_in` is held by the caller, so nobody locks it again.
    """
    worker_about_to_change.send(sender=Worker, worker=worker, said_in=said_in)
    household = lock_household(worker.household_id) if worker.household_id else None
    WORKER.read_anew(worker, worker.pk)
    if household and household.pk == worker.household_id:
        worker.household = household  # the row as it is locked, for whoever asks next
    return worker


def lock_workers(worker_ids: Collection[int], *, homes: Collection[int]) -> None:
    """Many at once, each kind in the order of its keys, as every bulk writer does. `homes` are the households that a
    change may reach. Who calls this reads the rows afterwards."""
    workers_about_to_change.send(sender=Worker, worker_ids=worker_ids)
    for rows, keys in ((Household.objects, homes), (Worker.objects, worker_ids)):
        if keys:
            locked = rows.select_for_update(no_key=True).filter(any_of("id", keys)).order_by("pk")
            list(locked.values_list("pk", flat=True))


def lock_household(household_id: int) -> Household:
    return HOUSEHOLD.first(household_id)
