"""A store for tests: a real HTTP server that behaves like S3 as far as a place for seals uses it.

Every request's signature (AWS4-HMAC-SHA256) is reckoned here anew from what came over the wire; `test_bucket.py` holds
that reckoning against the examples that AWS publishes. Behaviour is scripted: `fake.next("away")` decides about the
next request only.
"""

import hashlib
import hmac
import re
import socket
import struct
import threading
from collections import defaultdict, deque
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET, REGION, BUCKET = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "cn-guizhou-1",
    "seals",
)
SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class FakeS3:
    """A context. `objects` is what lies in the bucket by its key; `complaints` what was wrong with a request."""

    def __init__(self, *, knows_conditions: bool = True, page: int = 1000):
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.sent: dict[str, list[int]] = defaultdict(list)  # bytes, each time
        self.complaints: list[str] = []
        self.script: deque[str] = deque()
        self.knows_conditions, self.page = knows_conditions, page
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.fake = self
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def next(self, *behaviours: str) -> None:
        self.script.extend(behaviours)

    def settings(self, **other) -> dict:
        return {"endpoint": self.url, "region": REGION, "key": KEY, "secret": SECRET, "style": "path"} | other


def signature(secret: str, *, method: str, target: str, headers: dict[str, str], signed: list[str], region: str) -> str:
    """As the user guide of S3 has it under "Authenticating Requests: Using the Authorization Header"."""
    path, _, query = target.partition("?")
    pairs = sorted((_quoted(k), _quoted(v)) for k, v in parse_qsl(query, keep_blank_values=True))
    request = "\n".join([
        method,
        quote(unquote(path), safe="/-_.~"),
        "&".join(f"{k}={v}" for k, v in pairs),
        *(f"{name}:{' '.join(headers[name].split())}" for name in signed),
        "",
        ";".join(signed),
        headers["x-amz-content-sha256"],
    ])  # fmt: skip
    moment = headers["x-amz-date"]
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


class _Handler(BaseHTTPRequestHandler):
    """One per request; `server.fake` is the store it belongs to."""

    protocol_version = "HTTP/1.1"

    @property
    def fake(self) -> FakeS3:
        return self.server.fake

    def do_GET(self):
        self._serve(self._get)

    def do_PUT(self):
        self._serve(self._put)

    def _serve(self, answer):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.fake.asked.append(f"{self.command} {self.path}")
        behaviour = self.fake.script.popleft() if self.fake.script else "serve"
        if behaviour == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return self.connection.close()
        if behaviour == "away":
            return self._refuse(503, "SlowDown")
        if refusal := self._is_not_let_in():
            self.fake.complaints.append(refusal)
            return self._refuse(403, refusal)
        path = unquote(urlsplit(self.path).path)
        _, bucket, key = (*path.split("/", 2), "")[:3]
        if bucket != BUCKET:
            return self._refuse(404, "NoSuchBucket")
        return answer(key)

    def _is_not_let_in(self) -> str:
        said = SIGNED.fullmatch(self.headers.get("Authorization", ""))
        if not said:
            return "AccessDenied"
        if said["key"] != KEY:
            return "InvalidAccessKeyId"
        if hashlib.sha256(self.body).hexdigest() != self.headers["x-amz-content-sha256"]:
            return "XAmzContentSHA256Mismatch"
        names = said["headers"].split(";")
        due = signature(
            SECRET,
            method=self.command,
            target=self.path,
            headers={name: self.headers[name] for name in {*names, "x-amz-date", "x-amz-content-sha256"}},
            signed=names,
            region=REGION,
        )
        return "" if hmac.compare_digest(due, said["signature"]) and "host" in names else "SignatureDoesNotMatch"

    def _put(self, key: str):
        condition = self.headers.get("If-None-Match")
        if condition and not self.fake.knows_conditions:
            return self._refuse(501, "NotImplemented")
        if condition == "*" and key in self.fake.objects:
            return self._refuse(412, "PreconditionFailed")
        self.fake.objects[key] = self.body
        return self._answer(200, b"")

    def _get(self, key: str):
        if key:
            if key not in self.fake.objects:
                return self._refuse(404, "NoSuchKey")
            return self._send(key, self.fake.objects[key])
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        assert asked["list-type"] == "2"
        after = asked.get("continuation-token", "")
        keys = sorted(key for key in self.fake.objects if key.startswith(asked.get("prefix", "")) and key > after)
        return self._answer(200, self._listing(keys[: self.fake.page], has_more=len(keys) > self.fake.page))

    def _send(self, key: str, content: bytes):
        """The whole, or the part that is asked for."""
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        first, last = (int(part[1]), min(int(part[2]), len(content) - 1)) if part else (0, len(content) - 1)
        if part and first > last:
            return self._refuse(416, "InvalidRange")
        self.fake.sent[key].append(last + 1 - first)
        where = {"Content-Range": f"bytes {first}-{last}/{len(content)}"} if part else {}
        return self._answer(206 if part else 200, content[first : last + 1], "text/plain", where)

    def _listing(self, keys: list[str], *, has_more: bool) -> bytes:
        rows = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in keys)
        token = f"<NextContinuationToken>{escape(keys[-1])}</NextContinuationToken>" if has_more else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{BUCKET}</Name><KeyCount>{len(keys)}</KeyCount><IsTruncated>{str(has_more).lower()}</IsTruncated>"
            f"{token}{rows}</ListBucketResult>"
        ).encode()

    def _refuse(self, status: int, code: str):
        self._answer(
            status, f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
        )

    def _answer(self, status: int, body: bytes, kind: str = "application/xml", more: dict | None = None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", formatdate(usegmt=True))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
