"""Files that show an ID number lie on disk as the ID number lies in the database: sealed under the key ring."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.db import InterfaceError, OperationalError

from kit.sealing import crypto

PURPOSE = "jobs.file"

# what was stored inside `kept_if_all_goes_well`; None outside of it
_stored: ContextVar[list | None] = ContextVar("stored", default=None)


@contextmanager
def kept_if_all_goes_well() -> Iterator[None]:
    """Around a transaction: files stored in it go when it is refused, as its rows do.

    When the connection was lost nobody knows whether the rows stand; then the files stay.
    """
    mine, outer = [], _stored.get()
    token = _stored.set(mine)
    try:
        yield
        if outer is not None:
            outer.extend(mine)
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        for storage, name in mine:
            storage.delete(name)
        raise
    finally:
        _stored.reset(token)


class SealedStorage(FileSystemStorage):
    """Sealed on the way in, opened on the way out. There is no address to fetch a file from past the views."""

    def _save(self, name: str, content: File) -> str:
        content.open()
        sealed = crypto.seal(b64encode(content.read()).decode(), purpose=PURPOSE)
        name = super()._save(name, ContentFile(sealed))
        if (stored := _stored.get()) is not None:
            stored.append((self, name))
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as file:
            return ContentFile(b64decode(crypto.unseal(file.read(), purpose=PURPOSE)), name=name)

    def reseal(self, name: str) -> bool:
        """Under the newest key, at one stroke: a process that dies leaves the old file or the new one, whole.

        False when there is nothing to do, also for a file that is gone: that is for `check_invariants` to tell.
        """
        path = Path(self.path(name))
        if not path.exists() or _begins_with_newest_key(path):
            return False
        content = crypto.unseal(path.read_bytes(), purpose=PURPOSE)
        beside = path.with_name(f"{path.name}.resealing")
        with beside.open("wb") as file:
            file.write(crypto.seal(content, purpose=PURPOSE))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return True

    def url(self, name: str | None) -> str:
        raise ValueError("sealed files are served by views")


def _begins_with_newest_key(path: Path) -> bool:
    with path.open("rb") as file:
        return crypto.is_sealed_by_newest(file.read(crypto.KEY_ID_BYTES))


def sealed_files() -> SealedStorage:
    """Handed to the fields as a function, so that a migration does not hold the folder of one machine."""
    return SealedStorage()
