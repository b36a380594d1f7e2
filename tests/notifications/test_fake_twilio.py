"""The fake is only worth something if the real SDK cannot tell it from Twilio."""

import inspect
import re

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from notifications.gateways.twilio import AddressedHttpClient, client
from notifications.webhooks import BECAME
from tests.notifications.fake_twilio import ACCOUNT, FROM, MESSAGES, REFUSALS, TOKEN, Taken, inbound, message_resource

CALLBACK = "https://jobs.example.cn/callback/"


def create(sdk=None):
    sdk = sdk or client()
    return sdk.messages.create(to="+8613800000001", from_=FROM, body="您好", status_callback=CALLBACK)


def test_its_answer_has_every_field_the_sdk_reads_and_no_other():
    read = set(re.findall(r'payload\.get\(\s*"(\w+)"', inspect.getsource(MessageInstance.__init__)))

    assert message_resource(Taken("SM1", "+86138", "您好", CALLBACK)).keys() == read


def test_the_sdk_understands_its_answer(twilio):
    created = create()

    assert (created.sid, created.status, created.to) == (twilio.taken[0].sid, "queued", "+8613800000001")
    assert (created.direction, created.error_code, created.date_created.tzname()) == ("outbound-api", None, "UTC")
    assert twilio.complaints == []


def test_the_sdk_posts_where_it_listens():
    source = inspect.getsource(MessageList.__init__)

    assert 'f"/Accounts/{account_sid}/Messages.json"' in source or "/Messages.json" in source
    assert f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json" == MESSAGES


def test_the_fields_it_demands_are_those_the_sdk_sends():
    source = inspect.getsource(MessageList)

    assert all(f'"{name}":' in source for name in ("To", "From", "Body", "StatusCallback"))


def test_a_wrong_token_is_refused_as_twilio_refuses_it(twilio):
    stranger = Client(ACCOUNT, "another token", http_client=AddressedHttpClient(twilio.url))

    with pytest.raises(TwilioRestException) as refusal:
        create(stranger)

    assert (refusal.value.status, refusal.value.code) == (401, 20003)
    assert twilio.taken == []


@pytest.mark.parametrize("behaviour", REFUSALS)
def test_its_refusals_reach_the_sdk_with_status_and_code(twilio, behaviour):
    twilio.next(behaviour)

    with pytest.raises(TwilioRestException) as refusal:
        create()

    assert (refusal.value.status, refusal.value.code) == REFUSALS[behaviour][:2]
    assert twilio.taken == []


def test_it_takes_only_what_twilio_would_take(twilio):
    with pytest.raises(TwilioRestException):
        client().messages.create(to="13800000001", from_=FROM, body="您好", status_callback=CALLBACK)

    assert twilio.complaints == ["To is not E.164"]


def test_its_reports_carry_a_signature_the_sdk_accepts(twilio):
    fields, signature = twilio.report(Taken("SM1", "+86138", "您好", CALLBACK), "delivered")

    assert RequestValidator(TOKEN).validate(CALLBACK, fields, signature)


def test_its_replies_carry_a_signature_the_sdk_accepts():
    fields, signature = inbound(CALLBACK, phone="+8613800000001", body="1")

    assert RequestValidator(TOKEN).validate(CALLBACK, fields, signature)


def test_every_word_the_sdk_has_for_an_outgoing_text_is_understood():
    words = {value for name, value in vars(MessageInstance.Status).items() if name.isupper()}

    assert words - BECAME.keys() == {"receiving", "received"}  # of texts that come in
    assert BECAME.keys() <= words
