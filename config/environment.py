"""What the environment says, and what stands in for it on a developer's machine."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WAYFARE_VAR") or ROOT / "var").resolve()
ENVIRONMENTS = ("development", "test", "production")
SECRETS_FILE = VAR / "secrets.json"


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool = False) -> bool:
    return text(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def number(name: str, default: int) -> int:
    try:
        return int(text(name, str(default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.") from error


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).resolve()


def address(name: str) -> str | tuple[str, int] | None:
    """Of a server: a path for unix:///run/it.sock, host and port for tcp://host:3310, nothing when it is not set."""
    said = urlsplit(text(name))
    try:
        port = said.port
    except ValueError:
        port = None
    if said.scheme == "unix" and said.path and not said.netloc:
        return said.path
    if said.scheme == "tcp" and said.hostname and port:
        return said.hostname, port
    if text(name):
        raise ImproperlyConfigured(f"{name} must be unix:///path or tcp://host:port, not {text(name)!r}.")
    return None


def which() -> str:
    return choice("WAYFARE_ENV", ENVIRONMENTS, "development")


def choice(name: str, among: tuple[str, ...], default: str) -> str:
    said = text(name, default)
    if said not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {said!r}.")
    return said


def secret(name: str) -> str:
    """The named secret; outside production it is made up once and kept in var/secrets.json."""
    if text(name) or which() == "production":
        return text(name)
    return kept_secrets()[name]


def kept_secrets() -> dict[str, str]:
    if not SECRETS_FILE.exists():
        write_secrets(new_secrets())
    return json.loads(SECRETS_FILE.read_text())


def new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": f"k1:{_random_key()}",
        "BLIND_INDEX_KEY": _random_key(),
    }


def write_secrets(values: dict[str, str]) -> None:
    """Write all or nothing: of two processes starting at once, the second keeps the first one's secrets."""
    VAR.mkdir(parents=True, exist_ok=True)
    draft = SECRETS_FILE.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(values, indent=2))
    try:
        os.link(draft, SECRETS_FILE)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _random_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()
