"""What production needs before it starts. All that is missing or unfit is named at once, and never with its value."""

from base64 import b64decode
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import databases
from config.environment import text, words

NEEDED = {
    "SECRET_KEY": "a long random text",
    "ALLOWED_HOSTS": "host names, separated by commas",
    "FIELD_KEYS": "encryption keys, newest first: id:base64-of-32-bytes,...",
    "BLIND_INDEX_KEY": "32 random bytes in base64",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "PUBLIC_BASE_URL": "https://host, where the QR codes on letters lead",
    "WAYFARE_SMS_GATEWAY": "twilio; sandbox only for a trial, where no text leaves the house",
}
GATEWAYS = {"sandbox": (), "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")}
BROKERS = ("pgmq", "redis", "rediss", "amqp", "amqps")
KEY_BYTES = 32
FEWEST_DIFFERENT = 12  # random keys of their lengths have about 30 different bytes or characters
SHORTEST_SECRET_KEY, SHORTEST_TOKEN = 32, 16


def check() -> None:
    missing = [f"{name} is not set ({hint})." for name, hint in NEEDED.items() if not text(name)]
    unfit = [line for rule in (_secrets, _keys, _hosts, _public_address, _gateway, _seals, _servers) for line in rule()]
    if wrong := missing + unfit:
        raise ImproperlyConfigured("WAYFARE_ENV=production needs:\n  " + "\n  ".join(wrong))


def _secrets() -> Iterator[str]:
    if key := text("SECRET_KEY"):
        if len(key) < SHORTEST_SECRET_KEY:
            yield f"SECRET_KEY is too short (at least {SHORTEST_SECRET_KEY} characters)."
        elif len(set(key)) < FEWEST_DIFFERENT or key.startswith("django-insecure"):
            yield "SECRET_KEY is not random."
    if 0 < len(text("WAYFARE_METRICS_TOKEN")) < SHORTEST_TOKEN:
        yield f"WAYFARE_METRICS_TOKEN is too short (at least {SHORTEST_TOKEN} characters)."


def _keys() -> Iterator[str]:
    """A key with a slip in it would be found out by the first cadre who registers somebody."""
    named = [("FIELD_KEYS", *key.rpartition(":")[::2]) for key in words("FIELD_KEYS")]
    named += [("BLIND_INDEX_KEY", "", key) for key in words("BLIND_INDEX_KEY")]
    raw = [_bytes(key) for _, _, key in named]
    for (name, _, _), key in zip(named, raw, strict=True):
        if key is None:
            yield f"{name} is not {KEY_BYTES} bytes in base64."
        elif len(set(key)) < FEWEST_DIFFERENT:
            yield f"{name} is not random."
    if len(set(filter(None, raw))) < len([key for key in raw if key]):
        yield "FIELD_KEYS and BLIND_INDEX_KEY must all differ from each other."
    ids = [key_id for name, key_id, _ in named if name == "FIELD_KEYS"]
    if not all(ids) or len(set(ids)) < len(ids):
        yield "FIELD_KEYS: each key needs an id of its own, id:base64."


def _hosts() -> Iterator[str]:
    if any("*" in host or not host.strip(".") for host in words("ALLOWED_HOSTS")):
        yield "ALLOWED_HOSTS must name hosts: * lets anybody forge the address in links."
    for origin in words("CSRF_TRUSTED_ORIGINS"):
        if not origin.startswith("https://") or not origin.removeprefix("https://").strip("*."):
            yield "CSRF_TRUSTED_ORIGINS must be https://host,..."


def _public_address() -> Iterator[str]:
    """It stands on paper for years: a phone that reads the code must get there."""
    if not (address := text("PUBLIC_BASE_URL")):
        return
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        yield "PUBLIC_BASE_URL must be https://host and nothing behind it."
    elif parts.hostname == "localhost" or _is_private(parts.hostname):
        yield "PUBLIC_BASE_URL names this machine or a private network; phones read it from letters."
    elif not any(_covers(host, parts.hostname) for host in words("ALLOWED_HOSTS")):
        yield "PUBLIC_BASE_URL names a host that is not in ALLOWED_HOSTS."


def _gateway() -> Iterator[str]:
    name = text("WAYFARE_SMS_GATEWAY")
    if name and name not in GATEWAYS:
        yield f"WAYFARE_SMS_GATEWAY can be {' or '.join(GATEWAYS)}."
    if lacking := [needed for needed in GATEWAYS.get(name, ()) if not text(needed)]:
        yield f"WAYFARE_SMS_GATEWAY={name} needs {', '.join(lacking)}."


def _seals() -> Iterator[str]:
    """A place that is spelt wrongly would be a folder of that name."""
    buckets = [place for place in words("WAYFARE_SEALS") if "://" in place]
    if any(not place.startswith("s3://") or not urlsplit(place).netloc for place in buckets):
        yield "WAYFARE_SEALS can be folders and s3://bucket/path."
    if buckets and (lacking := [name for name in ("WAYFARE_S3_KEY", "WAYFARE_S3_SECRET") if not text(name)]):
        yield f"WAYFARE_SEALS names a bucket and needs {', '.join(lacking)}."
    if (endpoint := text("WAYFARE_S3_ENDPOINT")) and not endpoint.startswith("https://"):
        yield "WAYFARE_S3_ENDPOINT must be https://host."


def _servers() -> Iterator[str]:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        try:
            databases.from_url(text(name)) if text(name) else None
        except ImproperlyConfigured:
            yield f"{name} must read postgres://user:password@host:5432/name."
    scheme = text("CELERY_BROKER_URL", "pgmq:").partition(":")[0]
    if scheme not in BROKERS:
        yield f"CELERY_BROKER_URL must begin with {', '.join(f'{known}:' for known in BROKERS)}."


def _bytes(key: str) -> bytes | None:
    try:
        raw = b64decode(key, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return raw if len(raw) == KEY_BYTES else None


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_unspecified or address.is_link_local


def _covers(allowed: str, host: str) -> bool:
    allowed = allowed.lower()
    return host == allowed or (allowed.startswith(".") and (host.endswith(allowed) or host == allowed[1:]))
