"""The bytes of one value at a time, thousands a second."""

from django.conf import settings

from kit.sealing import crypto
from kit.sealing.many import NONCES_AT_ONCE, BlindIndex, KeyedHash, Marks, Sealer

PLACE = "workers_worker.phone_cipher"


def test_what_was_sealed_in_bulk_opens_for_its_row_and_no_other():
    sealer = Sealer(PLACE)

    sealed = [sealer.seal(f"+86139{n:08d}", n) for n in range(NONCES_AT_ONCE + 2)]

    assert crypto.unseal(sealed[0], purpose=PLACE, row=0) == "+8613900000000"
    assert crypto.unseal(sealed[-1], purpose=PLACE, row=NONCES_AT_ONCE + 1) == f"+86139{NONCES_AT_ONCE + 1:08d}"
    assert refused(sealed[1], row=2)
    assert len({blob[4:16] for blob in sealed}) == len(sealed)  # no nonce twice


def refused(blob: bytes, *, row: int) -> bool:
    try:
        crypto.unseal(blob, purpose=PLACE, row=row)
    except crypto.NotOfThisPlace:
        return True
    return False


def test_digests_and_marks_are_those_of_one_at_a_time():
    for text in ("", "+8613900000000", "张伟" * 90):
        assert BlindIndex(crypto.PHONE).of(text) == crypto.blind_index(text, purpose=crypto.PHONE)
        assert Marks("journal.line").of(text.encode()) == crypto.authenticate(text.encode(), purpose="journal.line")
    assert BlindIndex(crypto.ID_NUMBER).of("1") != BlindIndex(crypto.PHONE).of("1")


def test_a_hash_may_begin_with_what_all_texts_begin_with():
    key = crypto.blind_key(settings.BLIND_INDEX_KEY)

    assert KeyedHash(key, b"a").digest(b"b") == KeyedHash(key).digest(b"ab")
