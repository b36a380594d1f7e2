"""Twilio, through its own SDK. What differs from the SDK's defaults, and why:

- The base address is a setting, so that tests speak real HTTP to a server of their own.
- Every request has its own connection: a kept one that the other side has dropped would look like a lost answer.
- The SDK's logging is silenced: its INFO lines print numbers and texts.
- No retries inside: creating a message is not idempotent, so only `delivery` decides about another try.
"""

from ssl import SSLCertVerificationError
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from notifications.choices import Reason
from notifications.gateways import Accepted, Capabilities, OutcomeUnknown, Parcel, PermanentFailure, TemporaryFailure

DEFAULT_BASE_URL = "https://api.twilio.com"
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 5, 20
NEEDED = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "PUBLIC_BASE_URL")
NEVER_CONNECTED = (NewConnectionError, SSLCertVerificationError)

# https://www.twilio.com/docs/api/errors; 21xxx when the message is created, 30xxx when its delivery is reported.
REASONS = {
    21211: Reason.NUMBER_INVALID,
    21214: Reason.NUMBER_INVALID,
    21217: Reason.NUMBER_INVALID,
    21265: Reason.NUMBER_INVALID,
    21408: Reason.BLOCKED,
    21610: Reason.OPTED_OUT,
    21612: Reason.BLOCKED,
    21614: Reason.NOT_MOBILE,
    30003: Reason.UNREACHABLE,
    30004: Reason.BLOCKED,
    30005: Reason.NUMBER_INVALID,
    30006: Reason.NOT_MOBILE,
    30007: Reason.BLOCKED,
}
# Certainly not taken, and the trouble is not this text's: wrong credentials, a suspended account, too many at once, a
# full queue. A 503 is not among them: Twilio may have queued the text before it said so.
CODES_WORTH_ANOTHER_TRY = {20003, 20005, 20429, 21611}
STATUSES_WORTH_ANOTHER_TRY = {401, 403, 429}


class TwilioGateway:
    name = "twilio"
    capabilities = Capabilities(two_way=True, links=True, knows_gsm7=True)

    def __init__(self):
        missing = [name for name in NEEDED if not getattr(settings, name, "")]
        if missing:
            raise ImproperlyConfigured(f"WAYFARE_SMS_GATEWAY=twilio needs {', '.join(missing)}.")

    def send(self, parcel: Parcel) -> Accepted:
        try:
            created = client().messages.create(
                to=parcel.phone,
                from_=settings.TWILIO_FROM,
                body=parcel.body,
                status_callback=public_url("notifications:twilio_status", parcel.token),
            )
        except (TwilioRestException, TwilioServiceException) as error:
            raise _meaning(error) from None  # the SDK's error quotes the request, number and all
        except RequestException as error:
            raise _what_was_lost(error) from None
        except ValueError:
            raise OutcomeUnknown(Reason.NO_ANSWER, "unreadable") from None
        if not created.sid:
            raise OutcomeUnknown(Reason.NO_ANSWER, "no_sid")
        return Accepted(ref=created.sid)


def client() -> Client:
    http = AddressedHttpClient(settings.TWILIO_BASE_URL or DEFAULT_BASE_URL)
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)


def public_url(name: str, *args) -> str:
    """As Twilio calls it, which is also what it signs."""
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse(name, args=args)


def reason_for(code: int | None) -> Reason:
    return REASONS.get(code, Reason.REFUSED)


class AddressedHttpClient(TwilioHttpClient):
    """Speaks to another host than the one the SDK has built in."""

    def __init__(self, base_url: str):
        super().__init__(pool_connections=False)
        self.timeout = (SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)
        self.base = urlsplit(base_url)

    def request(self, method, url, *args, **kwargs):
        path = urlsplit(url)
        url = urlunsplit((self.base.scheme, self.base.netloc, self.base.path.rstrip("/") + path.path, path.query, ""))
        return super().request(method, url, *args, **kwargs)

    def log_request(self, kwargs):
        """Silent."""

    def log_response(self, status_code, response):
        """Silent."""


def _meaning(error: TwilioRestException | TwilioServiceException) -> Exception:
    """A refusal is certain; a server error is not: Twilio may have taken the text before it stumbled."""
    code = int(error.code or error.status)
    if code in REASONS:
        return PermanentFailure(REASONS[code], str(code))
    if code in CODES_WORTH_ANOTHER_TRY or error.status in STATUSES_WORTH_ANOTHER_TRY:
        return TemporaryFailure(str(code))
    if 400 <= error.status < 500:
        return PermanentFailure(Reason.REFUSED, str(code))
    return OutcomeUnknown(Reason.NO_ANSWER, str(code))


def _what_was_lost(error: RequestException) -> Exception:
    """Never connected: nothing left, try again. Anything later: the text may have gone through."""
    if isinstance(error, ConnectTimeout) or isinstance(_cause(error), NEVER_CONNECTED):
        return TemporaryFailure("no_connection")
    return OutcomeUnknown(Reason.NO_ANSWER, type(error).__name__[:20])


def _cause(error: RequestException):
    """requests wraps urllib3's MaxRetryError, which wraps the reason, which for TLS wraps Python's own error."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return cause.args[0] if isinstance(cause, TlsError) and cause.args else cause
