"""Whoever changes a text holds the end of its worker's journal first, as who takes it back: no circle of waiting."""

import time
from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction

from notifications import services
from notifications.choices import Reason
from notifications.gateways import Accepted, PermanentFailure
from notifications.models import Message
from notifications.sending import delivery
from notifications.sending.opt_outs import opt_out
from tests.notifications.factories import MessageFactory
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON, WorkerFactory
from workers import journal

pytestmark = pytest.mark.django_db(transaction=True)

ANSWERS = {
    "sent": Accepted(ref="r1"),
    "refused": PermanentFailure(Reason.NUMBER_INVALID, code="1"),
    "wants none": PermanentFailure(Reason.OPTED_OUT, code="2"),
}


def answered(answer):
    def prepare():
        message = MessageFactory()
        claimed = delivery.claim(message_id=message.pk, at=NOON)
        return message, lambda: delivery.record_answer(attempt_id=claimed.attempt_id, answer=answer, at=NOON)

    return prepare


def given_up():
    message = MessageFactory()
    delivery.claim(message_id=message.pk, at=NOON)
    return message, lambda: delivery._give_up([message.pk], NOON)


def held_back():
    message = MessageFactory(worker__sms_allowed=False)
    return message, lambda: delivery.claim(message_id=message.pk, at=NOON)


def sent_again():
    message, user = MessageFactory(failed=True), UserFactory()
    return message, lambda: services.send_again(message_id=message.pk, round=1, by=user, at=NOON)


def taken_back():
    worker = WorkerFactory()
    message = MessageFactory(worker=worker, about_type="workers.worker", about_id=worker.pk)
    return message, lambda: services.withdraw_messages(about=worker, at=NOON)


def opted_out():
    message = MessageFactory()
    return message, lambda: opt_out(phone_blind=bytes(message.phone_blind), how="reply", at=NOON)


DEEDS = {f"answer: {name}": answered(answer) for name, answer in ANSWERS.items()}
DEEDS |= {deed.__name__: deed for deed in (given_up, held_back, sent_again, taken_back, opted_out)}


def in_background(deed) -> Thread:
    def run():
        try:
            deed()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def until_somebody_waits() -> None:
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waited")


def text_is_free_while_it_waits(prepare) -> bool:
    message, deed = prepare()
    with transaction.atomic():
        journal.record(worker=message.worker, what="worker_verified", by=None, at=NOON)
        thread = in_background(deed)
        until_somebody_waits()
        try:
            with transaction.atomic():
                Message.objects.select_for_update(nowait=True).get(pk=message.pk)
        except OperationalError:
            is_free = False
        else:
            is_free = True
    thread.join(timeout=60)
    assert not thread.is_alive()
    return is_free


@pytest.mark.parametrize("prepare", DEEDS.values(), ids=DEEDS)
def test_the_text_is_free_for_who_holds_the_journal(prepare):
    assert text_is_free_while_it_waits(prepare)


def test_without_that_order_the_text_is_held_meanwhile(monkeypatch):
    monkeypatch.setattr(journal, "hold", lambda worker_ids: None)

    assert not text_is_free_while_it_waits(answered(ANSWERS["sent"]))
