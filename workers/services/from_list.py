"""What a list says of one person who is on the register: `renew_workers` for somebody of whose case more follows."""

from datetime import datetime

from django.db import transaction

from kit.days import local_day
from staff.models import User
from workers.locking import lock_worker
from workers.models import Worker
from workers.services.registering import update_worker
from workers.services.reporting import report_status
from workers.services.said_on import Comparison, Said, keep_proven, note, tags_to_set
from workers.services.standing import Renewal, look
from workers.services.tagging import set_tag


@transaction.atomic
def renew_worker(renewal: Renewal, *, by: User | None, at: datetime, source: str) -> tuple[str, ...]:
    """Returns the facts that stand against the list."""
    worker, how = lock_worker(Worker.objects.get(pk=renewal.worker_id)), {"by": by, "at": at, "source": source}
    register = look([renewal], tags_of=[worker.pk])
    facts = Comparison().weigh(renewal.changes, register.people[worker.pk], renewal.said_on)
    keep_proven({worker.pk: facts})
    update_worker(worker=worker, changes=facts.changed, said_on=renewal.said_on, **how)
    note([Said(worker.pk, renewal.said_on or local_day(at), facts.noted)])
    for tag in tags_to_set(renewal, register):
        set_tag(worker=worker, tag=tag, **how)
    if renewal.report:
        report_status(worker=worker, **renewal.report, **how)
    return tuple(facts.kept)
