"""What others ask of this app: queue a text, take it back, send it again."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from kit import sql
from kit.copying import copy_values
from kit.refusals import Refusal
from notifications import rewording, tasks, templates
from notifications.choices import CHINESE, Reason
from notifications.models import Message
from notifications.rules.quiet_hours import next_loud_moment
from notifications.sending import suppressing
from notifications.sending.locking import lock_each, lock_message
from notifications.sending.writing import Draft, pen, pen_for
from staff.models import User
from workers import journal
from workers.models import Worker

AT_ONCE = 2000
# written out: Django would handle each of a thousand keys by itself
QUEUED = "SELECT dedupe_key FROM notifications_message WHERE dedupe_key = ANY(%s)"


class AlreadyOnItsWay(Refusal):
    message = _("This text is already on its way, or has arrived.")
    way_out = _("Look at its state again in a minute.")


class StillSuppressed(Refusal):
    message = _("This text still cannot be sent.")
    way_out = _("Correct the phone number or the permission on the worker's record first, or ring them up.")


def queue_message(
    *,
    worker: Worker,
    template: str,
    context: Mapping,
    dedupe_key: str,
    about: models.Model | None = None,
    at: datetime,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    needed_by: datetime | None = None,
    by: User | None = None,
    language: str = CHINESE,
) -> Message:
    """Write the text down; it leaves after commit. The same `dedupe_key` gives the first row, never a second.

    `context` need not hold the worker's name, which every text has. Someone who cannot be texted is no error: the row
    is `suppressed` and says why. An answer to the text finds its way back by `about`. `not_after` is when the text is
    of no more use (the bus has left). Quiet hours move it to the morning, unless the template is urgent or the morning
    is too late for what happens at `needed_by` (the stop gathers).
    """
    draft = Draft(
        worker=worker,
        context=context,
        dedupe_key=dedupe_key,
        about=about,
        not_before=not_before,
        not_after=not_after,
        needed_by=needed_by,
    )
    message = Message(worker=worker, **pen(template, language, _worded(template, language)).write(draft, at))
    with transaction.atomic(savepoint=False):  # a text that cannot be written down takes its cause with it
        if not sql.insert(message, unless="dedupe_key"):
            return Message.objects.get(dedupe_key=dedupe_key)
        _see_off(message, by=by, at=at)
    return message


@transaction.atomic
def queue_many(
    drafts: Iterable[Draft], *, template: str, at: datetime, by: User | None = None, language: str = CHINESE
) -> int:
    """The same for many, by COPY: the rows that `queue_message` would write one by one. Returns how many are new."""
    drafts = _not_queued_yet(drafts)
    if not drafts:
        return 0
    with_pen = pen_for([draft.worker for draft in drafts], template, language, _worded(template, language))
    written = _write_new([with_pen.write(draft, at) for draft in drafts])
    _see_off_all(written, by=by, at=at)
    return len(written)


@transaction.atomic
def withdraw_messages(
    *, about: models.Model, templates: Collection[str] = (), at: datetime, by: User | None = None
) -> list[Message]:
    """Take back the texts about a row that have not left yet: what they say no longer holds. Returns them.

    `templates` narrows it to those, where others still hold.
    """
    waiting = Message.objects.queued().about(type(about), [about.pk])
    if templates:
        waiting = waiting.filter(template__in=templates)
    messages = lock_each(waiting)
    for message in messages:
        suppressing.suppress(message, Reason.WITHDRAWN, by=by, at=at)
    return messages


@transaction.atomic
def send_again(*, message_id: int, round: int, by: User, at: datetime) -> Message:
    """A person's decision about a text that failed or whose outcome nobody knows.

    `round` is the one they saw: a second press of the same button finds the next round begun and changes nothing.
    """
    message = lock_message(pk=message_id)
    if message.round > round:
        return message
    if not message.is_stuck:
        raise AlreadyOnItsWay
    if reason := suppressing.why_suppressed(message.worker):
        raise StillSuppressed(Reason(reason).label)
    may_wake = message.wakes or templates.is_urgent(message.template)
    message.send_again(not_before=at if may_wake else next_loud_moment(at))
    message.address_to(message.worker)
    message.save()
    journal.record(worker=message.worker, what="sms_sent_again", about=message, by=by, at=at, data=_summary(message))
    _hand_over_if_due(message, at)
    return message


@transaction.atomic
def hand_over_due(*, at: datetime) -> int:
    """Oldest first, so many at once that the queue never runs dry and never floods."""
    due = Message.objects.due(at).not_handed_over(at).order_by("not_before", "pk")
    batch = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "template")[:AT_ONCE])
    Message.objects.filter(pk__in=[pk for pk, _ in batch]).update(handed_over_at=at)
    for pk, template in batch:
        queue = tasks.queue_for(template)
        transaction.on_commit(partial(tasks.hand_over, message_id=pk, queue=queue))
    return len(batch)


def _worded(template: str, language: str) -> str:
    return rewording.in_force(template)[language]


def _not_queued_yet(drafts: Iterable[Draft]) -> list[Draft]:
    """The first of each key. 1 query."""
    by_key: dict[str, Draft] = {}
    for draft in drafts:
        by_key.setdefault(draft.dedupe_key, draft)
    for key in keys_queued(by_key):
        del by_key[key]
    return list(by_key.values())


def keys_queued(keys: Iterable[str]) -> set[str]:
    """Those of texts that are written down, whatever became of them."""
    keys = list(keys)
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(QUEUED, [keys])
        return {key for (key,) in cursor.fetchall()}


def _write_new(rows: list[dict]) -> dict[int, dict]:
    """By their keys. Somebody may have queued one of them this very moment: then one by one, those that are new."""
    try:
        with transaction.atomic():
            return dict(zip(copy_values(Message, rows), rows, strict=True))
    except IntegrityError:
        messages = [Message(**row) for row in rows]
        new = [(message, row) for message, row in zip(messages, rows, strict=True) if _is_new(message)]
        return {message.pk: row for message, row in new}


def _is_new(message: Message) -> bool:
    return sql.insert(message, unless="dedupe_key")


def _see_off_all(written: dict[int, dict], *, by: User | None, at: datetime) -> None:
    journal.record_all(
        journal.Entry(
            row["worker_id"],
            "sms_held_back",
            by,
            at,
            about=journal.About(Message, pk),
            data={"template": row["template"], "reason": row["failed_reason"]},
        )
        for pk, row in written.items()
        if row["state"] == Message.State.SUPPRESSED
    )
    due = {
        pk: tasks.queue_for(row["template"])
        for pk, row in written.items()
        if row["state"] == Message.State.QUEUED and row["not_before"] <= at
    }
    transaction.on_commit(lambda: _hand_over_all(due), robust=True)


def _hand_over_all(queues: dict[int, str]) -> None:
    for message_id, queue in queues.items():
        tasks.hand_over(message_id=message_id, queue=queue)


def _see_off(message: Message, *, by: User | None, at: datetime) -> None:
    if message.state == Message.State.SUPPRESSED:
        data = _summary(message) | {"reason": message.failed_reason}
        journal.record(worker=message.worker, what="sms_held_back", about=message, by=by, at=at, data=data)
    else:
        _hand_over_if_due(message, at)


def _hand_over_if_due(message: Message, at: datetime) -> None:
    """After commit, and robust: with the broker down the page still answers, and the sweep finds the row."""
    if message.not_before <= at:
        queue = tasks.queue_for(message.template)
        transaction.on_commit(lambda: tasks.hand_over(message_id=message.pk, queue=queue), robust=True)


def _summary(message: Message) -> dict:
    return {"template": message.template}
