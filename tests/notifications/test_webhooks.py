import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from notifications.models import InboundMessage, OptOut
from notifications.sending import delivery
from tests.notifications.factories import MessageFactory
from tests.notifications.fake_twilio import FROM, Taken, inbound, signature
from tests.workers.factories import NOON, WorkerFactory
from workers.models import JournalLine

PUBLIC = "https://jobs.example.cn"
PHONE = "+8613800000001"
NOTICED = datetime(2026, 3, 5, 4, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_minute_past_noon():
    with time_machine.travel(NOTICED, tick=False):
        yield


@pytest.fixture
def client():
    """As the phone network: no cookie, and CSRF is really checked."""
    return Client(enforce_csrf_checks=True)


def send(twilio, **worker):
    """A text that Twilio has taken, and what Twilio knows of it."""
    message = MessageFactory(worker=WorkerFactory(phone=PHONE, **worker))
    delivery.deliver(message_id=message.pk, now=lambda: NOON)
    return message, twilio.taken[-1]


def report(client, twilio, taken, status, error_code=None, signed=None):
    fields, right = twilio.report(taken, status, error_code)
    path = taken.callback.removeprefix(PUBLIC)
    return client.post(path, fields, headers={"X-Twilio-Signature": right if signed is None else signed}).status_code


def text_in(client, body, *, sid="", opt_out_type="", signed=None):
    path = reverse("notifications:twilio_inbound")
    fields, right = inbound(PUBLIC + path, phone=PHONE, body=body, sid=sid, opt_out_type=opt_out_type)
    return client.post(path, fields, headers={"X-Twilio-Signature": right if signed is None else signed})


def state_of(message):
    message.refresh_from_db()
    return message.state


class TestStatus:
    def test_delivered_is_written_down(self, client, twilio):
        message, taken = send(twilio)

        assert report(client, twilio, taken, "delivered") == 204

        assert (state_of(message), message.delivered_at) == ("delivered", NOTICED)

    def test_a_failure_has_its_reason(self, client, twilio):
        message, taken = send(twilio)

        assert report(client, twilio, taken, "undelivered", 30005) == 204

        assert (state_of(message), message.failed_reason, message.gateway_code) == ("failed", "number_invalid", "30005")

    def test_an_unheard_of_code_is_a_plain_refusal(self, client, twilio):
        message, taken = send(twilio)

        report(client, twilio, taken, "failed", 39999)

        assert (state_of(message), message.failed_reason) == ("failed", "refused")

    @pytest.mark.parametrize(
        ("said", "state"),
        [
            (["queued", "sending", "sent"], "sent"),
            (["sent", "delivered", "sent", "queued"], "delivered"),
            (["delivered", "delivered"], "delivered"),
            (["delivered", "failed", "undelivered"], "delivered"),
            (["undelivered", "delivered", "sent"], "failed"),
            (["read"], "delivered"),
            (["canceled"], "failed"),
        ],
    )
    def test_a_text_only_moves_forward_whatever_comes_when(self, client, twilio, said, state):
        message, taken = send(twilio)

        answers = [report(client, twilio, taken, status) for status in said]

        assert answers == [204] * len(said)
        assert state_of(message) == state

    def test_replayed_it_leaves_one_line_in_the_journal(self, client, twilio):
        message, taken = send(twilio)

        for _ in range(3):
            report(client, twilio, taken, "undelivered", 30003)

        lines = JournalLine.objects.filter(worker=message.worker, what="sms_failed")
        assert [line.data["reason"] for line in lines] == ["unreachable"]

    def test_clears_up_an_outcome_nobody_knew(self, client, twilio):
        twilio.next("drop")
        message, taken = send(twilio)
        assert state_of(message) == "unknown"

        report(client, twilio, taken, "delivered")

        assert (state_of(message), message.gateway_ref, message.failed_reason) == ("delivered", taken.sid, "")

    def test_may_come_before_our_own_answer(self, client, twilio):
        claimed = delivery.claim(message_id=MessageFactory(worker__phone=PHONE).pk, at=NOON)
        accepted = claimed.gateway.send(claimed.parcel)

        report(client, twilio, twilio.taken[0], "delivered")
        delivery.record_answer(attempt_id=claimed.attempt_id, answer=accepted, at=NOON)

        attempt, message = delivery.lock_attempt(claimed.attempt_id)
        assert (message.state, attempt.outcome, attempt.gateway_ref) == ("delivered", "accepted", accepted.ref)

    def test_unsigned_or_wrongly_signed_is_refused(self, client, twilio):
        message, taken = send(twilio)

        assert report(client, twilio, taken, "delivered", signed="") == 403
        assert report(client, twilio, taken, "delivered", signed="c2lnbmVk") == 403
        assert state_of(message) == "sent"

    def test_signed_for_another_address_is_refused(self, client, twilio):
        message, taken = send(twilio)
        fields, _ = twilio.report(taken, "delivered")
        elsewhere = signature("https://elsewhere.example.cn/", fields)

        assert report(client, twilio, taken, "delivered", signed=elsewhere) == 403
        assert state_of(message) == "sent"

    def test_an_unknown_text_is_answered_like_a_known_one(self, client, twilio):
        callback = PUBLIC + reverse("notifications:twilio_status", args=[uuid.uuid4()])

        assert report(client, twilio, Taken("SM404", PHONE, "", callback), "delivered") == 204

    def test_another_texts_reference_at_this_address_changes_nothing(self, client, twilio):
        message, taken = send(twilio)

        assert report(client, twilio, Taken("SM404", PHONE, "", taken.callback), "delivered") == 204
        assert state_of(message) == "sent"

    def test_a_status_nobody_knows_changes_nothing(self, client, twilio):
        message, taken = send(twilio)

        assert report(client, twilio, taken, "teleported") == 204
        assert state_of(message) == "sent"

    def test_an_older_rounds_report_leaves_the_new_round_alone(self, client, twilio):
        message, taken = send(twilio)
        report(client, twilio, taken, "undelivered", 30003)
        message.refresh_from_db()
        message.send_again(not_before=NOON)
        message.save()

        assert report(client, twilio, taken, "delivered") == 204
        assert (state_of(message), message.round) == ("queued", 2)

    def test_only_posts_and_only_while_twilio_is_the_gateway(self, client, twilio, settings):
        _, taken = send(twilio)
        assert client.get(taken.callback.removeprefix(PUBLIC)).status_code == 405

        settings.WAYFARE_SMS_GATEWAY = "sandbox"

        assert report(client, twilio, taken, "delivered") == 403

    def test_takes_a_bounded_number_of_queries(self, client, twilio, django_assert_max_num_queries):
        _, taken = send(twilio)

        with django_assert_max_num_queries(8):
            report(client, twilio, taken, "delivered")


class TestInbound:
    def test_a_reply_is_received_and_answered_with_silence(self, client, twilio):
        message, _ = send(twilio)

        answer = text_in(client, "1", sid="SM9")

        assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
        assert answer.content.decode() == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
        reply = InboundMessage.objects.get()
        assert (reply.gateway, reply.gateway_ref, reply.answers_id, reply.digit) == ("twilio", "SM9", message.pk, "1")

    def test_posted_again_it_is_the_same_reply(self, client, twilio):
        send(twilio)

        text_in(client, "1", sid="SM9")
        text_in(client, "1", sid="SM9")

        assert InboundMessage.objects.count() == 1

    @pytest.mark.parametrize(("body", "kind"), [("STOP", ""), ("td", ""), ("alto", "STOP")])
    def test_stop_is_honoured(self, client, twilio, body, kind):
        send(twilio)

        text_in(client, body, opt_out_type=kind)

        assert OptOut.objects.current().count() == 1

    def test_unsigned_is_refused(self, client, twilio):
        assert text_in(client, "STOP", signed="nothing").status_code == 403
        assert (OptOut.objects.count(), InboundMessage.objects.count()) == (0, 0)

    def test_an_address_behind_a_proxy_is_checked_by_its_public_name(self, client, twilio):
        path = reverse("notifications:twilio_inbound")
        fields, signed = inbound(PUBLIC + path, phone=PHONE, body="1")
        headers = {"X-Twilio-Signature": signed, "Host": "10.0.0.7:8000"}

        assert client.post(path, fields, headers=headers).status_code == 200

    def test_a_text_without_sender_is_nothing(self, client, twilio):
        path = reverse("notifications:twilio_inbound")
        fields = {"MessageSid": "SM9", "Body": "1", "To": FROM}
        headers = {"X-Twilio-Signature": signature(PUBLIC + path, fields)}

        assert client.post(path, fields, headers=headers).status_code == 200
        assert InboundMessage.objects.count() == 0


ABSURD = ["\x00", "9" * 5000, "-1", "1e9", "½"]


@pytest.mark.parametrize("code", ABSURD)
def test_a_report_with_an_absurd_code_is_refused_and_changes_nothing(client, twilio, code):
    message, taken = send(twilio)

    assert report(client, twilio, taken, "failed", code) == 400
    assert state_of(message) == "sent"


@pytest.mark.parametrize("body", ["退订\x00", "\x00"])
def test_a_text_with_a_nul_is_refused_and_leaves_nothing(client, twilio, body):
    assert (text_in(client, body).status_code, InboundMessage.objects.count(), OptOut.objects.count()) == (400, 0, 0)


def test_a_reference_longer_than_any_is_refused(client, twilio):
    assert (text_in(client, "1", sid="S" * 5000).status_code, InboundMessage.objects.count()) == (400, 0)
