"""The public halves of the keys that sign seals, as files hold them."""

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def public_keys(text: str) -> set[str]:
    """Of one or more PEM blocks, as seals name them."""
    keys = (load_pem_public_key(block.encode()) for block in PEM.findall(text))
    return {key.public_bytes_raw().hex() for key in keys if isinstance(key, Ed25519PublicKey)}


def as_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
