"""What others ask of this app: queue a text, take it back, send it again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kit import sql
from kit.refusals import Refusal
from notifications import gateways, rewording, tasks, templates
from notifications.choices import CHINESE, Reason
from notifications.models import Message, address_of
from notifications.rules.quiet_hours import can_wait_till_morning, next_loud_moment
from notifications.rules.segments import count_segments
from notifications.rules.sensitive import SensitiveText
from notifications.sending import suppressing
from notifications.wording import is_carried, letter_of
from staff.models import User
from workers import journal
from workers.models import Worker

AT_ONCE = 2000


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
    leaves_at = max(not_before or at, at)
    wakes = not can_wait_till_morning(leaves_at, needed_by)
    if not (wakes or templates.get(template).urgent):
        leaves_at = next_loud_moment(leaves_at)
    message = Message(
        worker=worker,
        area_id=worker.area_id,
        dedupe_key=dedupe_key,
        about_type=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        template=template,
        language=language,
        queued_at=at,
        not_before=leaves_at,
        not_after=not_after,
        wakes=wakes,
        handed_over_at=at if leaves_at <= at else None,
        **_content(worker, template, context, language),
    )
    with transaction.atomic(savepoint=False):  # a text that cannot be written down takes its cause with it
        if not sql.insert(message, unless="dedupe_key"):
            return Message.objects.get(dedupe_key=dedupe_key)
        _see_off(message, by=by, at=at)
    return message


@transaction.atomic
def withdraw_messages(
    *, about: models.Model, templates: Collection[str] = (), at: datetime, by: User | None = None
) -> list[Message]:
    """Take back the texts about a row that have not left yet: what they say no longer holds. Returns them.

    `templates` narrows it to those, where others still hold.
    """
    waiting = Message.objects.queued().about(type(about), [about.pk]).order_by("pk")
    if templates:
        waiting = waiting.filter(template__in=templates)
    messages = list(waiting.select_for_update(of=("self",)).select_related("worker"))
    for message in messages:
        suppressing.suppress(message, Reason.WITHDRAWN, by=by, at=at)
    return messages


@transaction.atomic
def send_again(*, message_id: int, round: int, by: User, at: datetime) -> Message:
    """A person's decision about a text that failed or whose outcome nobody knows.

    `round` is the one they saw: a second press of the same button finds the next round begun and changes nothing.
    """
    message = Message.objects.select_for_update(of=("self",)).select_related("worker").get(pk=message_id)
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


def _content(worker: Worker, template: str, context: Mapping, language: str) -> dict:
    """Body, address and state of a new row: `queued`, or `suppressed` with the reason."""
    gateway = gateways.current()
    try:
        said = rewording.in_force(template)[language]
        text = templates.render(template, {"name": worker.name, **context}, language, wording=said)
        reason = suppressing.why_suppressed(worker) or ("" if is_carried(text, gateway) else Reason.BLOCKED)
    except SensitiveText:
        text, reason = "", Reason.SENSITIVE_TEXT
    body = letter_of(text, area_code=worker.area_id, language=language, gateway=gateway) if text else ""
    return {
        "body": body,
        "segments": count_segments(body, knows_gsm7=gateway.capabilities.knows_gsm7),
        **address_of(worker),
        "state": Message.State.SUPPRESSED if reason else Message.State.QUEUED,
        "failed_reason": reason,
    }


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
