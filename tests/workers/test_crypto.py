"""Sealed fields and the blind index: what opens, what does not, and turning the keys."""

import base64
import hashlib
import hmac
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from kit.sealing import crypto
from tests.workers.factories import WorkerFactory
from workers.models import Worker

OLD = base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()


@pytest.fixture(autouse=True)
def ring(settings):
    settings.FIELD_KEYS = [f"k1:{OLD}"]
    settings.BLIND_INDEX_KEY = base64.urlsafe_b64encode(b"b" * 32).decode()
    return settings


def test_a_sealed_value_is_plain_aes_gcm_with_the_purpose_as_associated_data():
    nonce = bytes(range(12))
    blob = hashlib.sha256(b"o" * 32).digest()[:4] + nonce
    blob += AESGCM(b"o" * 32).encrypt(nonce, b"+8613800001234", b"worker.phone")

    assert crypto.unseal(blob, purpose=crypto.PHONE) == "+8613800001234"


def test_the_layout_never_changes():
    """Sealed with nonce 00..0b under the key of 32 o: if this stops opening, every stored number is lost."""
    blob = bytes.fromhex(
        "b7bca737000102030405060708090a0b2db7340cec4ea8a91d118e7a664d44a5de71e2ed52ee382c433dd370cbbeaaa425e5"
    )

    assert crypto.unseal(blob, purpose=crypto.ID_NUMBER) == "522425198706019028"


def test_the_blind_index_is_hmac_sha256_of_purpose_and_text():
    expected = hmac.new(b"b" * 32, b"worker.phone\0+8613800001234", hashlib.sha256).digest()

    assert crypto.blind_index("+8613800001234", purpose=crypto.PHONE) == expected


@given(text=st.text())
def test_whatever_is_sealed_opens_again(text):
    assert crypto.unseal(crypto.seal(text, purpose=crypto.PHONE), purpose=crypto.PHONE) == text


def test_the_same_value_is_sealed_differently_each_time():
    assert len({crypto.seal("a", purpose=crypto.PHONE) for _ in range(50)}) == 50


def test_a_phone_does_not_open_as_an_id_number():
    blob = crypto.seal("+8613800001234", purpose=crypto.PHONE)

    with pytest.raises(crypto.CannotOpen, match=r"was altered or is not a worker\.id_number"):
        crypto.unseal(blob, purpose=crypto.ID_NUMBER)


@given(place=st.integers(min_value=4, max_value=45), bit=st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_is_noticed(place, bit):
    blob = bytearray(crypto.seal("522425198706019028", purpose=crypto.ID_NUMBER))
    blob[place] ^= 1 << bit

    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(bytes(blob), purpose=crypto.ID_NUMBER)


def test_a_value_under_a_key_that_is_gone_says_which_key(ring):
    blob = crypto.seal("secret", purpose=crypto.PHONE)
    key_id = blob[:4].hex()

    ring.FIELD_KEYS = [f"k2:{NEW}"]

    with pytest.raises(crypto.CannotOpen, match=f"no key {key_id} on the ring"):
        crypto.unseal(blob, purpose=crypto.PHONE)


def test_the_newest_key_seals_and_older_ones_still_open(ring):
    old = crypto.seal("a", purpose=crypto.PHONE)
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    new = crypto.seal("a", purpose=crypto.PHONE)

    assert crypto.unseal(old, purpose=crypto.PHONE) == crypto.unseal(new, purpose=crypto.PHONE)
    assert (crypto.is_sealed_by_newest(old), crypto.is_sealed_by_newest(new)) == (False, True)


@pytest.mark.parametrize("key", ["c2hvcnQ=", "not base64!", ""])
def test_a_key_of_the_wrong_shape_is_refused(ring, key):
    ring.FIELD_KEYS = [f"k1:{key}"]

    with pytest.raises(crypto.BadKey):
        crypto.seal("a", purpose=crypto.PHONE)


def test_an_empty_ring_is_refused(ring):
    ring.FIELD_KEYS = []

    with pytest.raises(crypto.CannotOpen):
        crypto.seal("a", purpose=crypto.PHONE)


def test_both_alphabets_of_base64_are_one_key(ring):
    raw = b"\xfb\xff" * 16
    ring.FIELD_KEYS = [base64.b64encode(raw).decode()]
    blob = crypto.seal("a", purpose=crypto.PHONE)

    ring.FIELD_KEYS = [base64.urlsafe_b64encode(raw).decode()]

    assert crypto.unseal(blob, purpose=crypto.PHONE) == "a"


@pytest.mark.django_db
def test_rotation_seals_everything_anew_so_that_the_old_key_can_go(ring, capsys):
    both, phoneless, idless = WorkerFactory(), WorkerFactory(phoneless=True), WorkerFactory(idless=True)
    before = {worker.pk: (worker.id_number, worker.phone) for worker in (both, phoneless, idless)}

    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]
    call_command("rotate_field_keys")
    ring.FIELD_KEYS = [f"k2:{NEW}"]

    assert {worker.pk: (worker.id_number, worker.phone) for worker in Worker.objects.all()} == before
    assert capsys.readouterr().out.splitlines()[-1].endswith("; 3 rows and files changed.")


@pytest.mark.django_db
def test_rotation_run_again_changes_nothing(ring, capsys):
    WorkerFactory()
    call_command("rotate_field_keys")
    before = bytes(Worker.objects.get().id_number_cipher)

    assert bytes(Worker.objects.get().id_number_cipher) == before
    assert capsys.readouterr().out.endswith("; 0 rows and files changed.\n")


@pytest.mark.django_db
def test_rotation_leaves_finding_by_number_alone(ring):
    worker = WorkerFactory()
    number = worker.id_number
    ring.FIELD_KEYS = [f"k2:{NEW}", f"k1:{OLD}"]

    call_command("rotate_field_keys")

    assert list(Worker.objects.find(number)) == [worker]


def test_nonces_come_from_the_system(monkeypatch):
    asked = []
    monkeypatch.setattr(os, "urandom", lambda size: asked.append(size) or b"\0" * size)

    crypto.seal("a", purpose=crypto.PHONE)

    assert asked == [12]
