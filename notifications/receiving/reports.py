"""The network tells what became of a text, late, twice, or in the wrong order. A text only ever moves forward."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications.choices import Reason
from notifications.models import DeliveryAttempt, Message
from notifications.sending.delivery import lock_attempt, record_accepted, record_failed, stops_all

State, Delivery = Message.State, DeliveryAttempt.Delivery


@dataclass(frozen=True)
class Report:
    """`token` came with the address we asked to be told at, `ref` is the network's name for the text."""

    gateway: str
    token: str
    ref: str
    became: Message.State  # SENT, DELIVERED or FAILED
    reason: Reason | str = ""
    code: str = ""


@transaction.atomic
def record_report(*, report: Report, at: datetime) -> bool:
    """False when we know no such attempt: nothing is written then.

    A report on an attempt we had lost track of clears it up: the network has it after all.
    """
    attempt_id = _find_attempt(report)
    if attempt_id is None:
        return False
    attempt, message = lock_attempt(attempt_id, stops_all=stops_all(report.reason))
    if attempt.outcome in {Delivery.STARTED, Delivery.UNKNOWN}:
        record_accepted(attempt, message, ref=report.ref, at=at)
    if attempt.round == message.round and attempt.gateway_ref == report.ref and message.state == State.SENT:
        _move_on(message, report, at)
    return True


def _find_attempt(report: Report) -> int | None:
    """Both must fit: a signed report about another text sent to this address is not ours to believe."""
    attempts = DeliveryAttempt.objects.filter(token=report.token, gateway=report.gateway)
    found = attempts.filter(gateway_ref__in=["", report.ref]).values_list("pk", flat=True).first()
    return found


def _move_on(message: Message, report: Report, at: datetime) -> None:
    if report.became == State.DELIVERED:
        message.confirm(at=at)
        message.save()
    elif report.became == State.FAILED:
        record_failed(message, reason=Reason(report.reason or Reason.REFUSED), code=report.code, at=at)
