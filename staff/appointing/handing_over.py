"""What a colleague has in hand when they go, and who takes it. Later apps say what they keep for people."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from kit.days import local_day
from staff.models import Posting, User
from staff.refusals import NobodyTakesOver
from staff.roles import FRONT_LINE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """`count(user, kept)`: how much they have that no posting in `kept` covers. `words(n)` says it to a colleague.
    Only who has one of `roles` can take any of it.

    `hand_on(user, kept, to, by, at)` gives each piece to `to` if they can have it, else to whoever fits, else to `by`;
    returns how many nobody can have, and leaves those. Nobody gets a right by it that their own role does not give.
    """

    words: Callable[[int], str]
    count: Callable[[User, list[Posting]], int]
    hand_on: Callable[[User, list[Posting], User | None, User | None, datetime], int]
    roles: frozenset[str] = FRONT_LINE


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


def in_hand(user: User, kept: list[Posting]) -> list[str]:
    """In words, kind by kind; empty when nothing would be left behind."""
    return _in_words(counted(user, kept))


def counted(user: User, kept: list[Posting]) -> dict[Kind, int]:
    return {kind: kind.count(user, kept) for kind in _kinds.values()}


def gained(user: User, before: dict[Kind, int]) -> list[str]:
    """In words, what somebody has in hand beyond what was counted before."""
    return _in_words({kind: max(now - before[kind], 0) for kind, now in counted(user, []).items()})


def never_handed_on(user: User, today: date) -> list[str]:
    """What is still theirs after a last day, as nobody could take it yet."""
    over = user.postings.filter(ends_on__lt=today, handed_on_at=None)
    return in_hand(user, _kept_on(user, today)) if over.exists() else []


def kept_without(posting: Posting, ends_on: date) -> list[Posting]:
    """What they still serve on the day after this posting's last day."""
    day_after = min(ends_on, date.max - timedelta(days=1)) + timedelta(days=1)
    others = posting.user.postings.current(day_after).exclude(pk=posting.pk)
    return list(others.select_related("area"))


def hand_on(user: User, kept: list[Posting], *, to: User | None, by: User, at: datetime) -> None:
    """All or nothing: what nobody can take keeps the colleague."""
    if left := _give(user, kept, to, by, at):
        raise NobodyTakesOver(left)


def taker_in(
    code: int,
    roles: Collection[str],
    *,
    first: Collection[str],
    but: User,
    to: User | None,
    by: User | None,
    at: datetime,
) -> User | None:
    """Of who serves there in one of `roles`: `to`, else one of the roles `first`, else `by`, else the nearest."""
    serving = Posting.objects.current(local_day(at)).covering(code).in_role(*roles).filter(user__is_active=True)
    postings = serving.exclude(user=but).select_related("user")
    best = min(
        postings, key=lambda p: (p.user != to, p.role not in first, p.user != by, -p.area_id, p.pk), default=None
    )
    return best and best.user


def hand_on_after_last_day(*, at: datetime) -> int:
    """At night, what was asked when a last day was set that lay ahead; returns how many postings left nothing behind.

    What nobody can take by then stays theirs, and is tried again the next night.
    """
    over = Posting.objects.filter(ends_on__lt=local_day(at), handed_on_at=None).order_by("pk")
    return sum(_tried(pk, at) for pk in over.values_list("pk", flat=True))


def _tried(posting_id: int, at: datetime) -> bool:
    """One that meets a lock or breaks keeps none of the others from the night."""
    try:
        return _hand_on_of(posting_id, at)
    except Exception:
        log.exception("Posting %s could not be handed on", posting_id)
        return False


@transaction.atomic
def _hand_on_of(posting_id: int, at: datetime) -> bool:
    over = Posting.objects.select_for_update(skip_locked=True).filter(pk=posting_id, handed_on_at=None)
    posting = over.first()
    if posting is None:
        return False
    if _give(posting.user, _kept_on(posting.user, local_day(at)), posting.successor, None, at):
        return False
    posting.handed_on_at = at
    posting.save(update_fields=["handed_on_at"])
    return True


def _give(user: User, kept: list[Posting], to: User | None, by: User | None, at: datetime) -> list[str]:
    """Returns what is left, in words."""
    return _in_words({kind: kind.hand_on(user, kept, to, by, at) for kind in _kinds.values()})


def _in_words(counted: dict[Kind, int]) -> list[str]:
    return [kind.words(count) for kind, count in counted.items() if count]


def _kept_on(user: User, today: date) -> list[Posting]:
    return list(user.postings.current(today).select_related("area")) if user.is_active else []


def successors(user: User, postings: Iterable[Posting], kept: list[Posting], today: date) -> list[Posting]:
    """Who could take some of what is in hand where these postings are, with where they serve; at most a hundred, one
    posting a person."""
    roles = frozenset().union(*(kind.roles for kind, count in counted(user, kept).items() if count))
    found: dict[int, Posting] = {}
    for posting in postings:
        area = posting.area
        serving = Posting.objects.current(today).in_role(*roles).filter(user__is_active=True).exclude(user=user)
        others = serving.covering(area.pk) | serving.inside([(area.low, area.high)])
        for other in others.select_related("user").order_by("area_id", "user__display_name", "pk")[:100]:
            found.setdefault(other.user_id, other)
    return list(found.values())[:100]
