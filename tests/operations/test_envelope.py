"""Whole chunks moved, left out or cut off, with the end's mark put behind them again, do not open."""

from io import BytesIO

import pytest

from operations.backups import envelope
from operations.backups.refusals import AlteredBackup

TEXT = bytes(range(256)) * (3 * envelope.CHUNK // 256) + b"the rest"
SEALED = envelope.CHUNK + envelope.TAG


def sealed() -> tuple[bytes, list[bytes]]:
    below = BytesIO()
    writer = envelope.Writer(below)
    writer.write(TEXT)
    writer.close()
    whole = below.getvalue().removesuffix(envelope.END)
    head = whole[: whole.index(b"\n", len(envelope.MARK)) + 1]
    body = whole[len(head) :]
    return head, [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


def opened(head: bytes, chunks: list[bytes]) -> bytes:
    return envelope.Reader(BytesIO(head + b"".join(chunks) + envelope.END)).read()


def test_what_was_written_is_read():
    assert opened(*sealed()) == TEXT


@pytest.mark.parametrize("order", [[0, 1, 2], [0, 2, 1, 3], [1, 2, 3], [0, 1, 1, 2, 3]])
def test_chunks_in_another_order_do_not_open(order):
    head, chunks = sealed()

    with pytest.raises(AlteredBackup):
        opened(head, [chunks[n] for n in order])


def test_chunks_of_another_backup_do_not_open():
    (head, chunks), (_, others) = sealed(), sealed()

    with pytest.raises(AlteredBackup):
        opened(head, [*chunks[:3], others[3]])
