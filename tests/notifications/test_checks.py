from datetime import timedelta

import pytest
from django.db import connection

from notifications.sending import delivery
from tests.notifications.factories import InboundMessageFactory, MessageFactory, OptOutFactory
from tests.staff.factories import DAFANG_VILLAGE
from tests.workers.factories import NOON, WorkerFactory
from workers import invariants
from workers.journal import words
from workers.models import JournalLine, Worker

OURS = (
    "every_message_has_a_worker",
    "every_message_that_left_has_an_attempt",
    "message_and_attempt_name_the_same_reference",
    "messages_are_where_their_worker_is",
    "no_message_leaves_twice_in_a_round",
    "nothing_is_sent_after_an_opt_out",
    "open_attempts_belong_to_messages_being_sent",
    "replies_belong_to_whom_was_asked",
)

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {name for name, count in invariants.violations() if count and name in OURS}


def by_force(sql, *values):
    """Past every trigger and constraint, as someone at the database console could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def test_texts_in_every_state_break_nothing():
    for state in ("sending", "sent", "delivered", "failed", "unknown", "suppressed"):
        MessageFactory(**{state: True})
    message = MessageFactory()
    delivery.deliver(message_id=message.pk, now=lambda: NOON)
    InboundMessageFactory(worker=message.worker, answers=message)

    assert broken() == set()


def test_a_text_that_left_without_an_attempt_is_found():
    message = MessageFactory(sent=True)
    by_force("DELETE FROM notifications_deliveryattempt WHERE message_id = %s", message.pk)

    assert broken() == {"every_message_that_left_has_an_attempt"}


def test_another_reference_is_found():
    MessageFactory(sent=True).attempts.update(gateway_ref="another")

    assert broken() == {"message_and_attempt_name_the_same_reference"}


def test_an_open_attempt_left_behind_is_found():
    MessageFactory(sending=True).attempts.update(round=7)

    assert broken() == {"every_message_that_left_has_an_attempt"}


def test_an_open_attempt_of_a_finished_text_is_found():
    message = MessageFactory(failed=True)
    message.attempts.update(outcome="started", ended_at=None)

    assert broken() == {"open_attempts_belong_to_messages_being_sent"}


def test_a_text_that_did_not_move_with_its_worker_is_found():
    message = MessageFactory()
    Worker.objects.filter(pk=message.worker_id).update(area_id=DAFANG_VILLAGE)

    assert broken() == {"messages_are_where_their_worker_is"}


def test_a_text_sent_after_an_opt_out_is_found():
    worker = WorkerFactory(phone="+8613800000001")
    MessageFactory(worker=worker, delivered=True)
    OptOutFactory(phone="+8613800000001", opted_out_at=NOON - timedelta(days=1))

    assert broken() == {"nothing_is_sent_after_an_opt_out"}


def test_a_reply_given_to_someone_else_is_found():
    InboundMessageFactory(answers=MessageFactory(delivered=True))

    assert broken() == {"replies_belong_to_whom_was_asked"}


def test_a_text_sent_twice_in_a_round_is_found():
    message = MessageFactory(unknown=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX attempt_leaves_once_a_round")
    message.attempts.create(round=1, number=2, gateway="sandbox", started_at=NOON, ended_at=NOON, outcome="unknown")

    assert broken() == {"no_message_leaves_twice_in_a_round"}


def test_every_line_we_write_can_be_said():
    ours = {"sms_sent", "sms_failed", "sms_unknown", "sms_held_back", "sms_sent_again", "sms_reply_received"}

    assert ours | {"sms_opted_out", "sms_opted_in"} <= words.registered()


def test_a_line_says_which_text_and_why_not():
    message = MessageFactory(worker=WorkerFactory(phone="+8613800000001"))
    OptOutFactory(phone="+8613800000001")

    delivery.deliver(message_id=message.pk, now=lambda: NOON)

    line = JournalLine.objects.filter(worker=message.worker).newest_first().first()
    assert words.sentence(line.what, line.data) in {
        "Text held back: Test note. This phone asked for no texts.",
        "短信未发送：Test note。该手机已退订短信。",
    }
