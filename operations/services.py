"""What a person does about what failed."""

from datetime import datetime

from celery import current_app
from django.db import transaction

from operations.models import Failure
from operations.refusals import NobodyKnowsTheTask
from staff.models import User


@transaction.atomic
def try_again(*, failure_id: int, by: User, at: datetime) -> Failure:
    """Every task is safe to repeat. A second press of the same button changes nothing.

    Sent before the row is committed: a broker that is away leaves the failure as it was.
    """
    failure = Failure.objects.select_for_update(of=("self",)).get(pk=failure_id)
    if failure.again_at is not None:
        return failure
    current_app.loader.import_default_modules()
    if failure.task not in current_app.tasks:
        raise NobodyKnowsTheTask
    failure.again_at, failure.again_by = at, by
    failure.save()
    current_app.send_task(failure.task, kwargs=failure.arguments, queue=failure.queue, retry=False)
    return failure
