"""How one text leaves the house: claim, speak to the network, write down what it said.

Three steps, two transactions, and the network between them. The attempt is committed before the first byte goes out,
and `attempt_leaves_once_a_round` lets the database hold no second one: a text may stay unknown, never be doubled.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from kit import locks
from kit.locks.sweeping import sweep_patiently
from notifications import events, gateways, templates
from notifications.choices import Reason
from notifications.gateways import Accepted, OutcomeUnknown, Parcel, PermanentFailure, TemporaryFailure
from notifications.models import DeliveryAttempt, Message, OptOut
from notifications.rules.quiet_hours import next_loud_moment
from notifications.sending import suppressing
from notifications.sending.locking import hold_phone, lock_message
from notifications.sending.opt_outs import opt_out
from workers import journal

log = logging.getLogger(__name__)

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
INTERRUPTED_AFTER = timedelta(minutes=5)  # far beyond any gateway's own time limit
SECONDS_FOR_AN_ANSWER = 200
GIVEN_UP_AT_ONCE = 500

State, Delivery = Message.State, DeliveryAttempt.Delivery
Answer = Accepted | TemporaryFailure | PermanentFailure | OutcomeUnknown


@dataclass(frozen=True)
class Claimed:
    attempt_id: int
    gateway: gateways.Gateway
    parcel: Parcel


def deliver(*, message_id: int, now: Callable[[], datetime]) -> None:
    """Safe to call any number of times, from anywhere. `now` is asked twice: the network takes its time."""
    claimed = claim(message_id=message_id, at=now())
    if claimed is None:
        return
    answer = _ask(claimed)
    record_answer(attempt_id=claimed.attempt_id, answer=answer, at=now())


def claim(*, message_id: int, at: datetime) -> Claimed | None:
    """The message, if it is due and nobody else has it. Otherwise there is nothing to do, which is no error."""
    with transaction.atomic(durable=True):
        due = Message.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("worker")
        message = due.filter(pk=message_id).first()
        if message is None:
            return None
        if not _why_not(message, at):
            return None if _waits_for_morning(message, at) else _begun(message, at)
    hold_back(message_id=message_id, at=at)
    return None


@transaction.atomic
def hold_back(*, message_id: int, at: datetime) -> None:
    """What must not leave gets its line in the journal, the end of which is held before the text."""
    message = lock_message(pk=message_id)
    is_still_due = message.state == State.QUEUED and message.not_before <= at
    if is_still_due and (reason := _why_not(message, at)):
        suppressing.suppress(message, reason, by=None, at=at)


def _begun(message: Message, at: datetime) -> Claimed:
    gateway = gateways.current()
    message.address_to(message.worker)
    message.claim(gateway=gateway.name)
    message.save()
    attempt = message.attempts.create(
        round=message.round,
        number=message.attempts.filter(round=message.round).count() + 1,
        gateway=gateway.name,
        started_at=at,
    )
    parcel = Parcel(phone=message.phone, body=message.body, token=str(attempt.token))
    return Claimed(attempt.pk, gateway, parcel)


def _why_not(message: Message, at: datetime) -> Reason | str:
    """Why it must never leave; an empty string when it may."""
    if reason := suppressing.why_suppressed(message.worker):
        return reason
    if message.not_after and at > message.not_after:
        return Reason.TOO_LATE
    return "" if templates.still_stands(message.template, message.about_id) else Reason.WITHDRAWN


def _waits_for_morning(message: Message, at: datetime) -> bool:
    morning = next_loud_moment(at)
    if morning <= at or message.wakes or templates.is_urgent(message.template):
        return False
    message.not_before, message.handed_over_at = morning, None
    message.save()
    return True


def _ask(claimed: Claimed) -> Answer:
    """Only the three failures a gateway promises. Anything else is a bug: it surfaces, the sweep marks the attempt."""
    try:
        return claimed.gateway.send(claimed.parcel)
    except (TemporaryFailure, PermanentFailure, OutcomeUnknown) as failure:
        return failure


@transaction.atomic
def record_answer(*, attempt_id: int, answer: Answer, at: datetime) -> None:
    """The network's own report may have come first, or the sweep given up on us: knowledge only grows.

    What has left must be written down: it waits for whoever holds the worker, a roster for one, as long as it may.
    """
    locks.wait_longer(SECONDS_FOR_AN_ANSWER)
    attempt, message = lock_attempt(attempt_id, stops_all=stops_all(getattr(answer, "reason", "")))
    if attempt.outcome not in {Delivery.STARTED, Delivery.UNKNOWN}:
        return
    if isinstance(answer, Accepted):
        record_accepted(attempt, message, ref=answer.ref, is_delivered=answer.is_delivered, at=at)
        return
    _end_attempt(attempt, answer, at)
    if attempt.round == message.round and message.state == State.SENDING:
        _record_failure(message, attempt, answer, at)


def lock_attempt(attempt_id: int, *, stops_all: bool = False) -> tuple[DeliveryAttempt, Message]:
    """The lock on the message guards its attempts too: nobody changes one without it. `stops_all` is for a change after
    which nobody on the phone gets texts."""
    if stops_all:
        hold_phone(*Message.objects.values_list("phone_blind", "worker_id").get(attempts=attempt_id))
    message = lock_message(attempts=attempt_id)
    return DeliveryAttempt.objects.get(pk=attempt_id), message


def stops_all(reason: Reason | str) -> bool:
    return reason == Reason.OPTED_OUT


def record_accepted(
    attempt: DeliveryAttempt, message: Message, *, ref: str, at: datetime, is_delivered: bool = False
) -> None:
    """The message is locked and the attempt still open or unknown. An older round's attempt moves alone."""
    attempt.end(outcome=Delivery.ACCEPTED, at=at, ref=ref)
    attempt.save()
    if attempt.round != message.round or message.state not in {State.SENDING, State.UNKNOWN}:
        return
    message.accept(ref=ref, at=at)
    if is_delivered:
        message.confirm(at=at)
    message.save()
    _write_line(message, "sms_sent", at)


