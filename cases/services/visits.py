"""A talk with what the worker wishes for, written down in one go."""

from datetime import datetime

from django.db import transaction

from cases.choices import Channel
from cases.models import Case, ContactAttempt
from cases.services.contact import record_contact
from staff.models import User
from workers.choices import Source
from workers.services import update_worker

SOURCES = {Channel.CALL: Source.CALL, Channel.VISIT: Source.VISIT}


@transaction.atomic
def record_talk(
    *, case: Case, channel: str, by: User, at: datetime, wishes: dict | None = None, **entered
) -> ContactAttempt:
    """`record_contact`, and the worker's wishes corrected with it. `wishes` maps columns of the worker to answers."""
    attempt = record_contact(case=case, channel=channel, by=by, at=at, **entered)
    if wishes and attempt.is_two_way:
        update_worker(worker=attempt.worker, changes=wishes, by=by, at=at, source=SOURCES[channel])
    return attempt
