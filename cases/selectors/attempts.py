"""What was tried to reach somebody since the last talk: the evidence that `cases.contact.unreachable` judges."""

from datetime import datetime

from cases.choices import Channel, Outcome
from cases.contact.unreachable import Evidence, evidence
from cases.models import Case, ContactAttempt
from kit.days import local_day, start_of_day
from kit.sql import any_of
from notifications.models import Message

LEFT_THE_HOUSE = (Message.State.SENT, Message.State.DELIVERED)


def attempts_in_vain(case: Case) -> list[ContactAttempt]:
    """Since the case was opened (again) and since the last talk with the worker; undone entries do not count.

    What counts is when it happened: a call of the case's first life is no evidence in the second, however late it
    was written down.
    """
    since = case.last_reopened_at or start_of_day(local_day(case.opened_at))
    attempts = list(case.attempts.standing().filter(happened_at__gte=since).order_by("happened_at", "pk"))
    talks = [attempt.happened_at for attempt in attempts if attempt.is_two_way]
    return [attempt for attempt in attempts if not talks or attempt.happened_at > talks[-1]]


def evidence_of(case: Case) -> Evidence:
    """Messages count once they were sent; one that was suppressed reached nobody."""
    attempts = attempts_in_vain(case)
    return evidence(attempts, messages=_messages_since(case, _since(case, attempts)))


def _since(case: Case, attempts: list[ContactAttempt]) -> datetime:
    return min([attempt.happened_at for attempt in attempts], default=case.last_reopened_at or case.opened_at)


def _messages_since(case: Case, since: datetime) -> int:
    sent = Message.objects.filter(worker_id=case.worker_id, state__in=LEFT_THE_HOUSE, sent_at__gte=since)
    return sent.count()


def reached_by_phone(since: dict[int, datetime | None]) -> set[int]:
    """Workers who answered a call after the moment given for them, or at any time."""
    talks = ContactAttempt.objects.standing().filter(channel=Channel.CALL, outcome=Outcome.SPOKE_TO_WORKER)
    talks = talks.filter(any_of("worker_id", since)).values_list("worker_id", "happened_at")
    return {key for key, happened_at in talks if since[key] is None or happened_at >= since[key]}
