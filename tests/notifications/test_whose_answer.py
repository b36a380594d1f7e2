"""A family's phone: whose answer a digit is. If it fits two people it is nobody's, and a person asks."""

import re
from datetime import timedelta

import pytest

from notifications import events, services, templates
from notifications.models import InboundMessage, OptOut
from notifications.receiving import questions, replies
from notifications.selectors import conversation
from tests.notifications.factories import MessageFactory
from tests.notifications.texts import ASK, ASKED, NOTE
from tests.workers.factories import NOON, WorkerFactory
from workers.models import JournalLine

pytestmark = pytest.mark.django_db

PHONE = "+8613800000001"


@pytest.fixture(autouse=True)
def nothing_asked():
    ASKED.clear()


@pytest.fixture
def couple():
    return WorkerFactory(phone=PHONE, name="李国琴"), WorkerFactory(phone=PHONE, name="王建军")


def ask(worker, about_id, *, hours_ago=1, **more):
    ASKED.add(about_id)
    asked_at = NOON - timedelta(hours=hours_ago)
    about = {"about_type": "tests.question", "about_id": about_id}
    return MessageFactory(worker=worker, template=ASK, delivered=True, at=asked_at, **about, **more)


@pytest.fixture
def receive(django_capture_on_commit_callbacks):
    """A reply comes in; returns it and what was announced."""

    def receive(body, ref="SM1"):
        heard = []

        def reply(sender, *, worker, message, digit, **_):
            heard.append(("reply", worker, message, digit))

        def unclear(sender, *, worker, others, digit, **_):
            heard.append(("unclear", worker, others, digit))

        events.reply_received.connect(reply)
        events.reply_unclear.connect(unclear)
        with django_capture_on_commit_callbacks(execute=True):
            row = replies.receive_reply(gateway="sandbox", ref=ref, phone=PHONE, body=body, at=NOON)
        events.reply_received.disconnect(reply)
        events.reply_unclear.disconnect(unclear)
        return row, heard

    return receive


def mark_wrong(worker):
    worker.wrong_phone_blind = worker.phone_blind
    worker.save()


def test_an_answer_that_fits_two_people_is_nobodys(couple, receive):
    wife, husband = couple
    ask(wife, 1, hours_ago=2)
    ask(husband, 2)

    reply, heard = receive("1")

    assert (reply.worker, reply.answers, reply.handled_as, reply.digit, reply.body) == (None, None, "unclear", "", "1")
    assert heard == [("unclear", wife, [husband], "1"), ("unclear", husband, [wife], "1")]
    for worker in couple:
        last = JournalLine.objects.filter(worker=worker).newest_first().first()
        assert (last.what, last.data) == ("sms_reply_unclear", {"answer": "1"})
        assert conversation(worker=worker).lines[0] == reply


def test_told_twice_it_is_asked_about_once(couple, receive):
    ask(couple[0], 1)
    ask(couple[1], 2)

    receive("1")
    _reply, heard = receive("1")

    assert (heard, InboundMessage.objects.count()) == ([], 1)


def test_a_question_that_no_longer_stands_is_not_answered(couple, receive):
    wife, husband = couple
    asked = ask(wife, 1, hours_ago=2)
    ask(husband, 2)
    ASKED.discard(2)

    _reply, heard = receive("1")

    assert heard == [("reply", wife, asked, "1")]


def test_a_question_of_long_ago_is_not_answered(couple, receive):
    wife, husband = couple
    ask(wife, 1, hours_ago=15 * 24)
    asked = ask(husband, 2)

    _reply, heard = receive("1")

    assert heard == [("reply", husband, asked, "1")]


def test_a_note_in_between_hides_no_question(couple, receive):
    wife, _husband = couple
    asked = ask(wife, 1, hours_ago=3)
    MessageFactory(worker=wife, template=NOTE, delivered=True, at=NOON - timedelta(hours=1))

    _reply, heard = receive("2")

    assert heard == [("reply", wife, asked, "2")]


