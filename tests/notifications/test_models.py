import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from kit.sealing import crypto
from notifications.models import DeliveryAttempt, InboundMessage, Message
from tests.notifications.factories import InboundMessageFactory, MessageFactory, OptOutFactory
from tests.workers.factories import NOON, WorkerFactory

State = Message.State

TRANSITIONS = {
    ("queued", "claim", "sending"),
    ("queued", "suppress", "suppressed"),
    ("sending", "postpone", "queued"),
    ("sending", "accept", "sent"),
    ("sending", "fail", "failed"),
    ("sending", "lose_track", "unknown"),
    ("sent", "confirm", "delivered"),
    ("sent", "fail", "failed"),
    ("unknown", "accept", "sent"),
    ("unknown", "fail", "failed"),
    ("unknown", "send_again", "queued"),
    ("failed", "send_again", "queued"),
}


def test_the_transition_table_is_this_one():
    table = {(t.source, t.name, t.target) for t in Message().get_all_state_transitions()}

    assert table == TRANSITIONS


def test_delivered_and_suppressed_are_the_end():
    sources = {source for source, _, _ in TRANSITIONS}

    assert set(State.values) - sources == {"delivered", "suppressed"}


def test_a_delivered_text_cannot_be_failed():
    with pytest.raises(TransitionNotAllowed):
        Message(state="delivered").fail(reason="refused")


@pytest.mark.django_db
class TestWhatTheDatabaseRefuses:
    def refuses(self, name, **changes):
        """The rule of that name stands in the way of these columns."""
        message = MessageFactory()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**changes)

    def test_two_rows_for_one_occasion(self):
        MessageFactory(dedupe_key="seat_booked:1")

        with pytest.raises(IntegrityError, match="dedupe_key"), transaction.atomic():
            MessageFactory(dedupe_key="seat_booked:1")

    def test_a_state_nobody_knows(self):
        self.refuses("message_state_is_known|message_says_why", state="posted")

    def test_a_failure_without_a_reason(self):
        self.refuses("message_says_why_it_did_not_arrive", state="failed")

    def test_a_reason_without_a_failure(self):
        self.refuses("message_says_why_it_did_not_arrive", failed_reason="refused")

    def test_sent_without_a_reference(self):
        self.refuses("message_sent_has_time_and_reference", state="sent", sent_at=NOON)

    def test_delivered_without_a_time(self):
        self.refuses("message_delivered_has_time", state="delivered", sent_at=NOON, gateway_ref="SM1")

    def test_leaving_without_a_phone(self):
        self.refuses("message_leaves_only_with_phone_and_text", phone_blind=None)

    def test_another_text_under_the_same_row(self):
        self.refuses("keeps its worker and its words", body="something else")

    def test_another_worker_under_the_same_row(self):
        self.refuses("keeps its worker and its words", worker=WorkerFactory())

    def test_a_kind_without_a_key(self):
        self.refuses("message_about_is_whole_or_absent", about_type="cases.case")

    def test_another_thing_than_the_text_was_about(self):
        message = MessageFactory(about_type="cases.case", about_id=1)

        with pytest.raises(IntegrityError, match="keeps what it is about"), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(about_id=2)

    def test_unsending_what_has_arrived(self):
        message = MessageFactory(delivered=True)

        with pytest.raises(IntegrityError, match="has arrived"), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(state="queued", delivered_at=None)

    def test_turning_a_round_back(self):
        message = MessageFactory(round=2)

        with pytest.raises(IntegrityError, match="sent again already"), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(round=1)

    @pytest.mark.parametrize("make", [MessageFactory, InboundMessageFactory, OptOutFactory])
    def test_deleting(self, make):
        row = make()

        with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")

    def test_changing_what_a_phone_said(self):
        reply = InboundMessageFactory()

        with pytest.raises(IntegrityError, match="UPDATE refused"), transaction.atomic():
            InboundMessage.objects.filter(pk=reply.pk).update(body="2")

    @pytest.mark.parametrize("outcome", ["started", "accepted", "unknown"])
    def test_a_second_attempt_that_may_leave_in_one_round(self, outcome):
        message = MessageFactory(unknown=True)

        with pytest.raises(IntegrityError, match="attempt_leaves_once_a_round"), transaction.atomic():
            attempt_of(message, number=2, outcome=outcome)

    def test_two_texts_with_one_reference(self):
        first = MessageFactory(sent=True)

        with pytest.raises(IntegrityError, match="attempt_by_reference"), transaction.atomic():
            MessageFactory(sent=True, gateway_ref=first.gateway_ref)

    def test_one_reply_twice(self):
        reply = InboundMessageFactory()

        with pytest.raises(IntegrityError, match="inbound_once"), transaction.atomic():
            InboundMessageFactory(gateway_ref=reply.gateway_ref)

    def test_an_answer_of_two_digits(self):
        with pytest.raises(IntegrityError, match="inbound_answer_is_one_digit"), transaction.atomic():
            InboundMessageFactory(handled_as="digit", digit="")

    def test_two_opt_outs_of_one_phone(self):
        OptOutFactory()

        with pytest.raises(IntegrityError, match="opt_out_once_a_phone"), transaction.atomic():
            OptOutFactory()


@pytest.mark.django_db
def test_a_new_round_may_be_tried_after_an_unknown_one():
    message = MessageFactory(unknown=True)

    attempt_of(message, round=2)

    assert list(message.attempts.values_list("round", "outcome")) == [(1, "unknown"), (2, "started")]


@pytest.mark.django_db
def test_the_number_is_sealed_and_masked():
    worker = WorkerFactory(phone="+8613800001234")
    message = MessageFactory(worker=worker)

    assert b"13800001234" not in bytes(message.phone_cipher)
    assert bytes(message.phone_blind) == crypto.blind_index("+8613800001234", purpose=crypto.PHONE)
    assert (message.phone, message.phone_masked) == ("+8613800001234", "••• 1234")


def attempt_of(message, *, round=1, number=1, outcome="started") -> DeliveryAttempt:
    return message.attempts.create(
        round=round,
        number=number,
        gateway="sandbox",
        gateway_ref="SB1" if outcome == "accepted" else "",
        started_at=NOON,
        ended_at=None if outcome == "started" else NOON,
        outcome=outcome,
    )
