"""Sealing every ID number and phone anew under the newest key, so that an old one can be taken off the ring."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import BinaryField, Q
from django.db.models.functions import Substr

from workers import crypto
from workers.models import Worker

COLUMNS = {"id_number_cipher": crypto.ID_NUMBER, "phone_cipher": crypto.PHONE}


def rotate(*, batch_size: int = 1000) -> Iterator[int]:
    """Work in short transactions; yields how many workers each one changed. Safe to stop and to run again."""
    last = 0
    while batch := _next_batch(last, batch_size):
        yield len(batch)
        last = batch[-1]


@transaction.atomic
def _next_batch(after: int, size: int) -> list[int]:
    workers = list(_under_old_keys().filter(pk__gt=after).order_by("pk").select_for_update(no_key=True)[:size])
    for worker in workers:
        _seal_anew(worker)
    Worker.objects.bulk_update(workers, list(COLUMNS))
    return [worker.pk for worker in workers]


def _under_old_keys():
    """Rows with a value whose first bytes are not the newest key's id; NULL is neither old nor new."""
    newest, length = crypto.newest_key_id(), crypto.KEY_ID_BYTES
    starts = {f"{column}_key": Substr(column, 1, length, output_field=BinaryField()) for column in COLUMNS}
    old = Q()
    for column in COLUMNS:
        old |= Q(**{f"{column}__isnull": False}) & ~Q(**{f"{column}_key": newest})
    return Worker.objects.annotate(**starts).filter(old)


def _seal_anew(worker: Worker) -> None:
    for column, purpose in COLUMNS.items():
        blob = getattr(worker, column)
        if blob and not crypto.is_sealed_by_newest(blob):
            setattr(worker, column, crypto.seal(crypto.unseal(blob, purpose=purpose), purpose=purpose))
