"""What a reply sets off is done once, also when it first meets a lock or a process ends in the middle."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kit.refusals import Refusal
from notifications import events
from notifications.models import InboundMessage, Message
from notifications.receiving import replies
from notifications.sending import delivery
from tests.impatience import impatient
from tests.notifications.factories import MessageFactory
from tests.workers.factories import NOON, WorkerFactory
from workers import journal
from workers.models import JournalLine


def receive(worker, body="TD"):
    return replies.receive_reply(gateway="sandbox", ref="SM1", phone=worker.phone, body=body, at=NOON)


def lines_of(worker) -> list[str]:
    lines = JournalLine.objects.filter(worker=worker, what__startswith="sms_")
    return list(lines.in_order().values_list("what", flat=True))


@contextmanager
def somebody_holds(worker):
    """A roster for one, which keeps the heads of journals until it is through."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            journal.record(worker=worker, what="worker_registered", by=None, at=NOON, data={"source": "import"})
            held.set()
            let_go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    yield
    let_go.set()
    holder.join()


@pytest.mark.django_db(transaction=True)
def test_a_stop_that_meets_a_held_journal_is_written_down_at_once_and_holds_from_the_next_sweep():
    worker = WorkerFactory()
    with somebody_holds(worker), impatient():
        receive(worker)
        assert InboundMessage.objects.waiting().count() == 1
        replies.settle_what_waits(at=NOON)
        assert lines_of(worker) == []

    for _ in range(2):
        replies.settle_what_waits(at=NOON)

    assert lines_of(worker) == ["sms_reply_received", "sms_opted_out"]
    assert not InboundMessage.objects.waiting().exists()


@pytest.fixture
def listener():
    """Does what it is told when a reply comes, and counts."""

    class Listener:
        heard, then = 0, None

        def __call__(self, sender, **_):
            self.heard += 1
            if self.then:
                raise self.then

    listener = Listener()
    events.reply_received.connect(listener)
    yield listener
    events.reply_received.disconnect(listener)


@pytest.mark.django_db
def test_a_listener_that_broke_hears_the_reply_again_and_then_no_more(listener):
    worker, listener.then = MessageFactory(delivered=True).worker, RuntimeError("cut off")
    with pytest.raises(RuntimeError):
        receive(worker, "1")
    replies.settle_what_waits(at=NOON)
    listener.then = None

    for _ in range(2):
        replies.settle_what_waits(at=NOON)

    assert listener.heard == 3  # twice cut off, once through
    assert lines_of(worker).count("sms_reply_received") == 1


@pytest.mark.django_db
def test_a_rule_that_says_no_has_answered(listener):
    message = MessageFactory(delivered=True)
    listener.then = Refusal("The fair is over.")

    receive(message.worker, "1")

    assert listener.heard == 1
    assert not InboundMessage.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_whom_a_roster_holds_keeps_back_no_other_text_that_was_left_in_sending():
    held, other = MessageFactory(), MessageFactory()
    for message in (held, other):
        delivery.claim(message_id=message.pk, at=NOON)

    with somebody_holds(held.worker), impatient():
        count = delivery.give_up_on_interrupted(at=NOON + timedelta(minutes=6))

    assert count == 1
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["sending", "unknown"]
