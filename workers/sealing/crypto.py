"""ID numbers and phones at rest: AES-256-GCM under a key ring, found again by a keyed hash.

A sealed value is `key id (4 bytes) | nonce (12) | ciphertext and tag`. The key id is the start of the key's own
SHA-256, so the names in `settings.FIELD_KEYS` ("k2:base64, k1:base64", newest first) are for people only: the
first one seals, any of them opens. The purpose is bound in as associated data: a phone cannot be passed off as an ID
number.

The blind index is HMAC-SHA256 under a key of its own. It finds equal values and nothing else; it is not rotated
with the ring, since every stored index would have to be recomputed at once.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

ID_NUMBER = "worker.id_number"
PHONE = "worker.phone"

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class CannotOpen(ValueError):
    """Sealed by a key that is not on the ring, for another purpose, or altered. Says which, never the value."""


class BadKey(ValueError):
    """A key in the settings is not 32 bytes in base64."""


def seal(text: str, *, purpose: str) -> bytes:
    key_id, cipher = _newest()
    nonce = os.urandom(NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, text.encode(), purpose.encode())


def unseal(blob: bytes, *, purpose: str) -> str:
    blob = bytes(blob)
    key_id, nonce = blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    cipher = _ring(tuple(settings.FIELD_KEYS)).get(key_id)
    if cipher is None:
        raise CannotOpen(f"no key {key_id.hex()} on the ring")
    try:
        return cipher.decrypt(nonce, blob[KEY_ID_BYTES + NONCE_BYTES :], purpose.encode()).decode()
    except InvalidTag:
        raise CannotOpen(f"value under key {key_id.hex()} was altered or is not a {purpose}") from None


def blind_index(text: str, *, purpose: str) -> bytes:
    """32 bytes, the same for the same normalised text and purpose."""
    key = _blind_key(settings.BLIND_INDEX_KEY)
    return hmac.digest(key, purpose.encode() + b"\0" + text.encode(), "sha256")


def is_sealed_by_newest(blob: bytes) -> bool:
    return bytes(blob[:KEY_ID_BYTES]) == newest_key_id()


def newest_key_id() -> bytes:
    return _newest()[0]


def _newest() -> tuple[bytes, AESGCM]:
    return next(iter(_ring(tuple(settings.FIELD_KEYS)).items()))


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    """Key id to cipher, newest first; an equal key given twice counts once."""
    if not keys:
        raise CannotOpen("FIELD_KEYS is empty")
    decoded = [_decode(key) for key in keys]
    return {hashlib.sha256(key).digest()[:KEY_ID_BYTES]: AESGCM(key) for key in decoded}


@lru_cache(maxsize=8)
def _blind_key(key: str) -> bytes:
    return _decode(key)


def _decode(key: str) -> bytes:
    """With or without a name before a colon; both alphabets of base64."""
    try:
        raw = base64.b64decode(key.strip().rpartition(":")[2], altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise BadKey("a field key is written in base64") from error
    if len(raw) != KEY_BYTES:
        raise BadKey(f"a field key is {KEY_BYTES} bytes long, not {len(raw)}")
    return raw
