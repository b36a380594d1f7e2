"""A text comes in. The sandbox phone and the network's webhook both end here."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from kit import locks
from kit.refusals import Busy
from kit.sealing import crypto
from notifications import events
from notifications.choices import Handled
from notifications.models import InboundMessage, Message, OptOut, ReplyStep
from notifications.receiving import questions
from notifications.rules import reply_words
from notifications.sending.locking import hold_phone
from notifications.sending.opt_outs import opt_in, opt_out
from workers import journal
from workers.models import Worker

log = logging.getLogger(__name__)
TRIED_FOR = timedelta(days=1)


def receive_reply(*, gateway: str, ref: str, phone: str, body: str, at: datetime, kind: str = "") -> InboundMessage:
    """Write it down once, however often the network tells us (`ref` is its own name for it), and act on it once.

    `phone` in E.164. `kind` is what the network itself took it for (opt_out, opt_in, help), and wins over our reading.
    Writing down waits for nobody; what then meets a case that somebody holds is done by the minute's sweep.
    """
    reply = _write_down(gateway=gateway, ref=ref, phone=phone, body=body, kind=kind, at=at)
    with suppress(Busy):
        settle(reply)
    return reply


def _write_down(*, gateway: str, ref: str, phone: str, body: str, kind: str, at: datetime) -> InboundMessage:
    blind = crypto.blind_index(phone, purpose=crypto.PHONE)
    handled_as, digit = (kind, "") if kind else reply_words.understand(body)
    meant = _whom_it_may_come_from(blind, handled_as, at)
    worker, answered = (meant[0].worker, meant[0]) if meant else _who_and_what(blind, at)
    if len(meant) > 1:
        worker, answered, handled_as = None, None, Handled.UNCLEAR
    elif worker is None and handled_as in {Handled.DIGIT, Handled.TEXT, Handled.HELP}:
        handled_as = Handled.STRANGER
    reply, _ = InboundMessage.objects.get_or_create(
        gateway=gateway,
        gateway_ref=ref,
        defaults={
            "phone_blind": blind,
            "phone_tail": phone[-4:],
            "worker": worker,
            "answers": answered,
            "body": body,
            "digit": digit if handled_as == Handled.DIGIT else "",
            "handled_as": handled_as,
            "received_at": at,
        },
    )
    return reply


def settle(reply: InboundMessage) -> None:
    """Journal and permission first, then whoever listens: each once, in a transaction of its own. Raises Busy."""
    with locks.busy():
        _once(reply, ReplyStep.What.NOTED, _note)
        _once(reply, ReplyStep.What.TOLD, _tell)


@transaction.atomic
def _once(reply: InboundMessage, what: str, deed: Callable[[InboundMessage], None]) -> None:
    """Whoever comes second waits for the first, and finds it done."""
    _step, is_new = ReplyStep.objects.get_or_create(reply=reply, what=what)
    if is_new:
        deed(reply)


def settle_what_waits(*, at: datetime) -> None:
    """Every minute: what met a lock, or was cut off."""
    waiting = InboundMessage.objects.waiting().filter(received_at__gte=at - TRIED_FOR)
    for reply in waiting.select_related("worker", "answers"):
        try:
            settle(reply)
        except Busy:
            continue
        except Exception:
            log.exception("Reply %s could not be acted on", reply.pk)


def _whom_it_may_come_from(phone_blind: bytes, handled_as: str, at: datetime) -> list[Message]:
    """The text that each of them would answer. A digit comes from whoever was asked for one; words from anybody."""
    if handled_as not in {Handled.DIGIT, Handled.TEXT}:
        return []
    asked = questions.fitting(phone_blind, at)
    if handled_as == Handled.DIGIT:
        return asked
    by_worker = {text.worker_id: text for text in questions.texted(phone_blind, at)}
    return list((by_worker | {question.worker_id: question for question in asked}).values())


def _who_and_what(phone_blind: bytes, at: datetime) -> tuple[Worker | None, Message | None]:
    """Whoever we wrote to last on this phone, and the text, if it is fresh enough to be what is answered.

    Never written to: the worker, if the number is one's alone.
    """
    last = Message.objects.answerable_from(phone_blind).exclude(sent_at=None).order_by("-sent_at", "-pk").first()
    if last:
        return last.worker, last if last.sent_at >= at - questions.ANSWERS_WITHIN else None
    owners = list(Worker.objects.filter(phone_blind=phone_blind).exclude(wrong_phone_blind=phone_blind)[:2])
    return (owners[0] if len(owners) == 1 else None), None


def _note(reply: InboundMessage) -> None:
    at = reply.received_at
    if reply.handled_as in {Handled.OPT_OUT, Handled.OPT_IN}:
        hold_phone(bytes(reply.phone_blind), *filter(None, [reply.worker_id]))
    if reply.handled_as == Handled.UNCLEAR:
        _note_whose(reply)
    elif reply.worker:
        data = {"answer": reply.digit or str(reply.handled_as)}
        journal.record(worker=reply.worker, what="sms_reply_received", about=reply, by=None, at=at, data=data)
    if reply.handled_as == Handled.OPT_OUT:
        opt_out(phone_blind=bytes(reply.phone_blind), how=OptOut.How.REPLY, at=at)
    elif reply.handled_as == Handled.OPT_IN:
        opt_in(phone_blind=bytes(reply.phone_blind), at=at)


def _note_whose(reply: InboundMessage) -> None:
    digit, meant = _all_meant(reply)
    for message in meant:
        data = {"answer": digit or str(Handled.TEXT)}
        journal.record(
            worker=message.worker, what="sms_reply_unclear", about=reply, by=None, at=reply.received_at, data=data
        )


def _tell(reply: InboundMessage) -> None:
    """A refusal (the fair is over) is final, and leaves the reply on the page for a person; a lock is not."""
    at = reply.received_at
    if reply.handled_as == Handled.UNCLEAR:
        _ask_whose(reply)
    elif reply.worker and reply.handled_as in {Handled.DIGIT, Handled.TEXT, Handled.HELP}:
        told = {"worker": reply.worker, "message": reply.answers, "digit": reply.digit or None, "body": reply.body}
        events.tell(events.reply_received, InboundMessage, **told, at=at)


def _ask_whose(reply: InboundMessage) -> None:
    """Nobody is booked or struck off for somebody else's answer: a cadre asks, of whoever was asked something.

    Words that answer no question may be anybody's on the phone.
    """
    digit, meant = _all_meant(reply)
    says_something = not digit and reply_words.says_something(reply.body)
    asked = [message for message in meant if questions.stands(message)] or (meant if says_something else [])
    for message in asked:
        others = [other.worker for other in meant if other.worker_id != message.worker_id]
        told = {"worker": message.worker, "message": message, "others": others, "digit": digit}
        events.tell(events.reply_unclear, InboundMessage, **told, at=reply.received_at)


def _all_meant(reply: InboundMessage) -> tuple[str, list[Message]]:
    """The digit, and the texts it may answer, in the order of their workers."""
    handled_as, digit = reply_words.understand(reply.body)
    meant = _whom_it_may_come_from(bytes(reply.phone_blind), handled_as, reply.received_at)
    return digit, sorted(meant, key=lambda message: message.worker_id)
