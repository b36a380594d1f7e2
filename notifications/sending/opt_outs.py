"""A phone's word that it wants no texts, and its word that it does again."""

from datetime import datetime

from django.db import transaction

from notifications import events
from notifications.choices import Reason
from notifications.models import Message, OptOut
from notifications.sending import suppressing
from notifications.sending.locking import hold_phone, lock_each
from workers import journal
from workers.models import Worker


@transaction.atomic
def opt_out(*, phone_blind: bytes, how: str, at: datetime) -> OptOut:
    """Holds for everyone on this phone, and for what is still waiting. Saying it twice is saying it once."""
    hold_phone(phone_blind)
    row, is_new = OptOut.objects.get_or_create(
        phone_blind=phone_blind, revoked_at=None, defaults={"how": how, "opted_out_at": at}
    )
    if is_new:
        for worker in _workers_on(phone_blind):
            journal.record(worker=worker, what="sms_opted_out", about=row, by=None, at=at, data={"how": how})
            events.announce(events.opted_out, OptOut, worker=worker, at=at)
        for message in lock_each(Message.objects.queued().to_phone(phone_blind)):
            suppressing.suppress(message, Reason.OPTED_OUT, by=None, at=at)
    return row


@transaction.atomic
def opt_in(*, phone_blind: bytes, at: datetime) -> int:
    """Only the phone itself may say so. Nothing suppressed meanwhile is sent after all."""
    hold_phone(phone_blind)
    ended = OptOut.objects.current().of_phone(phone_blind).update(revoked_at=at)
    if ended:
        for worker in _workers_on(phone_blind):
            journal.record(worker=worker, what="sms_opted_in", by=None, at=at)
            events.announce(events.opted_in, OptOut, worker=worker, at=at)
    return ended


def _workers_on(phone_blind: bytes):
    return Worker.objects.filter(phone_blind=phone_blind).order_by("pk")
