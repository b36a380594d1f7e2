"""A text comes in. The sandbox phone and the network's webhook both end here."""

from datetime import datetime

from django.db import transaction

from notifications import events
from notifications.choices import Handled
from notifications.models import InboundMessage, Message, OptOut
from notifications.receiving import questions
from notifications.rules import reply_words
from notifications.sending.opt_outs import opt_in, opt_out
from workers import journal
from workers.models import Worker
from workers.sealing import crypto


@transaction.atomic
def receive_reply(*, gateway: str, ref: str, phone: str, body: str, at: datetime, kind: str = "") -> InboundMessage:
    """Write it down once, however often the network tells us (`ref` is its own name for it), and act on it once.

    `phone` in E.164. `kind` is what the network itself took it for (opt_out, opt_in, help), and wins over our reading.
    """
    blind = crypto.blind_index(phone, purpose=crypto.PHONE)
    handled_as, digit = (kind, "") if kind else reply_words.understand(body)
    meant = _whom_it_may_come_from(blind, handled_as, at)
    worker, answered = (meant[0].worker, meant[0]) if meant else _who_and_what(blind, at)
    if len(meant) > 1:
        worker, answered, handled_as = None, None, Handled.UNCLEAR
    elif worker is None and handled_as in {Handled.DIGIT, Handled.TEXT, Handled.HELP}:
        handled_as = Handled.STRANGER
    reply, is_new = InboundMessage.objects.get_or_create(
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
    if is_new and handled_as == Handled.UNCLEAR:
        _ask_whose(reply, meant, digit, at)
    elif is_new:
        _act_on(reply, at)
    return reply


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
    last = Message.objects.to_phone(phone_blind).exclude(sent_at=None).order_by("-sent_at", "-pk").first()
    if last:
        return last.worker, last if last.sent_at >= at - questions.ANSWERS_WITHIN else None
    owners = list(Worker.objects.filter(phone_blind=phone_blind)[:2])
    return (owners[0] if len(owners) == 1 else None), None


def _ask_whose(reply: InboundMessage, meant: list[Message], digit: str, at: datetime) -> None:
    """Nobody is booked or struck off for somebody else's answer: a cadre asks, of whoever was asked something."""
    for message in sorted(meant, key=lambda message: message.worker_id):
        worker, data = message.worker, {"answer": digit or str(Handled.TEXT)}
        others = [other.worker for other in meant if other.worker_id != worker.pk]
        journal.record(worker=worker, what="sms_reply_unclear", about=reply, by=None, at=at, data=data)
        if questions.stands(message):
            told = {"worker": worker, "message": message, "others": others, "digit": digit}
            events.announce(events.reply_unclear, InboundMessage, **told, at=at)


def _act_on(reply: InboundMessage, at: datetime) -> None:
    if reply.worker:
        data = {"answer": reply.digit or str(reply.handled_as)}
        journal.record(worker=reply.worker, what="sms_reply_received", about=reply, by=None, at=at, data=data)
    if reply.handled_as == Handled.OPT_OUT:
        opt_out(phone_blind=bytes(reply.phone_blind), how=OptOut.How.REPLY, at=at)
    elif reply.handled_as == Handled.OPT_IN:
        opt_in(phone_blind=bytes(reply.phone_blind), at=at)
    elif reply.handled_as in {Handled.DIGIT, Handled.TEXT}:
        told = {"worker": reply.worker, "message": reply.answers, "digit": reply.digit or None, "body": reply.body}
        events.announce(events.reply_received, InboundMessage, **told, at=at)
