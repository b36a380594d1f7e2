from datetime import date, datetime

from django.db import transaction

from kit.days import local_day
from staff.models import User
from workers import journal
from workers.locking import lock_worker
from workers.models import Worker, WorkerTag
from workers.refusals import TagNotSet
from workers.services.households import regroup


@transaction.atomic
def set_tag(
    *, worker: Worker, tag: str, by: User | None, at: datetime, source: str = "", valid_from: date | None = None
) -> WorkerTag:
    """Put the worker in a group; returns the row that is there when they are in it already."""
    lock_worker(worker)
    current = worker.tags.current().filter(tag=tag).first()
    if current:
        return current
    begun = valid_from or local_day(at)
    row = worker.tags.create(tag=tag, source=source, valid_from=begun)
    journal.record(worker=worker, what="tag_set", about=row, by=by, at=at, data={"tag": tag, "basis": source})
    regroup([worker])
    return row


@transaction.atomic
def end_tag(*, worker: Worker, tag: str, by: User | None, at: datetime, valid_to: date | None = None) -> WorkerTag:
    """The worker is no longer in the group from `valid_to` on (today, unless said)."""
    lock_worker(worker)
    row = worker.tags.current().filter(tag=tag).first()
    if row is None:
        raise TagNotSet
    row.valid_to = max(valid_to or local_day(at), row.valid_from)
    row.save(update_fields=["valid_to"])
    journal.record(worker=worker, what="tag_ended", about=row, by=by, at=at, data={"tag": tag})
    regroup([worker])
    return row