def test_of_two_questions_to_one_person_the_last_is_answered(couple, receive):
    wife, _husband = couple
    ask(wife, 1, hours_ago=3)
    asked = ask(wife, 2)

    _reply, heard = receive("1")

    assert heard == [("reply", wife, asked, "1")]


def note(worker, *, hours_ago=1):
    return MessageFactory(worker=worker, template=NOTE, delivered=True, at=NOON - timedelta(hours=hours_ago))


def test_words_on_a_phone_where_two_were_asked_are_nobodys_and_a_person_asks(couple, receive):
    wife, husband = couple
    ask(wife, 1, hours_ago=2)
    ask(husband, 2)

    reply, heard = receive("好的，我们来")

    assert (reply.worker, reply.answers, reply.handled_as, reply.body) == (None, None, "unclear", "好的，我们来")
    assert heard == [("unclear", wife, [husband], ""), ("unclear", husband, [wife], "")]
    for worker in couple:
        last = JournalLine.objects.filter(worker=worker).newest_first().first()
        assert (last.what, last.data) == ("sms_reply_unclear", {"answer": "text"})
        assert conversation(worker=worker).lines[0] == reply


def test_words_may_answer_a_note_to_one_or_a_question_to_the_other_and_who_was_asked_is_asked(couple, receive):
    wife, husband = couple
    ask(wife, 1, hours_ago=2)
    note(husband)

    reply, heard = receive("我们去不了")

    assert reply.worker is None
    assert heard == [("unclear", wife, [husband], "")]
    assert reply in conversation(worker=husband).lines


def test_words_are_theirs_when_nobody_else_on_the_phone_was_written_to_lately(couple, receive):
    wife, husband = couple
    asked = ask(wife, 1, hours_ago=2)
    note(wife)
    note(husband, hours_ago=15 * 24)

    reply, heard = receive("我不去了")

    assert (reply.worker, reply.answers) == (wife, asked)
    assert heard == [("reply", wife, asked, None)]


# ---- every text ----------------------------------------------------------------------------------------------------

OURS = [key for key in templates.all_keys() if not key.startswith("test_")]


@pytest.mark.parametrize("key", OURS)
def test_every_text_names_its_person(key):
    assert "name" in templates.get(key).fields


@pytest.mark.parametrize("key", OURS)
def test_a_text_that_wants_a_digit_is_a_question_and_no_other_is(key):
    texts = templates.get(key).texts.values()

    assert {bool(re.search(r"回复1|[Rr]eply 1", text)) for text in texts} == {key in questions.ASKING}


def test_a_question_that_says_nobodys_name_cannot_be_registered():
    with pytest.raises(templates.TemplateBroken):
        questions.register([NOTE], lambda ids: set())


def test_the_name_is_put_in_for_every_app():
    worker = WorkerFactory(name="李国琴")

    queued = services.queue_message(worker=worker, template=ASK, context={}, dedupe_key="a", at=NOON)

    assert "李国琴您好" in queued.body


@pytest.mark.parametrize("since", ["marked as wrong", "has another"])
def test_on_a_number_that_is_no_longer_theirs_a_stranger_answers(receive, since):
    worker = WorkerFactory(phone=PHONE, name="李国琴")
    ask(worker, 1)
    if since == "marked as wrong":
        mark_wrong(worker)
    else:
        worker.set_phone("+8613800000002")
        worker.save()

    for n, body in enumerate(["1", "2", "我不去"]):
        reply, heard = receive(body, ref=f"SM{n}")

        assert (reply.worker, reply.answers, reply.handled_as, heard) == (None, None, "stranger", [])


def test_a_stranger_on_a_wrong_number_may_ask_for_no_more_texts(receive):
    worker = WorkerFactory(phone=PHONE)
    ask(worker, 1)
    mark_wrong(worker)

    receive("TD")

    assert OptOut.objects.has_current(bytes(worker.phone_blind))
