"""ID numbers and phones at rest: AES-256-GCM under a key ring, found again by a keyed hash.

A sealed value is `key id (4 bytes) | nonce (12) | ciphertext and tag`. The key id is the start of the key's own
SHA-256, so the names in `settings.FIELD_KEYS` ("k2:base64, k1:base64", newest first) are for people only: the
first one seals, any of them opens. The purpose and the row are bound in as associated data: what was sealed for one
column of one row opens nowhere else, so a number cannot be moved to another person's record.

What is written once and never sealed, such as a line of the journal, is authenticated: `key id (4 bytes) |
HMAC-SHA256`. Its keys are derived from those of the ring, one for each purpose, so that one ring is kept and turned.

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
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ID_NUMBER = "worker.id_number"
PHONE = "worker.phone"

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class CannotOpen(ValueError):
    """Sealed by a key that is not on the ring, for another place, or altered. Says which, never the value."""


class NotOfThisPlace(CannotOpen):
    """Altered, or sealed for another purpose or another row."""


class KeyMissing(CannotOpen):
    """Sealed by a key that is not on the ring."""


def column(model, name: str) -> str:
    """The purpose of what lies sealed in a column."""
    return f"{model._meta.db_table}.{name}"


class BadKey(ValueError):
    """A key in the settings is not 32 bytes in base64."""


def seal(text: str, *, purpose: str, row: object = None) -> bytes:
    """`row` is what tells the row from all others and never changes; None only for files, which are no rows."""
    key_id, cipher = newest()
    nonce = os.urandom(NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, text.encode(), _place(purpose, row))


def unseal(blob: bytes, *, purpose: str, row: object = None) -> str:
    blob = bytes(blob)
    key_id, nonce = blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    cipher = _ring(tuple(settings.FIELD_KEYS)).get(key_id)
    if cipher is None:
        raise KeyMissing(f"no key {key_id.hex()} on the ring")
    try:
        return cipher.decrypt(nonce, blob[KEY_ID_BYTES + NONCE_BYTES :], _place(purpose, row)).decode()
    except InvalidTag:
        where = purpose if row is None else f"{purpose} of row {_spelled(row)}"
        raise NotOfThisPlace(f"value under key {key_id.hex()} was altered or is not a {where}") from None


def blind_index(text: str, *, purpose: str) -> bytes:
    """32 bytes, the same for the same normalised text and purpose."""
    key = blind_key(settings.BLIND_INDEX_KEY)
    return hmac.digest(key, purpose.encode() + b"\0" + text.encode(), "sha256")


def authenticate(message: bytes, *, purpose: str) -> bytes:
    """36 bytes that only somebody with the newest key can make for this message."""
    key_id, key = next(iter(derived_keys(purpose).items()))
    return key_id + hmac.digest(key, message, "sha256")


def is_authentic(mac: bytes, message: bytes, *, purpose: str) -> bool:
    """False for a key that is not on the ring, as for a message that is not the one authenticated."""
    mac = bytes(mac)
    key = derived_keys(purpose).get(mac[:KEY_ID_BYTES])
    return key is not None and hmac.compare_digest(mac[KEY_ID_BYTES:], hmac.digest(key, message, "sha256"))


def derived_keys(purpose: str) -> dict[bytes, bytes]:
    """A key of its own for each purpose, by the id of the key on the ring it comes from, newest first."""
    return _derived(tuple(settings.FIELD_KEYS), purpose)


def is_sealed_by_newest(blob: bytes) -> bool:
    return bytes(blob[:KEY_ID_BYTES]) == newest_key_id()


def newest_key_id() -> bytes:
    return newest()[0]


def _place(purpose: str, row: object) -> bytes:
    return purpose.encode() if row is None else f"{purpose}\0{_spelled(row)}".encode()


def _spelled(row: object) -> str:
    return bytes(row).hex() if isinstance(row, bytes | memoryview) else str(row)


def newest() -> tuple[bytes, AESGCM]:
    return next(iter(_ring(tuple(settings.FIELD_KEYS)).items()))


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    """Key id to cipher, newest first; an equal key given twice counts once."""
    return {key_id: AESGCM(key) for key_id, key in _by_id(keys).items()}


@lru_cache(maxsize=16)
def _derived(keys: tuple[str, ...], purpose: str) -> dict[bytes, bytes]:
    def derive(key: bytes) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)

    return {key_id: derive(key) for key_id, key in _by_id(keys).items()}


def _by_id(keys: tuple[str, ...]) -> dict[bytes, bytes]:
    if not keys:
        raise CannotOpen("FIELD_KEYS is empty")
    decoded = [_decode(key) for key in keys]
    return {hashlib.sha256(key).digest()[:KEY_ID_BYTES]: key for key in decoded}


@lru_cache(maxsize=8)
def blind_key(key: str) -> bytes:
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
