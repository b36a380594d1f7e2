"""The bytes of `crypto` for many values at once, without the price of each call: for imports and other bulk work.

Made by the process that uses it, after any fork: nonces are drawn in blocks, and two processes must not share one.
"""

import os
from hashlib import sha256

from django.conf import settings

from kit.sealing import crypto

BLOCK = 64  # bytes of a block of SHA-256
INNER, OUTER = (bytes(byte ^ mask for byte in range(256)) for mask in (0x36, 0x5C))
NONCES_AT_ONCE = 4096


class Sealer:
    """Seals values for one column; `crypto.unseal` opens them."""

    def __init__(self, purpose: str):
        self._key_id, cipher = crypto.newest()
        self._encrypt, self._place = cipher.encrypt, f"{purpose}\0"
        self._nonces = self._drawn()

    def seal(self, text: str, row: int) -> bytes:
        nonce = next(self._nonces)
        return self._key_id + nonce + self._encrypt(nonce, text.encode(), f"{self._place}{row}".encode())

    def _drawn(self):
        size = crypto.NONCE_BYTES
        while True:
            block = os.urandom(size * NONCES_AT_ONCE)
            yield from (block[start : start + size] for start in range(0, len(block), size))


class KeyedHash:
    """HMAC-SHA256 of texts that all begin alike, under one key of at most 64 bytes."""

    def __init__(self, key: bytes, begins: bytes = b""):
        block = key.ljust(BLOCK, b"\0")
        self._inner, self._outer = sha256(block.translate(INNER) + begins), sha256(block.translate(OUTER))

    def digest(self, text: bytes) -> bytes:
        """32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


class BlindIndex:
    """`crypto.blind_index` for one purpose."""

    def __init__(self, purpose: str):
        self._hash = KeyedHash(crypto.blind_key(settings.BLIND_INDEX_KEY), purpose.encode() + b"\0")

    def of(self, text: str) -> bytes:
        return self._hash.digest(text.encode())


class Marks:
    """`crypto.authenticate` for one purpose."""

    def __init__(self, purpose: str):
        self._key_id, key = next(iter(crypto.derived_keys(purpose).items()))
        self._hash = KeyedHash(key)

    def of(self, message: bytes) -> bytes:
        return self._key_id + self._hash.digest(message)
