from datetime import timedelta

import pytest

from kit.refusals import Refusal
from kit.sealing import crypto
from notifications import events, services
from notifications.models import InboundMessage, Message, OptOut
from notifications.receiving import replies
from notifications.sending import opt_outs
from tests.notifications.factories import MessageFactory, OptOutFactory
from tests.notifications.texts import NOTE
from tests.workers.factories import NOON, WorkerFactory
from workers.models import JournalLine

PHONE = "+8613800000001"

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Everything announced about replies and opt-outs, in order."""
    said = []

    def reply(sender, *, worker, message, digit, body, at, **_):
        said.append(("reply", worker, message, digit, body, at))

    def stop(sender, *, worker, at, **_):
        said.append(("opted_out", worker, at))

    def start(sender, *, worker, at, **_):
        said.append(("opted_in", worker, at))

    events.reply_received.connect(reply)
    events.opted_out.connect(stop)
    events.opted_in.connect(start)
    yield said
    events.reply_received.disconnect(reply)
    events.opted_out.disconnect(stop)
    events.opted_in.disconnect(start)


@pytest.fixture
def receive(django_capture_on_commit_callbacks):
    """A reply comes in, and what it announces is heard."""

    def receive(body, *, ref="SM1", at=NOON, phone=PHONE, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return replies.receive_reply(gateway="sandbox", ref=ref, phone=phone, body=body, at=at, **more)

    return receive


def lines_of(worker):
    return [(line.what, line.data) for line in JournalLine.objects.filter(worker=worker, seq__gt=1).in_order()]


def test_a_digit_answers_the_last_text(receive, heard):
    worker = WorkerFactory(phone=PHONE)
    MessageFactory(worker=worker, delivered=True, at=NOON - timedelta(days=1))
    asked = MessageFactory(worker=worker, delivered=True, at=NOON - timedelta(hours=1))

    reply = receive("１。")

    assert (reply.worker, reply.answers, reply.digit, reply.handled_as) == (worker, asked, "1", "digit")
    assert heard == [("reply", worker, asked, "1", "１。", NOON)]
    assert lines_of(worker) == [("sms_reply_received", {"answer": "1"})]


def test_words_are_kept_for_a_person_and_stay_out_of_the_journal(receive, heard):
    worker = WorkerFactory(phone=PHONE)
    asked = MessageFactory(worker=worker, delivered=True)

    reply = receive("我表弟也想去，电话13800009999")

    assert (reply.handled_as, reply.body) == ("text", "我表弟也想去，电话13800009999")
    assert heard == [("reply", worker, asked, None, "我表弟也想去，电话13800009999", NOON)]
    assert lines_of(worker) == [("sms_reply_received", {"answer": "text"})]


def test_told_twice_it_happened_once(receive, heard):
    worker = WorkerFactory(phone=PHONE)
    MessageFactory(worker=worker, delivered=True)

    first = receive("1")
    again = receive("1", at=NOON + timedelta(minutes=5))

    assert again == first
    assert len(heard) == InboundMessage.objects.count() == len(lines_of(worker)) == 1


def test_a_familys_phone_answers_whoever_was_asked_last(receive, heard):
    father, daughter = WorkerFactory(phone=PHONE), WorkerFactory(phone=PHONE)
    MessageFactory(worker=daughter, delivered=True, at=NOON - timedelta(hours=2))
    asked = MessageFactory(worker=father, delivered=True, at=NOON - timedelta(hours=1))

    reply = receive("2")

    assert (reply.worker, reply.answers) == (father, asked)


def test_what_never_left_cannot_be_answered(receive):
    father, daughter = WorkerFactory(phone=PHONE), WorkerFactory(phone=PHONE)
    asked = MessageFactory(worker=daughter, delivered=True)
    MessageFactory(worker=father)

    assert receive("1").answers == asked


def test_an_old_text_is_not_what_is_answered(receive):
    worker = WorkerFactory(phone=PHONE)
    MessageFactory(worker=worker, delivered=True, at=NOON - timedelta(days=15))

    reply = receive("1")

    assert (reply.worker, reply.answers, reply.digit) == (worker, None, "1")


def test_a_number_we_never_wrote_to_is_known_if_it_is_ones_own(receive):
    worker = WorkerFactory(phone=PHONE)

    assert receive("1").worker == worker


@pytest.mark.parametrize("owners", [0, 2])
def test_otherwise_it_is_a_stranger_and_nothing_follows(receive, heard, owners):
    WorkerFactory.create_batch(owners, phone=PHONE)

    reply = receive("1")

    assert (reply.worker, reply.handled_as, reply.digit) == (None, "stranger", "")
    assert heard == []


def test_a_listeners_refusal_leaves_the_reply_for_a_person(receive):
    worker = WorkerFactory(phone=PHONE)
    MessageFactory(worker=worker, delivered=True)

    def refuse(sender, **_):
        OptOutFactory(phone="+8613800009999")
        raise Refusal("The fair is over.")

    events.reply_received.connect(refuse)
    try:
        reply = receive("1")
    finally:
        events.reply_received.disconnect(refuse)

    assert InboundMessage.objects.get() == reply
    assert lines_of(worker) == [("sms_reply_received", {"answer": "1"})]
    assert OptOut.objects.count() == 0  # what the listener had begun is undone


class TestOptOut:
    def test_holds_for_everyone_on_the_phone_and_for_what_waits(self, receive, heard):
        father, daughter = WorkerFactory(phone=PHONE), WorkerFactory(phone=PHONE)
        MessageFactory(worker=father, delivered=True)
        waiting = MessageFactory(worker=daughter)
        elsewhere = MessageFactory()

        receive("退订")

        waiting.refresh_from_db()
        elsewhere.refresh_from_db()
        assert (waiting.state, waiting.failed_reason, elsewhere.state) == ("suppressed", "opted_out", "queued")
        assert heard == [("opted_out", father, NOON), ("opted_out", daughter, NOON)]
        assert [what for what, _ in lines_of(daughter)] == ["sms_opted_out", "sms_held_back"]

    def test_is_by_phone_and_the_phone_is_not_kept_in_clear(self, receive):
        receive("TD")

        kept = OptOut.objects.get()
        assert bytes(kept.phone_blind) == crypto.blind_index(PHONE, purpose=crypto.PHONE)
        assert {field.name for field in OptOut._meta.fields} == {
            "id",
            "phone_blind",
            "how",
            "opted_out_at",
            "revoked_at",
        }

    def test_said_twice_is_said_once(self, receive, heard):
        worker = WorkerFactory(phone=PHONE)

        receive("STOP", ref="SM1")
        receive("STOP", ref="SM2", at=NOON + timedelta(days=1))

        assert [row.opted_out_at for row in OptOut.objects.all()] == [NOON]
        assert heard == [("opted_out", worker, NOON)]

    def test_the_networks_own_reading_wins(self, receive, heard):
        worker = WorkerFactory(phone=PHONE)

        reply = receive("desuscribir", kind="opt_out")

        assert (reply.handled_as, heard) == ("opt_out", [("opted_out", worker, NOON)])

    def test_then_nothing_is_sent_until_the_phone_opts_in(self, receive, heard):
        worker = WorkerFactory(phone=PHONE)
        receive("T", ref="SM1")
        held = queue(worker, "a")

        receive("恢复", ref="SM2", at=NOON + timedelta(hours=1))
        queued = queue(worker, "b")

        held.refresh_from_db()
        assert (held.state, queued.state) == ("suppressed", "queued")
        assert heard[1:] == [("opted_in", worker, NOON + timedelta(hours=1))]
        assert OptOut.objects.get().revoked_at == NOON + timedelta(hours=1)

    def test_opting_in_without_having_opted_out_says_nothing(self, receive, heard):
        WorkerFactory(phone=PHONE)

        receive("START")

        assert heard == []

    def test_may_be_taken_back_and_said_again(self):
        blind = crypto.blind_index(PHONE, purpose=crypto.PHONE)
        OptOutFactory(phone=PHONE, revoked_at=NOON)

        opt_outs.opt_out(phone_blind=blind, how="reply", at=NOON + timedelta(days=1))

        assert OptOut.objects.current().count() == 1


def queue(worker, key) -> Message:
    return services.queue_message(worker=worker, template=NOTE, context={"what": "好"}, dedupe_key=key, at=NOON)
