"""Two workers reach for the same text at the same moment. First without the guards, to see that the race is real."""

import threading
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError, connection

from notifications import gateways, services
from notifications.models import InboundMessage, Message
from notifications.querysets import MessageQuerySet
from notifications.receiving import replies
from notifications.sending import delivery
from tests.notifications.factories import MessageFactory
from tests.notifications.texts import NOTE
from tests.workers.factories import NOON, WorkerFactory
from workers.models import JournalLine

pytestmark = pytest.mark.django_db(transaction=True)

DEFINITIONS = """SELECT indexdef FROM pg_indexes
    WHERE indexname IN ('attempt_leaves_once_a_round', 'attempt_number_once_a_round')"""


@contextmanager
def constraints_off():
    """The two rules that let the database hold no second attempt; put back after what was done without them is gone."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        definitions = [definition for (definition,) in cursor.fetchall()]
        cursor.execute("DROP INDEX attempt_leaves_once_a_round")
        cursor.execute("ALTER TABLE notifications_deliveryattempt DROP CONSTRAINT attempt_number_once_a_round")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM notifications_deliveryattempt")
            cursor.execute("SET session_replication_role = origin")
            for definition in definitions:
                cursor.execute(definition)
            cursor.execute(
                "ALTER TABLE notifications_deliveryattempt ADD CONSTRAINT attempt_number_once_a_round "
                "UNIQUE USING INDEX attempt_number_once_a_round"
            )


@pytest.fixture
def locks_off(monkeypatch):
    monkeypatch.setattr(MessageQuerySet, "select_for_update", lambda self, **_: self)


@pytest.fixture
def meeting(monkeypatch):
    """Both claimers stand between reading the row and writing it, or one has seen that it is locked."""
    barrier = threading.Barrier(2)
    current = gateways.current

    def wait_for_the_other():
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return current()

    monkeypatch.setattr(gateways, "current", wait_for_the_other)


def at_once(*calls):
    """Run in threads of their own; answers what each returned or raised."""
    results = [None] * len(calls)

    def run(n, call):
        try:
            results[n] = call()
        except IntegrityError as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def claim(message):
    return lambda: delivery.claim(message_id=message.pk, at=NOON)


def test_without_lock_and_constraint_both_would_send(locks_off, meeting):
    message = MessageFactory()

    with constraints_off():
        claimed = at_once(claim(message), claim(message))

    assert [type(one).__name__ for one in claimed] == ["Claimed", "Claimed"]


def test_with_the_lock_one_sends_and_the_other_has_nothing_to_do(meeting):
    message = MessageFactory()

    claimed = at_once(claim(message), claim(message))

    assert sorted(type(one).__name__ for one in claimed) == ["Claimed", "NoneType"]
    assert message.attempts.count() == 1


def test_without_the_lock_the_constraint_still_lets_only_one_send(locks_off, meeting):
    message = MessageFactory()

    claimed = at_once(claim(message), claim(message))

    assert sorted(type(one).__name__ for one in claimed) == ["Claimed", "IntegrityError"]
    assert message.attempts.count() == 1


def test_one_occasion_queued_by_two_people_at_once_is_one_text():
    worker = WorkerFactory()

    def queue():
        return services.queue_message(
            worker=worker, template=NOTE, context={"what": "招聘会"}, dedupe_key="fair:1", at=NOON
        ).pk

    first, second = at_once(queue, queue)

    assert first == second == Message.objects.get().pk


def test_one_reply_told_twice_at_once_is_one_reply():
    worker = WorkerFactory(phone="+8613800000001")
    MessageFactory(worker=worker, delivered=True)

    def receive():
        return replies.receive_reply(gateway="twilio", ref="SM1", phone="+8613800000001", body="退订", at=NOON).pk

    first, second = at_once(receive, receive)

    assert first == second == InboundMessage.objects.get().pk
    assert JournalLine.objects.filter(what="sms_opted_out").count() == 1


def test_sent_again_by_two_people_at_once_begins_one_round(django_user_model):
    message = MessageFactory(failed=True)
    by = django_user_model.objects.create(username="u", display_name="王芳")

    def press():
        return services.send_again(message_id=message.pk, round=1, by=by, at=NOON).round

    assert at_once(press, press) == [2, 2]
    assert JournalLine.objects.filter(what="sms_sent_again").count() == 1
