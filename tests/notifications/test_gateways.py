import logging

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications import gateways
from notifications.gateways import Parcel
from notifications.gateways.sandbox import SandboxGateway
from notifications.gateways.twilio import NEEDED, TwilioGateway

PARCEL = Parcel("+8613800000001", "您好", "b2f7c0de-0000-4000-8000-000000000000")


def test_by_default_nothing_can_leave_this_machine(settings):
    assert isinstance(gateways.current(), SandboxGateway)
    assert [name for name in NEEDED if getattr(settings, name)] == ["PUBLIC_BASE_URL"]
    with pytest.raises(ImproperlyConfigured):
        TwilioGateway()


@pytest.mark.parametrize("name", NEEDED)
def test_twilio_does_not_start_half_configured(twilio, settings, name):
    setattr(settings, name, "")

    with pytest.raises(ImproperlyConfigured, match=name):
        gateways.current()


def test_an_unknown_gateway_is_named(settings):
    settings.WAYFARE_SMS_GATEWAY = "pigeon"

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        gateways.current()


def test_neither_number_nor_text_is_logged(twilio, caplog):
    caplog.set_level(logging.DEBUG)
    twilio.next("invalid")

    with pytest.raises(gateways.PermanentFailure) as failure:
        TwilioGateway().send(PARCEL)
    TwilioGateway().send(PARCEL)

    said = caplog.text + repr(failure.value) + str(failure.value)
    assert "13800000001" not in said
    assert "您好" not in said


def test_an_address_that_does_not_exist_is_worth_another_try(twilio, settings):
    settings.TWILIO_BASE_URL = "http://no-such-host.invalid"

    with pytest.raises(gateways.TemporaryFailure):
        TwilioGateway().send(PARCEL)


def test_the_base_address_may_have_a_path(twilio, settings):
    settings.TWILIO_BASE_URL = twilio.url + "/"

    assert TwilioGateway().send(PARCEL).ref == twilio.taken[0].sid
