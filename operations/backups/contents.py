"""What lies in the envelope: a tar of the dump in parts, the files, the seals, and last the manifest.

A tar wants sizes beforehand and a dump has none, hence the parts. The manifest comes last, since it knows what was
written; a backup without one is none.
"""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from operations.backups.envelope import Reader, Writer
from operations.backups.refusals import AlteredBackup

PART = 4 << 20
DUMP, FILES, SEALS, MANIFEST = "database", "files", "seals", "manifest.json"


class Digest:
    """Of one part of the backup: name, length and contents of each thing in it, in order."""

    def __init__(self):
        self._hash, self.things, self.bytes = hashlib.sha256(), 0, 0

    def begin(self, name: str, size: int) -> None:
        self._hash.update(f"{name}\0{size}\0".encode())
        self.things += 1
        self.bytes += size

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def said(self) -> dict:
        return {"sha256": self._hash.hexdigest(), "things": self.things, "bytes": self.bytes}


class Packer:
    def __init__(self, below: BinaryIO):
        self._envelope = Writer(below)
        self._tar = tarfile.open(fileobj=self._envelope, mode="w|", bufsize=tarfile.RECORDSIZE)  # noqa: SIM115
        self._digests = {part: Digest() for part in (DUMP, FILES, SEALS)}

    def put_stream(self, stream: BinaryIO) -> None:
        """The dump, whose length nobody knows yet."""
        number = 0
        while data := stream.read(PART):
            self.put(DUMP, f"{number:08d}", BytesIO(data), len(data))
            number += 1

    def put(self, part: str, name: str, stream: BinaryIO, size: int) -> None:
        digest = self._digests[part]
        digest.begin(name, size)
        self._add(f"{part}/{name}", _Watched(stream, digest), size)

    def finish(self, manifest: dict) -> None:
        said = {part: digest.said() for part, digest in self._digests.items()}
        text = json.dumps(manifest | {"parts": said}, ensure_ascii=False, indent=1).encode()
        self._add(MANIFEST, BytesIO(text), len(text))
        self._tar.close()
        self._envelope.close()

    def _add(self, name: str, stream, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = size
        self._tar.addfile(entry, stream)


class _Watched:
    """A stream whose every byte is digested on its way."""

    def __init__(self, stream: BinaryIO, digest: Digest):
        self._stream, self._digest = stream, digest

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._digest.update(data)
        return data


def unpack(below: BinaryIO, take: Callable[[str, str, Iterator[bytes]], None]) -> dict:
    """Give each thing's part, name and bytes to `take`, which must read them all; returns the manifest."""
    digests = {part: Digest() for part in (DUMP, FILES, SEALS)}
    envelope, manifest = Reader(below), None
    try:
        with tarfile.open(fileobj=envelope, mode="r|", bufsize=tarfile.RECORDSIZE) as tar:
            for entry in tar:
                stream = tar.extractfile(entry)
                if entry.name == MANIFEST:
                    manifest = json.loads(stream.read())
                    continue
                part, _, name = entry.name.partition("/")
                digests[part].begin(_safe(name), entry.size)
                take(part, name, _pieces(stream, digests[part]))
        while envelope.read(PART):
            pass
    except (tarfile.TarError, ValueError, KeyError, AttributeError):
        raise AlteredBackup from None
    if manifest is None or manifest["parts"] != {part: digest.said() for part, digest in digests.items()}:
        raise AlteredBackup
    return manifest


def _pieces(stream: BinaryIO, digest: Digest) -> Iterator[bytes]:
    while data := stream.read(1 << 18):
        digest.update(data)
        yield data


def _safe(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise AlteredBackup
    return name
