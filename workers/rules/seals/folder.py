"""A folder outside the database in which seals are kept: one file each, never written over."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

ENDING = ".seal"


class PlaceAway(Exception):
    """A place cannot be asked just now. Says why, and nothing of what is kept there."""


def name_of(number: int) -> str:
    """The same in every place, so that a copy of one is another."""
    return f"{number:08d}{ENDING}"


def number_in(name: str) -> int | None:
    stem = name.removesuffix(ENDING)
    return int(stem) if stem != name and stem.isdecimal() else None


class Folder:
    """The four things a place for seals can do."""

    def __init__(self, path: str | Path):
        self.path = Path(path)

    def __str__(self) -> str:
        return str(self.path)

    def numbers(self) -> list[int]:
        return sorted(number for file in self.path.glob(f"*{ENDING}") if (number := number_in(file.name)) is not None)

    def read(self, number: int) -> Iterator[str]:
        with self._file(number).open(encoding="ascii", errors="replace") as file:
            yield from (line.rstrip("\n") for line in file)

    def text(self, number: int) -> str:
        """The seal itself, without its heads; empty when there is none of this number."""
        return next(self.read(number), "") if self._file(number).exists() else ""

    def write(self, number: int, lines: Iterable[str]) -> None:
        """Whole or not at all; FileExistsError if there is one of this number."""
        self.path.mkdir(parents=True, exist_ok=True)
        draft = self._file(number).with_suffix(f".{uuid4().hex}")
        try:
            with draft.open("w", encoding="ascii") as file:
                file.writelines(f"{line}\n" for line in lines)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, self._file(number))
        finally:
            draft.unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self.path / name_of(number)
