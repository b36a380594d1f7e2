"""A worker who moves takes the case along: another area, another cadre, the same clock."""

from datetime import datetime

from django.db import transaction

from cases.choices import OPEN_STATES
from cases.locking import locked
from cases.models import Case
from cases.queue.steps import Line, write_line
from cases.services.opening import choose_owner
from staff.models import User
from workers.models import Worker


@transaction.atomic
def follow_worker(*, worker: Worker, by: User | None, at: datetime) -> Case | None:
    """Bring the open case to where the worker lives now. Ended cases stay where they were served."""
    case = Case.objects.filter(worker=worker, state__in=OPEN_STATES).exclude(area_id=worker.area_id).first()
    if case is None:
        return None
    with locked(case) as step:
        owner = choose_owner(code=worker.area_id, at=at)
        from_area, step.case.area_id, step.case.owner = step.case.area_id, worker.area_id, owner
        step.case.save(update_fields=["area", "owner"])
        step.item.area_id, step.item.owner = worker.area_id, owner
        step.item.save(update_fields=["area", "owner"])
        data = {"from_area": from_area, "area": worker.area_id, "owner": str(owner) if owner else None}
        write_line(step.case, Line("case_changed_area", data=data), by=by, at=at)
    return step.case
