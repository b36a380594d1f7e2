"""Files that show an ID number lie on disk as the ID number lies in the database: sealed under the key ring."""

from base64 import b64decode, b64encode

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from workers import crypto

PURPOSE = "jobs.file"


class SealedStorage(FileSystemStorage):
    """Sealed on the way in, opened on the way out. There is no address to fetch a file from past the views."""

    def _save(self, name: str, content: File) -> str:
        content.open()
        sealed = crypto.seal(b64encode(content.read()).decode(), purpose=PURPOSE)
        return super()._save(name, ContentFile(sealed))

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as file:
            return ContentFile(b64decode(crypto.unseal(file.read(), purpose=PURPOSE)), name=name)

    def url(self, name: str | None) -> str:
        raise ValueError("sealed files are served by views")


def sealed_files() -> SealedStorage:
    """Handed to the fields as a function, so that a migration does not hold the folder of one machine."""
    return SealedStorage()
