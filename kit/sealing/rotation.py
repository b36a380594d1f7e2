"""Sealing everything anew under the newest key, so that an old one can be taken off the ring.

Each app says in its `register/sealed_columns.py` what of it lies sealed, in the database or on disk. What is forgotten
there would be lost with its key, so a test walks all models and their file fields and compares.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.models import BinaryField, Model, Q, QuerySet
from django.db.models.functions import Substr

from kit.sealing import crypto

AT_ONCE = 500  # rows a transaction


class SealedStorage(Protocol):
    def reseal(self, name: str) -> bool: ...


@dataclass(frozen=True)
class Sealing:
    """Of one model: `columns`, each with the field that names its row, and `files`, whose storage seals them anew."""

    model: type[Model]
    columns: Mapping[str, str]
    files: tuple[str, ...] = ()
    at_once: int = AT_ONCE


_registry: dict[type[Model], Sealing] = {}


def register(
    model: type[Model], *, columns: Mapping[str, str] | None = None, files: tuple[str, ...] = (), at_once: int = AT_ONCE
) -> None:
    """Once at start-up. `at_once` is smaller where a row holds much."""
    _registry[model] = Sealing(model, dict(columns or {}), tuple(files), at_once)


def registered() -> list[Sealing]:
    return [*_registry.values()]


def rotate() -> Iterator[tuple[type[Model], int]]:
    """Work in short transactions; yields the model and how much of it each one changed.

    What is sealed anew stays so, whenever the process dies, and the next run goes on with the rest.
    """
    for sealing in registered():
        if sealing.columns:
            yield from ((sealing.model, count) for count in _rotate_columns(sealing))
        if sealing.files:
            yield from ((sealing.model, count) for count in _rotate_files(sealing))


def _rotate_columns(sealing: Sealing) -> Iterator[int]:
    last = 0
    while batch := _seal_batch_anew(sealing, last):
        yield len(batch)
        last = batch[-1]


@transaction.atomic
def _seal_batch_anew(sealing: Sealing, after: int) -> list[int]:
    needed = {*sealing.columns, *sealing.columns.values()}
    rows = list(_locked(_under_old_keys(sealing), sealing, after).only(*needed))
    for row in rows:
        _seal_anew(row, sealing.columns)
    sealing.model._base_manager.bulk_update(rows, list(sealing.columns))
    return [row.pk for row in rows]


def _rotate_files(sealing: Sealing) -> Iterator[int]:
    """A file says only itself which key it lies under, so the first bytes of each are read."""
    last = 0
    while True:
        last, changed = _seal_files_anew(sealing, last)
        if not last:
            return
        if changed:
            yield changed


@transaction.atomic
def _seal_files_anew(sealing: Sealing, after: int) -> tuple[int, int]:
    """The row is locked, so that nobody takes the file away while it is sealed. Returns the last key, and how many."""
    rows = list(_locked(_with_files(sealing), sealing, after).only(*sealing.files))
    files = [getattr(row, field) for row in rows for field in sealing.files]
    changed = sum(file.storage.reseal(file.name) for file in files if file)
    return (rows[-1].pk if rows else 0), changed


def _locked(rows: QuerySet, sealing: Sealing, after: int) -> QuerySet:
    return rows.filter(pk__gt=after).order_by("pk").select_for_update(no_key=True)[: sealing.at_once]


def _under_old_keys(sealing: Sealing) -> QuerySet:
    """Rows with a value whose first bytes are not the newest key's id; NULL is neither old nor new."""
    newest, length = crypto.newest_key_id(), crypto.KEY_ID_BYTES
    starts = {f"{column}_key": Substr(column, 1, length, output_field=BinaryField()) for column in sealing.columns}
    old = Q()
    for column in sealing.columns:
        old |= Q(**{f"{column}__isnull": False}) & ~Q(**{f"{column}_key": newest})
    return sealing.model._base_manager.alias(**starts).filter(old)


def _with_files(sealing: Sealing) -> QuerySet:
    some = Q()
    for field in sealing.files:
        some |= ~Q(**{field: ""})
    return sealing.model._base_manager.filter(some)


def _seal_anew(row: Model, columns: Mapping[str, str]) -> None:
    for column, key in columns.items():
        blob, place = getattr(row, column), {"purpose": crypto.column(row, column), "row": getattr(row, key)}
        if blob and not crypto.is_sealed_by_newest(blob):
            setattr(row, column, crypto.seal(crypto.unseal(blob, **place), **place))
