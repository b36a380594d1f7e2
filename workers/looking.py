"""Whose records one colleague looked at on a day, for whoever oversees: the lines behind a line of "who looked"."""

from dataclasses import dataclass
from datetime import date, datetime

from areas.selectors import full_name
from kit.pages import Keyset
from staff.models import AccessLog, User
from workers.models import Worker
from workers.selectors import reason_of

PAGE = 100
NEWEST_FIRST = Keyset("-at", "-pk")


@dataclass(frozen=True)
class LookedAt:
    """`worker` is None where the reader may not see who it was."""

    worker: Worker | None
    place: str
    what: str
    why: str
    at: datetime


@dataclass(frozen=True)
class LooksPage:
    lines: tuple[LookedAt, ...]
    total: int
    people: int
    next_after: str | None


def looks_page(*, colleague: User, day: date, reader: User, what: str = "", after: str = "") -> LooksPage:
    """4 queries. `what` is one kind of look, "" for all."""
    looks = AccessLog.objects.on(day).filter(user=colleague, **({"what": what} if what else {}))
    rows, next_after = NEWEST_FIRST.page(looks, after, PAGE)
    seen = Worker.objects.visible_to(reader).only("name", "area_id").in_bulk({row.worker_id for row in rows})
    people = looks.order_by().values("worker_id").distinct().count()
    return LooksPage(tuple(_line(row, seen.get(row.worker_id)) for row in rows), looks.count(), people, next_after)


def _line(look: AccessLog, worker: Worker | None) -> LookedAt:
    place = full_name(worker.area_id) if worker else ""
    return LookedAt(worker, place, look.get_what_display(), reason_of(look.reason), look.at)
