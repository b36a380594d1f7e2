"""A seal: how many chains and lines there are, and one hash of where they all end, signed and numbered.

Each names the one before it by its hash, so the newest vouches for all. On paper and in files it is one line of JSON;
under it stand the heads that moved since the one before: `worker number hash`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workers.rules.seals.merkle import Leaf

BEFORE_THE_FIRST = "0" * 64


class BadSeal(ValueError):
    """What stands there is no seal, or not one in the form of this version."""


@dataclass(frozen=True, kw_only=True)
class Seal:
    number: int
    sealed_at: str
    chains: int
    lines: int
    root: str
    before: str
    key: str
    signature: str = ""

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        return _json(asdict(self))

    @property
    def body(self) -> bytes:
        """What is signed."""
        return _json({name: value for name, value in asdict(self).items() if name != "signature"}).encode()

    def is_signed(self) -> bool:
        """By the key it names; whether to trust that key is for the reader to say."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.body)
        except (InvalidSignature, ValueError):
            return False
        return True


def signed(key: Ed25519PrivateKey, **said) -> Seal:
    public = key.public_key().public_bytes_raw().hex()
    bare = Seal(**said, key=public)
    return Seal(**said, key=public, signature=key.sign(bare.body).hex())


def read(text: str) -> Seal:
    try:
        return Seal(**json.loads(text))
    except (TypeError, ValueError) as error:
        raise BadSeal(str(error)) from error


def written(seal: Seal, leaves: Iterable[Leaf]) -> Iterator[str]:
    """A copy for outside the database, line by line."""
    yield seal.text
    yield from (f"{leaf.worker_id} {leaf.seq} {leaf.hash.hex()}" for leaf in leaves)


def read_copy(lines: Iterable[str]) -> tuple[Seal, Iterator[Leaf]]:
    lines = iter(lines)
    return read(next(lines, "")), (_leaf(line) for line in lines)


def _leaf(line: str) -> Leaf:
    try:
        worker_id, seq, digest = line.split()
        return Leaf(int(worker_id), int(seq), bytes.fromhex(digest))
    except ValueError as error:
        raise BadSeal(str(error)) from error


def _json(said: dict) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"))
