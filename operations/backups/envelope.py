"""The encrypted file: bytes go in and come out in chunks, so that memory does not grow with the house.

    line 1   the mark, line 2   JSON: the id of the key on the ring, and the file's own key wrapped under it
    chunks   1 MiB each, AES-256-GCM; the nonce counts them and says which is the last, both lines are bound to each
    the end  a mark without which the file is half a backup

A chunk left out, repeated, moved or taken from another backup does not open.
"""

import json
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.sealing import crypto
from operations.backups.refusals import AlteredBackup, HalfABackup, KeyLost, NotABackup

MARK = b"WAYFARE BACKUP 1\n"
END = b"\nTHE END OF THE BACKUP\n"
PURPOSE = "backup"
CHUNK = 1 << 20
TAG = 16
NONCE = 12
LONGEST_HEAD = 4096


class Writer:
    """A file to write to; `close` writes what makes it whole, and leaves the file below open."""

    def __init__(self, below: BinaryIO):
        self._below, self._number, self._waiting = below, 0, bytearray()
        key = os.urandom(32)
        self._head = MARK + json.dumps(_wrapped(key)).encode() + b"\n"
        self._cipher = AESGCM(key)
        below.write(self._head)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._put(bytes(self._waiting), is_last=True)
        self._below.write(END)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._below.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, self._head))
        self._number += 1


class Reader:
    """A file to read from. Raises one of our refusals; nothing comes out that was not authenticated."""

    def __init__(self, below: BinaryIO):
        self._below, self._number, self._ready, self._over = below, 0, b"", False
        self._head = _head_of(below)
        self._cipher = AESGCM(_unwrapped(self._head))
        self._left = _bytes_of_chunks(below)

    def read(self, size: int = -1) -> bytes:
        parts, wanted = [], size
        while wanted and (self._ready or self._next()):
            part = self._ready if wanted < 0 else self._ready[:wanted]
            self._ready = self._ready[len(part) :]
            parts.append(part)
            wanted -= len(part) if wanted > 0 else 0
        return b"".join(parts)

    def _next(self) -> bool:
        if self._over:
            return False
        size = min(CHUNK + TAG, self._left)
        self._left -= size
        self._over = self._left == 0
        try:
            self._ready = self._cipher.decrypt(_nonce(self._number, self._over), self._below.read(size), self._head)
        except InvalidTag:
            raise AlteredBackup from None
        self._number += 1
        return bool(self._ready)


def _wrapped(key: bytes) -> dict[str, str]:
    key_id, wrapping = next(iter(crypto.derived_keys(PURPOSE).items()))
    nonce = os.urandom(NONCE)
    return {"key": key_id.hex(), "wrapped": (nonce + AESGCM(wrapping).encrypt(nonce, key, MARK)).hex()}


def _unwrapped(head: bytes) -> bytes:
    try:
        said = json.loads(head[len(MARK) :])
        key_id, wrapped = bytes.fromhex(said["key"]), bytes.fromhex(said["wrapped"])
    except (ValueError, KeyError, TypeError):
        raise AlteredBackup from None
    if (wrapping := crypto.derived_keys(PURPOSE).get(key_id)) is None:
        raise KeyLost(f"This backup needs the key {key_id.hex()}, which is not in FIELD_KEYS. Nothing was changed.")
    try:
        return AESGCM(wrapping).decrypt(wrapped[:NONCE], wrapped[NONCE:], MARK)
    except (InvalidTag, ValueError):
        raise AlteredBackup from None


def _head_of(below: BinaryIO) -> bytes:
    if below.read(len(MARK)) != MARK:
        raise NotABackup
    line = below.readline(LONGEST_HEAD)
    if not line.endswith(b"\n"):
        raise HalfABackup
    return MARK + line


def _bytes_of_chunks(below: BinaryIO) -> int:
    """How many bytes lie between here and the end's mark."""
    here = below.tell()
    end = below.seek(0, os.SEEK_END) - len(END)
    below.seek(max(end, 0))
    if end < here + TAG or below.read() != END:
        raise HalfABackup
    below.seek(here)
    return end - here


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([is_last])
