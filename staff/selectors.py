from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, F, Max, Value, When

from areas.selectors import full_name
from kit import said
from staff.models import AccessLog, Posting, User
from staff.querysets import UserQuerySet
from staff.roles import OVERSEERS, Role


@dataclass(frozen=True)
class PostingLine:
    role: str
    area: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class MyPage:
    """Who I am to the system: my postings decide what I see."""

    name: str
    username: str
    phone: str
    postings: tuple[PostingLine, ...]


def my_page(user: User) -> MyPage:
    lines = (
        PostingLine(str(Role(posting.role).label), full_name(posting.area), posting.starts_on, posting.ends_on)
        for posting in user.current_postings
    )
    return MyPage(str(user), user.username, user.phone, tuple(lines))


@dataclass(frozen=True)
class LookLine:
    """What a colleague looked at or took along on a day; `about` is the list of an export, "" for the rest.

    A file has a row for each person in it, all of one moment: it was taken once.
    """

    user_id: int
    name: str
    what: str
    kind: str
    about: str
    people: int
    times: int
    last_at: datetime


def colleagues_overseen_by(user: User) -> UserQuerySet:
    """Who was ever posted where this person oversees."""
    return User.objects.with_posting(Posting.objects.inside(user.ranges_as(*OVERSEERS)))


def overseen_among(keys: Iterable[int], user: User) -> frozenset[int]:
    """Those whose looks this person may read. 1 query, none for who oversees nobody."""
    if not user.ranges_as(*OVERSEERS):
        return frozenset()
    return frozenset(colleagues_overseen_by(user).filter(pk__in=set(keys)).values_list("pk", flat=True))


def looks_of(day: date, *, user: User) -> list[LookLine]:
    """1 query. Of colleagues who were ever posted where this person oversees; exports first, then most people first."""
    looks = AccessLog.objects.on(day).filter(user__in=colleagues_overseen_by(user))
    about = Case(When(what=AccessLog.What.EXPORTED, then=F("reason")), default=Value(""))
    rows = looks.values("user_id", "user__display_name", "user__username", "what", list_name=about).annotate(
        people=Count("worker_id", distinct=True), rows=Count("pk"), files=Count("at", distinct=True), last=Max("at")
    )
    lines = [_look_line(row) for row in rows]
    return sorted(lines, key=lambda line: (line.kind != AccessLog.What.EXPORTED, -line.people, line.name, line.what))


def _look_line(row: dict) -> LookLine:
    return LookLine(
        user_id=row["user_id"],
        name=row["user__display_name"] or row["user__username"],
        what=str(AccessLog.What(row["what"]).label),
        kind=row["what"],
        about=said.spoken(row["list_name"]),
        people=row["people"],
        times=row["files"] if row["what"] == AccessLog.What.EXPORTED else row["rows"],
        last_at=row["last"],
    )


def nearest_colleagues(code: int, roles: frozenset[str], today: date, limit: int = 3) -> list[User]:
    """Who serves an area in one of these roles, whoever serves it alone before whoever serves it among others. 1 query.

    Of two codes that hold a third, the greater is the smaller area.
    """
    postings = Posting.objects.current(today).in_role(*roles).filter(user__is_active=True).covering(code)
    in_order = postings.select_related("user").order_by("-area_id", "user__display_name", "pk")
    return list(dict.fromkeys(posting.user for posting in in_order[: limit * len(roles)]))[:limit]
