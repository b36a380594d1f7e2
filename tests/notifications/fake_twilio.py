"""A phone network for tests: a real HTTP server that behaves like Twilio's message resource, as far as we use it.

What it demands and answers is checked against the installed SDK in `test_fake_twilio.py`. Behaviour is scripted:
`fake.next("drop")` decides about the next message only, in order; without a script every message is taken.
"""

import json
import socket
import struct
import threading
import time
import uuid
from base64 import b64decode
from collections import deque
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-of-thirty-two-characters"
FROM = "+15005550006"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

KNOWN_FIELDS = {"To", "From", "Body", "StatusCallback"}
REFUSALS = {  # as https://www.twilio.com/docs/api/errors has them: (HTTP status, code, message)
    "opted_out": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "invalid": (400, 21211, "Invalid 'To' Phone Number"),
    "landline": (400, 21614, "'To' number is not a valid mobile number"),
    "busy": (429, 20429, "Too Many Requests"),
    "broken": (500, 20500, "Internal Server Error"),
    "away": (503, 20503, "Service unavailable"),
}


@dataclass
class Taken:
    """A message the network has: it will reach the phone, whatever the sender heard of it."""

    sid: str
    to: str
    body: str
    callback: str


class FakeTwilio:
    """A context. `taken` is what would arrive on phones; `asked` counts every request; `complaints` what was wrong."""

    def __init__(self):
        self.taken: list[Taken] = []
        self.asked = 0
        self.complaints: list[str] = []
        self.script: deque[str] = deque()
        self.slow_for = 3.0
        self.holding = threading.Event()  # set once a `hold` request has been taken
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.fake = self
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def next(self, *behaviours: str) -> None:
        self.script.extend(behaviours)

    def take(self, fields: dict[str, str]) -> Taken:
        message = Taken("SM" + uuid.uuid4().hex, fields["To"], fields["Body"], fields["StatusCallback"])
        self.taken.append(message)
        return message

    def report(self, message: Taken, status: str, error_code: int | None = None) -> tuple[dict, str]:
        """What Twilio posts to the status callback, and its signature."""
        fields = {
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "AccountSid": ACCOUNT,
            "From": FROM,
            "To": message.to,
            "ApiVersion": "2010-04-01",
        }
        if error_code:
            fields["ErrorCode"] = str(error_code)
        return fields, signature(message.callback, fields)

    def post_report(self, message: Taken, status: str, error_code: int | None = None) -> int:
        fields, signed = self.report(message, status, error_code)
        return post(message.callback, fields, signed)


def inbound(url: str, *, phone: str, body: str, sid: str = "", opt_out_type: str = "") -> tuple[dict, str]:
    """What Twilio posts when a phone writes to our number, and its signature."""
    sid = sid or "SM" + uuid.uuid4().hex
    fields = {
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT,
        "From": phone,
        "To": FROM,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "FromCountry": "CN",
    }
    if opt_out_type:
        fields["OptOutType"] = opt_out_type
    return fields, signature(url, fields)


def signature(url: str, fields: dict) -> str:
    return RequestValidator(TOKEN).compute_signature(url, fields)


def post(url: str, fields: dict, signed: str) -> int:
    request = Request(url, urlencode(fields).encode(), {"X-Twilio-Signature": signed})
    with urlopen(request, timeout=15) as response:
        return response.status


def message_resource(message: Taken) -> dict:
    """The JSON of a message just created."""
    now = formatdate(usegmt=True).replace("GMT", "+0000")
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": FROM,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}/Media.json"},
        "to": message.to,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}.json",
    }


class _Handler(BaseHTTPRequestHandler):
    """One per request; `server.fake` is the network it belongs to."""

    protocol_version = "HTTP/1.1"

    @property
    def fake(self) -> FakeTwilio:
        return self.server.fake

    def do_POST(self):
        self.fake.asked += 1
        fields = self._fields()
        if not self._is_signed_in():
            return self._refuse(401, 20003, "Authenticate")
        if self.path != MESSAGES:
            return self._refuse(404, 20404, f"The requested resource {self.path} was not found")
        if wrong := self._what_is_wrong(fields):
            self.fake.complaints.append(wrong)
            return self._refuse(400, 21604, wrong)
        return self._behave(self.fake.script.popleft() if self.fake.script else "take", fields)

    def _behave(self, behaviour: str, fields: dict) -> None:
        if behaviour in REFUSALS:
            return self._refuse(*REFUSALS[behaviour])
        if behaviour == "reset":
            return self._reset()
        message = self.fake.take(fields)
        if behaviour == "lie":
            return self._refuse(*REFUSALS["away"])
        if behaviour == "drop":
            return self._hang_up()
        if behaviour == "slow":
            time.sleep(self.fake.slow_for)
        if behaviour == "hold":
            self.fake.holding.set()
            self.fake.released.wait(60)
        if behaviour == "garbage":
            return self._answer(201, b"<html>")
        return self._answer(201, json.dumps(message_resource(message)).encode())

    def _fields(self) -> dict[str, str]:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        return {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}

    def _is_signed_in(self) -> bool:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        return scheme == "Basic" and b64decode(value).decode() == f"{ACCOUNT}:{TOKEN}"

    def _what_is_wrong(self, fields: dict) -> str:
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            return "Content-Type must be application/x-www-form-urlencoded"
        if unknown := fields.keys() - KNOWN_FIELDS:
            return f"unknown fields {sorted(unknown)}"
        if missing := KNOWN_FIELDS - fields.keys():
            return f"missing fields {sorted(missing)}"
        if not fields["To"].startswith("+") or not fields["To"][1:].isdecimal():
            return "To is not E.164"
        if not 0 < len(fields["Body"]) <= 1600:
            return "Body must have 1 to 1600 characters"
        return ""

    def _refuse(self, status: int, code: int, words: str) -> None:
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        answer = {"code": code, "message": words, "more_info": more_info, "status": status}
        self._answer(status, json.dumps(answer).encode())

    def _answer(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the sender was killed meanwhile; the message is taken all the same

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _reset(self) -> None:
        """Not taken, and not a word about it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_):
        """Quiet."""
