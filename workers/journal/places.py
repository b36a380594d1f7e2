"""Where seals are kept outside the database: folders and buckets, as many as WAYFARE_SEALS names.

A place that cannot be reached holds nobody up: the others get their seals, it gets them when it answers again, and
until then the page of administrators and /readyz say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from workers.journal.bucket import Bucket, is_bucket
from workers.models import JournalSeal, SealedHead, SealPlace
from workers.rules.seals import seal as seals
from workers.rules.seals.folder import Folder, PlaceAway
from workers.rules.seals.merkle import Leaf

AT_ONCE = 5000
LONGEST_WHY = 200

Place = Folder | Bucket


class PlaceDiffers(Exception):
    """A place outside holds seals that the database does not: an older database was restored, or seals deleted."""


@dataclass(frozen=True)
class Kept:
    """What became of the last copying to one place; `error` is empty when it has all."""

    place: str
    written: int
    error: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.error}"


@dataclass(frozen=True)
class State:
    """Of one place, as the last try left it; `newest` is None when it never had a seal."""

    place: str
    newest: int | None
    kept_at: datetime | None
    error: str
    is_behind: bool


def places() -> list[Place]:
    return [Bucket(name) if is_bucket(name) else Folder(name) for name in settings.WAYFARE_SEALS]


def check_places() -> None:
    """Nothing is sealed on top of a past that was put back. The newest tells: it names all before it.

    Asks other machines, so not inside a transaction. One that does not answer cannot forbid.
    """
    for place in places():
        try:
            for number in place.numbers()[-1:]:
                _check_newest(place, number)
        except (PlaceAway, OSError):
            continue


def keep_outside(*, at: datetime) -> list[Kept]:
    """Copy to every place the seals that it does not have, and write down how that went."""
    numbers = list(JournalSeal.objects.order_by("number").values_list("number", flat=True))
    done = [_keep(place, numbers) for place in places()]
    for kept in done:
        has_all = {"newest": numbers[-1], "kept_at": at} if numbers and not kept.error else {}
        SealPlace.objects.update_or_create(
            place=kept.place, defaults={"tried_at": at, "error": kept.error[:LONGEST_WHY], **has_all}
        )
    return done


def states() -> list[State]:
    """Of every place that WAYFARE_SEALS names now, without asking it."""
    last = JournalSeal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    rows = SealPlace.objects.in_bulk(settings.WAYFARE_SEALS)
    return [_state(rows.get(name) or SealPlace(place=name), last) for name in settings.WAYFARE_SEALS]


def _state(row: SealPlace, last: int) -> State:
    is_behind = bool(row.error) or (row.newest or 0) < last
    return State(row.place, row.newest, row.kept_at, row.error, is_behind)


def _keep(place: Place, numbers: list[int]) -> Kept:
    written = 0
    try:
        missing = sorted(set(numbers) - set(place.numbers()))
        for row in JournalSeal.objects.filter(pk__in=missing).order_by("number"):
            _write(place, row)
            written += 1
    except (PlaceAway, OSError, PlaceDiffers) as error:
        return Kept(str(place), written, _why(error))
    return Kept(str(place), written)


def _write(place: Place, row: JournalSeal) -> None:
    """Who seals at the same moment may have written it already."""
    try:
        place.write(row.number, seals.written(seals.read(row.text), leaves_of(row.number)))
    except FileExistsError:
        if place.text(row.number) != row.text:
            raise PlaceDiffers(_differing(place, row.number)) from None


def leaves_of(number: int) -> Iterator[Leaf]:
    heads = SealedHead.objects.filter(seal=number).order_by("worker_id").values_list("worker_id", "seq", "hash")
    return (Leaf(worker_id, seq, bytes(digest)) for worker_id, seq, digest in heads.iterator(chunk_size=AT_ONCE))


def _check_newest(place: Place, number: int) -> None:
    row = JournalSeal.objects.filter(pk=number).first()
    if row is None or row.text != place.text(number):
        raise PlaceDiffers(_differing(place, number))


def _differing(place: Place, number: int) -> str:
    return f"seal {number} in {place} is not the one in the database, or is not in it"


def _why(error: Exception) -> str:
    """Of a file its name may stand in the words; the kind of error and what the system says of it are enough."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or error}"
    return str(error)
