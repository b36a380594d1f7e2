"""Whom not to write to. Asked when a text is queued and again when it leaves: people change their minds."""

from collections.abc import Callable
from datetime import datetime

from notifications.choices import Reason
from notifications.models import Message, OptOut
from staff.models import User
from workers import journal
from workers.models import Worker

MOBILE = "+861"  # the register holds mainland numbers only; a landline can be called, not texted


def why_suppressed(
    worker: Worker, *, phone: str | None = None, has_opted_out: Callable[[bytes], bool] = OptOut.objects.has_current
) -> Reason | str:
    """A reason, or an empty string when nothing stands in the way. Who writes to many asks for all of them at once, and
    hands in a number that is opened already."""
    if not worker.phone_blind or worker.has_wrong_phone:
        return Reason.NO_PHONE
    if not (worker.phone if phone is None else phone).startswith(MOBILE):
        return Reason.NOT_MOBILE
    if not worker.sms_allowed:
        return Reason.NOT_ALLOWED
    if has_opted_out(bytes(worker.phone_blind)):
        return Reason.OPTED_OUT
    return ""


def suppress(message: Message, reason: Reason, *, by: User | None, at: datetime) -> None:
    """The row is locked and still queued."""
    message.suppress(reason=reason)
    message.save()
    data = {"template": message.template, "reason": str(reason)}
    journal.record(worker=message.worker, what="sms_held_back", about=message, by=by, at=at, data=data)
