import pytest

from tests.notifications import texts  # noqa: F401  registers them
from tests.notifications.fake_twilio import ACCOUNT, FROM, TOKEN, FakeTwilio


@pytest.fixture
def twilio(settings):
    """A Twilio of our own, spoken to over HTTP by the real SDK."""
    with FakeTwilio() as fake:
        settings.WAYFARE_SMS_GATEWAY = "twilio"
        settings.TWILIO_ACCOUNT_SID = ACCOUNT
        settings.TWILIO_AUTH_TOKEN = TOKEN
        settings.TWILIO_FROM = FROM
        settings.TWILIO_BASE_URL = fake.url
        settings.PUBLIC_BASE_URL = "https://jobs.example.cn"
        yield fake
