"""Who carries a text. A gateway returns the network's reference or raises what became of it."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notifications.choices import Reason

GATEWAYS = {
    "sandbox": "notifications.gateways.sandbox.SandboxGateway",
    "twilio": "notifications.gateways.twilio.TwilioGateway",
}


@dataclass(frozen=True)
class Capabilities:
    """What differs between networks; the rest of the house asks these and never the gateway's name."""

    two_way: bool  # replies come back, so the text may offer them
    links: bool  # web addresses get through
    knows_gsm7: bool  # plain Latin text is packed 160 to a segment


@dataclass(frozen=True)
class Parcel:
    """One text as the network needs it. `token` names the attempt and comes back in the network's reports."""

    phone: str  # E.164
    body: str
    token: str

    def __repr__(self):
        return f"<Parcel {self.token}>"  # never the number: this may end up in a log


@dataclass(frozen=True)
class Accepted:
    """`is_delivered` when the network knows at once that the phone has it."""

    ref: str
    is_delivered: bool = False


class TemporaryFailure(Exception):
    """Certainly not sent, and worth another try later."""

    def __init__(self, code: str = ""):
        super().__init__(code)
        self.code = code


class PermanentFailure(Exception):
    """Certainly not sent, and never will be."""

    def __init__(self, reason: Reason, code: str = ""):
        super().__init__(f"{reason} {code}")
        self.reason, self.code = reason, code


class OutcomeUnknown(Exception):
    """The request left and no clear answer came back. It may have been sent: only a person may try again."""

    def __init__(self, reason: Reason = Reason.NO_ANSWER, code: str = ""):
        super().__init__(f"{reason} {code}")
        self.reason, self.code = reason, code


class Gateway(Protocol):
    name: str
    capabilities: Capabilities

    def send(self, parcel: Parcel) -> Accepted: ...


def current() -> Gateway:
    """The one named by WAYFARE_SMS_GATEWAY. Read at each use, so that a test or a restart may change it."""
    name = getattr(settings, "WAYFARE_SMS_GATEWAY", "sandbox")
    if name not in GATEWAYS:
        raise ImproperlyConfigured(f"WAYFARE_SMS_GATEWAY is {name!r}; it can be {', '.join(GATEWAYS)}")
    return import_string(GATEWAYS[name])()
