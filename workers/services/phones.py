"""A number at which somebody else answers: it stays on record and is never used again."""

from datetime import datetime

from django.db import models, transaction

from staff.models import User
from workers import identity, journal
from workers.choices import Source
from workers.locking import lock_worker
from workers.models import Worker
from workers.refusals import SameNumberAgain
from workers.services.registering import update_worker


@transaction.atomic
def mark_phone_wrong(
    *, worker: Worker, by: User | None, at: datetime, source: str, new_phone: str = "", said_in: models.Model
) -> Worker:
    """`new_phone` takes its place, when the one who answered or the family knows it. `said_in` is the locked case."""
    lock_worker(worker, said_in=said_in)
    if new_phone and identity.read_phone(new_phone) == worker.phone:
        raise SameNumberAgain
    worker.wrong_phone_blind = worker.phone_blind
    worker.save(update_fields=["wrong_phone_blind"])
    journal.record(worker=worker, what="phone_found_wrong", by=by, at=at, data={"phone": worker.phone_masked})
    if new_phone:
        update_worker(worker=worker, changes={"phone": new_phone}, by=by, at=at, source=source)
    return worker


@transaction.atomic
def undo_phone_wrong(*, worker: Worker, old_phone: str, by: User | None, at: datetime, said_in: models.Model) -> Worker:
    """The number is the worker's after all; `old_phone` if another had taken its place."""
    lock_worker(worker, said_in=said_in)
    worker.wrong_phone_blind = None
    worker.save(update_fields=["wrong_phone_blind"])
    journal.record(worker=worker, what="phone_right_after_all", by=by, at=at)
    if old_phone:
        update_worker(worker=worker, changes={"phone": old_phone}, by=by, at=at, source=Source.SYSTEM)
    return worker