def record_failed(message: Message, *, reason: Reason, code: str, at: datetime) -> None:
    message.fail(reason=reason, code=code)
    message.save()
    _write_line(message, "sms_failed", at, reason=str(reason))
    events.announce(events.message_failed, Message, message=message, at=at)
    if stops_all(reason):
        opt_out(phone_blind=bytes(message.phone_blind), how=OptOut.How.NETWORK, at=at)


def give_up_on_interrupted(*, at: datetime) -> int:
    """Attempts whose process died. What left, left; nobody knows. A person decides about them.

    Some hundred in a transaction. A worker whom a roster holds keeps back their own text and no other.
    """
    lost = DeliveryAttempt.objects.open().started_before(at - INTERRUPTED_AFTER)
    stranded = Message.objects.filter(pk__in=lost.values("message_id"), state=State.SENDING)
    return sweep_patiently(
        stranded,
        some=lambda keys: (_give_up(keys, at), []),
        one=lambda key: _give_up([key], at),
        size=GIVEN_UP_AT_ONCE,
        what="Texts whose outcome nobody knows",
    )


@transaction.atomic
def _give_up(keys: list[int], at: datetime) -> int:
    """Those that nobody is at. As `lose_track` does it one by one."""
    sending = Message.objects.filter(pk__in=keys, state=State.SENDING).order_by("pk")
    journal.hold(sending.order_by().values("worker_id"))
    told = ("pk", "worker_id", "template")
    rows = list(sending.select_for_update(skip_locked=True, of=("self",)).values_list(*told))
    lost = [pk for pk, *_ in rows]
    attempts = DeliveryAttempt.objects.open().filter(message__in=lost, round=F("message__round"))
    attempts.update(outcome=Delivery.UNKNOWN, ended_at=at)
    Message.objects.filter(pk__in=lost).update(state=State.UNKNOWN, failed_reason=Reason.INTERRUPTED)
    journal.record_all(
        journal.Entry(
            worker_id,
            "sms_unknown",
            None,
            at,
            about=journal.About(Message, pk),
            data={"template": template, "reason": str(Reason.INTERRUPTED)},
        )
        for pk, worker_id, template in rows
    )
    return len(rows)


def _end_attempt(attempt: DeliveryAttempt, failure: Answer, at: datetime) -> None:
    outcomes = {
        TemporaryFailure: Delivery.REFUSED_FOR_NOW,
        PermanentFailure: Delivery.REFUSED_FOR_GOOD,
        OutcomeUnknown: Delivery.UNKNOWN,
    }
    attempt.end(outcome=outcomes[type(failure)], at=at, code=failure.code)
    attempt.save()


def _record_failure(message: Message, attempt: DeliveryAttempt, failure: Answer, at: datetime) -> None:
    if isinstance(failure, OutcomeUnknown):
        _lose_track(message, failure.reason, at)
    elif isinstance(failure, PermanentFailure):
        record_failed(message, reason=failure.reason, code=failure.code, at=at)
    elif attempt.number > len(RETRY_AFTER):
        record_failed(message, reason=Reason.GAVE_UP, code=failure.code, at=at)
    else:
        message.postpone(until=at + RETRY_AFTER[attempt.number - 1])
        message.save()


def _lose_track(message: Message, reason: Reason, at: datetime) -> None:
    message.lose_track(reason=reason)
    message.save()
    _write_line(message, "sms_unknown", at, reason=str(reason))


def _write_line(message: Message, what: str, at: datetime, **data) -> None:
    data = {"template": message.template, **data}
    journal.record(worker=message.worker, what=what, about=message, by=None, at=at, data=data)
